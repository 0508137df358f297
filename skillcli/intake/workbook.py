"""xlsx, xlsm, xls, xlsb and ods through calamine: typed cells, Excel's own row numbers."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from skillcli.intake.grid import Grid, Special, Workbook, columns_of
from skillcli.intake.package import Layout, layout
from skillcli.intake.prescan import SheetScan, scan
from skillcli.intake.sniff import broken, password

_LARGE = 100_000
"""Bytes from which on a file may hold a sheet that is worth the quick way."""


def read(data: bytes, form: str, sha256: str) -> Workbook:
    """Every sheet with its cells. Raises Refused."""
    if form == "xlsx" and len(data) > _LARGE:
        from skillcli.intake import quick

        known = quick.read(data, sha256)
        if known is not None:
            return known
    return read_generally(data, form, sha256)


def read_generally(data: bytes, form: str, sha256: str) -> Workbook:
    """The same through calamine, which knows every format and dialect. Raises Refused."""
    scans = scan(data) if form != "xls" else {}
    plan = _plan(data) if form == "xlsx" else None
    parts = {sheet.name: sheet.part for sheet in plan.sheets} if plan else {}
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
    return Workbook(form, sha256, sheets, bool(plan and plan.date1904))


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


def _plan(data: bytes) -> Layout | None:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return layout(package)


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
