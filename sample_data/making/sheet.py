"""Rosters as institutions type them: title rows, one- or two-row headers, odd dates, totals, signature lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True)
class ErrorValue:
    """An Excel error value in a cell."""

    text: str = "#N/A"


@dataclass
class Row:
    """One data row: cell values by roster key, and the codes it is planted for (code, line or "")."""

    cells: dict[str, Any]
    plants: list[tuple[str, str]] = field(default_factory=list)

    def plant(self, *codes: str, line: str = "", **cells: Any) -> Row:
        """Overwrite cells and note which codes must be found here."""
        self.cells.update(cells)
        self.plants += [(code, line) for code in codes]
        return self


@dataclass
class Sheet:
    """One sheet. ``columns``: (header as typed, key or "" for an extra column); ``groups``: header above a run of
    columns (first, last, text), which makes a two-row header."""

    name: str
    titles: Sequence[str]
    columns: Sequence[tuple[str, str]]
    rows: Sequence[Row]
    groups: Sequence[tuple[int, int, str]] = ()
    footer: Sequence[str] = ()
    total: bool = True
    first_column: int = 0


@dataclass
class Grid:
    """A sheet as cells: ``merges`` are (row, column, row, column), zero-based; ``places``: Excel row of each row."""

    name: str
    cells: list[list[Any]]
    merges: list[tuple[int, int, int, int]]
    places: list[int]
    width: int


DATE_STYLES = ("cell", "2020-1-6", "2020.1.6", "2020年1月6日", "2020/1/6", "20200106")


def dressed(day: Any, style: str) -> Any:
    """A date in one of the forms clerks use; anything else stays."""
    if not isinstance(day, date) or style == "cell":
        return day
    y, m, d = day.year, day.month, day.day
    return {
        "2020-1-6": f"{y}-{m}-{d}",
        "2020.1.6": f"{y}.{m}.{d}",
        "2020年1月6日": f"{y}年{m}月{d}日",
        "2020/1/6": f"{y}/{m:02d}/{d:02d}",
        "20200106": f"{y}{m:02d}{d:02d}",
        "text": f"{y}-{m:02d}-{d:02d}",
    }[style]


def grid(sheet: Sheet, styles: Sequence[str] = DATE_STYLES) -> Grid:
    """Lay a sheet out; dates take turns through ``styles`` row by row."""
    pad: list[Any] = [None] * sheet.first_column
    width = sheet.first_column + len(sheet.columns)
    cells: list[list[Any]] = []
    merges = []
    for title in sheet.titles:
        merges.append((len(cells), sheet.first_column, len(cells), width - 1))
        cells.append([*pad, title])
    headers = [header for header, _ in sheet.columns]
    if sheet.groups:
        top = list(headers)
        grouped = set()
        for first, last, text in sheet.groups:
            grouped |= set(range(first, last + 1))
            top[first : last + 1] = [text] + [None] * (last - first)
            merges.append((len(cells), sheet.first_column + first, len(cells), sheet.first_column + last))
        for at in set(range(len(headers))) - grouped:
            merges.append((len(cells), sheet.first_column + at, len(cells) + 1, sheet.first_column + at))
        cells += [[*pad, *top], [*pad, *(h if at in grouped else None for at, h in enumerate(headers))]]
    else:
        cells.append([*pad, *headers])
    places = []
    for number, row in enumerate(sheet.rows, start=1):
        if number % 17 == 0:
            cells.append([])
        style = styles[number % len(styles)]
        places.append(len(cells) + 1)
        cells.append([*pad, *(_value(row, key, header, number, style) for header, key in sheet.columns)])
    if sheet.total:
        cells.append([*pad, "合计", f"{len(sheet.rows)}人"])
    cells += [[*pad, line] for line in sheet.footer]
    return Grid(sheet.name, cells, sorted(merges), places, width)


def _value(row: Row, key: str, header: str, number: int, style: str) -> Any:
    if key == "start-end":
        start, end = row.cells["start"], row.cells["end"]
        if start.year == end.year:
            return f"{start.year}.{start.month}.{start.day}-{end.month}.{end.day}"
        return f"{start.year}.{start.month}.{start.day}-{end.year}.{end.month}.{end.day}"
    if not key:
        return number if header == "序号" else row.cells.get(header)
    return dressed(row.cells.get(key), style)
