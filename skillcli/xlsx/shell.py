"""Everything of a workbook but the rows of its tables, made by XlsxWriter.

In place of the rows stands one pattern row a table, whose cells carry the styles; ``body.py``
makes the rows. XlsxWriter works in memory here, so that no personal data lands in the
system's temporary folder.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from typing import Any

import pandas as pd
from xlsxwriter import Workbook
from xlsxwriter.utility import xl_rowcol_to_cell

from skillcli.xlsx import style
from skillcli.xlsx.book import Book, Kind, Sheet, Table
from skillcli.xlsx.cells import printable, width_of
from skillcli.xlsx.charts import draw
from skillcli.xlsx.layout import LINE_HEIGHT, Layout, TablePlace, heading_lines, lines_needed, totals_lines

CREATED = datetime(2020, 1, 1)
"""Stands in every document's properties: the same book gives the same bytes."""
FOOTER = "&C第 &P 页 共 &N 页"
A4 = 9


def make_shell(book: Book, layouts: tuple[Layout, ...]) -> bytes:
    """The workbook with a pattern row in place of each table's rows."""
    stream = BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_format_properties": dict(style.BODY_FONT),
    }
    workbook = Workbook(stream, options)
    workbook.set_properties({"title": printable(book.title), "created": CREATED})
    formats = _Formats(workbook)
    for sheet, layout in zip(book.sheets, layouts, strict=True):
        target = workbook.add_worksheet(sheet.name)
        _Page(target, sheet, layout, formats).write()
        for chart, place in zip(sheet.charts, layout.charts, strict=True):
            draw(workbook, target, sheet, layout, chart, place)
        target.set_h_pagebreaks(
            [
                max(at.caption, 0) or at.header
                for table, at in zip(sheet.tables, layout.tables, strict=True)
                if table.new_page
            ]
            + [place.row for place in layout.charts if place.new_page]
        )
    workbook.close()
    return stream.getvalue()


class _Formats:
    """XlsxWriter formats, one a use."""

    def __init__(self, workbook: Any) -> None:
        self._workbook = workbook
        self._made: dict[tuple[str, bool], Any] = {}

    def part(self, name: str) -> Any:
        return self._get((name, False), style.PARTS.get(name, {}))

    def cell(self, kind: Kind, *, total: bool = False) -> Any:
        return self._get((f"cell {kind}", total), style.cell(kind, total=total))

    def _get(self, key: tuple[str, bool], properties: dict[str, Any]) -> Any:
        if key not in self._made:
            self._made[key] = self._workbook.add_format(properties)
        return self._made[key]


