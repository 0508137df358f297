"""Random rosters as real workbooks: read, judged and compared with the oracle, which never saw a file."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import xlsxwriter

from oracle import bridge
from oracle.compare import unequal
from oracle.facts import KEYS, Row
from oracle.generate import cells, scenario, split
from oracle.judge import judge as oracle_judge
from skillcli.intake import read_rosters
from skillcli.policy.load import load_national
from skillcli.rules.judge import judge
from skillcli.schema.history import no_history
from skillcli.schema.inputs import ROSTER
from test_oracle import CITIES, told


def write(path: Path, rows: list[Row]) -> None:
    """A roster under its canonical titles, a title line above, a total below."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("花名册")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.merge_range(0, 0, 0, len(KEYS) - 1, "职业技能提升行动培训花名册")
        sheet.write_row(1, 0, [ROSTER[key].title for key in KEYS])
        for at, row in enumerate(rows, start=2):
            for column, (key, value) in enumerate(cells(row).items()):
                if row["faults"].get(key) in ("error_value", "formula"):
                    sheet.write_formula(at, column, "=NA()", None, "#N/A")
                elif isinstance(value, date):
                    sheet.write_datetime(at, column, datetime(value.year, value.month, value.day), day)
                elif isinstance(value, str):
                    sheet.write_string(at, column, value)
                elif value is not None:
                    sheet.write_number(at, column, value)
        sheet.write_row(len(rows) + 2, 0, ["合计", f"{len(rows)}人"])


@pytest.mark.slow
@pytest.mark.parametrize("city", CITIES)
def test_what_is_read_from_three_workbooks_is_judged_as_the_oracle_judges_the_rows(city: str, tmp_path: Path) -> None:
    case = scenario(31, city, 1500)
    files: list[list[Row]] = list(split(case.rows, 3))
    paths = [tmp_path / f"{at}.xlsx" for at in range(3)]
    for path, rows in zip(paths, files, strict=True):
        write(path, rows)
    roster = read_rosters(paths)
    assert [sheet.rows for sheet in roster.sheets] == [len(rows) for rows in files]
    decision = judge(
        roster,
        bridge.policy(city, {}),
        load_national(),
        bridge.catalogue(case.catalogue),
        no_history(),
        pd.Timestamp(case.as_of),
    )
    readings: dict[str, Any] = {}
    mine = oracle_judge(case.rows, city, case.catalogue, readings, case.as_of)
    found = unequal(mine, decision, case.rows, [row["rid"] for rows in files for row in rows])
    assert not found, told(found)
