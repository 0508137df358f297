"""Adding up the 上报表 of several offices, and proving the sum."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pandas as pd
from msgspec import Struct

from skillcli.core.errors import ClerkError
from skillcli.core.money import yuan_text
from skillcli.reports.upward import CLOCK, DAYS, OFFICE, POLICY, TOTAL, merged_book
from skillcli.schema.column import Kind
from skillcli.schema.office_tables import UPWARD, UPWARD_HEAD, UPWARD_TABLES
from skillcli.xlsx.write import stage

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from skillcli.intake.grid import Grid
    from skillcli.schema.column import Column, Table

_AGAIN = "请让填报单位重新出报告，不要改动“上报表”。"


class Sent(Struct, frozen=True):
    """One office's 上报表: its head (item → content) and its rows by title of the table (money in fen, Int64)."""

    path: Path
    sha256: str
    head: dict[str, str]
    tables: dict[str, pd.DataFrame]


class Merged(Struct, frozen=True):
    """What was added up and where it was written. ``totals``: key → sum of the table of units."""

    sent: tuple[Sent, ...]
    tables: dict[str, pd.DataFrame]
    totals: dict[str, int]
    output: Path


def merge(paths: Sequence[Path], target: Path, *, agency: str) -> Merged:
    """Add up the 上报表 of reports of the same days and policy, and write the sum in the same form.

    Of every file each printed total is compared with the sum of its rows, and the sum's totals with those of the
    files. Raises ClerkError: a file without the sheet, a total that is not its rows', other days or another policy, the
    same office twice.
    """
    sent = tuple(_read(path) for path in paths)
    _agree(sent)
    tables = {table.title: _added(table, [each.tables[table.title] for each in sent]) for table in UPWARD_TABLES}
    units = tables[UPWARD_TABLES[0].title]
    totals = {column.key: int(units[column.key].sum()) for column in UPWARD_TABLES[0].columns if _number(column)}
    head = sent[0].head | {OFFICE: agency}
    files = pd.DataFrame(
        {
            "file": pd.Series([each.path.name for each in sent], dtype="str"),
            "office": pd.Series([each.head[OFFICE] for each in sent], dtype="str"),
            "rows": pd.Series([len(_units(each)) for each in sent], dtype="int64"),
            "subsidised": pd.Series([int(_units(each)["subsidised"].sum()) for each in sent], dtype="int64"),
            "amount_fen": pd.Series([int(_units(each)["amount_fen"].sum()) for each in sent], dtype="int64"),
            "sha256": pd.Series([each.sha256 for each in sent], dtype="str"),
        }
    )
    book = merged_book(head, tables, files)
    output = stage(book, target.absolute().parent, target.name).publish()
    return Merged(sent, tables, totals, output)


def _units(sent: Sent) -> pd.DataFrame:
    return sent.tables[UPWARD_TABLES[0].title]


def _number(column: Column) -> bool:
    return column.kind.dtype != "str"


def _read(path: Path) -> Sent:
    from skillcli.intake import read_cells

    sheets = {grid.name: grid for grid in read_cells(path).sheets}
    if UPWARD not in sheets:
        raise ClerkError(f"{path} 里没有工作表“{UPWARD}”。", "请给出 skillcli report 写出的报告，或合并过的上报表。")
    rows = _rows(sheets[UPWARD])
    head = {str(row[0]): str(row[1] or "") for row in _below(path, rows, UPWARD_HEAD)}
    if not {OFFICE, DAYS, CLOCK, POLICY} <= set(head):
        raise ClerkError(f"{path} 的“{UPWARD}”缺少填报情况。", _AGAIN)
    tables = {table.title: _table(path, rows, table) for table in UPWARD_TABLES}
    return Sent(path, hashlib.sha256(path.read_bytes()).hexdigest(), head, tables)


def _rows(grid: Grid) -> list[list[object]]:
    columns = [[column.cells[code] for code in column.codes] for column in grid.columns]
    return [list(row) for row in zip(*columns, strict=True)]


