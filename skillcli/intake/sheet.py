"""One sheet under one table of the schema: rows sorted, columns converted, columns merged."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field  # no Struct: a field is set once it is known

import numpy as np
import pandas as pd
from msgspec import Struct
from numpy.typing import NDArray

from skillcli.core.finding import Finding, Place
from skillcli.intake import numbers, sentences
from skillcli.intake.cells import convert, series
from skillcli.intake.grid import Grid, is_blank
from skillcli.intake.headers import Field, Header
from skillcli.intake.plain import Converted, Reading, as_text
from skillcli.intake.rows import Rows, classify, codes
from skillcli.schema.column import Column, Kind, Table
from skillcli.schema.roster import empty_faults


class _Faults(Struct, frozen=True):
    """Faults of one column: the key, positions of their data rows, and for each its ``CellFault`` and what stands there."""

    key: str
    rows: NDArray[np.int64]
    told: list[tuple[str, str]]


@dataclass(slots=True)
class SheetRead:
    """``columns``: key → series over the data rows; ``faults``: as ``schema.roster.Roster.faults``, ``rid`` counted from the first
    data row; ``spelled``: (key, as written, word) → count and first Excel row;
    ``written``: key → the cells of a column as text, where asked for."""

    header: Header
    rows: Rows
    columns: dict[str, pd.Series] = field(default_factory=dict)
    faults: pd.DataFrame = field(init=False)
    spelled: dict[tuple[str, str, str], tuple[int, int]] = field(default_factory=dict)
    repairs: Counter[tuple[str, str]] = field(default_factory=Counter)
    written: dict[str, pd.Series] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    @property
    def row_numbers(self) -> NDArray[np.int64]:
        """Excel's row number of each data row."""
        return self.rows.data + 1


def read_sheet(
    path: str, grid: Grid, header: Header, table: Table, reading: Reading, keep: tuple[str, ...] = ()
) -> SheetRead:
    """Convert every known column of a sheet's data rows. ``keep``: keys whose text is wanted too."""
    done = SheetRead(header, classify(grid, header, table))
    place = Place(path, grid.name)
    done.findings += _tell_header(place, header, table)
    filled = _fill_merges(grid, done)
    if filled:
        done.findings.append(sentences.told(place, f"合并单元格内按首格补齐 {filled} 个单元格。"))
    by_key: dict[str, list[Field]] = {}
    for known in header.fields:
        by_key.setdefault(known.key, []).append(known)
    faults: list[_Faults] = []
    for key, fields in by_key.items():
        faults += _read_key(place, grid, table[key], fields, reading, done)
        if key in keep:
            column = grid.columns[fields[0].at]
            texts = [None if is_blank(cell) else as_text(cell) for cell in column.cells]
            done.written[key] = _spread(series(texts, table["name"].kind), codes(column)[done.rows.data])
    done.faults = _fault_frame(faults)
    done.findings += _compare_totals(place, grid, table, done)
    if done.rows.passed_over:
        done.findings.append(sentences.passed_rows(place, done.rows.passed_over))
    hidden = int(np.isin(np.array(grid.hidden_rows, dtype=np.int64), done.row_numbers).sum())
    if hidden:
        done.findings.append(
            sentences.told(place, f"有 {hidden} 行数据在 Excel 中被隐藏（筛选或手工隐藏），已一并读取。")
        )
    return done


def _tell_header(place: Place, header: Header, table: Table) -> list[Finding]:
    at = Place(place.file, place.sheet, header.last + 1)
    told = []
    aliases = [f"“{f.written}”作为“{table[f.key].title}”" for f in header.fields if f.alias]
    if aliases:
        told.append(sentences.told(at, f"按别名识别的表头：{'、'.join(dict.fromkeys(aliases))}。"))
    from skillcli.schema.marks import OWN_COLUMNS

    unknown = [sentences.header_label(c, text) for c, text in header.unknown if text not in OWN_COLUMNS]
    if unknown:
        told.append(sentences.told(at, f"不认识的栏目未读取：{'、'.join(unknown)}。"))
    if header.first:
        told.append(sentences.told(at, f"表头在第 {header.last + 1} 行，上面 {header.first} 行未作为数据读取。"))
    return told


