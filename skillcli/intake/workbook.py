"""xlsx, xlsm, xls, xlsb and ods through calamine: typed cells, Excel's own row numbers."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from skillcli.intake.grid import Grid, Special, Workbook, columns_of
from skillcli.intake.prescan import SheetScan, scan
from skillcli.intake.sniff import broken, password

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def read(data: bytes, form: str, sha256: str) -> Workbook:
    """Every visible sheet with its cells, hidden sheets by name only. Raises Refused."""
    scans = scan(data) if form != "xls" else {}
    parts, date1904 = _sheet_parts(data) if form == "xlsx" else ({}, False)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            sheets = []
            for at, meta in enumerate(book.sheets_metadata):
                hidden = meta.visible != SheetVisibleEnum.Visible
                found = scans.get(parts.get(meta.name, ""), SheetScan())
                sheets.append(_grid(book.get_sheet_by_index(at), hidden, found))
    except PasswordError:
        raise password() from None
    except (CalamineError, ValueError, OSError):
        raise (password() if _encrypted(data, form) else broken()) from None
    return Workbook(form, sha256, sheets, date1904)


def _grid(sheet: CalamineSheet, hidden: bool, found: SheetScan) -> Grid:
    if sheet.start is None and not found.specials:
        return Grid(sheet.name, [], 0, hidden)
    columns, height = columns_of(_rows(sheet, found.specials), found.specials)
    merges = sheet.merged_cell_ranges
    ranges = None if merges is None else [(a, b, c, d) for (a, b), (c, d) in merges]
    return Grid(sheet.name, columns, height, hidden, ranges, found.hidden_rows)


def _rows(sheet: CalamineSheet, specials: dict[tuple[int, int], Special]) -> Iterator[list[Any]]:
    """Rows from Excel's row 1 down to the last value or special cell. The reader gives the rows
    above the first value, but not the columns left of it."""
    left, last = (sheet.start or (0, 0))[1], sheet.end[0] if sheet.end else -1
    count = 0
    if last >= 0:
        for row in sheet.iter_rows():
            count += 1
            yield [""] * left + row if left else row
    if count != last + 1:
        raise AssertionError(f"{count} rows read of {last + 1}")
    for _ in range(count, max((row for row, _ in specials), default=-1) + 1):
        yield []


def _sheet_parts(data: bytes) -> tuple[dict[str, str], bool]:
    """Sheet name → part name, and whether days count from 1904. The prescan has passed."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        names = {name.replace("\\", "/").lstrip("/").lower(): name for name in package.namelist()}
        try:
            book = ElementTree.fromstring(package.read(names["xl/workbook.xml"]))
            links = ElementTree.fromstring(package.read(names["xl/_rels/workbook.xml.rels"]))
        except (KeyError, ElementTree.ParseError):
            return {}, False
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    parts = {}
    date1904 = False
    for element in book.iter():
        tag = element.tag.rpartition("}")[2]
        if tag == "workbookPr":
            date1904 = element.get("date1904") in ("1", "true")
        elif tag == "sheet":
            relation = next((v for k, v in element.attrib.items() if k.endswith("}id")), element.get(_RELATION))
            target = targets.get(relation, "").replace("\\", "/")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
            parts[element.get("name", "")] = names.get(path.lower(), path)
    return parts, date1904


def _encrypted(data: bytes, form: str) -> bool:
    """Whether a file that no reader opened is one with a password."""
    if form != "xls":
        return bool(re.search(rb"encryption-data", data[:65536]))
    import msoffcrypto
    from msoffcrypto.exceptions import FileFormatError

    try:
        return bool(msoffcrypto.OfficeFile(io.BytesIO(data)).is_encrypted())
    except (FileFormatError, OSError, ValueError, KeyError, IndexError, AttributeError):
        return False
