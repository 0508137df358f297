"""A look at the records of an .xls (Excel 5 to 2003, WPS .et) for what the reader loses.

The reader turns error values into blanks, says nothing of hidden rows or of the year from which
days are counted, passes over cells of older kinds and over text whose place in the table of texts
does not exist, and cuts the text of a formula that goes on in a second record. Layouts are those of
[MS-XLS]; records of BIFF5 that are looked at here are laid out alike.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from struct import error as StructError
from struct import pack, unpack_from

import olefile

from skillcli.intake.losses import BookScan, SheetScan, error_cell, formula_cell
from skillcli.intake.prescan import check_area
from skillcli.intake.sniff import broken, older_excel, password, unprovable

_STREAMS = ("Workbook", "Book", "WORKBOOK", "BOOK")
_BOF, _EOF, _FILEPASS, _DATEMODE, _BOUNDSHEET, _SST, _RECALC = 0x0809, 0x000A, 0x002F, 0x0022, 0x0085, 0x00FC, 0x01C1
_FORMULA, _STRING, _BOOLERR, _ROW, _LABELSST = 0x0006, 0x0207, 0x0205, 0x0208, 0x00FD
_MULRK, _MULBLANK, _CODEPAGE, _CONTINUE = 0x00BD, 0x00BE, 0x0042, 0x003C
_VALUES = frozenset({_FORMULA, _BOOLERR, _LABELSST, 0x0203, 0x0204, 0x00D6, 0x027E})
"""Records of one cell with a value: NUMBER, LABEL, RSTRING and RK besides those above."""
_UNREAD = frozenset({0x0002, 0x0003, 0x0004, 0x0005, 0x0206, 0x0406})
"""Cells of BIFF2 to BIFF4, which some programs mix in: INTEGER, NUMBER, LABEL, BOOLERR, FORMULA."""
_BETWEEN = frozenset({0x04BC, 0x0221, 0x0236, _CONTINUE})
"""What may stand between a formula and its text: SHRFMLA, ARRAY, TABLE, CONTINUE."""
_BIFF5, _BIFF8 = 0x0500, 0x0600
_UNICODE = 1200
_HIDDEN = 0x0020
_ON_LOAD = 0x0002
"""The formula was never calculated; Excel shall do so on load."""


def scan(data: bytes) -> BookScan:
    """Every sheet in the order of the workbook. Raises Refused: F01 damaged, or of a make that cannot
    be read with certainty; F02 with a password; F06 too far a cell."""
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as container:
            name = next(name for name in _STREAMS if container.exists(name))
            stream = bytes(container.openstream(name).read())
        found = _book(stream)
        found.data = _unicode(data, name, stream)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError, StopIteration, StructError):
        raise broken() from None
    return found


def _unicode(data: bytes, name: str, stream: bytes) -> bytes:
    """The file with the code page of its texts said to be Unicode, as all texts of BIFF8 are: the
    reader believes what else some programs write there. Empty where nothing is to be changed."""
    if unpack_from("<H", stream, 4)[0] != _BIFF8:
        return b""
    for kind, at, _size in _records(stream, 0):
        if kind == _CODEPAGE and unpack_from("<H", stream, at)[0] != _UNICODE:
            buffer = io.BytesIO(data)
            with olefile.OleFileIO(buffer, write_mode=True) as container:
                container.write_stream(name, stream[:at] + pack("<H", _UNICODE) + stream[at + 2 :])
                return buffer.getvalue()
        if kind == _EOF:
            break
    return b""


def _records(stream: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """Type, place and length of the content of each record from a place on."""
    end = len(stream)
    while at + 4 <= end:
        kind, size = unpack_from("<HH", stream, at)
        at += 4
        if at + size > end:
            raise broken()
        yield kind, at, size
        at += size


def _book(stream: bytes) -> BookScan:
    begins: list[int] = []
    found = BookScan()
    texts, calculated = 0, False
    for kind, at, _size in _records(stream, 0):
        if kind == _BOF and unpack_from("<H", stream, at)[0] < _BIFF5:
            raise older_excel()
        if kind == _FILEPASS:
            raise password()
        if kind == _DATEMODE:
            found.date1904 = unpack_from("<H", stream, at)[0] == 1
        elif kind == _BOUNDSHEET:
            begins.append(unpack_from("<I", stream, at)[0])
        elif kind == _SST:
            texts = unpack_from("<II", stream, at)[1]
        elif kind == _RECALC:
            calculated = True
        elif kind == _EOF:
            break
    found.sheets = [_Sheet(stream, texts, calculated).read(begin) for begin in begins]
    return found


class _Sheet:
    """Reads one sheet's records."""

    def __init__(self, stream: bytes, texts: int, calculated: bool) -> None:
        self.stream = stream
        self.texts = texts
        self.calculated = calculated
        self.found = SheetScan()
        self.waiting: tuple[int, int] | None = None
        self.before = 0

    def read(self, begin: int) -> SheetScan:
        """What the sheet holds that the reader loses. Raises Refused."""
        depth = 0
        for kind, at, size in _records(self.stream, begin):
            if kind == _BOF:
                depth += 1
            elif kind == _EOF:
                depth -= 1
                if depth <= 0:
                    break
            elif depth == 1:
                self._record(kind, at, size)
        self._never_came()
        check_area(self.found.last_row, self.found.last_column)
        return self.found

    def _record(self, kind: int, at: int, size: int) -> None:
        if kind in _UNREAD or (kind == _CONTINUE and self.before == _STRING):
            raise unprovable()
        self.before = kind
        if self.waiting is not None and kind not in _BETWEEN:
            if kind != _STRING:
                self._never_came()
            self.waiting = None
        if kind in _VALUES:
            row, column = unpack_from("<HH", self.stream, at)
            self.found.reach(row, column)
            if kind == _FORMULA:
                self._formula((row, column), at)
            elif kind == _BOOLERR and self.stream[at + 7]:
                self.found.specials[row, column] = error_cell(self.stream[at + 6])
            elif kind == _LABELSST and unpack_from("<I", self.stream, at + 6)[0] >= self.texts:
                raise unprovable()
        elif kind in (_MULRK, _MULBLANK):
            self.found.reach(unpack_from("<H", self.stream, at)[0], unpack_from("<H", self.stream, at + size - 2)[0])
        elif kind == _ROW:
            row, flags = unpack_from("<H10xH", self.stream, at)
            if flags & _HIDDEN:
                self.found.hidden_rows.append(row + 1)

    def _formula(self, place: tuple[int, int], at: int) -> None:
        """The stored result: a number, or, marked by two bytes of ones, a text in the next record, a
        truth value, an error or an empty text."""
        result, flags = self.stream[at + 6 : at + 14], unpack_from("<H", self.stream, at + 14)[0]
        if result[6:] == b"\xff\xff":
            if result[0] == 0:
                self.waiting = place
            elif result[0] == 2:
                self.found.specials[place] = error_cell(result[2])
        unsure = flags & _ON_LOAD or not self.calculated
        if unsure and (not any(result) or (result[6:] == b"\xff\xff" and result[0] == 3)):
            # A program that does not calculate stores nought or no text and leaves the rest to Excel.
            self.found.specials[place] = formula_cell()

    def _never_came(self) -> None:
        if self.waiting is not None:
            self.found.specials[self.waiting] = formula_cell()
            self.waiting = None
