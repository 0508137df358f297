"""A copy of somebody's workbook with marks: coloured cells, notes, a column of remarks, a list.

Everything else of the workbook stays as it is, stored formula values included; taking the marks
away gives back the input cell for cell. Rows are edited as text, which also serves large sheets.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

import numpy as np
import pandas as pd
import pyarrow as pa
from xlsxwriter.utility import xl_col_to_name

from skillcli.xlsx.body import table_rows
from skillcli.xlsx.book import Sheet, Table
from skillcli.xlsx.cells import escaped, printable, tagged
from skillcli.xlsx.layout import lay_out, row_lines, table_texts
from skillcli.xlsx.notes import COMMENTS_TYPE, DRAWING_TYPE, Note, comments_xml, drawing_xml
from skillcli.xlsx.package import NotEditable, Package
from skillcli.xlsx.patch import SheetXml, Styles
from skillcli.xlsx.stage import Staged, stage_file
from skillcli.xlsx.unmark import replace_notes, shared_numbers

__all__ = ["Annotation", "NotEditable", "SheetMarks", "stage_annotated"]

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MOST_NOTES = 2_000
"""Notes a sheet gets: each is a drawing, and thousands make a workbook slow to open."""
_MOST_LINKS = 65_000
EDITABLE = (".xlsx", ".xlsm")
"""File name endings of workbooks that can be marked."""


@dataclass(frozen=True)
class SheetMarks:
    """What is marked on one sheet.

    ``cells``: one row a mark: ``row`` and ``column`` (int64, from 1), ``colour`` (RRGGBB), ``note``;
    of several marks on a cell the first gives the colour. ``remarks``: Excel row → text of the
    added column; ``header_row``: where that column's title goes.
    """

    sheet: str
    header_row: int
    cells: pd.DataFrame
    remarks: Mapping[int, str]


@dataclass(frozen=True)
class Annotation:
    """All marks on a workbook. ``title`` of the added columns; ``listed``: a table that is added
    as a sheet of its own; its link column leads into the marked sheets. ``palette``: every colour (RRGGBB)
    that marks may have; a workbook with such a column already loses them, its notes and its remarks first."""

    sheets: tuple[SheetMarks, ...]
    title: str
    list_name: str
    listed: Table
    palette: tuple[str, ...] = ()


def stage_annotated(source: Path, annotation: Annotation, folder: Path, name: str) -> Staged:
    """Write the marked copy, safely on disk, not yet under its name (see ``Staged``).

    Raises NotEditable when the workbook has a shape that is not edited in place (the caller goes
    without), ClerkError when the copy cannot be written.
    """
    package = Package(source)
    styles = Styles(package.text("xl/styles.xml"))
    bare = styles.unfilled(annotation.palette)
    for marks in annotation.sheets:
        _mark(package, styles, marks, annotation.title, bare)
    package.add_sheet(annotation.list_name, _list_xml(annotation, styles))
    package.put("xl/styles.xml", styles.xml())
    return stage_file(folder, name, package.save)


def _mark(package: Package, styles: Styles, marks: SheetMarks, title: str, bare: Mapping[int, int]) -> None:
    if marks.sheet not in package.sheets:
        raise NotEditable(f"no sheet {marks.sheet}")
    part = package.sheets[marks.sheet]
    sheet = SheetXml(_utf8(package, part))
    earlier = sheet.text_column(marks.header_row, title, shared_numbers(package, title))
    if earlier:
        sheet.clear(marks.header_row, earlier, bare)
    column = earlier or sheet.last_column() + 1
    colours: dict[int, dict[int, str]] = {}
    for row, at, colour in zip(marks.cells["row"], marks.cells["column"], marks.cells["colour"], strict=True):
        colours.setdefault(int(row), {}).setdefault(int(at), colour)
    plain = styles.add('<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>')
    texts = {marks.header_row: title, **marks.remarks}
    cells = _text_cells(column, texts, plain)
    sheet.mark(colours, column, cells, styles)
    notes = _notes(marks.cells)
    if not package.related(part, "comments") and "<legacyDrawing " not in sheet.after:
        if notes:
            _add_notes(package, part, sheet, notes, title)
    elif earlier:
        replace_notes(package, part, notes, title)
    package.put_pieces(part, sheet.parts())


def _notes(cells: pd.DataFrame) -> list[Note]:
    """One note a cell, several remarks under each other."""
    texts: dict[tuple[int, int], list[str]] = {}
    for row, column, text in zip(cells["row"], cells["column"], cells["note"], strict=True):
        if text:
            texts.setdefault((int(row), int(column)), []).append(printable(text))
    return [Note(row, column, "\n".join(lines)) for (row, column), lines in sorted(texts.items())[:_MOST_NOTES]]


def _add_notes(package: Package, part: str, sheet: SheetXml, notes: list[Note], author: str) -> None:
    comments = package.free_name("xl/comments{}.xml")
    package.add(comments, comments_xml(notes, author), COMMENTS_TYPE)
    package.relate(part, comments, "comments")
    drawing = package.free_name("xl/drawings/vmlDrawing{}.vml")
    package.default_type("vml", DRAWING_TYPE)
    package.put(drawing, drawing_xml(notes))
    relation = package.relate(part, drawing, "vmlDrawing")
    sheet.add_drawing(f'<legacyDrawing xmlns:r="{_OFFICE}" r:id="{relation}"/>')


def _utf8(package: Package, part: str) -> bytes:
    """A sheet's part; NotEditable where it is in another encoding."""
    data = package.parts[part]
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or re.match(rb"<\?xml[^>]*encoding=.(?!utf-8)", data, re.IGNORECASE):
        raise NotEditable(f"{part} is not UTF-8")
    return data.removeprefix(b"\xef\xbb\xbf")


