"""The faults of a register as marks on the office's own workbook, with the list of problems."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from skillcli.core.finding import Finding, Severity
from skillcli.reports.marks import CLEAN, COLOURS, cell_names
from skillcli.reports.tables import printed
from skillcli.schema.outputs import PROBLEMS, REMARK_COLUMN
from skillcli.xlsx.annotate import Annotation, SheetMarks

_STATE = "未导入"


class RegisterSheet(NamedTuple):
    """One sheet that was read: its name, its header's row, title → column (from 1), the rows that were read."""

    name: str
    header_row: int
    columns: Mapping[str, int]
    rows: tuple[int, ...]


def register_annotation(
    sheets: Sequence[RegisterSheet], findings: Sequence[Finding], names: Mapping[str, str] | None = None
) -> Annotation:
    """Every accused cell coloured with a note, a remark on every row, and 问题清单 with links to the cells.

    ``names``: what a sheet is called in the workbook to be marked, where that is not its own name.
    """
    called = {sheet.name: (names or {}).get(sheet.name, sheet.name) for sheet in sheets}
    problems = _problems(sheets, findings)
    marks = tuple(_marks(sheet, called[sheet.name], problems) for sheet in sheets if sheet.header_row)
    named = problems["sheet"].map(called).fillna(problems["sheet"]).astype("str")
    links = "'" + named.str.replace("'", "''") + "'!" + cell_names(problems)
    links = links.where(problems["row"].notna() & problems["sheet"].ne(""), "")
    listed = printed(PROBLEMS, problems, links={"rule": links})
    summary = f"共 {len(problems):,} 项。"
    return Annotation(marks, REMARK_COLUMN, PROBLEMS.title, listed, summary, (COLOURS[Severity.ERROR.label],))


def _problems(sheets: Sequence[RegisterSheet], findings: Sequence[Finding]) -> pd.DataFrame:
    at = {(sheet.name, title): column for sheet in sheets for title, column in sheet.columns.items()}
    texts = {
        "rule": [f.code for f in findings],
        "severity": [_STATE for _ in findings],
        "sheet": [f.place.sheet for f in findings],
        "name": ["" for _ in findings],
        "column": [f.place.column for f in findings],
        "found": [f.found for f in findings],
        "problem": [f.message for f in findings],
        "remedy": [f.remedy for f in findings],
        "clause": [f.clause for f in findings],
    }
    frame = pd.DataFrame({key: pd.Series(values, dtype="str") for key, values in texts.items()})
    places = [at.get((f.place.sheet, f.place.column), 0) for f in findings]
    return frame.assign(
        row=pd.Series([f.place.row or None for f in findings], dtype="Int64"),
        at=pd.Series(places, dtype="int64"),
    )


def _marks(sheet: RegisterSheet, name: str, problems: pd.DataFrame) -> SheetMarks:
    mine = problems[problems["sheet"].eq(sheet.name) & problems["row"].notna()]
    coloured = mine[mine["at"].gt(0)]
    cells = pd.DataFrame(
        {
            "row": coloured["row"].astype("int64"),
            "column": coloured["at"],
            "colour": pd.Series(COLOURS[Severity.ERROR.label], index=coloured.index, dtype="str"),
            "note": coloured["problem"],
        }
    )
    said = mine["problem"].groupby(mine["row"].astype("int64")).agg("".join)
    known = dict(zip(said.index.tolist(), said.tolist(), strict=True))
    remarks = {row: known.get(row, CLEAN) for row in sheet.rows}
    return SheetMarks(name, sheet.header_row, cells, remarks)