class _Page:
    """One worksheet on its way."""

    def __init__(self, target: Any, sheet: Sheet, layout: Layout, formats: _Formats) -> None:
        self.target, self.sheet, self.layout, self.formats = target, sheet, layout, formats
        self.last = len(layout.widths) - 1

    def write(self) -> None:
        sheet, layout = self.sheet, self.layout
        for column, width in enumerate(layout.widths):
            self.target.set_column(column, column, width)
        if sheet.title:
            self._across(layout.title, sheet.title, "title", height=30)
        for number, line in enumerate(sheet.lines):
            self._across(layout.lines + number, line, "line")
        for table, place in zip(sheet.tables, layout.tables, strict=True):
            self._table(table, place)
        for number, note in enumerate(sheet.notes):
            self._across(layout.notes + number, note, "note")
        if sheet.signatures:
            self._signatures()
        if sheet.opinion:
            text = f"{sheet.opinion}：\n\n　　　　　　　　（盖章）　　　　　　　　年　　月　　日"
            self._across(layout.opinion, text, "opinion", height=LINE_HEIGHT * 5)
        self._print()

    def _across(self, row: int, text: str, part: str, height: float = 0) -> None:
        text = printable(text)
        needed = lines_needed(text, sum(self.layout.widths)) * LINE_HEIGHT + 3
        self.target.set_row(row, max(height, needed))
        self._merged(row, 0, self.last, text, self.formats.part(part))

    def _merged(self, row: int, first: int, last: int, text: str, made: Any) -> None:
        if last > first:
            self.target.merge_range(row, first, row, last, "", made)
        self.target.write_string(row, first, text, made)

    def _table(self, table: Table, place: TablePlace) -> None:
        if place.caption >= 0:
            self._across(place.caption, table.caption, "caption")
        self.target.set_row(place.header, heading_lines(table, self.layout.widths) * LINE_HEIGHT + 4)
        if place.totals >= 0:
            self.target.set_row(place.totals, totals_lines(table, self.layout.widths) * LINE_HEIGHT + 2)
        for head, first, last in _grid_columns(table):
            self._merged(place.header, first, last, printable(head.title), self.formats.part("head"))
            made = self.formats.cell(head.kind)
            if len(table.frame):
                for column in range(first, last + 1):
                    self.target.write_blank(place.first, column, None, made)
                self._spans(table, place, first, last, made)
            if head.title in table.links:
                self._links(table, place, head.title, first)
            if place.totals >= 0:
                self._total(place.totals, first, last, table.totals.get(head.title), head.kind)
            if head.kind is Kind.ID and len(table.frame):
                end = place.first + len(table.frame) - 1
                area = f"{xl_rowcol_to_cell(place.first, first)}:{xl_rowcol_to_cell(end, first)}"
                self.target.ignore_errors({"number_stored_as_text": area})

    def _spans(self, table: Table, place: TablePlace, first: int, last: int, made: Any) -> None:
        """Merge spanned cells; the rows themselves are made by ``body.py``."""
        if last > first:
            for row in range(place.first, place.first + len(table.frame)):
                self.target.merge_range(row, first, row, last, "", made)

    def _links(self, table: Table, place: TablePlace, title: str, column: int) -> None:
        for number, (text, target) in enumerate(zip(table.frame[title], table.links[title], strict=True)):
            if pd.notna(target) and target and pd.notna(text):
                self.target.write_url(
                    place.first + number, column, f"internal:{target}", self.formats.cell(Kind.LINK), string=str(text)
                )

    def _total(self, row: int, first: int, last: int, value: object, kind: Kind) -> None:
        made = self.formats.cell(kind, total=True)
        if last > first:
            self.target.merge_range(row, first, row, last, "", made)
        if value is None:
            self.target.write_blank(row, first, None, made)
        elif isinstance(value, str):
            self.target.write_string(row, first, printable(value), self.formats.cell(Kind.TEXT, total=True))
        else:
            self.target.write_number(row, first, _as_number(value, kind), made)

    def _signatures(self) -> None:
        """All on one line, in stretches of equal width, each with room to sign behind it."""
        share = sum(self.layout.widths) / len(self.sheet.signatures)
        texts = [f"{printable(text)}：" for text in self.sheet.signatures]
        spaced = [text + "　" * max(2, int((share - width_of(text)) / 2)) for text in texts]
        self.target.set_row(self.layout.signatures, 30)
        self._merged(self.layout.signatures, 0, self.last, "".join(spaced).rstrip("　"), self.formats.part("signature"))

    def _print(self) -> None:
        sheet, target = self.sheet, self.target
        if sheet.landscape:
            target.set_landscape()
        else:
            target.set_portrait()
        target.set_paper(A4)
        target.set_margins(left=0.35, right=0.35, top=0.6, bottom=0.7)
        target.center_horizontally()
        target.fit_to_pages(1, 0)
        target.set_footer(FOOTER)
        place = self.layout.tables[0]
        if len(sheet.tables) == 1:
            target.repeat_rows(place.header)
            target.freeze_panes(place.header + 1, 0)
            last = place.first + len(sheet.tables[0].frame) - 1
            target.autofilter(place.header, 0, max(last, place.header), sheet.tables[0].span - 1)


def _grid_columns(table: Table) -> Iterator[tuple[Any, int, int]]:
    """Every head with its first and last grid column."""
    column = 0
    for head in table.heads:
        yield head, column, column + head.span - 1
        column += head.span


def _as_number(value: object, kind: Kind) -> float:
    scale = {Kind.MONEY: 100, Kind.PERCENT: 10_000, Kind.WAN: 1_000_000}.get(kind, 1)
    return int(str(value)) / scale
