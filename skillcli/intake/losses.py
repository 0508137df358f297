"""What a workbook holds that readers lose: error values, formulas without result, hidden rows."""

from __future__ import annotations

from msgspec import Struct, field

from skillcli.intake.grid import Cell, Range, Special
from skillcli.schema.cellfault import CellFault

_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}
"""Error values in binary workbooks, [MS-XLS] 2.5.10."""


class SheetScan(Struct):
    """What one sheet holds that readers lose: (row, column) counted from 0 → the cell as it is to be taken, and the
    Excel numbers of hidden rows. ``merges`` None: left to the reader. ``cells`` False: a sheet of another
    kind, a chart, which the reader is not to open."""

    specials: dict[tuple[int, int], Cell] = field(default_factory=dict)
    hidden_rows: list[int] = field(default_factory=list)
    last_row: int = 0
    last_column: int = 0
    merges: list[Range] | None = None
    cells: bool = True

    def reach(self, row: int, column: int) -> None:
        """Take note of a cell, row and column counted from 0."""
        if row >= self.last_row:
            self.last_row = row + 1
        if column >= self.last_column:
            self.last_column = column + 1


class BookScan(Struct):
    """The sheets in the order of the workbook; ``date1904``: serial numbers count from 1904; ``data``:
    the file as the reader is to get it, empty for as it is."""

    sheets: list[SheetScan] = field(default_factory=list)
    date1904: bool = False
    data: bytes = b""


def error_cell(code: int) -> Special:
    """The cell of an error value stored as a number."""
    return Special(CellFault.ERROR_VALUE, _ERRORS.get(code, "#ERROR"))


def formula_cell() -> Special:
    """The cell of a formula without a stored result."""
    return Special(CellFault.FORMULA, "公式没有计算结果")
