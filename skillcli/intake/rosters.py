"""Files and folders → one ``Roster``, every bad file told."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from msgspec import Struct, field

from skillcli.core.errors import ClerkError
from skillcli.core.finding import Finding, Place
from skillcli.core.names import check_legible, legible
from skillcli.intake import sentences
from skillcli.intake.grid import Grid, Refused, Workbook
from skillcli.intake.headers import Header, Names, find_header, nearest
from skillcli.intake.plain import Reading
from skillcli.intake.process import Readers
from skillcli.intake.sheet import SheetRead, read_sheet
from skillcli.schema.inputs import ROSTER
from skillcli.schema.marks import EXAMPLE_SHEET, OWN_SHEETS, is_own_output
from skillcli.schema.roster import CellFault, Roster, RosterSheet, check_roster, empty_faults, empty_frame

SUFFIXES = frozenset({".xlsx", ".xlsm", ".xls", ".xlsb", ".et", ".ods", ".csv", ".tsv", ".txt", ".htm", ".html"})
_REQUIRED = tuple(column.key for column in ROSTER.columns if column.required)
_UNSPOKEN = (
    "sex",
    "household",
    "hours",
    "attendance",
    "fee",
    "employer_uscc",
    "employer_insured",
    "placed",
    "employed_on",
)
"""Optional columns of which no rule says that a cell cannot be read."""
_LEAST = 3
"""Columns a row must name to be taken for a roster's header."""


