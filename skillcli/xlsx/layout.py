"""Where everything of a sheet stands: rows, grid columns, widths."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Struct
from msgspec.structs import replace

from skillcli.core.errors import ClerkError
from skillcli.xlsx.book import Chart, Head, Kind, Sheet, Table
from skillcli.xlsx.cells import display_width, distinct_text, shown_text, width_of

MOST_ROWS = 1_048_576
LINE_HEIGHT = 14.25
"""Points a line of the usual font takes."""
MOST_LINES = 28
"""Lines a row can show: Excel's rows are at most 409 points high."""
_GENEROUS = 1.05
_ROWS_BESIDE_CHART = 16
"""Rows that fit on a page above a chart that stands upright."""
_COLUMN_CHART = 17
"""Rows that such a chart takes."""
_NARROWEST = 5.0
_LONG_TITLE = 14
"""Headers longer than this wrap to two lines rather than widen their column."""
_WIDEST_TEXT = 28.0
"""A text column grows to this by itself; longer text wraps."""
_WIDEST_PAGE = {True: 148.0, False: 98.0}
"""Characters across A4 landscape and portrait at full size; narrower sheets are stretched a little."""


class TablePlace(Struct, frozen=True):
    """Rows (from 0) of a table: caption (-1: none), header, first row of data, totals (-1: none)."""

    caption: int
    header: int
    first: int
    totals: int


class ChartPlace(Struct, frozen=True):
    """Row (from 0) of a chart's upper edge; whether it takes half the page's width, and which half; whether a page
    begins with it."""

    row: int
    half: bool
    right: bool
    new_page: bool


class Layout(Struct, frozen=True):
    """Rows (from 0) of a sheet's parts and the widths of its grid columns.

    ``end`` is the number of rows taken.
    """

    title: int
    lines: int
    tables: tuple[TablePlace, ...]
    notes: int
    signatures: int
    opinion: int
    end: int
    widths: tuple[float, ...]
    charts: tuple[ChartPlace, ...] = ()


def lay_out(sheet: Sheet) -> Layout:
    """Place the parts of a sheet. Raises ClerkError when it has more rows than Excel takes."""
    row = 1 if sheet.title else 0
    lines = row
    row += len(sheet.lines)
    places = []
    for number, table in enumerate(sheet.tables):
        row += 1 if number else 0
        caption = row if table.caption else -1
        header = row + (1 if table.caption else 0)
        first = header + 1
        row = first + len(table.frame)
        places.append(TablePlace(caption, header, first, row if table.totals else -1))
        row += 1 if table.totals else 0
    notes = row
    row += len(sheet.notes)
    charts, row = _charts(sheet, row)
    signatures = row + 1
    if sheet.signatures:
        row += 2
    opinion = row + 1
    if sheet.opinion:
        row += 2
    if row > MOST_ROWS:
        raise ClerkError(
            f"工作表“{sheet.name}”有 {row:,} 行，超过 Excel 的 {MOST_ROWS:,} 行。", "请把花名册分成几批处理。"
        )
    widths = _grid(sheet)
    return Layout(0 if sheet.title else -1, lines, tuple(places), notes, signatures, opinion, row, widths, charts)


def _charts(sheet: Sheet, row: int) -> tuple[tuple[ChartPlace, ...], int]:
    """Places of the charts below ``row``, and the row after them. Two that stand upright share a strip; a strip that
    would not fit under the tables begins a page."""
    places: list[ChartPlace] = []
    last, used = len(sheet.charts) - 1, row
    most = _ROWS_BESIDE_CHART + _COLUMN_CHART
    for number, chart in enumerate(sheet.charts):
        if places and places[-1].half and not places[-1].right:
            places.append(replace(places[-1], right=True, new_page=False))
            continue
        half = chart.kind != "bar" and number < last and sheet.charts[number + 1].kind != "bar"
        height = chart_rows(chart, len(sheet.tables[chart.table].frame)) + 1
        new_page = used + height > most
        used = height if new_page else used + height
        places.append(ChartPlace(row + 1, half, False, new_page))
        row += height
    return tuple(places), row