def _below(path: Path, rows: list[list[object]], table: Table) -> list[list[object]]:
    """The rows under a table's header, up to its totals or the first blank one."""
    titles = [column.title for column in table.columns]
    at = next((place for place, row in enumerate(rows) if row[: len(titles)] == titles), None)
    if at is None:
        raise ClerkError(f"{path} 的“{UPWARD}”里没有“{table.title}”这张表（栏目：{'、'.join(titles)}）。", _AGAIN)
    below: list[list[object]] = []
    for row in rows[at + 1 :]:
        if row[0] == "":
            break
        below.append(row[: len(titles)])
        if row[0] == TOTAL:
            break
    return below


def _table(path: Path, rows: list[list[object]], table: Table) -> pd.DataFrame:
    """A table's rows, its printed totals compared with their sums."""
    found = _below(path, rows, table)
    if not found or found[-1][0] != TOTAL:
        raise ClerkError(f"{path} 的“{table.title}”没有合计行。", _AGAIN)
    values = {
        column.key: [_value(path, table, column, row[place]) for row in found]
        for place, column in enumerate(table.columns)
    }
    whole = pd.DataFrame(
        {c.key: pd.Series(values[c.key], dtype="Int64" if _number(c) else "str") for c in table.columns}
    )
    frame, printed = whole.iloc[:-1].reset_index(drop=True), whole.iloc[-1]
    for column in filter(_number, table.columns):
        said = printed[column.key]
        right = int(frame[column.key].sum())
        if not pd.isna(said) and int(said) != right or pd.isna(said) and right:
            shown = [_shown(column, number) for number in (said, right)]
            raise ClerkError(
                f"{path} 的“{table.title}”合计不对：“{column.title}”写的是 {shown[0]}，各行之和是 {shown[1]}。", _AGAIN
            )
    return frame


def _shown(column: Column, number: object) -> str:
    if pd.isna(number):  # type: ignore[call-overload]
        return "空白"
    return yuan_text(int(str(number))) if column.kind is Kind.MONEY else str(number)


def _value(path: Path, table: Table, column: Column, cell: object) -> object:
    if not _number(column):
        return str(cell)
    if cell == "":
        return None
    if not isinstance(cell, int | float):
        raise ClerkError(f"{path} 的“{table.title}”里，“{column.title}”填的“{cell}”不是数。", _AGAIN)
    return round(cell * 100) if column.kind is Kind.MONEY else round(cell)


def _agree(sent: tuple[Sent, ...]) -> None:
    """Raises ClerkError where the sheets cannot be added up."""
    first = sent[0]
    for each in sent[1:]:
        for item in (DAYS, CLOCK, POLICY):
            if each.head[item] != first.head[item]:
                raise ClerkError(
                    f"{each.path} 的{item}是“{each.head[item]}”，{first.path} 的是“{first.head[item]}”，不能相加。",
                    "请只合并同一政策、同一期间、同一口径的报告。",
                )
    seen: dict[str, Path] = {}
    for each in sent:
        for name in (each.sha256, each.head[OFFICE]):
            if name and name in seen:
                raise ClerkError(
                    f"{seen[name]} 和 {each.path} 是同一单位的上报表。", "每个单位只合并一份，请去掉重复的。"
                )
            seen[name] = each.path


def _added(table: Table, frames: list[pd.DataFrame]) -> pd.DataFrame:
    """The rows of all, those of the same names summed; blank where every one is blank."""
    names = [column.key for column in table.columns if not _number(column)]
    whole = pd.concat(frames, ignore_index=True)
    added = whole.groupby(names, sort=False).sum(min_count=1).reset_index()
    for column in filter(_number, table.columns):
        parts = sum(int(frame[column.key].sum()) for frame in frames)
        if int(added[column.key].sum()) != parts:
            raise RuntimeError(f"{table.title}: {column.key} sums to {added[column.key].sum()}, the files to {parts}")
    return added