class _Run(Struct):
    """What has been gathered so far."""

    reads: list[tuple[RosterSheet, SheetRead]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def read(
    paths: Sequence[Path],
    *,
    mapping: Mapping[str, str],
    sheet: str | None,
    progress: Callable[[str, int], None] | None,
) -> Roster:
    """See ``intake.read_rosters``."""
    try:
        names = Names(ROSTER, mapping)
    except KeyError as unknown:
        raise ClerkError(
            f"表头对照里的“{unknown.args[0]}”不是花名册的栏目名称。",
            "请在 skillcli.toml 里改为花名册模板上的栏目名称。",
        ) from None
    run = _Run()
    files = list(_files(paths, run))
    with Readers() as readers, ThreadPoolExecutor(max_workers=min(2, os.cpu_count() or 1)) as pool:
        opened = deque(pool.submit(_open, path, readers) for path in files)
        for path in files:
            before = len(run.reads)
            # A workbook is let go of as soon as its sheets are read.
            _read_file(path, opened.popleft(), names, sheet, run)
            if progress:
                progress(path.name, sum(entry.rows for entry, _ in run.reads[before:]))
    return _roster(run)


def _read_file(path: Path, opened: Future[Workbook | Refused], names: Names, sheet: str | None, run: _Run) -> None:
    book = opened.result()
    if isinstance(book, Refused):
        run.findings.append(sentences.refused(legible(str(path)), book))
    else:
        _read_book(str(path), book, names, sheet, run)


def _open(path: Path, readers: Readers) -> Workbook | Refused:
    if path.name.startswith("~$"):
        return Refused("F01", "这是 Excel 打开文件时留下的临时文件，不是花名册。", "请改为提交不带 ~$ 的同名文件。")
    try:
        check_legible(path.name)
        return readers.open(path)
    except Refused as refusal:
        return refusal
    except ClerkError as illegible:
        return Refused("F01", str(illegible), illegible.remedy)


def _files(paths: Sequence[Path], run: _Run) -> Iterator[Path]:
    for path in map(Path, paths):
        if not path.is_dir():
            yield path
            continue
        candidates = sorted(child for child in path.iterdir() if _is_table(child))
        found = [child for child in candidates if not is_own_output(legible(child.stem))]
        passed = [legible(child.name) for child in candidates if child not in found]
        if passed:
            run.findings.append(sentences.passed_files(str(path), passed))
        if not found:
            run.findings.append(sentences.nothing_found(str(path)))
        yield from found


def _is_table(path: Path) -> bool:
    """A folder's file that may be a table: no owner file or hidden file."""
    return path.is_file() and path.suffix.lower() in SUFFIXES and not path.name.startswith(("~$", "."))


def _read_book(path: str, book: Workbook, names: Names, wanted: str | None, run: _Run) -> None:
    grids = book.sheets
    if wanted is not None:
        grids = [grid for grid in grids if grid.name == wanted]
        if not grids:
            run.findings.append(sentences.no_sheet(path, wanted, [grid.name for grid in book.sheets]))
            return
    visible = [grid for grid in grids if not grid.hidden or wanted is not None]
    for grid in grids:
        if grid.hidden and wanted is None and grid.height:
            run.findings.append(sentences.told(Place(path, grid.name), f"工作表“{grid.name}”是隐藏的，未读取。"))
    candidates = [
        (grid, header)
        for grid in visible
        if grid.name != EXAMPLE_SHEET and (header := find_header(grid, names)) and len(header.keys) >= _LEAST
    ]
    rosters = [(grid, header) for grid, header in candidates if _is_roster(header)] or candidates
    taken = [grid for grid, _ in rosters]
    passed = [grid for grid in visible if grid not in taken and grid.height and grid.name not in OWN_SHEETS]
    for grid in passed:
        what = "是填写示例" if grid.name == EXAMPLE_SHEET else "没有花名册表头"
        run.findings.append(sentences.told(Place(path, grid.name), f"工作表“{grid.name}”{what}，未读取。"))
    if not rosters:
        expected = [ROSTER[key].title for key in _REQUIRED]
        run.findings.append(sentences.no_header(path, [g.name for g in visible], expected, _glimpse(visible, names)))
        return
    _read_grids(path, book, rosters, names, run)


def _is_roster(header: Header) -> bool:
    """Half of the required columns, a person's among them: a sheet of teachers is no roster."""
    keys = header.keys
    return bool(keys & {"name", "id_number"}) and 2 * len(keys & set(_REQUIRED)) >= len(_REQUIRED)


def _glimpse(grids: list[Grid], names: Names) -> list[str]:
    """The header-like row that was seen, for the sentence that says what is missing."""
    for grid in grids:
        header = find_header(grid, names)
        if header:
            return list(header.labels.values())
    for grid in grids:
        for row in range(min(grid.height, 30)):
            cells = [column.cells[column.codes[row]] for column in grid.columns]
            texts = [cell for cell in cells if isinstance(cell, str) and cell.strip() and len(cell) < 20]
            if len(texts) > 1:
                return texts
    return []


def _read_grids(path: str, book: Workbook, rosters: list[tuple[Grid, Header]], names: Names, run: _Run) -> None:
    rows = 0
    reading = Reading(date1904=book.date1904, zero=False)
    for grid, header in rosters:
        missing = [key for key in _REQUIRED if key not in header.keys]
        for key in missing:
            place = Place(path, grid.name, header.last + 1, ROSTER[key].title)
            run.findings.append(sentences.missing_column(place, nearest(ROSTER[key], [t for _, t in header.unknown])))
        if missing:
            rows += 1
            continue
        done = read_sheet(path, grid, header, ROSTER, reading, keep=("training_kind",))
        entry = RosterSheet(
            path,
            book.sha256,
            grid.name,
            header.last + 1,
            len(done.rows.data),
            dict(done.rows.passed_over),
            {field.key: field.at + 1 for field in header.fields},
        )
        run.reads.append((entry, done))
        run.findings.extend(done.findings)
        run.findings.extend(_tell_unread(entry, done))
        rows += entry.rows
    if not rows:
        grid, header = rosters[0]
        run.findings.append(sentences.no_rows(path, grid.name, header.last + 1))


def _tell_unread(entry: RosterSheet, done: SheetRead) -> list[Finding]:
    """One warning for each cell that would else be taken for a blank in silence."""
    cells = done.faults
    broken = cells["fault"].isin([CellFault.ERROR_VALUE, CellFault.FORMULA])
    cells = cells[cells["key"].isin(_UNSPOKEN) & ~broken].sort_values(["rid", "key"], kind="stable")
    rows = done.row_numbers[cells["rid"].to_numpy(dtype="int64")]
    return [
        sentences.unread_cell(Place(entry.path, entry.sheet, int(row), ROSTER[key].title), shown)
        for row, key, shown in zip(rows, cells["key"], cells["shown"], strict=True)
    ]


def _roster(run: _Run) -> Roster:
    frames, faults = [], []
    start = 0
    for source, (_, done) in enumerate(run.reads):
        frame = _frame(done, source)
        faults.append(done.faults.assign(rid=done.faults["rid"] + start))
        frames.append(frame)
        start += len(frame)
    frame = _together(frames) if frames else empty_frame()
    frame.index = pd.RangeIndex(len(frame), name="rid")
    fault = pd.concat(faults, ignore_index=True) if faults else empty_faults()
    keys = frozenset().union(*(done.header.keys for _, done in run.reads))
    roster = Roster(
        frame,
        fault.sort_values(["rid", "key"], kind="stable", ignore_index=True),
        tuple(run.findings + _tell_spellings(run)),
        tuple(entry for entry, _ in run.reads),
        keys,
    )
    check_roster(roster)
    return roster


def _together(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The rows of all sheets. Texts that arrive in as many pieces as there are sheets are made one: every rule that picks some
    rows of a column in pieces looks through the pieces for each."""
    if len(frames) == 1:
        return frames[0]
    whole = pd.concat(frames, ignore_index=True)
    return pd.DataFrame({key: _in_one_piece(whole.pop(key)) for key in whole.columns.tolist()}, copy=False)


def _in_one_piece(values: pd.Series) -> pd.Series:
    text = pa.array(values) if values.dtype == "str" else None
    if not isinstance(text, pa.ChunkedArray):
        return values
    whole: pd.Series = text.combine_chunks().to_pandas(types_mapper={pa.large_string(): values.dtype}.get)
    return whole


def _frame(done: SheetRead, source: int) -> pd.DataFrame:
    count = len(done.rows.data)
    index = pd.RangeIndex(count)
    lacking = {column.kind.dtype for column in ROSTER.columns if column.key not in done.columns}
    nothing = {dtype: pd.Series(None, index=index, dtype=dtype).array for dtype in lacking}
    columns: dict[str, Any] = {
        column.key: done.columns[column.key].array if column.key in done.columns else nothing[column.kind.dtype]
        for column in ROSTER.columns
    }
    columns["source"] = np.full(count, source, dtype=np.int64)
    columns["row"] = done.row_numbers
    columns["training_kind_written"] = done.written["training_kind"].array
    return pd.DataFrame(columns, index=index)


def _tell_spellings(run: _Run) -> list[Finding]:
    """One info for each accepted spelling and each kind of repair over the whole run."""
    spelled: dict[tuple[str, str, str], tuple[int, Place]] = {}
    repairs: dict[tuple[str, str], tuple[int, Place]] = {}
    for entry, done in run.reads:
        for (key, written, word), (count, row) in done.spelled.items():
            place = Place(entry.path, entry.sheet, row, ROSTER[key].title)
            seen, first = spelled.get((key, written, word), (0, place))
            spelled[key, written, word] = (seen + count, first)
        for (key, what), count in done.repairs.items():
            place = Place(entry.path, entry.sheet, 0, ROSTER[key].title)
            seen, first = repairs.get((key, what), (0, place))
            repairs[key, what] = (seen + count, first)
    told = [
        sentences.told(place, f"“{written}”按“{word}”读取（共 {count} 处）。")
        for (_, written, word), (count, place) in spelled.items()
    ]
    told += [
        sentences.told(place, f"{place.column}有 {count} 处已整理：{what}。")
        for (_, what), (count, place) in repairs.items()
        if count
    ]
    return told
