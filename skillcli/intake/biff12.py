"""A look at the records of an .xlsb for what the reader loses.

The reader turns error values into blanks, tells nothing of hidden rows, merged cells and the year
from which days are counted, gives days stored as whole numbers as numbers, and passes over kinds of
cells it does not know. Where such a one is seen the file is refused. Layouts are those of [MS-XLSB].
"""

from __future__ import annotations

import datetime
import posixpath
from collections.abc import Iterator
from struct import error as StructError
from struct import unpack_from
from xml.etree import ElementTree

from skillcli.intake.dates import shown_day
from skillcli.intake.losses import BookScan, SheetScan, error_cell, formula_cell
from skillcli.intake.package import DAY, format_kind
from skillcli.intake.prescan import Budget, check_area, opened, windows
from skillcli.intake.sniff import broken, unprovable

_BOOK, _LINKS = "xl/workbook.bin", "xl/_rels/workbook.bin.rels"
_BOOK_SETTINGS, _BUNDLE, _TEXT_TABLE, _END_BOOK_SHEETS = 153, 156, 159, 144
_FORMAT, _STYLE, _BEGIN_STYLES, _END_STYLES = 44, 47, 617, 618
_ROW, _BLANK, _PACKED, _ERROR, _SHARED, _FORMULA_NUMBER, _FORMULA_ERROR = 0, 1, 2, 3, 7, 9, 11
_CELLS = range(1, 12)
_UNREAD = frozenset({*range(12, 20), 62})
"""Cells the reader passes over: those without a column of their own, and rich text in place."""
_MERGE = 176
_HIDDEN = 0x10
_ALWAYS = 0x02
_HUNDREDTH, _WHOLE = 0x01, 0x02
"""Of a number packed into thirty bits: divided by a hundred, a whole one."""


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
    days = _day_styles(next((parts[key] for key in parts if key.endswith("styles.bin")), b""))
    whole = _Whole(days, found.date1904)
    found.sheets = [
        _sheet(parts[path], strings, whole) if kind == "worksheet" else SheetScan(cells=False) for kind, path in targets
    ]
    return found


def _wide_text(part: bytes, at: int) -> str:
    length = unpack_from("<I", part, at)[0]
    return part[at + 4 : at + 4 + 2 * length].decode("utf-16-le")


def _count(part: bytes) -> int:
    """How many texts the table of shared texts holds."""
    return sum(kind == 19 for kind, _, _ in _records(part))


def _day_styles(part: bytes) -> frozenset[int]:
    """The numbers of the cell styles that show a number as a day."""
    codes: dict[int, str] = {}
    days: list[int] = []
    count = -1
    for kind, at, _size in _records(part):
        if kind == _FORMAT:
            codes[unpack_from("<H", part, at)[0]] = _wide_text(part, at + 2)
        elif kind in (_BEGIN_STYLES, _END_STYLES):
            count = 0 if kind == _BEGIN_STYLES else -1
        elif kind == _STYLE and count >= 0:
            number = unpack_from("<H", part, at + 2)[0]
            if format_kind(number, codes.get(number)) == DAY:
                days.append(count)
            count += 1
    return frozenset(days)


class _Whole:
    """Days stored as whole numbers, as some programs do; Excel stores them in the other form."""

    def __init__(self, styles: frozenset[int], date1904: bool) -> None:
        self.styles = styles
        self.date1904 = date1904
        self._made: dict[int, datetime.date | None] = {}

    def day(self, part: bytes, at: int) -> datetime.date | None:
        """The day that the packed number at a place shows; None for any other number."""
        packed = unpack_from("<i", part, at + 8)[0]
        if packed & (_WHOLE | _HUNDREDTH) != _WHOLE or unpack_from("<I", part, at + 4)[0] & 0xFFFFFF not in self.styles:
            return None
        if packed not in self._made:
            self._made[packed] = shown_day(packed >> 2, self.date1904)
        return self._made[packed]


def _sheet(part: bytes, strings: int, whole: _Whole) -> SheetScan:
    found = SheetScan(merges=[])
    row = 0
    for kind, at, _size in _records(part):
        if kind in _CELLS:
            column = unpack_from("<I", part, at)[0]
            if kind != _BLANK:
                found.reach(row, column)
            if kind in (_ERROR, _FORMULA_ERROR):
                found.specials[row, column] = error_cell(part[at + 8])
            elif kind == _PACKED:
                day = whole.day(part, at)
                if day is not None:
                    found.specials[row, column] = day
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
