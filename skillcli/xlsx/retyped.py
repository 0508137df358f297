"""A workbook written anew from typed cells, for sources that cannot be edited in place.

A csv, an xls or a workbook of unusual make becomes a plain xlsx with every cell in its row and column
and of its own type: a number stays a number, so that whoever reads the copy judges it as the source.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO
from xml.sax.saxutils import escape

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Struct, field
from numpy.typing import NDArray
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from skillcli.xlsx.archive import MANY_ROWS, new_archive
from skillcli.xlsx.cells import escaped, printable, tagged, width_of
from skillcli.xlsx.stage import Staged, stage_file

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_MEDIA = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_EPOCHS = {False: datetime.datetime(1899, 12, 30), True: datetime.datetime(1904, 1, 1)}
_GENERAL, _TEXT, _DAY, _MOMENT, _CLOCK, _SPAN = range(6)
_FORMATS = (0, 49, 164, 165, 21, 46)
"""Number format of each cell style above, as Excel numbers them; its own ones for days differ with the country."""
_OWN_FORMATS = {164: "yyyy-mm-dd", 165: "yyyy-mm-dd hh:mm:ss"}
_NARROWEST, _WIDEST = 9, 45
_LONGEST_NAME = 31


class Broken(Struct, frozen=True):
    """A cell without a value: ``shown`` is the error Excel shows there (``#N/A``), "" for a formula
    whose result was never stored."""

    shown: str = ""


class TypedSheet(Struct, frozen=True):
    """``columns``: distinct cells (text, float, day, time, ``Broken``; "" is blank) and, for each of
    ``height`` rows, the position of its cell among them (int32). ``merges``: first row, first column,
    last row, last column, from 0; ``hidden_rows``: Excel's row numbers."""

    name: str
    columns: Sequence[tuple[Sequence[object], NDArray[np.int32]]]
    height: int
    hidden: bool = False
    merges: Sequence[tuple[int, int, int, int]] = ()
    hidden_rows: frozenset[int] = field(default_factory=frozenset)


def legal_names(names: Sequence[str], blank: str) -> list[str]:
    """Sheet names as Excel takes them, all different, in order; ``blank`` for a sheet without one."""
    made: list[str] = []
    for name in names:
        plain = re.sub(r"[\[\]:*?/\\]", " ", _CONTROL.sub("", name)).strip().strip("'")[:_LONGEST_NAME] or blank
        number, found = 1, plain
        while found.lower() in (other.lower() for other in made):
            number += 1
            found = f"{plain[: _LONGEST_NAME - 4]}({number})"
        made.append(found)
    return made


def stage_typed(sheets: Sequence[TypedSheet], folder: Path, name: str, *, date1904: bool = False) -> Staged:
    """Write the sheets as a workbook, safely on disk, not yet under its name (see ``Staged``).

    Names must be those of ``legal_names``. The same cells give the same bytes. Raises ClerkError when it
    cannot be written.
    """

    def write(stream: BinaryIO) -> None:
        with new_archive(stream, large=sum(sheet.height for sheet in sheets) > MANY_ROWS) as archive:
            for part, pieces in _parts(sheets, date1904):
                with archive.open(part, "w", force_zip64=True) as target:
                    for piece in pieces:
                        target.write(piece)

    return stage_file(folder, name, write)


def _parts(sheets: Sequence[TypedSheet], date1904: bool) -> Iterator[tuple[str, Iterator[bytes]]]:
    numbers = range(1, len(sheets) + 1)
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_MEDIA}.worksheet+xml"/>' for n in numbers
    )
    yield "[Content_Types].xml", iter([
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_MEDIA}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_MEDIA}.styles+xml"/>{overrides}</Types>'.encode()
    ])  # fmt: skip
    yield "_rels/.rels", iter([_relations([("officeDocument", "xl/workbook.xml")])])
    targets = [("worksheet", f"worksheets/sheet{n}.xml") for n in numbers] + [("styles", "styles.xml")]
    yield "xl/_rels/workbook.xml.rels", iter([_relations(targets)])
    yield "xl/workbook.xml", iter([_workbook(sheets, date1904)])
    yield "xl/styles.xml", iter([_styles()])
    for number, sheet in enumerate(sheets, 1):
        yield f"xl/worksheets/sheet{number}.xml", _sheet(sheet, date1904)


def _relations(targets: list[tuple[str, str]]) -> bytes:
    each = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, 1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{each}</Relationships>'.encode()


def _workbook(sheets: Sequence[TypedSheet], date1904: bool) -> bytes:
    shown = next((n for n, sheet in enumerate(sheets) if not sheet.hidden), 0)
    each = "".join(
        f'<sheet name="{escape(sheet.name, {chr(34): "&quot;"})}" sheetId="{n + 1}"'
        f'{" state=" + chr(34) + "hidden" + chr(34) if sheet.hidden and n != shown else ""} r:id="rId{n + 1}"/>'
        for n, sheet in enumerate(sheets)
    )
    return (
        f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><workbookPr{" date1904=" + chr(34) + "1" + chr(34) if date1904 else ""}/>'
        f'<bookViews><workbookView activeTab="{shown}"/></bookViews><sheets>{each}</sheets></workbook>'
    ).encode()


