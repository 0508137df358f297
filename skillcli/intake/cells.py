"""Cells → values: one converter per kind of column, each over a column's distinct cells."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from skillcli.core.letters import only
from skillcli.intake import dates, numbers
from skillcli.intake.grid import Cell, Special
from skillcli.intake.guarded import as_written, credit_code, number_text
from skillcli.intake.plain import BLANKS, NOTHING, TIDY, Converted, Reading, as_text, shown, tidy
from skillcli.schema.cellfault import CellFault
from skillcli.schema.column import Column, Kind
from skillcli.schema.vocabulary import fold, spellings, words

_SPLIT = re.compile(r"[、,，;；/|｜\n]+")


def convert(column: Column, cells: Sequence[Cell], reading: Reading | None = None) -> Converted:
    """The values of distinct cells under a column's kind; see ``Converted``."""
    done = Converted()
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


def _tidy_all(values: list[Any]) -> None:
    """``as_text`` over a column; None stays."""
    for at in np.flatnonzero(~only(values, TIDY)).tolist():
        cell = values[at]
        if cell is not None:
            text = as_text(cell)
            values[at] = text if text not in BLANKS else None


def _text(values: list[Any], column: Column, reading: Reading, done: Converted) -> None:
    _tidy_all(values)


def _each(values: list[Any], column: Column, done: Converted, read: Callable[[Any], Any]) -> None:
    """``read`` every cell; what it gives no value for becomes a fault."""
    for at, cell in enumerate(values):
        if cell is None:
            continue
        if isinstance(cell, str):
            cell = tidy(cell)
            if cell in NOTHING:
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
            values[at] = None if not text or (text in NOTHING and fold(text) not in table) else text


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
    Kind.ID: number_text,
    Kind.ACCOUNT: number_text,
    Kind.CERTIFICATE: as_written,
    Kind.PHONE: as_written,
    Kind.USCC: credit_code,
    Kind.DATE: _date,
    Kind.WHOLE: _whole,
    Kind.PERCENT: _percent,
    Kind.MONEY: _money,
    Kind.YES_NO: _yes_no,
    Kind.WORD: _word,
    Kind.WORDS: _words,
}
