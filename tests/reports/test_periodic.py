"""Reports of a period: every figure agrees with a second count of the ledger, made another way."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from reports.ledgers import ANSWERS
from reports.recount import Recount
from skillcli.core.period import Period, between
from skillcli.ledger.ledger import Ledger
from skillcli.policy.load import load_policy
from skillcli.reports.breakdowns import MEASURES
from skillcli.reports.period_facts import Clock, PeriodFacts
from skillcli.reports.periodic import Report, make_report
from skillcli.xlsx.book import Book

CITIES = tuple(ANSWERS)
PERIODS = {
    "quarter": between(date(2020, 1, 1), date(2020, 3, 31)),
    "year": between(date(2020, 1, 1), date(2020, 12, 31)),
    "campaign": between(date(2019, 1, 1), date(2021, 12, 31)),
    "empty": between(date(2018, 1, 1), date(2018, 3, 31)),
}
CLOCKS = tuple(Clock)
COUNTED = ["申报人次", "合格人次", "取证人次", "补贴人次", "补贴人数", "补贴条数", "金额（元）", "已支付（元）"]


def facts(ledger: tuple[Path, str], period: Period, clock: Clock = Clock.USUAL, kind: str = "annual") -> PeriodFacts:
    path, city = ledger
    with Ledger.open(path) as opened:
        entries = opened.reporting.entries(city, opened.reporting.position())
    return PeriodFacts(entries, load_policy(city), period, kind, clock, date(2020, 12, 31), "test", "某局")


def rows(book: Book, sheet: str, number: int = 0) -> dict[str, tuple[int, ...]]:
    """First column → the counted columns of a table."""
    table = book[sheet].tables[number]
    values = table.frame[COUNTED].astype("int64").to_numpy().tolist()
    return dict(zip(table.frame.iloc[:, 0], map(tuple, values), strict=True))


def totals(book: Book, sheet: str, number: int = 0) -> tuple[object, ...]:
    table = book[sheet].tables[number]
    return tuple(table.totals[title] for title in COUNTED)


@pytest.mark.parametrize("clock", CLOCKS, ids=[clock or "usual" for clock in CLOCKS])
@pytest.mark.parametrize("name", PERIODS)
def test_every_breakdown_agrees_with_a_count_by_hand(ledger: tuple[Path, str], name: str, clock: Clock) -> None:
    period = PERIODS[name]
    made = make_report(facts(ledger, period, clock))
    hand = Recount(*ledger, period.first, period.last, clock)
    whole = hand.measures(hand.people, hand.lines)
    assert tuple(made.totals[key] for key in MEASURES) == whole
    unit = load_policy(ledger[1]).report_unit
    for sheet, number, label in (
        ("按培训类型", 0, hand.plain("training_kind")),
        ("按技能等级和证书类型", 0, hand.plain("level")),
        ("按技能等级和证书类型", 1, hand.plain("certificate_kind")),
        (f"按{unit}", 0, hand.place),
    ):
        assert rows(made.book, sheet, number) == hand.by(label), sheet
        assert totals(made.book, sheet, number) == whole, sheet
    categories = {f"其中：{name}": found for name, found in hand.by_category(load_policy(ledger[1]).implies).items()}
    assert rows(made.book, "按人员类别") == categories
    assert totals(made.book, "按人员类别") == whole


def test_the_ledger_of_these_tests_holds_every_kind_of_line(ledger: tuple[Path, str]) -> None:
    hand = Recount(*ledger, date(2019, 1, 1), date(2021, 12, 31))
    outcomes = {line["outcome"] for line in hand.all_lines}
    assert outcomes == {"补贴", "追回", "不予补贴", "待核实", "待明确"}
    assert sum(len(training.records) > 1 for training in hand.trainings) > 20
    assert any(line["paid_on"] for line in hand.all_lines)


def test_projects_institutions_funds_and_refusals_agree_with_a_count_by_hand(ledger: tuple[Path, str]) -> None:
    period = PERIODS["year"]
    made = make_report(facts(ledger, period))
    hand = Recount(*ledger, period.first, period.last)
    paid = [line for line in hand.lines if line["outcome"] == "补贴"]
    titles = {line.id: line.title for line in load_policy(ledger[1]).lines}
    projects = made.book["按补贴项目"].tables[0].frame.set_index("补贴项目")
    for line, title in titles.items():
        if title not in projects.index:
            continue
        own = [each for each in paid if each["line"] == line]
        theirs = [t for t in hand.people if any(each["line"] == line for each in t.standing)]
        back = [each for each in hand.lines if each["line"] == line and each["outcome"] == "追回"]
        assert projects.loc[title, ["补贴人次", "补贴人数", "申报条数", "补贴条数"]].tolist() == [
            len(theirs),
            len({t.who for t in theirs}),
            sum(each["line"] == line for each in hand.lines),
            len(own),
        ]
        assert projects.loc[title, ["金额（元）", "另有追回（元）"]].tolist() == [
            sum(each["amount_fen"] for each in own),
            sum(each["amount_fen"] for each in back),
        ]
    funds = made.book["按资金渠道"].tables[0].frame.set_index("资金渠道")["支出（元）"]
    for fund in funds.index:
        assert funds[fund] == sum(each["amount_fen"] for each in paid if (each["fund"] or "资金渠道待明确") == fund)
    bridge = made.book["核减原因"].tables[0].frame
    assert bridge["条数"].tolist() == [
        len(hand.lines),
        *(sum(x["outcome"] == o for x in hand.lines) for o in ("不予补贴", "待核实", "待明确", "追回", "补贴")),
    ]
    reasons = made.book["核减原因"].tables[1].frame
    assert dict(zip(reasons["规则"], reasons["条数"], strict=True)) == hand.refusals()


def test_every_institution_closes_and_agrees_with_a_count_by_hand(ledger: tuple[Path, str]) -> None:
    period = PERIODS["campaign"]
    book = make_report(facts(ledger, period)).book
    frame = book["按培训机构"].tables[0].frame.set_index("培训机构")
    parts = frame.loc[:, "申报条数":"补贴条数"].drop(columns="申报条数")
    assert (parts.sum(axis=1) == frame["申报条数"]).all()
    hand = Recount(*ledger, period.first, period.last)
    own = hand.by(hand.institution)
    assert sorted(
        frame[["申报人次", "合格人次", "补贴人次", "补贴人数", "补贴条数", "金额（元）"]].to_numpy().tolist()
    ) == sorted([found[0], found[1], *found[3:7]] for found in own.values())
    details = book["按培训机构"].tables[1].frame
    assert details["条数"].sum() == sum(hand.refusals().values())


def test_targets_count_each_training_once_and_leave_work_for_training_out(ledger: tuple[Path, str]) -> None:
    period = PERIODS["quarter"]
    book = make_report(facts(ledger, period)).book
    hand = Recount(*ledger, period.first, period.last)
    goals = book["目标任务完成情况"].tables[0].frame
    campaign = goals[goals["起止"].eq("2019-01-01 至 2021-12-31") & goals["目标（人次）"].notna()].iloc[0]
    assert campaign["本期完成"] == hand.target(period.first, period.last)
    assert campaign["累计完成"] == hand.target(date(2019, 1, 1), period.last)
    assert campaign["差额"] == campaign["目标（人次）"] - campaign["累计完成"]
    assert goals.iloc[-1]["目标任务"] == "以工代训（单列）"
    assert goals.iloc[-1]["本期完成"] == sum(
        t.speaks["training_kind"] == "以工代训" and bool(t.standing) for t in hand.people
    )
    units = book["目标任务完成情况"].tables[1]
    assert units.totals["本期完成"] == hand.target(period.first, period.last)
    assert units.frame["本期完成"].sum() == units.totals["本期完成"]


def test_money_of_every_sheet_is_the_same_and_its_rows_add_up(ledger: tuple[Path, str]) -> None:
    made: Report = make_report(facts(ledger, PERIODS["year"]))
    seen = 0
    for sheet in made.book.sheets:
        for table in sheet.tables:
            for title in ("金额（元）", "支出（元）"):
                if title in table.totals:
                    seen += 1
                    assert table.totals[title] == made.totals["amount_fen"], sheet.name
                    if sheet.name != "按人员类别":
                        assert table.frame[title].sum() == table.totals[title], sheet.name
    assert seen >= 9


def test_months_add_up_to_the_year(ledger: tuple[Path, str]) -> None:
    year = make_report(facts(ledger, PERIODS["year"]))
    months = year.book["封面"].tables[2].frame
    assert months["月份"].tolist() == [f"2020-{number:02d}" for number in range(1, 13)]
    assert months["金额（元）"].sum() == months["累计金额（元）"].iloc[-1] == year.totals["amount_fen"]
    for number in (2, 5):
        days = between(date(2020, number, 1), (pd.Timestamp(2020, number, 1) + pd.offsets.MonthEnd(0)).date())
        own = make_report(facts(ledger, days)).totals
        row = months.iloc[number - 1]
        assert [row["补贴人次"], row["补贴人数"], row["金额（元）"]] == [
            own["subsidised"],
            own["persons"],
            own["amount_fen"],
        ]


def test_last_quarter_and_last_year_are_those_periods_own_figures(ledger: tuple[Path, str]) -> None:
    table = make_report(facts(ledger, PERIODS["quarter"])).book["同比、环比"].tables[0].frame.set_index("指标")
    before = make_report(facts(ledger, between(date(2019, 10, 1), date(2019, 12, 31)))).totals
    year_ago = make_report(facts(ledger, between(date(2019, 1, 1), date(2019, 3, 31)))).totals
    assert table.loc["补贴人次", ["上期", "去年同期"]].tolist() == [before["subsidised"], year_ago["subsidised"]]
    now = table.loc["申报人次"]
    assert now["比上期增减"] == now["本期"] - now["上期"]
    assert now["环比"] == round((now["本期"] - now["上期"]) * 10_000 / now["上期"])


def test_nobody_is_named(ledger: tuple[Path, str]) -> None:
    from skillcli.xlsx.dump import dump

    text = dump(make_report(facts(ledger, PERIODS["campaign"])).book)
    with Ledger.open(ledger[0]) as opened:
        batch = opened.load_batch("2020-02-1")
    for key in ("id_number", "account", "phone"):
        for value in batch.roster.frame[key].dropna().unique():
            assert value not in text


def test_an_empty_ledger_gives_an_empty_report(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    Ledger.open(path, create=True).close()
    made = make_report(facts((path, "linkou-2019"), PERIODS["quarter"]))
    assert set(made.totals.values()) == {0}
    assert made.book["按培训机构"].tables[0].frame.empty
