"""The first table of a written sheet, read back: what each row is called, its money, and the printed total."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from msgspec import Struct

if TYPE_CHECKING:
    from pathlib import Path

    from skillcli.intake.grid import Cell, Grid, Workbook
    from skillcli.schema.column import Table

TOTAL = "合计"


class Printed(Struct, frozen=True):
    """``rows``: ``label`` (str), ``amount_fen`` (int64), in the order printed; ``total_fen``: of the row 合计 (None: there is
    none); ``fault``: why the sheet could not be read, "" when it could."""

    rows: pd.DataFrame
    total_fen: int | None
    fault: str = ""


def open_book(path: Path) -> Workbook:
    """A written workbook. Raises ClerkError when it cannot be read any more."""
    from skillcli.intake import read_cells

    return read_cells(path)


def read_back(book: Workbook, sheet: Table, label: str, amount: str = "amount_fen") -> Printed:
    """The rows of a sheet under the titles of two columns, by key, down to the row 合计."""
    grid = next((each for each in book.sheets if each.name == sheet.title), None)
    if grid is None:
        return _unreadable(f"没有工作表“{sheet.title}”")
    columns = [[each.cells[code] for code in each.codes] for each in grid.columns]
    found = _header(grid, columns, sheet[label].title, sheet[amount].title)
    if found is None:
        return _unreadable(f"没有“{sheet[label].title}”和“{sheet[amount].title}”两栏")
    top, names, money = found
    labels: list[str] = []
    amounts: list[Cell] = []
    for row in range(top + 1, grid.height):
        if any(str(column[row]).startswith(TOTAL) for column in columns[:2]):
            return _printed(labels, amounts, columns[money][row])
        labels.append(str(columns[names][row]))
        amounts.append(columns[money][row])
    return _unreadable(f"没有“{TOTAL}”一行")


def _header(grid: Grid, columns: list[list[Cell]], label: str, amount: str) -> tuple[int, int, int] | None:
    """Row of the header and the two columns."""
    for row in range(grid.height):
        titles = [column[row] for column in columns]
        if label in titles and amount in titles:
            return row, titles.index(label), titles.index(amount)
    return None


def _printed(labels: list[str], amounts: list[Cell], total: Cell) -> Printed:
    wrong = [name for name, each in zip(labels, amounts, strict=True) if not isinstance(each, int | float)]
    if wrong or not isinstance(total, int | float):
        return _unreadable(f"有 {len(wrong) or 1} 个金额不是数字")
    fen = np.rint(np.array(amounts, dtype=np.float64) * 100).astype(np.int64)
    rows = pd.DataFrame({"label": pd.Series(labels, dtype="str"), "amount_fen": fen})
    return Printed(rows, round(total * 100))


def _unreadable(fault: str) -> Printed:
    rows = pd.DataFrame({"label": pd.Series(dtype="str"), "amount_fen": pd.Series(dtype="int64")})
    return Printed(rows, None, fault)
