"""The findings as marks on the institution's own workbook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd
from msgspec import structs

from skillcli.core.finding import Severity
from skillcli.reports.facts import RunFacts
from skillcli.reports.findings import counts_text, problem_frame
from skillcli.reports.tables import printed
from skillcli.schema.outputs import PROBLEMS, REMARK_COLUMN
from skillcli.schema.roster import RosterSheet
from skillcli.xlsx.annotate import Annotation, SheetMarks

COLOURS = {
    Severity.ERROR.label: "FFC7CE",
    Severity.HOLD.label: "FFEB9C",
    Severity.RULING.label: "FFEB9C",
    Severity.WARNING.label: "DDEBF7",
}
"""Refused red, to be checked or settled yellow, reminders blue; remarks that change nothing stay plain."""
CLEAN = "未发现问题"
NOTES_BEGIN = rf"[A-Z]\d\d (?:{'|'.join(COLOURS)})："
"""How every note begins: rule and severity."""


def annotation(facts: RunFacts, path: str, names: Mapping[str, str] | None = None) -> Annotation:
    """The marks for one roster file, named as in ``roster.sheets``: accused cells coloured with a
    note, a column 核对结果 that says something on every data row, and the sheet 问题清单 whose first
    column leads to the cells.

    ``names``: what a sheet is called in the workbook to be marked, where that is not its name in the
    roster. Raises KeyError when no sheet has that path.
    """
    of_file = _renamed(facts.of_file(path), names or {})
    problems = problem_frame(of_file)
    problems["at"] = _columns(problems, of_file.roster.sheets)
    sheets = tuple(_sheet_marks(of_file, problems, number) for number in range(len(of_file.roster.sheets)))
    place = "'" + problems["sheet"].str.replace("'", "''") + "'!" + cell_names(problems)
    links = place.where(problems["row"].notna() & (problems["sheet"] != ""), "")
    listed = printed(PROBLEMS, problems, links={"rule": links})
    return Annotation(
        sheets,
        REMARK_COLUMN,
        PROBLEMS.title,
        listed,
        counts_text(of_file, problems),
        tuple(dict.fromkeys(COLOURS.values())),
        NOTES_BEGIN,
    )


def _renamed(facts: RunFacts, names: Mapping[str, str]) -> RunFacts:
    """The same run with its sheets called otherwise."""
    roster = facts.roster
    sheets = tuple(structs.replace(sheet, sheet=names.get(sheet.sheet, sheet.sheet)) for sheet in roster.sheets)
    findings = tuple(
        replace(each, place=replace(each.place, sheet=names.get(each.place.sheet, each.place.sheet)))
        if each.place.row
        else each
        for each in roster.findings
    )
    return structs.replace(facts, roster=structs.replace(roster, sheets=sheets, findings=findings))


def _sheet_marks(facts: RunFacts, problems: pd.DataFrame, number: int) -> SheetMarks:
    sheet = facts.roster.sheets[number]
    mine = problems.loc[(problems["source"] == number) & problems["row"].notna()]
    coloured = mine.loc[(mine["at"] > 0) & mine["severity"].isin(list(COLOURS))]
    coloured = coloured.sort_values(["row", "at", "weight"], kind="stable")
    cells = pd.DataFrame(
        {
            "row": coloured["row"].astype("int64"),
            "column": coloured["at"].astype("int64"),
            "colour": coloured["severity"].map(COLOURS).astype("str"),
            "note": coloured["rule"] + " " + coloured["severity"] + "：" + coloured["problem"],
        }
    )
    ordered = mine.sort_values(["row", "weight", "rule"], kind="stable")
    text = ordered["severity"] + "：" + ordered["problem"]
    joined = text.groupby(ordered["row"].astype("int64")).agg("".join)
    said = dict(zip(joined.index.tolist(), joined.tolist(), strict=True))
    rows = facts.roster.frame.loc[facts.roster.frame["source"] == number, "row"]
    remarks = {int(row): said.get(int(row), CLEAN) for row in rows}
    return SheetMarks(sheet.sheet, sheet.header_row, cells, remarks)


def _columns(problems: pd.DataFrame, sheets: tuple[RosterSheet, ...]) -> pd.Series:
    """The accused column of each problem (int64, from 1), 0 where there is none."""
    at = {(number, key): column for number, sheet in enumerate(sheets) for key, column in sheet.columns.items()}
    places = zip(problems["source"], problems["column_key"], strict=True)
    return pd.Series([at.get(place, 0) for place in places], index=problems.index, dtype="int64")


def cell_names(problems: pd.DataFrame) -> pd.Series:
    """``C5`` of the columns ``at`` and ``row``; column A where the finding accuses no cell."""
    letters = {number: _letters(number) for number in problems["at"].unique()}
    return problems["at"].map(letters).astype("str") + problems["row"].astype("str").fillna("1")


def _letters(number: int) -> str:
    letters = ""
    while number > 0:
        number, left = divmod(number - 1, 26)
        letters = chr(ord("A") + left) + letters
    return letters or "A"