def _text_cells(column: int, texts: Mapping[int, str], style: int) -> dict[int, bytes]:
    """Row → cell of one column; the same text is made once."""
    name = xl_col_to_name(column - 1)
    inside = {text: _inside(text) for text in set(texts.values()) if text}
    return {row: f'<c r="{name}{row}" s="{style}"{inside[text]}'.encode() for row, text in texts.items() if text}


def _inside(text: str) -> str:
    return f' t="inlineStr"><is>{tagged(escaped(pa.array([printable(text)])))[0].as_py()}</is></c>'


def _text_cell(column: int, row: int, text: str, style: int) -> str:
    return f'<c r="{xl_col_to_name(column - 1)}{row}" s="{style}"{_inside(text)}'


def _list_xml(annotation: Annotation, styles: Styles) -> str:
    """The added sheet: header, rows, filter, links."""
    table = annotation.listed
    layout = lay_out(Sheet(annotation.list_name, (table,)))
    text = styles.add(
        '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1">'
        '<alignment vertical="center" wrapText="1"/></xf>'
    )
    head = styles.filled(text, "EDEDED")
    number = styles.add('<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>')
    kinds = tuple(str(number if each.kind.numeric else text) for each in table.heads)
    widths = "".join(
        f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>' for n, width in enumerate(layout.widths, start=1)
    )
    heads = "".join(_text_cell(n, 1, each.title, head) for n, each in enumerate(table.heads, start=1))
    texts = table_texts(table)
    lines: np.ndarray[tuple[int], np.dtype[np.int64]] = row_lines(table, layout.widths, texts)
    rows = "".join(bytes(block).decode("utf-8") for block in table_rows(table, 2, kinds, lines, None, texts))
    last = xl_col_to_name(len(table.heads) - 1)
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><worksheet xmlns="{_MAIN}">'
        f'<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><dimension ref="A1:{last}{len(table.frame) + 1}"/>'
        '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft"'
        ' state="frozen"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/>'
        f'<cols>{widths}</cols><sheetData><row r="1">{heads}</row>{rows}</sheetData>'
        f'<autoFilter ref="A1:{last}{len(table.frame) + 1}"/>{_links_xml(table)}'
        '<pageMargins left="0.35" right="0.35" top="0.6" bottom="0.7" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
        "<headerFooter><oddFooter>&amp;C第 &amp;P 页 共 &amp;N 页</oddFooter></headerFooter></worksheet>"
    )


def _links_xml(table: Table) -> str:
    links = []
    for column, head in enumerate(table.heads):
        if head.title in table.links:
            name = xl_col_to_name(column)
            for row, target in enumerate(table.links[head.title].fillna(""), start=2):
                if target:
                    place = escape(str(target), {'"': "&quot;"})
                    links.append(f'<hyperlink ref="{name}{row}" location="{place}" display="{place}"/>')
    return f"<hyperlinks>{''.join(links[:_MOST_LINKS])}</hyperlinks>" if links else ""
