"""Which row is the header, and which column of the schema each of its cells names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache

from msgspec import Struct

from skillcli.intake.grid import Grid
from skillcli.schema.column import Column, Table
from skillcli.schema.marks import PERIOD_FIRST, PERIOD_LAST, PERIOD_TITLES

SEARCHED_ROWS = 30
_REMEMBERED = 1024
"""Each text of the searched rows is asked for by itself, as an upper and as a lower one."""
_NOTE = re.compile(r"[(\[【〔<].*?[)\]】〕>]")
_DROPPED = re.compile(r"[*※★☆✱·:。\s\u200b-\u200f\u2060\ufeff\"'“”‘’]")
_BRACKETS = re.compile(r"[()\[\]【】〔〕<>]")


class Field(Struct, frozen=True):
    """A column of a sheet that is known: its position from 0, the header as written, and
    whether it was accepted by an alias. ``part``: "" or, for a column of periods, which day is
    taken from it: ``first`` or ``last``."""

    at: int
    key: str
    written: str
    alias: bool
    part: str = ""


class Header(Struct, frozen=True):
    """``first`` and ``last``: the header's rows from 0. ``unknown``: columns of no meaning here
    (position, header). ``labels``: position → the header as written."""

    first: int
    last: int
    fields: tuple[Field, ...]
    unknown: tuple[tuple[int, str], ...]
    labels: Mapping[int, str]

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(field.key for field in self.fields)


@lru_cache(maxsize=_REMEMBERED)
def fold(text: str) -> str:
    """NFKC without blanks, line ends, stars, quotes and colons; lower case; brackets stay."""
    return _DROPPED.sub("", unicodedata.normalize("NFKC", text)).lower()


@lru_cache(maxsize=_REMEMBERED)
def forms(text: str) -> tuple[str, ...]:
    """How a header is looked up, best first: whole, without bracketed notes, without brackets."""
    whole = fold(text)
    bare = _BRACKETS.sub("", _NOTE.sub("", whole))
    return tuple(dict.fromkeys(form for form in (whole, bare, _BRACKETS.sub("", whole)) if form))


class Names:
    """Folded header → key of a table's columns.

    ``mapping``: an institution's own header → canonical title; it goes before everything else.
    Raises KeyError with the unknown title when ``mapping`` names no column of the table.
    """

    def __init__(self, table: Table, mapping: Mapping[str, str] | None = None) -> None:
        self.table = table
        self._own = {fold(written): _by_title(table, title) for written, title in (mapping or {}).items()}
        self._titles = {fold(column.title): column.key for column in table.columns}
        self._names = _names(table)
        self.has_period = {"start", "end"} <= set(table.keys)
        """Whether the table has a first and a last day of training."""

    def key(self, text: str) -> tuple[str, bool]:
        """The column a header names ("" for none), and whether by an alias."""
        for form in forms(text):
            if form in self._own:
                return self._own[form], True
            if form in self._titles:
                return self._titles[form], False
            if form in self._names:
                return self._names[form], True
        return "", False


def _by_title(table: Table, title: str) -> str:
    wanted = fold(title)
    for column in table.columns:
        if fold(column.title) == wanted:
            return column.key
    raise KeyError(title)


@cache
def _names(table: Table) -> dict[str, str]:
    """Every form of every title and alias; a form that would name two columns names none."""
    exact: dict[str, str] = {}
    for column in table.columns:
        for name in (column.title, *column.aliases):
            exact.setdefault(fold(name), column.key)
    loose: dict[str, set[str]] = {}
    for column in table.columns:
        for name in (column.title, *column.aliases):
            for form in forms(name):
                loose.setdefault(form, set()).add(column.key)
    return {form: next(iter(keys)) for form, keys in loose.items() if len(keys) == 1} | exact


@cache
def _period_words() -> tuple[frozenset[str], dict[str, str]]:
    days = {fold(word): "start" for word in PERIOD_FIRST} | {fold(word): "end" for word in PERIOD_LAST}
    return frozenset(map(fold, PERIOD_TITLES)), days


def find_header(grid: Grid, names: Names) -> Header | None:
    """The row, or pair of rows, among the first thirty that names most columns; the upper one
    of equals. None when no row names any."""
    rows = [_labels(grid, row) for row in range(min(SEARCHED_ROWS, grid.height))]
    best: Header | None = None
    for row, labels in enumerate(rows):
        for header in _readings(grid, rows, row, labels, names):
            if header.fields and (best is None or _better(header, best)):
                best = header
    return best


def _better(header: Header, best: Header) -> bool:
    """More columns; as many, when a second row of the same header is understood as a whole."""
    if len(header.keys) != len(best.keys):
        return len(header.keys) > len(best.keys)
    return header.first == best.first and len(header.unknown) <= len(best.unknown) and header.last > best.last


def _labels(grid: Grid, row: int) -> dict[int, str]:
    found = {}
    for at, column in enumerate(grid.columns):
        cell = column.cells[column.codes[row]]
        if isinstance(cell, str) and cell.strip():
            found[at] = " ".join(cell.split())
    return found


def _readings(
    grid: Grid, rows: Sequence[dict[int, str]], row: int, labels: dict[int, str], names: Names
) -> list[Header]:
    """The row as a header by itself, and together with the row below it."""
    if len(labels) < 2:
        return []
    headers = [_header(row, row, labels, {}, names)]
    below = rows[row + 1] if row + 1 < len(rows) else {}
    # A header written twice is no header of two rows.
    if below and not any(fold(text) == fold(labels.get(at, "")) for at, text in below.items()):
        headers.append(_header(row, row + 1, _spread(grid, row, labels, below), below, names))
    return headers


def _spread(grid: Grid, row: int, upper: dict[int, str], lower: dict[int, str]) -> dict[int, str]:
    """Upper labels over every column of their merge, or over the blanks right of them."""
    spread = dict(upper)
    if grid.merges is not None:
        for top, left, bottom, right in grid.merges:
            if top <= row <= bottom and bottom == row and left in upper:
                spread.update(dict.fromkeys(range(left, min(right, len(grid.columns) - 1) + 1), upper[left]))
        return spread
    held = ""
    for at in range(len(grid.columns)):
        held = upper.get(at, held if at in lower else "")
        if held:
            spread[at] = held
    return spread


def _header(first: int, last: int, upper: dict[int, str], lower: dict[int, str], names: Names) -> Header:
    fields: list[Field] = []
    unknown: list[tuple[int, str]] = []
    labels: dict[int, str] = {}
    for at in sorted({**upper, **lower}):
        top, below = upper.get(at, ""), lower.get(at, "")
        labels[at] = top + below
        found = _fields(at, top, below, names)
        fields.extend(found)
        if not found:
            unknown.append((at, top + below))
    return Header(first, last, tuple(fields), tuple(unknown), labels)


def _fields(at: int, top: str, below: str, names: Names) -> list[Field]:
    periods, days = _period_words()
    is_period = names.has_period and any(form in periods for form in forms(top))
    if below:
        day = next((days[form] for form in forms(below) if form in days), "")
        if is_period and day:
            return [Field(at, day, top + below, True)]
        texts = (below, top + below) if top else (below,)
    else:
        texts = (top,)
    for text in texts:
        key, alias = names.key(text)
        if key:
            return [Field(at, key, text, alias)]
    if is_period and not below:
        return [Field(at, "start", top, True, "first"), Field(at, "end", top, True, "last")]
    return []


def nearest(column: Column, seen: Sequence[str]) -> str:
    """The seen header most like a missing column's title or aliases; "" when none is."""
    from rapidfuzz import fuzz, process

    choices = {text: fold(text) for text in seen if fold(text)}
    best = ("", 0.0)
    for name in (column.title, *column.aliases):
        found = process.extractOne(fold(name), choices, scorer=fuzz.ratio, score_cutoff=50)
        if found and found[1] > best[1]:
            best = (str(found[2]), float(found[1]))
    return best[0]
