"""Exit status, counts and JSON of an outcome, from decisions made by hand."""

from __future__ import annotations

import json
from datetime import date
from functools import cache

import pandas as pd
import pytest

from skillcli.core.finding import Finding, Place, Severity
from skillcli.jobs.outcome import Outcome
from skillcli.policy.load import load_policy
from skillcli.policy.model import Policy
from skillcli.schema.decision import FINDING_DTYPES, LINE_DTYPES, TRAINING_DTYPES, Decision, Unchecked
from skillcli.schema.roster import Roster, RosterSheet, empty_faults, empty_frame

NUMBER = "99000019850215001X"


@cache
def policy() -> Policy:
    return load_policy("linkou-2019")


def frame(dtypes: dict[str, str], rows: list[dict[str, object]]) -> pd.DataFrame:
    """A frame of a schema; what a row does not say is "", 0, False or missing."""
    blank = {"str": "", "int64": 0, "bool": False, "Int64": None}
    return pd.DataFrame(
        {key: pd.Series([row.get(key, blank[dtype]) for row in rows], dtype=dtype) for key, dtype in dtypes.items()}
    )


def outcome(
    command: str,
    verdicts: list[str],
    *,
    findings: list[tuple[str, str]] | None = None,
    told: tuple[Finding, ...] = (),
    without_line: int = 0,
) -> Outcome:
    """One training a verdict, in rows 5, 6 …; ``findings``: (code, severity), all on the first."""
    rows = len(verdicts) + without_line
    trainings = empty_frame(rows).assign(row=range(5, 5 + rows))
    trainings["id_number"] = pd.Series([NUMBER] * rows, dtype="str")
    lines = [
        {"rid": rid, "line": "free", "verdict": verdict, "codes": "A05 P04", "proposed_fen": 1000 if rid else None}
        | ({"amount_fen": 1000} if verdict in ("拟补贴", "特殊审批") else {})
        for rid, verdict in enumerate(verdicts)
    ]
    found: list[dict[str, object]] = [
        {"code": code, "severity": severity, "key": "id_number", "message": "m", "clause": "c"}
        for code, severity in findings or []
    ]
    decided = [{"verdict": verdict} for verdict in verdicts] + [{"verdict": "无补贴"}] * without_line
    return Outcome(
        command,
        policy(),
        date(2020, 4, 10),
        Roster(trainings, empty_faults(), told, (RosterSheet("三月.xlsx", "0" * 64, "一班", 4, rows),)),
        Decision(
            frame(TRAINING_DTYPES, decided),
            frame(LINE_DTYPES, lines),
            frame(FINDING_DTYPES, found),
            (Unchecked("T10", "没有机构目录"),),
            (),
        ),
    )


@pytest.mark.parametrize(
    ("verdicts", "without_line", "status"),
    [
        (["拟补贴"], 0, 0),
        (["拟补贴", "特殊审批"], 0, 0),
        ([], 0, 0),
        (["拟补贴", "不予补贴"], 0, 1),
        (["拟补贴", "待核实"], 0, 1),
        (["拟补贴", "待明确"], 0, 1),
        (["拟补贴"], 1, 1),
    ],
)
def test_pay_is_clean_only_when_every_line_is_payable(verdicts: list[str], without_line: int, status: int) -> None:
    assert outcome("pay", verdicts, without_line=without_line).exit_code == status


@pytest.mark.parametrize(
    ("findings", "without_line", "status"),
    [
        ([], 0, 0),
        ([("A05", "warning"), ("P09", "info")], 0, 0),
        ([("E09", "ruling")], 0, 0),
        ([("P04", "error")], 0, 1),
        ([("P07", "hold")], 0, 1),
        ([], 1, 1),
    ],
)
def test_validate_leaves_out_what_only_the_office_can_answer(
    findings: list[tuple[str, str]], without_line: int, status: int
) -> None:
    done = outcome("validate", ["待明确"], findings=findings, without_line=without_line)
    assert done.exit_code == status


@pytest.mark.parametrize("command", ["validate", "pay"])
def test_an_unusable_file_is_2_whatever_else(command: str) -> None:
    told = (Finding("F01", Severity.FILE, Place("坏.xlsx"), "读不出来"),)
    assert outcome(command, ["拟补贴"], told=told).exit_code == 2


def test_verdicts_sum_to_the_lines() -> None:
    done = outcome("pay", ["拟补贴", "拟补贴", "不予补贴", "待核实", "待明确", "特殊审批"], without_line=2)
    assert done.counts() == {
        "rows": 8, "lines": 6, "拟补贴": 2, "不予补贴": 1, "待核实": 1, "待明确": 1, "特殊审批": 1, "无补贴": 2,
    }  # fmt: skip
    assert done.amount_fen == 3000


def test_json_names_places_masks_people_and_knows_null() -> None:
    told = (
        Finding("F09", Severity.INFO, Place("三月.xlsx", "一班", 4, "身份证号"), "别名"),
        Finding("F01", Severity.FILE, Place("坏.xlsx"), "读不出来"),
    )
    done = outcome("pay", ["不予补贴", "拟补贴"], findings=[("P04", "error")], told=told).to_json()
    done |= {"lines": list(done["lines"]), "findings": list(done["findings"])}
    text = json.dumps(done, ensure_ascii=False, allow_nan=False)
    assert NUMBER not in text
    assert done["lines"][0] == {
        "file": "三月.xlsx", "sheet": "一班", "row": 5, "person": "990***********001X", "line": "free",
        "verdict": "不予补贴", "amount_fen": 0, "proposed_fen": None, "payee_kind": "", "payee": "", "fund": "资金渠道待明确",
        "clause": "", "codes": ["A05", "P04"],
    }  # fmt: skip
    assert done["lines"][1]["proposed_fen"] == 1000
    assert done["files"] == [
        {"path": "三月.xlsx", "sha256": "0" * 64, "sheet": "一班", "header_row": 4, "rows": 2, "findings": 2},
        {"path": "坏.xlsx", "sha256": None, "sheet": None, "header_row": None, "rows": 0, "findings": 1},
    ]
    assert done["findings"] == [
        {"code": "F09", "severity": "info", "file": "三月.xlsx", "sheet": "一班", "row": 4, "column": "身份证号",
         "line": None, "message": "别名", "clause": ""},
        {"code": "F01", "severity": "file", "file": "坏.xlsx", "sheet": None, "row": None, "column": None,
         "line": None, "message": "读不出来", "clause": ""},
        {"code": "P04", "severity": "error", "file": "三月.xlsx", "sheet": "一班", "row": 5, "column": "身份证号",
         "line": None, "message": "m", "clause": "c"},
    ]  # fmt: skip
    assert done["unchecked"] == [{"code": "T10", "why": "没有机构目录"}]
