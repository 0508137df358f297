"""What stands in a cell, as text; and what a converter is told and hands back."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, field  # no Struct: a field is set once it is known
from typing import Any

import pandas as pd
from msgspec import Struct

from skillcli.core.identity import mask, mask_account
from skillcli.schema.column import Kind

_DIRT = re.compile(r"[\x00-\x1f\x7f-\x9f]|_x[0-9A-Fa-f]{4}_")
_LINE = re.compile(r"(?:[\r\n\t\v\f\x85]|_x000[DdAa9]_)+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]|_x00[01][0-9A-Fa-f]_")
_EDGE = " \t\r\n\u00a0\u3000\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
BLANKS = frozenset({"", "/", "-", "--", "—", "——", "\\", "／", "－", "–", "＼", "'"})
"""What a clerk types for nothing."""
TIDY = bytes(set(range(256)) - {*range(0x21), 0x7F, *b"_", 0xC2, *"".join(BLANKS).encode(), *_EDGE.encode()})
"""A text of these bytes of UTF-8 alone has nothing to be tidied and is none of ``BLANKS``. Others may (0xC2 begins a control character,
0xE3 a wide blank, but many signs of a sentence, too)."""
NOTHING = BLANKS | {"无"}
"""The same, where 无 is no word of its own."""


class Reading(Struct):
    """How a column is read: ``date1904`` of its workbook, ``zero``: whether money may be
    nought, ``part`` of a column of periods (``first``, ``last``)."""

    date1904: bool = False
    zero: bool = True
    part: str = ""


@dataclass(slots=True)
class Converted:
    """Values of a column's distinct cells. ``values`` has the kind's dtype; ``faults``:
    position → (``CellFault``, what stands there, masked where the kind asks for it); ``repairs``:
    position → what was repaired; ``spelled``: position → (as written, canonical word)."""

    values: pd.Series = field(init=False)
    faults: dict[int, tuple[str, str]] = field(default_factory=dict)
    repairs: dict[int, str] = field(default_factory=dict)
    spelled: dict[int, list[tuple[str, str]]] = field(default_factory=dict)


def shown(cell: Any, kind: Kind) -> str:
    """What stands in a cell, as a message may say it."""
    text = as_text(cell)
    if kind is Kind.ID:
        return mask(text[:40])
    return mask_account(text[:40]) if kind is Kind.ACCOUNT else text[:60]


def as_text(cell: Any) -> str:
    """The text a clerk sees: numbers without ``.0``, days as 2020-03-01."""
    if isinstance(cell, str):
        return tidy(cell)
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else f"{cell:.15g}"
    if isinstance(cell, datetime.datetime):
        return cell.strftime("%Y-%m-%d") if cell.time() == datetime.time() else cell.strftime("%Y-%m-%d %H:%M:%S")
    return str(cell)


def tidy(text: str) -> str:
    """Blanks around removed, line ends and tabs inside made one blank, control characters
    removed; every other character stays as it is."""
    if _DIRT.search(text):
        text = _CONTROL.sub("", _LINE.sub(" ", text))
    return text.strip(_EDGE)
