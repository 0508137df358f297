"""A look at the records of an .xlsb for what the reader loses.

The reader turns error values into blanks, tells nothing of hidden rows, merged cells and the year
from which days are counted, and passes over kinds of cells it does not know. Where such a one is
seen the file is refused. Layouts are those of [MS-XLSB].
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from struct import error as StructError
from struct import unpack_from
from xml.etree import ElementTree

from skillcli.intake.losses import BookScan, SheetScan, error_cell, formula_cell
from skillcli.intake.prescan import Budget, check_area, opened, windows
from skillcli.intake.sniff import broken, unprovable

_BOOK, _LINKS = "xl/workbook.bin", "xl/_rels/workbook.bin.rels"
_BOOK_SETTINGS, _BUNDLE, _TEXT_TABLE, _END_BOOK_SHEETS = 153, 156, 159, 144
_ROW, _BLANK, _ERROR, _SHARED, _FORMULA_NUMBER, _FORMULA_ERROR = 0, 1, 3, 7, 9, 11
_CELLS = range(1, 12)
_UNREAD = frozenset({*range(12, 20), 62})
"""Cells the reader passes over: those without a column of their own, and rich text in place."""
_MERGE = 176
_HIDDEN = 0x10
_ALWAYS = 0x02


def scan(data: bytes) -> BookScan:
    """Every sheet in the order of the workbook. Raises Refused: F01 damaged, or with cells that
    cannot be read with certainty; F02 encrypted; F06 beyond a limit."""
    budget = Budget()
    with opened(data) as package:
        names = {name.replace("\\", "/").lstrip("/").lower(): name for name in package.namelist()}
        try:
            parts = {
                key: b"".join(windows(package, package.getinfo(name), budget))
                for key, name in names.items()
                if key.endswith((".bin", ".xml", ".rels"))
            }
            return _book(parts)
        except (StructError, IndexError, KeyError, ElementTree.ParseError, UnicodeDecodeError):
            raise broken() from None


def _records(part: bytes) -> Iterator[tuple[int, int, int]]:
    """Type, place and length of the content of each record."""
    at, end = 0, len(part)
    while at < end:
        kind = part[at]
        at += 1
        if kind & 0x80:
            kind = (kind & 0x7F) | (part[at] & 0x7F) << 7
            at += 1
        size = shift = 0
        while True:
            byte = part[at]
            at += 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80 or shift == 28:
                break
        if at + size > end:
            raise broken()
        yield kind, at, size
        at += size


def _book(parts: dict[str, bytes]) -> BookScan:
    links = {link.get("Id", ""): link for link in ElementTree.fromstring(parts[_LINKS])}
    found = BookScan()
    targets: list[tuple[str, str]] = []
    for kind, at, _size in _records(parts[_BOOK]):
        if kind == _BOOK_SETTINGS:
            found.date1904 = bool(parts[_BOOK][at] & 1)
        elif kind == _BUNDLE:
            link = links[_wide_text(parts[_BOOK], at + 8)]
            target = link.get("Target", "").replace("\\", "/")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
            targets.append((link.get("Type", "").rpartition("/")[2], path.lower()))
        elif kind == _END_BOOK_SHEETS:
            break
    strings = next((_count(parts[key]) for key in parts if key.endswith("sharedstrings.bin")), 0)
    found.sheets = [
        _sheet(parts[path], strings) if kind == "worksheet" else SheetScan(cells=False) for kind, path in targets
    ]
    return found


def _wide_text(part: bytes, at: int) -> str:
    length = unpack_from("<I", part, at)[0]
    return part[at + 4 : at + 4 + 2 * length].decode("utf-16-le")


def _count(part: bytes) -> int:
    """How many texts the table of shared texts holds."""
    return sum(kind == 19 for kind, _, _ in _records(part))


def _sheet(part: bytes, strings: int) -> SheetScan:
    found = SheetScan(merges=[])
    row = 0
    for kind, at, _size in _records(part):
        if kind in _CELLS:
            column = unpack_from("<I", part, at)[0]
            if kind != _BLANK:
                found.reach(row, column)
            if kind in (_ERROR, _FORMULA_ERROR):
                found.specials[row, column] = error_cell(part[at + 8])
            elif kind == _SHARED and unpack_from("<I", part, at + 8)[0] >= strings:
                raise broken()
            elif kind == _FORMULA_NUMBER and not any(part[at + 8 : at + 16]) and part[at + 16] & _ALWAYS:
                # A program that does not calculate stores nought and leaves the rest to Excel.
                found.specials[row, column] = formula_cell()
        elif kind == _ROW:
            row = unpack_from("<I", part, at)[0]
            if part[at + 11] & _HIDDEN:
                found.hidden_rows.append(row + 1)
            found.reach(row, 0)
        elif kind == _MERGE:
            first, last, left, right = unpack_from("<IIII", part, at)
            _merges(found).append((first, left, last, right))
        elif kind in _UNREAD:
            raise unprovable()
    check_area(found.last_row, found.last_column)
    return found


def _merges(found: SheetScan) -> list[tuple[int, int, int, int]]:
    if found.merges is None:
        found.merges = []
    return found.merges
