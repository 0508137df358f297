"""Taking back a class or an institution: all or none, with the kind of reason and the 移送文号, and what the report says."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from skillcli.core.errors import ClerkError
from skillcli.core.period import between
from skillcli.jobs.report import period_facts
from skillcli.jobs.reversal import lines_of, reverse_all
from skillcli.jobs.workspace import open_workspace
from skillcli.ledger.chain import china_day
from skillcli.ledger.ledger import Ledger
from skillcli.policy.load import load_policy
from skillcli.reports.period_facts import Clock
from skillcli.reports.supervision import NAME, supervision_sheet
from skillcli.reports.tally import count

from .office import BODY, Desk

SAID: dict[str, Any] = {
    "reason": "虚假培训",
    "document": "追〔2020〕6号",
    "mode": "demand",
    "at": "2020-05-06T02:00:00+00:00",
    "person": "某某",
}
FRAUD = ["--kind", "骗取", "--referral", "移〔2020〕1号", "--reason", "虚假培训", "--document", "追〔2020〕6号"]


@pytest.fixture
def settled(desk: Desk) -> Desk:
    """An office whose batch is paid."""
    assert desk.run("batch", "send", "2020-03-1", "--document", "请款函1") == 0
    assert desk.run("batch", "paid", "2020-03-1", "--date", "2020-04-20") == 0
    return desk


def taken_back(desk: Desk) -> list[list[Any]]:
    """The table 追回 of the year's report."""
    workspace = open_workspace(desk.root)
    year = between(date(2020, 1, 1), china_day(datetime.now(UTC).isoformat()))
    with Ledger.open(workspace.ledger) as ledger:
        policy = load_policy("linkou-2019")
        facts = period_facts(ledger, workspace, policy, "period", year, Clock.USUAL, year.last)
    sheet = supervision_sheet(facts, count(facts.entries, policy, Clock.USUAL))
    assert sheet.name == NAME
    table = next(table for table in sheet.tables if table.caption.startswith("三、追回"))
    return [*table.frame.to_numpy().tolist(), list(table.totals.values())]


def test_a_class_is_taken_back_whole(settled: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert settled.run("reverse", "--class", "２０20-001", *FRAUD) == 0
    assert "可追回 4 条，2,100.00 元" in capsys.readouterr().out
    assert taken_back(settled)[0][1] == 0
    assert settled.run("reverse", "--class", "2020-001", *FRAUD, "--demand", "--yes") == 0
    assert "已追回 4 条，应退 2,100.00 元，要求退回" in capsys.readouterr().out
    assert settled.run("debt", "repaid", "1", "--amount", "900", "--document", "缴1", "--date", "2020-05-07") == 0
    rows = taken_back(settled)
    assert rows == [
        ["骗取", 4, 4, 210000, 0, 90000, 120000, 0],
        ["失误", 0, 0, 0, 0, 0, 0, 0],
        ["政策调整", 0, 0, 0, 0, 0, 0, 0],
        ["合计", 4, 4, 210000, 0, 90000, 120000, 0],
    ]
    assert settled.run("reverse", "--class", "2020-001", *FRAUD, "--yes") == 2
    with Ledger.open(open_workspace(settled.root).ledger) as ledger:
        assert ledger.verify().ok


def test_an_institution_is_taken_back_without_the_employer_it_did_not_train(settled: Desk) -> None:
    found = lines_of(open_workspace(settled.root), "", BODY)
    assert len(found) == 5
    assert sum(each.amount_fen for each in found) == 310000
    assert [each.amount_fen for each in lines_of(open_workspace(settled.root), "2020-001", BODY)] == [
        *(each.amount_fen for each in found if each.amount_fen in (90000, 15000))
    ]


def test_one_line_that_cannot_be_taken_back_keeps_all(settled: Desk) -> None:
    workspace = open_workspace(settled.root)
    lines = [each.line_no for each in lines_of(workspace, "2020-001", "")]
    with pytest.raises(ClerkError, match="没有第 99 行"):
        reverse_all(workspace, [*lines, "2020-03-1/000099"], kind="失误", referral="", **SAID)
    assert len(lines_of(workspace, "2020-001", "")) == len(lines)


@pytest.mark.parametrize(
    ("kind", "referral", "sentence"),
    [("贪污", "", "没有“贪污”这种原因类别"), ("失误", "移1号", "移送文号只用于“骗取”")],
)
def test_the_kind_of_reason_is_one_of_three(settled: Desk, kind: str, referral: str, sentence: str) -> None:
    workspace = open_workspace(settled.root)
    with pytest.raises(ClerkError, match=sentence):
        reverse_all(workspace, ["2020-03-1/000001"], kind=kind, referral=referral, **SAID)


def test_nothing_paid_or_no_such_class_is_told(unapproved: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert unapproved.run("reverse", "--class", "2020-001", *FRAUD) == 2
    assert "班级“2020-001”没有已经报送付款" in capsys.readouterr().err


def test_a_line_without_a_kind_stands_under_not_said(settled: Desk) -> None:
    assert settled.run("reverse", "2020-03-1/000001", "--reason", "失误", "--document", "追1") == 0
    assert [row[:2] for row in taken_back(settled)] == [
        ["骗取", 0], ["失误", 0], ["政策调整", 0], ["未填", 1], ["合计", 1],
    ]  # fmt: skip