def chart_rows(chart: Chart, rows: int) -> int:
    """Rows of the usual height that a chart of so many table rows takes."""
    shown = min(rows, chart.rows or rows)
    return max(14, 6 + shown * max(1, len(chart.series) * 3 // 4 + 1)) if chart.kind == "bar" else _COLUMN_CHART


def lines_needed(text: str, width: float) -> int:
    """Lines a text wraps to in a cell of this width (characters), a little generous."""
    return sum(max(1, math.ceil(width_of(part) * _GENEROUS / max(width - 1, 1))) for part in text.split("\n"))


def row_lines(
    table: Table, widths: tuple[float, ...], texts: Mapping[str, pa.DictionaryArray]
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Lines each row of a table needs, int64. ``texts`` as from ``table_texts``."""
    needed = np.ones(len(table.frame), dtype=np.int64)
    for head, width in _heads(table, widths):
        if head.title in texts and len(table.frame):
            text = texts[head.title].dictionary
            breaks = pc.count_substring(text, "\n").to_numpy()
            wide = display_width(text).to_numpy() * _GENEROUS / max(width - 1, 1)
            lines = pa.array(np.ceil(wide).astype(np.int64) + breaks)
            if (pc.max(lines).as_py() or 0) > 1:
                needed = np.maximum(needed, lines.take(texts[head.title].indices).fill_null(0).to_numpy())
    return needed


def table_texts(table: Table) -> dict[str, pa.DictionaryArray]:
    """Title of each column that holds no numbers → its texts (``cells.distinct_text``)."""
    return {head.title: distinct_text(table.frame[head.title]) for head in table.heads if not head.kind.numeric}


def heading_lines(table: Table, widths: tuple[float, ...]) -> int:
    """Lines the header of a table needs."""
    return max(lines_needed(head.title, width) for head, width in _heads(table, widths))


def totals_lines(table: Table, widths: tuple[float, ...]) -> int:
    """Lines the totals row of a table needs."""
    values = [(table.totals.get(head.title), width) for head, width in _heads(table, widths)]
    return max((lines_needed(value, width) for value, width in values if isinstance(value, str)), default=1)


def _heads(table: Table, widths: tuple[float, ...]) -> Iterator[tuple[Head, float]]:
    """Every head with the width of its cells."""
    column = 0
    for head in table.heads:
        yield head, sum(widths[column : column + head.span])
        column += head.span


def _grid(sheet: Sheet) -> tuple[float, ...]:
    """Widths of the grid columns: the widest demand of any table's unspanned column."""
    widths = [0.0] * max(table.span for table in sheet.tables)
    for table in sheet.tables:
        column = 0
        for head in table.heads:
            if head.span == 1:
                widths[column] = max(widths[column], head.width or _fit(table, head))
            column += head.span
    widths = [width or 10.0 for width in widths]
    page = _WIDEST_PAGE[sheet.landscape]
    stretch = min(max(page * 0.92 / sum(widths), 1.0), 1.25)
    return tuple(round(width * stretch, 1) for width in widths)


def _fit(table: Table, head: Head) -> float:
    values = table.frame[head.title]
    if head.kind.numeric:
        ends = pd.Series([values.min(), values.max()], dtype=values.dtype) if len(values) else values
        most = pc.max(display_width(shown_text(ends, head.kind))).as_py() or 0
    else:
        most = pc.max(display_width(shown_text(values, head.kind))).as_py() or 0
    total = table.totals.get(head.title)
    if total is not None:
        most = max(most, width_of(shown_total(total, head.kind)))
    if head.kind in (Kind.TEXT, Kind.LINK):
        most = min(most, _WIDEST_TEXT)
    title = width_of(head.title)
    return max(most, title if title <= _LONG_TITLE else math.ceil(title / 2) + 1, _NARROWEST) + 2.0


def shown_total(value: object, kind: Kind) -> str:
    """A totals cell as it is read: text as it stands, a number in the column's kind."""
    if isinstance(value, str):
        return value
    return str(shown_text(pd.Series([value]), kind)[0])
