"""Reading an earlier year's list: every sheet with its header, as one frame."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from msgspec import Struct

from skillcli.core.errors import ClerkError
from skillcli.core.finding import Finding, Severity
from skillcli.intake import read_sheets
from skillcli.jobs.sheets import refuse_faults
from skillcli.reports.facts import InputFile
from skillcli.schema.past import HISTORY
from skillcli.schema.roster import RosterSheet

if TYPE_CHECKING:
    from skillcli.intake.tables import TableRead


class PastRows(Struct, frozen=True):
    """A list as read.

    ``frame``: index 0…n-1, every key of ``schema.past.HISTORY`` with its dtype, ``row`` and ``source``
    (int64: Excel's row, position in ``sheets``). ``faults``: as ``Roster.faults``. ``findings``: what the reader
    has to say of single cells. ``passed_over``: names of sheets with cells that were not read.
    """

    path: str
    sha256: str
    frame: pd.DataFrame
    faults: pd.DataFrame
    findings: tuple[Finding, ...]
    sheets: tuple[RosterSheet, ...]
    passed_over: tuple[str, ...]

    @property
    def inputs(self) -> tuple[InputFile, ...]:
        """The file, as the sheet 说明 names it."""
        return (InputFile(HISTORY.title, self.path, self.sha256),)


def read_rows(path: Path, mapping: Mapping[str, str]) -> PastRows:
    """The rows of all sheets of a list; ``mapping``: institutions' own headers, as for rosters. Raises ClerkError when no sheet can be used, when one lacks a
    column, or when there is no row."""
    reads, passed_over = read_sheets(path, HISTORY, mapping)
    unusable = [finding for read in reads for finding in read.findings if finding.severity is Severity.FILE]
    refuse_faults(path, unusable)
    if not any(len(read.frame) for read in reads):
        titles = "、".join(column.title for column in HISTORY.columns if column.required)
        raise ClerkError(
            f"{path} 里没有以往台账的数据。",
            f"应有表头：{titles}，并至少填一行。空白模板用 skillcli template {HISTORY.kind} 生成。",
        )
    reads = [read for read in reads if len(read.frame)]
    return _together(path, reads, passed_over)


def _together(path: Path, reads: list[TableRead], passed_over: tuple[str, ...]) -> PastRows:
    frames, faults, first = [], [], 0
    for source, read in enumerate(reads):
        frames.append(read.frame.assign(source=source))
        faults.append(read.faults.assign(rid=read.faults["rid"] + first))
        first += len(read.frame)
    frame = pd.concat(frames, ignore_index=True)
    frame["source"] = frame["source"].astype("int64")
    return PastRows(
        str(path),
        reads[0].sha256,
        frame,
        pd.concat(faults, ignore_index=True),
        tuple(finding for read in reads for finding in read.findings),
        tuple(RosterSheet(str(path), read.sha256, read.sheet, read.header_row, len(read.frame)) for read in reads),
        passed_over,
    )
