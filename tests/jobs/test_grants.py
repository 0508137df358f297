"""Grants to units: once per unit and item, open amounts, the ledger's own guard, and the sheet that pays them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from jobs.two_batches import AS_OF, AT, Office, Row, verdicts
from skillcli.core.errors import ClerkError
from skillcli.jobs.batches import approve, tell
from skillcli.jobs.grants import pay_grants
from skillcli.jobs.outcome import Outcome
from skillcli.jobs.pay import write_again
from skillcli.jobs.publication import publish
from skillcli.ledger.ledger import Ledger
from skillcli.schema.grants import GRANTS

STUDIO = "市级技能大师工作室建设"
ASSESSED = "工作室评估成绩优秀"
USCC = "91110000600037341L"


@pytest.fixture
def taiyuan(tmp_path: Path) -> Office:
    return Office(tmp_path, "taiyuan-2019")


@pytest.fixture
def linkou(tmp_path: Path) -> Office:
    return Office(tmp_path, "linkou-2019")


def grant(unit: str = "太原某某机械公司", item: str = STUDIO, **changes: Any) -> Row:
    return {
        "unit": unit,
        "item": item,
        "document": "并人社〔2020〕9号",
        "recognised_on": date(2020, 3, 1),
        "bank": "某某银行",
        "account": "6200000000000000203",
        **changes,
    }


def pay(office: Office, rows: list[Row], month: str = "2020-05") -> Outcome:
    office.files += 1
    path = office.sheet(GRANTS, rows, f"项目补助{office.files}.xlsx")
    return pay_path(office, path, month)


def pay_path(office: Office, path: Path, month: str = "2020-05") -> Outcome:
    return pay_grants(office.workspace, path, month, as_of=AS_OF, at=AT, person="某某")


def cells(path: Path, sheet: str) -> list[tuple[Any, ...]]:
    return list(openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True))


def test_a_grant_is_priced_by_its_item_and_paid_from_its_fund(taiyuan: Office) -> None:
    outcome = pay(taiyuan, [grant(), grant(item="技能大师工作室成长为国家级")])
    lines = outcome.decision.lines
    assert lines["amount_fen"].tolist() == [10_000_000, 30_000_000]
    assert set(lines["fund"]) == {"人才经费"}
    assert set(lines["payee"]) == {"太原某某机械公司"}
    assert outcome.exit_code == 0
    assert outcome.batch is not None
    assert (outcome.batch.id, outcome.batch.kind, outcome.batch.amount_fen) == ("2020-05-1", "grants", 40_000_000)
    assert taiyuan.verified()


def test_the_same_item_twice_in_one_sheet_goes_to_the_earliest(taiyuan: Office) -> None:
    late = grant(recognised_on=date(2020, 4, 1), document="并人社〔2020〕12号")
    assert verdicts(pay(taiyuan, [late, grant()])) == {"2 grant": "不予补贴 D06", "3 grant": "拟补贴"}


def test_an_item_of_an_earlier_batch_is_refused_naming_it(taiyuan: Office) -> None:
    pay(taiyuan, [grant()])
    again = pay(taiyuan, [grant(document="并人社〔2021〕1号", recognised_on=date(2020, 5, 1))], "2020-06")
    assert verdicts(again) == {"2 grant": "不予补贴 D06"}
    assert "2020-05-1/000001" in again.decision.findings["message"].iloc[0]
    assert again.exit_code == 1


def test_a_unit_is_known_by_its_code_under_another_name(taiyuan: Office) -> None:
    pay(taiyuan, [grant(uscc=USCC)])
    assert verdicts(pay(taiyuan, [grant("太原某某机械集团公司", uscc=USCC)], "2020-06")) == {"2 grant": "不予补贴 D06"}


def test_other_units_and_other_items_are_no_repeat(taiyuan: Office) -> None:
    pay(taiyuan, [grant()])
    rows = [grant("太原另一公司"), grant(item="技能大师工作室成长为省级")]
    assert verdicts(pay(taiyuan, rows, "2020-06")) == {"2 grant": "拟补贴", "3 grant": "拟补贴"}


def test_an_assessment_is_given_once_per_document(taiyuan: Office) -> None:
    pay(taiyuan, [grant(item=ASSESSED)])
    rows = [grant(item=ASSESSED), grant(item=ASSESSED, document="并人社〔2021〕9号")]
    assert verdicts(pay(taiyuan, rows, "2020-06")) == {"2 grant": "不予补贴 D06", "3 grant": "拟补贴"}


def test_a_voided_grant_may_be_given_again(taiyuan: Office) -> None:
    pay(taiyuan, [grant()])
    taiyuan.void("2020-05-1")
    assert verdicts(pay(taiyuan, [grant()], "2020-06")) == {"2 grant": "拟补贴"}
    assert taiyuan.verified()


def test_an_amount_the_text_leaves_open_waits_and_is_paid_after_the_decision(linkou: Office) -> None:
    path = linkou.sheet(GRANTS, [grant(item="技能大师工作室建设")], "补助.xlsx")
    first = pay_path(linkou, path)
    assert verdicts(first) == {"2 grant": "待明确 E09"}
    assert first.amount_fen == 0
    linkou.decide(grant_amount=50000)
    second = pay_path(linkou, path)
    assert verdicts(second) == {"2 grant": "拟补贴"}
    assert second.amount_fen == 5_000_000
    assert second.decision.lines["fund"].tolist() == ["就业补助资金"]
    assert second.batch is not None
    assert second.batch.id == "2020-05-2"


def test_the_same_file_is_the_same_batch(taiyuan: Office) -> None:
    path = taiyuan.sheet(GRANTS, [grant()], "补助.xlsx")
    first, second = pay_path(taiyuan, path), pay_path(taiyuan, path)
    assert second.already_booked
    assert second.batch is not None
    assert first.batch is not None
    assert second.batch.id == first.batch.id


@pytest.mark.parametrize(("recognised_on", "verdict"), [(date(2018, 12, 31), "待核实"), (date(2020, 6, 2), "不予补贴")])
def test_a_day_outside_the_period_is_held_and_one_to_come_refused(
    taiyuan: Office, recognised_on: date, verdict: str
) -> None:
    outcome = pay(taiyuan, [grant(recognised_on=recognised_on)])
    assert outcome.decision.lines["verdict"].tolist() == [verdict]
    assert "认定日期" in outcome.decision.findings["message"].iloc[0]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"item": "技能大师工作室"}, "不是本政策的补助项目"),
        ({"unit": None}, "“单位名称”是空白"),
        ({"document": None}, "“认定文号”是空白"),
        ({"recognised_on": None}, "“认定日期”是空白"),
        ({"uscc": "91110000600037341X"}, "统一社会信用代码不对"),
    ],
)
def test_a_row_that_cannot_be_judged_keeps_the_sheet_out(taiyuan: Office, change: Row, sentence: str) -> None:
    with pytest.raises(ClerkError, match=f"第 3 行.*{sentence}"):
        pay(taiyuan, [grant(), {**grant("另一公司"), **change}])
    with Ledger.open(taiyuan.workspace.ledger) as ledger:
        assert ledger.batches().empty


def test_the_workbook_lists_units_and_counts_no_persons(taiyuan: Office) -> None:
    outcome = pay(taiyuan, [grant(uscc=USCC), grant(recognised_on=date(2020, 4, 1), document="另号")])
    (path,) = outcome.outputs
    listed = [row for row in cells(path, "项目补助") if row[0] in (1, 2)]
    assert [(row[2], row[3], row[4], row[10]) for row in listed] == [
        ("太原某某机械公司", USCC, STUDIO, 100000),
        ("太原某某机械公司", None, STUDIO, 0),
    ]
    (summary,) = [row for row in cells(path, "拨付汇总") if row[0] == 1]
    assert summary[1:] == ("用人单位", "太原某某机械公司", "项目补助", "人才经费", 0, 0, 100000)
    path.unlink()
    assert [again.name for again in write_again(taiyuan.workspace, "2020-05-1")] == [path.name]


def test_a_batch_of_grants_lives_like_any_other(taiyuan: Office) -> None:
    pay(taiyuan, [grant()])
    done = publish(taiyuan.workspace, "2020-05-1", date(2020, 6, 1), at=AT, person="某某")
    assert [row[1] for row in cells(done.path, "公示") if row[0] == 1] == ["太原某某机械公司"]
    head = approve(taiyuan.workspace, "2020-05-1", by="李科长", at=AT, person="某某", document="纪要")
    assert head.status == "approved"
    assert tell(taiyuan.workspace, "2020-05-1").verdicts == {"拟补贴": (1, 10_000_000)}


def test_waiting_grants_do_not_disturb_waiting_trainings(linkou: Office) -> None:
    pay(linkou, [grant(item="技能大师工作室建设")])
    linkou.pay([linkou.row(occupation="裁缝")], month="2020-06")
    outcome = linkou.pending("2020-07")
    assert verdicts(outcome) == {"2 free": "待明确 A01"}
