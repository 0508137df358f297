"""A book as the bytes of an .xlsx file: the shell of ``shell.py`` with the rows of ``body.py``.

The same book gives the same bytes on any day, in any time zone: document and zip times are fixed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import BinaryIO
from zipfile import ZipFile

from xlsxwriter.utility import xl_rowcol_to_cell

from skillcli.xlsx.archive import MANY_ROWS, new_archive
from skillcli.xlsx.body import table_rows
from skillcli.xlsx.book import Book, Sheet
from skillcli.xlsx.layout import Layout, lay_out, row_lines, table_texts
from skillcli.xlsx.shared import SharedStrings
from skillcli.xlsx.shell import make_shell
from skillcli.xlsx.stage import Staged, stage_file

_STRINGS = "xl/sharedStrings.xml"
_Block = tuple[str, bool, bytes | memoryview]
_ROUGH_CELL = 120
"""Bytes a cell takes in the XML at most, roughly: decides whether a zip member needs 64-bit sizes."""


def write_book(book: Book, path: Path) -> Path:
    """Write a workbook and put it in place; returns where it stands (see ``Staged.publish``)."""
    return stage(book, path.parent, path.name).publish()


def stage(book: Book, folder: Path, name: str) -> Staged:
    """Write a workbook completely, under a temporary name in ``folder``, safely on disk.

    ``publish`` of the result gives it its name, ``discard`` removes it. Raises ClerkError when
    the folder cannot be written or the disk is full; nothing is left behind then.
    """
    return stage_file(folder, name, lambda stream: render(book, stream))


def render(book: Book, stream: BinaryIO) -> None:
    """Write the workbook's bytes into a seekable stream."""
    many = sum(len(table.frame) for sheet in book.sheets for table in sheet.tables) > MANY_ROWS
    with new_archive(stream, large=many) as target:
        for (name, large), blocks in groupby(_ahead(_blocks(book)), key=itemgetter(0, 1)):
            with target.open(name, "w", force_zip64=large) as part:
                for _, _, block in blocks:
                    part.write(block)


def _blocks(book: Book) -> Iterator[_Block]:
    """Name of a part, whether it may need 64-bit sizes, and its next block, part after part."""
    layouts = tuple(lay_out(sheet) for sheet in book.sheets)
    parts = {f"xl/worksheets/sheet{n}.xml": n - 1 for n in range(1, len(book.sheets) + 1)}
    shell = ZipFile(BytesIO(make_shell(book, layouts)))
    shared = SharedStrings(shell.read(_STRINGS))
    for name in shell.namelist():
        if name in parts:
            sheet, layout = book.sheets[parts[name]], layouts[parts[name]]
            cells = sum(table.span * len(table.frame) for table in sheet.tables)
            for block in _sheet_xml(shell.read(name), sheet, layout, shared):
                yield name, cells * _ROUGH_CELL > 2**31, block
        elif name != _STRINGS:
            yield name, False, shell.read(name)
    yield _STRINGS, False, shared.xml()


def _ahead(blocks: Iterator[_Block]) -> Iterator[_Block]:
    """The blocks, the next one made while the last is being compressed."""
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(next, blocks, None)
        while (block := coming.result()) is not None:
            coming = pool.submit(next, blocks, None)
            yield block


def _sheet_xml(shell: bytes, sheet: Sheet, layout: Layout, shared: SharedStrings) -> Iterator[bytes | memoryview]:
    """The shell's XML with every pattern row replaced by the table's rows."""
    end = f'<dimension ref="A1:{_last_cell(layout)}"/>'.encode()
    rest = re.sub(rb'<dimension ref="[^"]*"/>', end, shell, count=1)
    for table, place in zip(sheet.tables, layout.tables, strict=True):
        if not len(table.frame):
            continue
        before, pattern, rest = _cut(rest, place.first + 1, place.first + len(table.frame))
        yield before
        styles = tuple(found.decode() for found in re.findall(rb'<c r="[A-Z]+\d+" s="(\d+)"', pattern))
        texts = table_texts(table)
        lines = row_lines(table, layout.widths, texts)
        yield from table_rows(table, place.first + 1, styles, lines, shared, texts)
    yield rest


def _cut(xml: bytes, first: int, last: int) -> tuple[bytes, bytes, bytes]:
    """XML before the rows ``first`` … ``last``, the first of these rows, and what follows them all."""
    begin = xml.index(b'<row r="%d"' % first)
    pattern = xml[begin : xml.index(b"</row>", begin) + len(b"</row>")]
    end = begin
    for found in re.finditer(rb'<row r="(\d+)".*?</row>', xml[begin:], re.DOTALL):
        if int(found[1]) > last:
            break
        end = begin + found.end()
    return xml[:begin], pattern, xml[end:]


def _last_cell(layout: Layout) -> str:
    return str(xl_rowcol_to_cell(max(layout.end - 1, 0), len(layout.widths) - 1))
