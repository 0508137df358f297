"""What a reader hands over: sheets as columns of distinct cells, before any meaning.

A column is stored as its distinct cells and, for every Excel row, the position of the row's
cell among them. Converters then look at each distinct cell once. Nothing here needs numpy, so
that the reading process starts in a few hundredths of a second.
"""

from __future__ import annotations

import datetime
from array import array
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, TypeAlias

from msgspec import Struct, field

from skillcli.core.errors import ClerkError
from skillcli.core.letters import positions, with_no_other

Range = tuple[int, int, int, int]
"""A merged range: first row, first column, last row, last column, counted from 0, inclusive."""


class Special(Struct, frozen=True):
    """A cell without a usable value: ``fault`` is a ``schema.roster.CellFault``, ``shown`` what
    Excel shows there (#N/A) or the word for it."""

    fault: str
    shown: str


Cell: TypeAlias = str | float | datetime.date | datetime.time | datetime.timedelta | Special
"""``datetime`` is a ``date``. True and false arrive as the text Excel shows: TRUE, FALSE."""


def is_blank(cell: Cell) -> bool:
    """Whether a cell holds nothing but blanks."""
    return isinstance(cell, str) and not cell.strip()


def blanks(cells: list[Cell]) -> list[int]:
    """Positions of the distinct cells that hold nothing but blanks."""
    return positions(list(map(str.strip, with_no_other(cells, "."))), "")


class Refused(ClerkError):
    """A file that cannot be used: ``code`` is F01, F02 or F06, the sentence says why."""

    def __init__(self, code: str, sentence: str, remedy: str = "") -> None:
        super().__init__(sentence, remedy)
        self.code = code


class RawColumn(Struct):
    """``cells``: distinct cells, the first is always "" (blank); ``codes``: one int32 a row."""

    cells: list[Cell]
    codes: array[int]

    def __reduce__(self) -> tuple[Any, ...]:
        """Between processes texts travel as one, which is ten times as fast as one by one; what is no text goes beside them."""
        others: dict[int, Cell] = {}
        texts: list[Any] = self.cells
        try:
            joined = "\0".join(texts)
        except TypeError:
            others = {at: cell for at, cell in enumerate(texts) if type(cell) is not str}
            joined = "\0".join([cell if type(cell) is str else "" for cell in texts])
        if joined.count("\0") != len(texts) - 1:
            return _arrived, (texts, {}, self.codes.tobytes())
        return _arrived, (joined, others, self.codes.tobytes())


def _arrived(cells: Any, others: dict[int, Cell], codes: bytes) -> RawColumn:
    held: list[Cell] = list(cells.split("\0")) if isinstance(cells, str) else cells
    for at, cell in others.items():
        held[at] = cell
    column = RawColumn(held, array("i"))
    column.codes.frombytes(codes)
    return column


class Grid(Struct):
    """One sheet. Row and column 0 are Excel's row 1 and column A, whatever the offset.

    ``merges`` None: the format does not tell. ``hidden_rows``: Excel row numbers."""

    name: str
    columns: list[RawColumn]
    height: int
    hidden: bool = False
    merges: list[Range] | None = None
    hidden_rows: list[int] = field(default_factory=list)


class Workbook(Struct):
    """A file after reading. ``form``: what it really is (xlsx, xls, csv …); ``date1904``: serial
    numbers count from 1904."""

    form: str
    sha256: str
    sheets: list[Grid]
    date1904: bool = False


def columns_of(rows: Iterable[list[Any]], specials: Mapping[tuple[int, int], Cell]) -> tuple[list[RawColumn], int]:
    """Columns of rows of cells, and the number of rows. ``specials``: (row, column) → what to
    put in place of the cell. Rows may differ in length."""
    columns: list[RawColumn] = []
    tables: list[dict[Any, int]] = []
    height = 0
    by_row: dict[int, list[int]] = {}
    for row, column in specials:
        by_row.setdefault(row, []).append(column)
    for block in _blocks(iter(rows)):
        width = max(map(len, block))
        if by_row:
            for at in range(height, height + len(block)):
                for column in by_row.get(at, ()):
                    cells = block[at - height]
                    cells.extend([""] * (column + 1 - len(cells)))
                    cells[column] = specials[at, column]
                    width = max(width, column + 1)
        if any(len(cells) != width for cells in block):
            block = [cells + [""] * (width - len(cells)) for cells in block]
        while len(columns) < width:
            columns.append(RawColumn([""], array("i", bytes(4 * height))))
            tables.append({"": 0})
        for column, down in enumerate(zip(*block, strict=True)):
            _append(columns[column], tables[column], down)
        for column in range(width, len(columns)):
            columns[column].codes.extend(array("i", bytes(4 * len(block))))
        height += len(block)
    for column, table in enumerate(tables):
        columns[column].cells = list(table)
    return columns, height


def _blocks(rows: Iterator[list[Any]]) -> Iterator[list[list[Any]]]:
    while block := list(islice(rows, 10_000)):
        yield block


def _append(column: RawColumn, table: dict[Any, int], cells: tuple[Any, ...]) -> None:
    # True == 1.0 == 1 in a dict; text and float keep them apart.
    kinds = set(map(type, cells))
    if bool in kinds or int in kinds:
        cells = tuple(map(_plain, cells))
    for cell in dict.fromkeys(cells):
        if cell not in table:
            table[cell] = len(table)
    column.codes.extend(map(table.__getitem__, cells))


def _plain(cell: Any) -> Any:
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    return float(cell) if isinstance(cell, int) else cell
