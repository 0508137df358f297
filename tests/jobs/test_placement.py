"""Employment follow-up: rates over everybody trained, and the placement subsidy judged on the training it is about."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from jobs.two_batches import AT, Office, Row, verdicts
from skillcli.core.errors import ClerkError
from skillcli.jobs.placement import Followed, place
from skillcli.ledger.ledger import Ledger
from skillcli.schema.placement import PLACEMENT

LATER = date(2020, 12, 1)


@pytest.fixture
def linkou(tmp_path: Path) -> Office:
    return Office(tmp_path, "linkou-2019")


@pytest.fixture
def taiyuan(tmp_path: Path) -> Office:
    return Office(tmp_path, "taiyuan-2019")


def followed(office: Office, number: int = 1, **changes: Any) -> Row:
    row = office.row(number)
    found = {"placed": True, "employed_on": date(2020, 5, 6), "employed_region": "黑龙江省"}
    return {"name": row["name"], "id_number": row["id_number"], **found, **changes}


def take(office: Office, rows: list[Row], month: str = "2020-11") -> Followed:
    office.files += 1
    path = office.sheet(PLACEMENT, rows, f"跟踪{office.files}.xlsx")
    return place(office.workspace, path, month, as_of=LATER, at=AT, person="某某")


def lines(done: Followed) -> dict[str, str]:
    return {} if done.outcome is None else verdicts(done.outcome)


def test_who_was_placed_has_the_subsidy_booked_and_nothing_else(linkou: Office) -> None:
    linkou.pay([linkou.row(1), linkou.row(2)])
    done = take(linkou, [followed(linkou)])
    assert lines(done) == {"2 placement": "拟补贴"}
    assert done.outcome is not None
    assert done.outcome.amount_fen == 20000
    assert linkou.verified()


def test_a_person_has_it_once(linkou: Office) -> None:
    linkou.pay([linkou.row(1), linkou.row(1, occupation="焊工", certificate_no="S000023123456205009999")])
    take(linkou, [followed(linkou, certificate_no=linkou.row(1)["certificate_no"])])
    other = followed(linkou, certificate_no="S000023123456205009999")
    assert lines(take(linkou, [other])) == {"3 placement": "不予补贴 D07"}
    same = followed(linkou, certificate_no=linkou.row(1)["certificate_no"])
    assert lines(take(linkou, [same])) == {"2 placement": "不予补贴 D01"}


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        ({"employed_on": date(2020, 10, 1)}, "不予补贴 E06"),
        ({"employed_region": "山西省"}, "不予补贴 E06"),
        ({"employed_region": None}, "待核实 E11"),
    ],
)
def test_day_and_place_are_judged_as_on_a_roster(linkou: Office, change: Row, verdict: str) -> None:
    linkou.pay([linkou.row(1)])
    assert lines(take(linkou, [followed(linkou, **change)])) == {"2 placement": verdict}


def test_who_was_not_placed_or_never_trained_has_no_line(linkou: Office) -> None:
    linkou.pay([linkou.row(1)])
    done = take(linkou, [followed(linkou, placed=None), followed(linkou, 9)])
    assert done.outcome is None
    assert done.unknown == 1


def test_waiting_lines_of_the_same_training_go_on_waiting(linkou: Office) -> None:
    linkou.pay([linkou.row(1, occupation="裁缝")])
    take(linkou, [followed(linkou)])
    assert verdicts(linkou.pending("2020-12", LATER)) == {"2 free": "待明确 A01"}


def test_the_same_list_books_nothing_again(linkou: Office) -> None:
    linkou.pay([linkou.row(1)])
    path = linkou.sheet(PLACEMENT, [followed(linkou)], "跟踪.xlsx")
    for _ in range(2):
        done = place(linkou.workspace, path, "2020-11", as_of=LATER, at=AT, person="某某")
    assert done.outcome is not None
    assert done.outcome.already_booked
    with Ledger.open(linkou.workspace.ledger) as ledger:
        assert ledger.batches()["id"].tolist() == ["2020-05-1", "2020-11-1"]


def test_the_rate_is_over_everybody_but_staff_and_blanks_are_no_zero(taiyuan: Office) -> None:
    staff = {"categories": "企业职工", "training_kind": "岗前培训"}
    taiyuan.pay([taiyuan.row(n) for n in (1, 2, 3, 4)] + [taiyuan.row(5, **staff)])
    done = take(
        taiyuan,
        [
            followed(taiyuan, 1, income_before=200000, income_after=300000),
            followed(taiyuan, 2, employed_on=date(2020, 10, 2)),
            followed(taiyuan, 3, employed_on=None, income_before=200000),
            followed(taiyuan, 5),
        ],
    )
    (year,) = done.rates.to_dict("records")
    assert (year["year"], year["trainees"], year["tracked"], year["employed"]) == ("2020", 4, 3, 1)
    assert (year["tracked_share"], year["rate"], year["goal"], year["reached"]) == (7500, 2500, 2500, "达到")
    assert (year["known_income"], year["raised"], year["raised_rate"]) == (1, 1, 10000)


def test_without_any_income_there_is_no_rate_of_it(taiyuan: Office) -> None:
    taiyuan.pay([taiyuan.row(1)])
    done = take(taiyuan, [followed(taiyuan)])
    assert done.rates["raised_rate"].isna().all()
    rows = list(openpyxl.load_workbook(done.output)["就业率与增收率"].iter_rows(values_only=True))
    (year,) = [row for row in rows if row[0] == "2020"]
    assert year[10] is None
    assert year[5] == 1


def test_an_unusable_number_keeps_the_list_out(linkou: Office) -> None:
    with pytest.raises(ClerkError, match="第 3 行.*身份证号"):
        take(linkou, [followed(linkou), followed(linkou, 2, id_number="231025199001010011")])


def test_reports_show_the_rates_of_what_was_followed_up(taiyuan: Office) -> None:
    from openpyxl import load_workbook

    from skillcli.core.period import year
    from skillcli.jobs.report import report
    from skillcli.reports.period_facts import Clock

    def row_of_2020() -> tuple[object, ...]:
        made = report(taiyuan.workspace, "annual", year("2020"), clock=Clock.USUAL, as_of=LATER, at=AT, person="某某")
        rows = load_workbook(made.path, read_only=True)["就业率与增收率"].iter_rows(values_only=True)
        return next(row for row in rows if row[0] == "2020")

    taiyuan.pay([taiyuan.row(number, categories="农村转移就业劳动者") for number in (1, 2, 3, 4)])
    assert row_of_2020()[1:6] == (4, 0, 0, 0, 0)
    income = {"income_before": 200000, "income_after": 250000}
    take(taiyuan, [followed(taiyuan, 1, **income), followed(taiyuan, 2, employed_on=None)])
    assert row_of_2020()[1:6] == (4, 2, 0.5, 1, 0.25)
    assert row_of_2020()[8:11] == (1, 1, 1)
    take(taiyuan, [followed(taiyuan, 2)])
    assert row_of_2020()[1:6] == (4, 2, 0.5, 2, 0.5), "a later list says the last word"
    assert taiyuan.verified()


def test_each_category_of_people_has_its_own_rates(taiyuan: Office) -> None:
    from openpyxl import load_workbook

    from skillcli.core.period import year
    from skillcli.jobs.report import report
    from skillcli.reports.period_facts import Clock

    kinds = {1: "农村转移就业劳动者", 2: "农村转移就业劳动者、就业困难人员", 3: "残疾人", 4: None}
    taiyuan.pay([taiyuan.row(number, categories=kind) for number, kind in kinds.items()])
    income = {"income_before": 200000, "income_after": 250000}
    take(taiyuan, [followed(taiyuan, 2, **income), followed(taiyuan, 3, employed_on=None)])
    made = report(taiyuan.workspace, "annual", year("2020"), clock=Clock.USUAL, as_of=LATER, at=AT, person="某某")
    rows = list(load_workbook(made.path, read_only=True)["就业率与增收率"].iter_rows(values_only=True))
    start = next(place for place, row in enumerate(rows) if row[0] == "人员类别")
    assert rows[start][:9] == (
        "人员类别", "应跟踪人数", "已跟踪人数", "跟踪率", "就业人数", "就业率", "收入填全人数", "增收人数", "增收率",
    )  # fmt: skip
    found = {row[0]: row[1:9] for row in rows[start + 1 :] if row[0]}
    assert found["农村转移就业劳动者"] == (2, 1, 0.5, 1, 0.5, 1, 1, 1)
    # 残疾人 are 就业困难人员 too
    assert found["就业困难人员"] == (2, 2, 1, 1, 0.5, 1, 1, 1)
    assert found["残疾人"] == (1, 1, 1, 0, 0, 0, None, None), "an income nobody told is no 0 %"
    assert found["未填"] == (1, 0, 0, 0, 0, 0, None, None)
    assert found["合计"] == (4, 2, 0.5, 1, 0.25, 1, 1, 1), "each person once"
