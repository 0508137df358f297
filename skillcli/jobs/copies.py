"""The institution's own roster given back with marks, whatever its format.

An xlsx or xlsm is marked in place of its cells and keeps everything else. What cannot be edited so (csv,
xls, xlsb, ods, HTML, a workbook of unusual make) is first written anew, cell by cell.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile

import numpy as np

from skillcli.core.errors import ClerkError
from skillcli.reports.marks import annotation
from skillcli.schema.inputs import ROSTER
from skillcli.schema.marks import ANNOTATED_SUFFIX
from skillcli.xlsx.annotate import EDITABLE, NotEditable, stage_annotated
from skillcli.xlsx.retyped import Broken, TypedSheet, legal_names, stage_typed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from skillcli.intake.grid import Grid
    from skillcli.reports.facts import RunFacts
    from skillcli.xlsx.annotate import Annotation
    from skillcli.xlsx.stage import Staged

_PLAIN = ".xlsx"


def stage_copy(facts: RunFacts, path: str, folder: Path, stem: str) -> Staged:
    """The annotated copy of one roster file, ``<stem>-审核意见.xlsx`` (``.xlsm`` keeps its suffix),
    on disk but not yet under its name.

    Raises ClerkError when it cannot be written, or when the file was changed since it was read.
    """
    _refuse_changed(facts, path)
    return stage_marked(Path(path), lambda names: annotation(facts, path, names), folder, f"{stem}{ANNOTATED_SUFFIX}")


def stage_marked(
    source: Path, marks: Callable[[Mapping[str, str] | None], Annotation], folder: Path, stem: str
) -> Staged:
    """A marked copy ``<stem>.xlsx`` of any workbook (``.xlsm`` keeps its suffix), on disk but not yet under its name.

    ``marks`` gets what each sheet is called in the copy, None where the names are its own. Raises ClerkError when it
    cannot be written.
    """
    suffix = source.suffix.lower()
    if suffix in EDITABLE:
        try:
            return stage_annotated(source, marks(None), folder, f"{stem}{suffix}")
        except (NotEditable, BadZipFile, KeyError, ValueError):
            # A workbook that reads well may still be built in a way no editing in place can follow.
            pass
    return _stage_rewritten(source, marks, folder, f"{stem}{_PLAIN}")


def _stage_rewritten(
    source: Path, marks: Callable[[Mapping[str, str] | None], Annotation], folder: Path, name: str
) -> Staged:
    from skillcli.intake import read_cells

    book = read_cells(source)
    names = [grid.name for grid in book.sheets]
    legal = legal_names(names, ROSTER.title)
    sheets = [_typed(grid, name) for grid, name in zip(book.sheets, legal, strict=True)]
    plain = stage_typed(sheets, folder, name, date1904=book.date1904)
    try:
        return stage_annotated(plain.temporary, marks(dict(zip(names, legal, strict=True))), folder, name)
    finally:
        plain.discard()


def _typed(grid: Grid, name: str) -> TypedSheet:
    from skillcli.intake.grid import Special
    from skillcli.schema.roster import CellFault

    def cell(value: object) -> object:
        if isinstance(value, Special):
            return Broken(value.shown if value.fault == CellFault.ERROR_VALUE else "")
        return value

    columns = [(list(map(cell, column.cells)), np.frombuffer(column.codes, dtype=np.int32)) for column in grid.columns]
    return TypedSheet(name, columns, grid.height, grid.hidden, grid.merges or (), frozenset(grid.hidden_rows))


def _refuse_changed(facts: RunFacts, path: str) -> None:
    read = next(sheet.sha256 for sheet in facts.roster.sheets if sheet.path == path)
    if hashlib.sha256(Path(path).read_bytes()).hexdigest() != read:
        raise ClerkError(f"{path} 在核对期间被改动了，什么也没有写出。", "请保存并关闭文件，再运行同一条命令。")
