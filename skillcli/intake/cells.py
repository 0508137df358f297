"""Cells → values: one converter per kind of column, each over a column's distinct cells."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from skillcli.core.identity import mask, mask_account
from skillcli.intake import dates, numbers
from skillcli.intake.grid import Cell, Special
from skillcli.schema.column import Column, Kind
from skillcli.schema.roster import CellFault
from skillcli.schema.vocabulary import fold, spellings, words

_DIRT = re.compile(r"[\x00-\x1f\x7f-\x9f]|_x[0-9A-Fa-f]{4}_")
_LINE = re.compile(r"(?:[\r\n\t\v\f\x85]|_x000[DdAa9]_)+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]|_x00[01][0-9A-Fa-f]_")
_EDGE = " \t\r\n\u00a0\u3000\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_BLANK = frozenset({"", "/", "-", "--", "—", "——", "\\", "／", "－", "–", "＼", "'"})
_NONE = _BLANK | {"无"}
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_QUOTES = re.compile(r"['’‘`´＇]")
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+\d+|\d\.\d+[eE]\d+")
_SPLIT = re.compile(r"[、,，;；/|｜\n]+")
MOST_DIGITS = 15
"""Excel keeps no more significant digits in a number."""


@dataclass(slots=True)
class Reading:
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

    values: pd.Series
    faults: dict[int, tuple[str, str]] = field(default_factory=dict)
    repairs: dict[int, str] = field(default_factory=dict)
    spelled: dict[int, list[tuple[str, str]]] = field(default_factory=dict)


def convert(column: Column, cells: Sequence[Cell], reading: Reading | None = None) -> Converted:
    """The values of distinct cells under a column's kind; see ``Converted``."""
    done = Converted(pd.Series(dtype=column.kind.dtype))
    values: list[Any] = list(cells)
    if Special in set(map(type, cells)):
        for at, cell in enumerate(cells):
            if isinstance(cell, Special):
                done.faults[at] = (cell.fault, cell.shown)
                values[at] = None
    _CONVERTERS[column.kind](values, column, reading or Reading(), done)
    done.values = series(values, column.kind)
    return done


def series(values: list[Any], kind: Kind) -> pd.Series:
    """A list of values or None as a series of the kind's dtype."""
    if kind is Kind.DATE:
        days = np.array([np.datetime64(v, "s") if v is not None else np.datetime64("NaT") for v in values], "M8[s]")
        return pd.Series(days)
    return pd.Series(values, dtype=kind.dtype)


def shown(cell: Any, kind: Kind) -> str:
    """What stands in a cell, as a message may say it."""
    text = as_text(cell)
    if kind is Kind.ID:
        return mask(text)
    return mask_account(text) if kind is Kind.ACCOUNT else text[:60]


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


def _tidy_all(values: list[Any]) -> None:
    """``as_text`` over a column; None stays."""
    for at, cell in enumerate(values):
        if cell is not None:
            text = as_text(cell)
            values[at] = text if text not in _BLANK else None


def _text(values: list[Any], column: Column, reading: Reading, done: Converted) -> None:
    _tidy_all(values)


def _guarded(values: list[Any], column: Column, done: Converted) -> list[int]:
    """Numbers and scientific notation become faults; what is left is tidy text or None. Returns
    the positions of text that is more than plain capitals and digits."""
    kept = column.kind in (Kind.CERTIFICATE, Kind.PHONE, Kind.USCC)
    odd = []
    for at, cell in enumerate(values):
        if isinstance(cell, str):
            # Nearly every cell: nothing to tidy, and no exponent without a sign or a point.
            if cell.isalnum() and cell.isascii() and (cell.isdigit() or cell.isupper()):
                continue
            text = tidy(cell)
            if _SCIENTIFIC.fullmatch(text):
                done.faults[at] = (CellFault.SCIENTIFIC, shown(text, column.kind))
                values[at] = None
            else:
                values[at] = None if text in _NONE else text
                odd.append(at)
        elif kept and isinstance(cell, float) and cell.is_integer() and 0 <= cell < 10**MOST_DIGITS:
            values[at] = str(int(cell))
        elif cell is not None:
            done.faults[at] = (CellFault.NUMBER, shown(cell, column.kind))
            values[at] = None
    return [at for at in odd if values[at] is not None]


def _number_text(values: list[Any], column: Column, reading: Reading, done: Converted) -> None:
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


def _as_written(values: list[Any], column: Column, reading: Reading, done: Converted) -> None:
    _guarded(values, column, done)


def _uscc(values: list[Any], column: Column, reading: Reading, done: Converted) -> None:
    for at in _guarded(values, column, done):
        values[at] = "".join(_INVISIBLE.sub("", unicodedata.normalize("NFKC", values[at])).split()).upper()