def _compare_totals(place: Place, grid: Grid, table: Table, done: SheetRead) -> list[Finding]:
    """A last row of sums that states another amount than its rows add up to."""
    told = []
    last = max(done.rows.totals, default=-1)
    for known in done.header.fields:
        cell = grid.columns[known.at].cells[grid.columns[known.at].codes[last]] if last >= 0 else ""
        if table[known.key].kind is not Kind.MONEY or not isinstance(cell, str | float):
            continue
        stated = numbers.money(cell, zero=True)
        total = int(done.columns[known.key][done.rows.data < last].sum())
        if stated is not None and stated != total:
            where = Place(place.file, place.sheet, last + 1, table[known.key].title)
            told.append(sentences.total_differs(where, stated, total))
    return told


def _fill_merges(grid: Grid, done: SheetRead) -> int:
    """Repeat a merge's first cell down to its last row, in known columns and data rows only."""
    known = {known.at for known in done.header.fields}
    is_data = np.zeros(grid.height, dtype=bool)
    is_data[done.rows.data] = True
    filled = 0
    for top, left, bottom, _ in grid.merges or ():
        if left in known and bottom > top > done.header.last and is_data[top]:
            column = grid.columns[left]
            code = column.codes[top]
            for row in range(top + 1, min(bottom + 1, grid.height)):
                if is_data[row] and is_blank(column.cells[column.codes[row]]) and not is_blank(column.cells[code]):
                    column.codes[row] = code
                    filled += 1
    return filled


def _spread(values: pd.Series, at: NDArray[np.int32]) -> pd.Series:
    """Values of distinct cells put to their rows."""
    return pd.Series(values.array.take(at))


def _read_key(
    place: Place, grid: Grid, column: Column, fields: list[Field], reading: Reading, done: SheetRead
) -> list[_Faults]:
    """Put a key's columns to their rows; returns their faults, one a row."""
    merged: pd.Series | None = None
    faults: list[_Faults] = []
    faulty = np.empty(0, dtype=np.int64)
    first = fields[0]
    for known in fields:
        at = codes(grid.columns[known.at])[done.rows.data]
        converted = convert(column, grid.columns[known.at].cells, _part(reading, known))
        values = _spread(converted.values, at)
        if converted.faults:
            faults.append(_faults(column, converted, at, faulty))
            faulty = np.concatenate([faulty, faults[-1].rows])
        _count(place, column, converted, at, done)
        if merged is None:
            merged = values
            continue
        differ = np.flatnonzero((merged != values) & merged.notna() & values.notna())
        if len(differ):
            labels = [sentences.header_label(f.at, f.written) for f in (first, known)]
            where = Place(place.file, place.sheet, done.header.last + 1, column.title)
            done.findings.append(sentences.columns_disagree(where, labels, int(done.row_numbers[differ[0]])))
        merged = merged.where(merged.notna(), values)
    if merged is not None:
        done.columns[column.key] = merged
    return faults


def _part(reading: Reading, known: Field) -> Reading:
    return Reading(reading.date1904, reading.zero, known.part)


def _faults(column: Column, converted: Converted, at: NDArray[np.int32], told: NDArray[np.int64]) -> _Faults:
    """Faults of distinct cells put to their rows, but for rows that were ``told`` already."""
    guilty = np.zeros(len(converted.values), dtype=bool)
    guilty[list(converted.faults)] = True
    where = np.flatnonzero(guilty[at]).astype(np.int64)
    if len(told):
        where = where[~np.isin(where, told)]
    return _Faults(column.key, where, [converted.faults[code] for code in at[where].tolist()])


def _fault_frame(faults: list[_Faults]) -> pd.DataFrame:
    """All faults of a sheet, as ``schema.roster.Roster.faults``."""
    if not faults:
        return empty_faults()
    texts = {
        "key": [each.key for each in faults for _ in each.told],
        "fault": [fault for each in faults for fault, _ in each.told],
        "shown": [shown for each in faults for _, shown in each.told],
    }
    rows = np.concatenate([each.rows for each in faults])
    columns = {name: pd.array(values, dtype="str") for name, values in texts.items()}
    return pd.DataFrame({"rid": rows, **columns}, copy=False)


def _count(place: Place, column: Column, converted: Converted, at: NDArray[np.int32], done: SheetRead) -> None:
    """Number of rows behind each repair and each accepted spelling."""
    if not converted.repairs and not converted.spelled:
        return
    times = np.bincount(at, minlength=len(converted.values))
    for code, what in converted.repairs.items():
        for each in what.split("、"):
            done.repairs[column.key, each] += int(times[code])
    for code, pairs in converted.spelled.items():
        if times[code]:
            row = int(done.row_numbers[np.flatnonzero(at == code)[0]])
            for written, word in pairs:
                seen, earliest = done.spelled.get((column.key, written, word), (0, row))
                done.spelled[column.key, written, word] = (seen + int(times[code]), min(earliest, row))