def _styles() -> bytes:
    formats = "".join(
        f'<xf numFmtId="{number}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        for number in _FORMATS
    )
    own = "".join(f'<numFmt numFmtId="{number}" formatCode="{code}"/>' for number, code in _OWN_FORMATS.items())
    return (
        f'{_HEAD}<styleSheet xmlns="{_MAIN}"><numFmts count="{len(_OWN_FORMATS)}">{own}</numFmts><fonts count="1"><font><sz val="11"/><name val="宋体"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{len(_FORMATS)}">{formats}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    ).encode()


def _sheet(sheet: TypedSheet, date1904: bool) -> Iterator[bytes]:
    width, height = max(len(sheet.columns), 1), max(sheet.height, 1)
    columns = "".join(
        f'<col min="{n}" max="{n}" width="{_width(cells)}" customWidth="1"/>'
        for n, (cells, _) in enumerate(sheet.columns, 1)
    )
    yield (
        f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<dimension ref="A1:{xl_rowcol_to_cell(height - 1, width - 1)}"/>'
        f'<sheetFormatPr defaultRowHeight="15"/>{f"<cols>{columns}</cols>" if columns else ""}<sheetData>'
    ).encode()
    yield from _rows(sheet, date1904)
    yield b"</sheetData>"
    merges = [f"{xl_rowcol_to_cell(a, b)}:{xl_rowcol_to_cell(c, d)}" for a, b, c, d in _apart(sheet.merges)]
    if merges:
        each = "".join(f'<mergeCell ref="{place}"/>' for place in merges)
        yield f'<mergeCells count="{len(merges)}">{each}</mergeCells>'.encode()
    yield (
        b'<pageMargins left="0.35" right="0.35" top="0.6" bottom="0.7" header="0.3" footer="0.3"/>'
        b'<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>'
    )


def _rows(sheet: TypedSheet, date1904: bool) -> Iterator[bytes]:
    """Every row's XML; whole columns are taken and joined, so that large sheets stay quick."""
    if not sheet.height:
        return
    numbers = pa.array(np.arange(1, sheet.height + 1)).cast(pa.string())
    hidden = np.isin(np.arange(1, sheet.height + 1), np.array(sorted(sheet.hidden_rows), dtype=np.int64))
    opening = pc.if_else(pa.array(hidden), '" hidden="1">', '">')
    pieces: list[pa.Array | str] = ['<row r="', numbers, opening]
    for at, (cells, codes) in enumerate(sheet.columns):
        written = pa.array(_written(cells, date1904)).take(pa.array(codes))
        cell = pc.binary_join_element_wise(f'<c r="{xl_col_to_name(at)}', numbers, '"', written, "")
        pieces.append(pc.if_else(pc.equal(written, ""), "", cell))
    joined = pc.binary_join_element_wise(*pieces, "</row>", "")
    for text in joined.to_pylist():
        yield str(text).encode()


def _written(cells: Sequence[object], date1904: bool) -> list[str]:
    """What follows a cell's address, for each distinct cell; "" for a blank one."""
    texts = [printable(_CONTROL.sub("", cell)) if isinstance(cell, str) else "" for cell in cells]
    inside = tagged(escaped(pa.array(texts, type=pa.string()))).to_pylist()
    return [
        (f' s="{_TEXT}" t="inlineStr"><is>{inside[n]}</is></c>' if texts[n] else "")
        if isinstance(cell, str)
        else _other(cell, date1904)
        for n, cell in enumerate(cells)
    ]


def _other(cell: object, date1904: bool) -> str:
    """A cell that is no text."""
    if isinstance(cell, Broken):
        error = f' t="e"><v>{escape(cell.shown)}</v></c>'
        return error if cell.shown else '><f>""</f></c>'
    if isinstance(cell, datetime.timedelta):
        return f' s="{_SPAN}"><v>{cell / datetime.timedelta(days=1)!r}</v></c>'
    if isinstance(cell, datetime.time):
        whole = datetime.datetime.combine(datetime.date(2000, 1, 1), cell) - datetime.datetime(2000, 1, 1)
        return f' s="{_CLOCK}"><v>{whole / datetime.timedelta(days=1)!r}</v></c>'
    if isinstance(cell, datetime.date):
        return _day(cell, date1904)
    return f' s="{_GENERAL}"><v>{cell!r}</v></c>'


def _day(cell: datetime.date, date1904: bool) -> str:
    """A day or moment; one before Excel's calendar is sound stays a text."""
    if (cell.year, cell.month) < (1904 if date1904 else 1900, 3):
        return f' s="{_TEXT}" t="inlineStr"><is><t>{cell}</t></is></c>'
    is_moment = isinstance(cell, datetime.datetime)
    moment = cell if isinstance(cell, datetime.datetime) else datetime.datetime(cell.year, cell.month, cell.day)
    days = (moment.replace(tzinfo=None) - _EPOCHS[date1904]) / datetime.timedelta(days=1)
    style = _MOMENT if is_moment and moment.time() != datetime.time() else _DAY
    return f' s="{style}"><v>{int(days) if days.is_integer() else repr(days)}</v></c>'


def _width(cells: Sequence[object]) -> int:
    """A column's width in characters; one long remark does not stretch it over the page."""
    widest = max((width_of(line) for cell in cells if isinstance(cell, str) for line in cell.split("\n")), default=0)
    return min(max(widest + 2, _NARROWEST), _WIDEST)


def _apart(merges: Sequence[tuple[int, int, int, int]]) -> list[tuple[int, int, int, int]]:
    """Merges that do not touch an earlier one: Excel repairs a sheet in which two overlap."""
    kept: list[tuple[int, int, int, int]] = []
    taken: dict[int, list[tuple[int, int]]] = {}
    for top, left, bottom, right in merges:
        rows = range(top, bottom + 1)
        apart = all(right < first or last < left for row in rows for first, last in taken.get(row, ()))
        if apart and (top, left) != (bottom, right):
            kept.append((top, left, bottom, right))
            for row in rows:
                taken.setdefault(row, []).append((left, right))
    return kept