def _each(values: list[Any], column: Column, done: Converted, read: Callable[[Any], Any]) -> None:
    """``read`` every cell; what it gives no value for becomes a fault."""
    for at, cell in enumerate(values):
        if cell is None:
            continue
        if isinstance(cell, str):
            cell = tidy(cell)
            if cell in _NONE:
                values[at] = None
                continue
        values[at] = read(cell)
        if values[at] is None:
            done.faults[at] = (CellFault.UNREADABLE, shown(cell, column.kind))


def _date(values: list[Any], column: Column, reading: Reading, done: Converted) -> None:
    _each(values, column, done, lambda cell: one_day(cell, reading))


def one_day(cell: Cell, reading: Reading) -> datetime.date | None:
    """The day in a cell, or the first or last of its period."""
    if reading.part:
        found = dates.period(cell) if isinstance(cell, str) else None
        return found[reading.part == "last"] if found else None
    if isinstance(cell, str):
        return dates.day(cell)
    if isinstance(cell, float):
        return dates.serial(cell, reading.date1904)
    return dates.moment(cell) if isinstance(cell, datetime.date) else None


def _money(values: list[Any], column: Column, reading: Reading, done: Converted) -> None:
    _each(values, column, done, lambda cell: numbers.money(cell, zero=reading.zero) if _counts(cell) else None)


def _whole(values: list[Any], column: Column, reading: Reading, done: Converted) -> None:
    _each(values, column, done, lambda cell: numbers.whole(cell) if _counts(cell) else None)


def _percent(values: list[Any], column: Column, reading: Reading, done: Converted) -> None:
    _each(values, column, done, lambda cell: numbers.percent(cell) if _counts(cell) else None)


def _counts(cell: Cell) -> bool:
    return isinstance(cell, str | float)


def _word(values: list[Any], column: Column, reading: Reading, done: Converted) -> None:
    table = spellings(column.words)
    _tidy_words(values, table)
    for at, text in enumerate(values):
        if text is None:
            continue
        values[at] = table.get(fold(text))
        if values[at] is None:
            done.faults[at] = (CellFault.UNKNOWN, shown(text, column.kind))
        elif values[at] != text:
            done.spelled[at] = [(text, values[at])]


def _tidy_words(values: list[Any], table: dict[str, str]) -> None:
    """Text of every cell; a dash or 无 that is no word of the vocabulary is a blank."""
    for at, cell in enumerate(values):
        if cell is not None:
            text = as_text(cell)
            values[at] = None if not text or (text in _NONE and fold(text) not in table) else text


def _yes_no(values: list[Any], column: Column, reading: Reading, done: Converted) -> None:
    _word(values, column, reading, done)
    for at, word in enumerate(values):
        if word is not None:
            values[at] = word == "是"


def _words(values: list[Any], column: Column, reading: Reading, done: Converted) -> None:
    table = spellings(column.words)
    order = {word: place for place, word in enumerate(words(column.words))}
    _tidy_words(values, table)
    for at, text in enumerate(values):
        if text is None:
            continue
        found, unknown = _pieces(text, table)
        known = sorted({word for _, word in found}, key=order.__getitem__)
        values[at] = "、".join(known) or None
        if unknown:
            done.faults[at] = (CellFault.UNKNOWN, "、".join(unknown)[:60])
        changed = [(piece, word) for piece, word in found if piece != word]
        if changed:
            done.spelled[at] = changed


def _pieces(text: str, table: dict[str, str]) -> tuple[list[tuple[str, str]], list[str]]:
    """Known (as written, word) and unknown pieces of a cell that holds several values."""
    if fold(text) in table:
        return [(text, table[fold(text)])], []
    known, unknown = [], []
    for piece in filter(None, map(str.strip, _SPLIT.split(text))):
        parts = [piece] if fold(piece) in table else piece.split()
        if all(fold(part) in table for part in parts):
            known += [(part, table[fold(part)]) for part in parts]
        else:
            unknown.append(piece)
    return known, unknown


_Converter = Callable[[list[Any], Column, Reading, Converted], None]
_CONVERTERS: dict[Kind, _Converter] = {
    Kind.TEXT: _text,
    Kind.REGION: _text,
    Kind.ID: _number_text,
    Kind.ACCOUNT: _number_text,
    Kind.CERTIFICATE: _as_written,
    Kind.PHONE: _as_written,
    Kind.USCC: _uscc,
    Kind.DATE: _date,
    Kind.WHOLE: _whole,
    Kind.PERCENT: _percent,
    Kind.MONEY: _money,
    Kind.YES_NO: _yes_no,
    Kind.WORD: _word,
    Kind.WORDS: _words,
}
