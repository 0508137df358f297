"""xlsx, xlsm, xls, xlsb and ods through calamine: typed cells, Excel's own row numbers."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from skillcli.intake.grid import Cell, Grid, Workbook, columns_of
from skillcli.intake.losses import BookScan, SheetScan
from skillcli.intake.package import layout
from skillcli.intake.prescan import scan
from skillcli.intake.sniff import broken, password, unprovable

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

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
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

    looked = _looked(data, form)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(looked.data or data)) as book:
            metas = book.sheets_metadata
            if len(metas) != len(looked.sheets) or len({meta.name for meta in metas}) != len(metas):
                raise unprovable()
            sheets = []
            for at, (meta, found) in enumerate(zip(metas, looked.sheets, strict=True)):
                hidden = meta.visible != SheetVisibleEnum.Visible
                sheet = book.get_sheet_by_index(at) if found.cells else None
                sheets.append(_grid(sheet, hidden, found) if sheet else Grid(meta.name, [], 0, hidden))
    except PasswordError:
        raise password() from None
    except (CalamineError, ValueError, OSError):
        raise broken() from None
    return Workbook(form, sha256, sheets, looked.date1904)


def _looked(data: bytes, form: str) -> BookScan:
    """What the general reader loses of a file. The modules of the rarer formats are imported for their own files only."""
    if form == "xlsb":
        from skillcli.intake import biff12

        return biff12.scan(data)
    if form == "xls":
        from skillcli.intake import biff8

        return biff8.scan(data)
    if form == "ods":
        from skillcli.intake import opendocument

        return opendocument.scan(data)
    return _look_xlsx(data)


def _look_xlsx(data: bytes) -> BookScan:
    """The same of an xlsx, sheet by sheet."""
    scans = scan(data)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        plan = layout(package)
    if plan is None:
        raise broken()
    return BookScan([scans.get(sheet.part, SheetScan()) for sheet in plan.sheets], plan.date1904)


def _grid(sheet: CalamineSheet, hidden: bool, found: SheetScan) -> Grid:
    if sheet.start is None and not found.specials:
        return Grid(sheet.name, [], 0, hidden)
    columns, height = columns_of(_rows(sheet, found.specials), found.specials)
    merges = sheet.merged_cell_ranges
    ranges = found.merges if merges is None else [(a, b, c, d) for (a, b), (c, d) in merges]
    return Grid(sheet.name, columns, height, hidden, ranges, found.hidden_rows)


def _rows(sheet: CalamineSheet, specials: Mapping[tuple[int, int], Cell]) -> Iterator[list[Any]]:
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
