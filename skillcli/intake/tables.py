"""Any other input workbook: catalogues, readings, return files, lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from msgspec import Struct, field

from skillcli.core.finding import Finding, Place, Severity
from skillcli.intake import sentences
from skillcli.intake.grid import Grid, Refused
from skillcli.intake.headers import Header, Names, find_header, fold, nearest
from skillcli.intake.plain import Reading
from skillcli.intake.process import open_workbook
from skillcli.intake.sheet import SheetRead, read_sheet
from skillcli.schema.cellfault import CellFault
from skillcli.schema.column import Table
from skillcli.schema.marks import EXAMPLE_SHEET
from skillcli.schema.roster import empty_faults

_WHY = {
    CellFault.NUMBER: ("按数字保存，末几位可能已丢失", "请先把单元格设为“文本”，再重新录入"),
    CellFault.SCIENTIFIC: ("是科学记数，末几位已丢失", "请先把单元格设为“文本”，再重新录入"),
    CellFault.ERROR_VALUE: ("是 Excel 错误值", "请改正公式，或直接填写结果"),
    CellFault.FORMULA: ("是公式，但没有保存计算结果", "请在 Excel 中打开并保存一次"),
    CellFault.UNREADABLE: ("读不懂", "请按模板上的格式填写"),
    CellFault.UNKNOWN: ("不是可选的内容", "请从模板的下拉列表中选择"),
}


class TableRead(Struct, frozen=True):
    """One sheet of an input workbook.

    ``found``: whether the workbook has such a sheet. ``frame``: every key of the table with its
    kind's dtype, and ``row`` (int64), the number Excel shows; index 0…n-1. ``faults``: as
    ``schema.roster.Roster.faults``, ``rid`` being the frame's index. ``findings``: what there is to say;
    of severity ``file`` where the sheet cannot be used, ``error`` for a bad cell. ``columns``: key → the
    column of the sheet it was read from, from 1.
    """

    found: bool
    frame: pd.DataFrame
    faults: pd.DataFrame
    findings: tuple[Finding, ...]
    sheet: str = ""
    header_row: int = 0
    sha256: str = ""
    columns: Mapping[str, int] = field(default_factory=dict)


def read(path: Path, tables: Sequence[Table]) -> dict[str, TableRead]:
    """See ``intake.read_table``. Raises Refused, a ClerkError, with the path in its sentence."""
    try:
        book = open_workbook(path)
    except Refused as refusal:
        raise Refused(refusal.code, f"{path}：{refusal}", refusal.remedy) from None
    grids = [grid for grid in book.sheets if not grid.hidden and grid.name != EXAMPLE_SHEET and grid.height]
    reads = {}
    for table in tables:
        chosen = _choose(grids, table, tables)
        if chosen is None:
            reads[table.title] = TableRead(False, _empty(table), empty_faults(), (), sha256=book.sha256)
        else:
            reads[table.title] = _read(str(path), chosen, table, Reading(book.date1904), book.sha256)
    return reads


def read_every(
    path: Path, table: Table, mapping: Mapping[str, str] | None = None
) -> tuple[list[TableRead], tuple[str, ...]]:
    """See ``intake.read_sheets``. Raises Refused, a ClerkError, with the path in its sentence."""
    try:
        book = open_workbook(path)
    except Refused as refusal:
        raise Refused(refusal.code, f"{path}：{refusal}", refusal.remedy) from None
    grids = [grid for grid in book.sheets if grid.name != EXAMPLE_SHEET and grid.height]
    required = {column.key for column in table.columns if column.required}
    titles = {column.title for column in table.columns}
    names = Names(table, {header: title for header, title in (mapping or {}).items() if title in titles})
    headed = [(grid, None if grid.hidden else find_header(grid, names)) for grid in grids]
    best = max((len(header.keys & required) for _, header in headed if header), default=0)
    taken = [(grid, header) for grid, header in headed if header and 2 * len(header.keys & required) >= len(required)]
    if not taken and best:
        taken = [(grid, header) for grid, header in headed if header and len(header.keys & required) == best][:1]
    chosen = [grid for grid, _ in taken]
    reads = [_read(str(path), (grid, header), table, Reading(book.date1904), book.sha256) for grid, header in taken]
    return reads, tuple(grid.name for grid in grids if grid not in chosen)


def _choose(grids: list[Grid], table: Table, tables: Sequence[Table]) -> tuple[Grid, Header | None] | None:
    """The sheet of a table: of its title, else the one whose header suits it and no other better."""
    for grid in grids:
        if fold(grid.name) == fold(table.title):
            return grid, find_header(grid, Names(table))
    titles = {fold(other.title) for other in tables}
    best: tuple[Grid, Header | None] | None = None
    most = 0
    for grid in grids:
        if fold(grid.name) in titles:
            continue
        header = find_header(grid, Names(table))
        if header is None or not all(c.key in header.keys for c in table.columns if c.required):
            continue
        rivals = [find_header(grid, Names(other)) for other in tables if other is not table]
        if len(header.keys) > most and all(r is None or len(r.keys) <= len(header.keys) for r in rivals):
            best, most = (grid, header), len(header.keys)
    return best


def _read(path: str, chosen: tuple[Grid, Header | None], table: Table, reading: Reading, sha256: str) -> TableRead:
    grid, header = chosen
    place = Place(path, grid.name)
    if header is None:
        needed = "、".join(column.title for column in table.columns if column.required)
        finding = Finding(
            "F03", Severity.FILE, place, f"工作表“{grid.name}”没有表头；应有栏目：{needed}。", remedy="请使用模板填写。"
        )
        return TableRead(True, _empty(table), empty_faults(), (finding,), grid.name, 0, sha256)
    row = header.last + 1
    missing = [column for column in table.columns if column.required and column.key not in header.keys]
    if missing:
        seen = [text for _, text in header.unknown]
        findings = tuple(
            sentences.missing_column(Place(path, grid.name, row, column.title), nearest(column, seen))
            for column in missing
        )
        return TableRead(True, _empty(table), empty_faults(), findings, grid.name, row, sha256)
    done = read_sheet(path, grid, header, table, reading)
    faults = done.faults.sort_values(["rid", "key"], kind="stable", ignore_index=True)
    findings = (*done.findings, *_bad_cells(place, table, done, faults))
    columns = {each.key: each.at + 1 for each in reversed(header.fields)}
    return TableRead(True, _frame(done, table), faults, findings, grid.name, row, sha256, columns)


def _bad_cells(place: Place, table: Table, done: SheetRead, faults: pd.DataFrame) -> list[Finding]:
    rows = done.row_numbers[faults["rid"].to_numpy(dtype=np.int64)]
    return [
        Finding(
            "F08",
            Severity.ERROR,
            Place(place.file, place.sheet, int(row), table[key].title),
            f"“{table[key].title}”填的“{shown}”{_WHY[fault][0]}。",
            found=shown,
            remedy=f"{_WHY[fault][1]}。",
        )
        for row, key, fault, shown in zip(rows, faults["key"], faults["fault"], faults["shown"], strict=True)
    ]


def _frame(done: SheetRead, table: Table) -> pd.DataFrame:
    index = pd.RangeIndex(len(done.rows.data))
    columns: dict[str, pd.Series] = {
        column.key: done.columns[column.key]
        if column.key in done.columns
        else pd.Series(None, index=index, dtype=column.kind.dtype)
        for column in table.columns
    }
    columns["row"] = pd.Series(done.row_numbers, index=index, dtype="int64")
    return pd.DataFrame(columns, index=index)


def _empty(table: Table) -> pd.DataFrame:
    columns = {column.key: pd.Series(dtype=column.kind.dtype) for column in table.columns}
    return pd.DataFrame(columns | {"row": pd.Series(dtype="int64")})
