"""Columns whose digits matter: identity, account, certificate, telephone and credit code.

The cell's type is judged before its text: a number has lost its last digits, and no text made of
it is the person's number again, even where a checksum happens to hold.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Any

import numpy as np

from skillcli.core.letters import only
from skillcli.intake.plain import NOTHING, Converted, Reading, shown, tidy
from skillcli.schema.cellfault import CellFault
from skillcli.schema.column import Column, Kind

_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_QUOTES = re.compile(r"['’‘`´＇]")
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+\d+|\d\.\d+[eE]\d+")
CAPITALS_AND_DIGITS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
"""Nearly every cell has nothing else: nothing to tidy, and no exponent without a sign or a point."""
MOST_DIGITS = 15
"""Excel keeps no more significant digits in a number."""


def _guarded(values: list[Any], column: Column, done: Converted) -> list[int]:
    """Numbers and scientific notation become faults; what is left is tidy text or None. Returns
    the positions of text that is more than plain capitals and digits."""
    kept = column.kind in (Kind.CERTIFICATE, Kind.PHONE, Kind.USCC)
    odd = []
    for at in np.flatnonzero(~only(values, CAPITALS_AND_DIGITS)).tolist():
        cell = values[at]
        if isinstance(cell, str):
            text = tidy(cell)
            if _SCIENTIFIC.fullmatch(text):
                done.faults[at] = (CellFault.SCIENTIFIC, shown(text, column.kind))
                values[at] = None
            else:
                values[at] = None if text in NOTHING else text
                odd.append(at)
        elif kept and isinstance(cell, float) and cell.is_integer() and 0 <= cell < 10**MOST_DIGITS:
            values[at] = str(int(cell))
        elif cell is not None:
            done.faults[at] = (CellFault.NUMBER, shown(cell, column.kind))
            values[at] = None
    return [at for at in odd if values[at] is not None]


def number_text(values: list[Any], column: Column, reading: Reading, done: Converted) -> None:
    """id and account: repaired of width, blanks, zero-width characters, quotes, lower-case x."""
    written = list(values)
    for at in _guarded(values, column, done):
        values[at], _ = repaired(values[at])
        _, repairs = repaired(written[at])
        if repairs:
            done.repairs[at] = "、".join(repairs)


_REPAIRS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("去掉不可见字符", lambda text: _INVISIBLE.sub("", text)),
    ("全角转为半角", lambda text: unicodedata.normalize("NFKC", text)),
    ("去掉空格", lambda text: "".join(text.split())),
    ("去掉引号", lambda text: _QUOTES.sub("", text)),
    ("小写 x 改为 X", str.upper),
)


def repaired(text: str) -> tuple[str, list[str]]:
    """A number freed of what typing and copying leave in it, and what was done."""
    done = []
    for what, repair in _REPAIRS:
        better = repair(text)
        if better != text:
            done.append(what)
            text = better
    return text, done


def as_written(values: list[Any], column: Column, reading: Reading, done: Converted) -> None:
    """certificate and phone: as typed; a number that cannot have lost a digit becomes its text."""
    _guarded(values, column, done)


def credit_code(values: list[Any], column: Column, reading: Reading, done: Converted) -> None:
    """uscc: half-width, without blanks, upper case."""
    for at in _guarded(values, column, done):
        values[at] = "".join(_INVISIBLE.sub("", unicodedata.normalize("NFKC", values[at])).split()).upper()
