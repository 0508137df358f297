"""A copy of somebody's workbook with marks: coloured cells, notes, a column of remarks, a list.

Everything else of the workbook stays as it is, stored formula values included; taking the marks
away gives back the input cell for cell. Rows are edited as text, which also serves large sheets.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
from msgspec import Struct
from xlsxwriter.utility import xl_col_to_name

from skillcli.xlsx.book import Table
from skillcli.xlsx.cells import inline_text, printable
from skillcli.xlsx.cellstyles import Styles
from skillcli.xlsx.notes import Note
from skillcli.xlsx.package import NotEditable, Package
from skillcli.xlsx.patch import SheetXml
from skillcli.xlsx.problemlist import list_xml
from skillcli.xlsx.sheetnotes import has_notes, put_notes
from skillcli.xlsx.stage import Staged, stage_file
from skillcli.xlsx.unmark import kept_shades, list_sheet, text_column

__all__ = ["Annotation", "NotEditable", "SheetMarks", "stage_annotated"]

_MOST_NOTES = 2_000
"""Notes a sheet gets: each is a drawing, and thousands make a workbook slow to open."""
EDITABLE = (".xlsx", ".xlsm")
"""File name endings of workbooks that can be marked."""


class SheetMarks(Struct, frozen=True):
    """What is marked on one sheet.

    ``cells``: one row a mark: ``row`` and ``column`` (int64, from 1), ``colour`` (RRGGBB), ``note``;
    of several marks on a cell the first gives the colour. ``remarks``: Excel row → text of the
    added column; ``header_row``: where that column's title goes.
    """

    sheet: str
    header_row: int
    cells: pd.DataFrame
    remarks: Mapping[int, str]


class Annotation(Struct, frozen=True):
    """All marks on a workbook. ``title`` of the added columns; ``listed``: a table that is added
    as a sheet of its own, under the line ``summary``; its link column leads into the marked sheets. ``palette``: every colour (RRGGBB)
    that marks may have; a workbook with such a column already loses them, its notes and its remarks first.
    ``notes_begin``: how every note begins (a regular expression)."""

    sheets: tuple[SheetMarks, ...]
    title: str
    list_name: str
    listed: Table
    summary: str
    palette: tuple[str, ...] = ()
    notes_begin: str = ""


def stage_annotated(source: Path, annotation: Annotation, folder: Path, name: str) -> Staged:
    """Write the marked copy, safely on disk, not yet under its name (see ``Staged``).

    Raises NotEditable when the workbook has a shape that is not edited in place (the caller goes
    without), ClerkError when the copy cannot be written.
    """
    package = Package(source)
    styles = Styles(package.text("xl/styles.xml"))
    titles = [head.title for head in annotation.listed.heads]
    name_of_list, list_head = list_sheet(package, annotation.list_name, titles)
    styles.shades.update(kept_shades(list_head, styles))
    bare = styles.unmarked(annotation.palette)
    for marks in annotation.sheets:
        _mark(package, styles, marks, annotation, bare, listed=bool(list_head))
    package.add_sheet(name_of_list, list_xml(name_of_list, annotation.listed, annotation.summary, styles))
    package.put("xl/styles.xml", styles.xml())
    return stage_file(folder, name, package.save)


def _mark(
    package: Package, styles: Styles, marks: SheetMarks, whole: Annotation, bare: Mapping[int, int], *, listed: bool
) -> None:
    """``listed``: the workbook has a sheet of problems already. A column of the same title is ours only where other
    marks of ours are with it; an institution may have one of its own."""
    if marks.sheet not in package.sheets:
        raise NotEditable(f"no sheet {marks.sheet}")
    part, title = package.sheets[marks.sheet], whole.title
    sheet = SheetXml(_utf8(package, part))
    earlier = text_column(package, sheet, marks.header_row, title)
    earlier = earlier if listed or has_notes(package, part, title) else 0
    if earlier:
        sheet.clear(marks.header_row, earlier, bare)
    column = earlier or sheet.last_column() + 1
    colours: dict[int, dict[int, str]] = {}
    for row, at, colour in zip(marks.cells["row"], marks.cells["column"], marks.cells["colour"], strict=True):
        colours.setdefault(int(row), {}).setdefault(int(at), colour)
    # Wrapped, so that many remarks neither run over the pages nor hide the first, which is the gravest.
    plain = styles.add(
        '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1">'
        '<alignment vertical="top" wrapText="1"/></xf>'
    )
    texts = {marks.header_row: title, **marks.remarks}
    sheet.mark(colours, column, _text_cells(column, texts, plain), styles)
    put_notes(package, part, sheet, _notes(marks.cells), title, whole.notes_begin)
    package.put_pieces(part, sheet.parts())


def _notes(cells: pd.DataFrame) -> list[Note]:
    """One note a cell, several remarks under each other."""
    texts: dict[tuple[int, int], list[str]] = {}
    for row, column, text in zip(cells["row"], cells["column"], cells["note"], strict=True):
        if text:
            texts.setdefault((int(row), int(column)), []).append(printable(text))
    return [Note(row, column, "\n".join(lines)) for (row, column), lines in sorted(texts.items())[:_MOST_NOTES]]


def _utf8(package: Package, part: str) -> bytes:
    """A sheet's part; NotEditable where it is in another encoding."""
    data = package.parts[part]
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or re.match(rb"<\?xml[^>]*encoding=.(?!utf-8)", data, re.IGNORECASE):
        raise NotEditable(f"{part} is not UTF-8")
    return data.removeprefix(b"\xef\xbb\xbf")


def _text_cells(column: int, texts: Mapping[int, str], style: int) -> dict[int, bytes]:
    """Row → cell of one column; the same text is made once."""
    name = xl_col_to_name(column - 1)
    inside = {text: inline_text(text) for text in set(texts.values()) if text}
    return {row: f'<c r="{name}{row}" s="{style}"{inside[text]}'.encode() for row, text in texts.items() if text}
