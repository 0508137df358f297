"""A written workbook as two independent readers see it."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from zipfile import ZipFile

import openpyxl
import python_calamine

from skillcli.xlsx.book import Book
from skillcli.xlsx.write import render


def written(book: Book) -> bytes:
    stream = BytesIO()
    render(book, stream)
    return stream.getvalue()


def by_openpyxl(data: bytes, sheet: str) -> list[list[object]]:
    """Cell values, row by row; dates as ``date``, blanks as None."""
    found = openpyxl.load_workbook(BytesIO(data))[sheet]
    return [[_plain(cell.value) for cell in row] for row in found.iter_rows()]


def by_calamine(data: bytes, sheet: str) -> list[list[object]]:
    found = python_calamine.CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_name(sheet)
    return [[_plain(value) for value in row] for row in found.to_python(skip_empty_area=False)]


def part(data: bytes, name: str) -> str:
    """One part of the package as text."""
    return ZipFile(BytesIO(data)).read(name).decode("utf-8")


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    return None if value == "" else value
