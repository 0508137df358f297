"""Proof by size: two years of monthly batches, every figure sheet counted once more by DuckDB from the auditors' tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from reports.sql_recount import SqlRecount
from reports.test_periodic import CITIES, COUNTED, facts, rows, totals
from reports.years import two_years
from skillcli.core.period import Period, between, quarter, year
from skillcli.ledger.ledger import Ledger
from skillcli.ledger.migrations.guards import unguard
from skillcli.reports.period_facts import PeriodFacts
from skillcli.reports.periodic import Report, make_report
from skillcli.xlsx.book import Table

PERIODS = {"quarter": quarter("2021Q1"), "year": year("2021"), "first year": year("2020")}
_OUTCOMES = ("不予补贴", "待核实", "待明确", "追回", "补贴")


def cells(table: Table, *titles: str) -> list[tuple[Any, ...]]:
    """Some columns of a table, row by row, without rows of zeros; sorted."""
    found = [tuple(row) for row in table.frame[list(titles)].astype(object).to_numpy().tolist()]
    return sorted(
        (row for row in found if any(row[at] for at in range(len(row)) if not isinstance(row[at], str))), key=str
    )


def check(made: Report, told: PeriodFacts, hand: SqlRecount) -> None:
    """Every sheet of figures of one report against the recount of its period."""
    period, book, policy = told.period, made.book, told.policy
    titles = {line.id: line.title for line in policy.lines}
    hand.span(period.first, period.last)
    whole = hand.measures()
    assert tuple(made.totals.values()) == whole
    for sheet, number, label in (
        ("按培训类型", 0, "training_kind_n"),
        ("按技能等级和证书类型", 0, "level_n"),
        ("按技能等级和证书类型", 1, "certificate_kind_n"),
        (f"按{policy.report_unit}", 0, "place"),
        ("专项行动", 0, "programme_n"),
    ):
        assert rows(book, sheet, number) == hand.by(label), sheet
        assert totals(book, sheet, number) == whole, sheet
    assert rows(book, "按人员类别") == {f"其中：{name}": found for name, found in hand.by_category().items()}
    _money(made, hand, titles)
    _refusals(made, hand)
    _targets(made, told, hand)
    _spans(made, told, hand)


def _money(made: Report, hand: SqlRecount, titles: dict[str, str]) -> None:
    projects = {
        titles[line]: tuple(found)
        for line, *found in hand.rows(
            "SELECT line, count(*), count(*) FILTER (outcome = '补贴'), sum(amount_fen) FILTER (outcome = '补贴'), "
            "sum(CASE WHEN paid_on IS NULL THEN 0 ELSE amount_fen END), "
            "coalesce(sum(amount_fen) FILTER (outcome = '追回'), 0) FROM l WHERE ends {days} GROUP BY 1"
        )
    }
    columns = ("申报条数", "补贴条数", "金额（元）", "已支付（元）", "另有追回（元）")
    told = cells(made.book["按补贴项目"].tables[0], "补贴项目", *columns)
    assert {row[0]: row[1:] for row in told if row[1]} == {n: tuple(x or 0 for x in f) for n, f in projects.items()}
    theirs = hand.rows(
        "SELECT line, count(DISTINCT label), count(DISTINCT person) FROM l WHERE outcome = '补贴' AND label IN "
        "(SELECT label FROM p WHERE onday {days}) GROUP BY 1"
    )
    assert cells(made.book["按补贴项目"].tables[0], "补贴项目", "补贴人次", "补贴人数") == sorted(
        ((titles[line], *found) for line, *found in theirs), key=str
    )
    funds = hand.rows(
        "SELECT channel, count(*), sum(amount_fen), sum(CASE WHEN paid_on IS NULL THEN 0 ELSE amount_fen END) FROM l "
        "WHERE outcome = '补贴' AND ends {days} GROUP BY 1"
    )
    assert cells(made.book["按资金渠道"].tables[0], "资金渠道", "条数", "支出（元）", "已支付（元）") == sorted(
        funds, key=str
    )
    public = hand.rows(
        "SELECT line, CASE WHEN payee_kind = '个人' THEN '个人（合并）' ELSE coalesce(payee, '') END, channel, "
        "count(DISTINCT label), count(DISTINCT person), sum(amount_fen) FROM l WHERE outcome = '补贴' AND ends {days} "
        "GROUP BY 1, 2, 3"
    )
    shown = ("补贴项目", "收款单位", "资金渠道", "人次", "人数", "金额（元）")
    assert cells(made.book["补贴资金使用情况公开表"].tables[0], *shown) == sorted(
        ((titles[line], *found) for line, *found in public), key=str
    )


def _refusals(made: Report, hand: SqlRecount) -> None:
    bridge, reasons = made.book["核减原因"].tables
    by = {
        o: (n, fen)
        for o, n, fen in hand.rows("SELECT outcome, count(*), sum(stake) FROM l WHERE ends {days} GROUP BY 1")
    }
    assert bridge.frame["条数"].tolist()[1:] == [by.get(outcome, (0, 0))[0] for outcome in _OUTCOMES]
    assert bridge.frame["条数"].iloc[0] == sum(n for n, _ in by.values())
    assert bridge.frame["涉及金额（元）"].tolist()[1:] == [by.get(outcome, (0, 0))[1] for outcome in _OUTCOMES]
    assert cells(reasons, "规则", "条数", "涉及人次", "涉及人数", "涉及金额（元）") == sorted(
        hand.refused("code"), key=str
    )
    bodies, details = made.book["按培训机构"].tables
    assert int(details.frame["条数"].sum()) == sum(row[1] for row in hand.refused("code"))
    assert sorted(details.frame["条数"].tolist()) == sorted(row[2] for row in hand.refused("body, code"))
    shown = bodies.frame[["申报人次", "合格人次", "补贴人次", "补贴人数", "补贴条数", "金额（元）", "已支付（元）"]]
    counted = [(f[0], f[1], *f[3:8]) for f in hand.by("body").values()]
    # an institution of which only lines without money fall into the period stands with zeros
    assert sorted(map(tuple, shown.to_numpy().tolist())) == sorted(counted + [(0,) * 7] * (len(shown) - len(counted)))


def _targets(made: Report, told: PeriodFacts, hand: SqlRecount) -> None:
    goals, places, departments = made.book["目标任务完成情况"].tables[:3]
    spans = {"本期完成": told.period, "本年累计": told.year_to_date, "累计完成": told.campaign}
    for title, span in spans.items():
        hand.span(span.first, span.last)
        by_place = hand.rows("SELECT place, count(*) FROM p WHERE target AND onday {days} GROUP BY 1")
        assert cells(places, told.policy.report_unit, title) == sorted(by_place, key=str), title
        by_office = hand.rows("SELECT department_n, count(*) FROM p WHERE target AND onday {days} GROUP BY 1")
        assert cells(departments, "主管部门", title) == sorted(by_office, key=str), title
        apart = hand.rows("SELECT count(*) FROM p WHERE ojt AND subsidised AND onday {days}")
        assert goals.frame.iloc[-1][title] == apart[0][0], title
        upward = made.book["上报表"].tables[1]
        assert cells(upward, "单位", title) == sorted(by_place, key=str), title


def _spans(made: Report, told: PeriodFacts, hand: SqlRecount) -> None:
    """Periods beside the report's own: overview, months, the one before and a year ago."""
    overview = made.book["封面"].tables[1].frame[COUNTED]
    for at, span in enumerate((told.period, told.year_to_date, told.campaign)):
        hand.span(span.first, span.last)
        assert tuple(overview.iloc[at]) == hand.measures()
    hand.span(told.period.first, told.period.last)
    money = hand.rows(
        "SELECT strftime(ends, '%Y-%m'), count(*), sum(amount_fen) FROM l WHERE outcome = '补贴' AND ends {days} GROUP BY 1"
    )
    assert cells(made.book["封面"].tables[2], "月份", "补贴条数", "金额（元）") == sorted(money, key=str)
    people = hand.rows(
        "SELECT strftime(onday, '%Y-%m'), count(*), count(DISTINCT person) FROM p WHERE subsidised AND onday {days} GROUP BY 1"
    )
    assert cells(made.book["封面"].tables[2], "月份", "补贴人次", "补贴人数") == sorted(people, key=str)
    compared = made.book["同比、环比"].tables[0].frame.set_index("指标")
    first, last = told.period.first, told.period.last
    year_ago = between(first.replace(year=first.year - 1), last.replace(year=last.year - 1))
    for title, span in (("上期", _before(told.period)), ("去年同期", year_ago)):
        hand.span(span.first, span.last)
        assert compared[title].tolist()[:5] == list(hand.measures()[:5]), title
        assert compared.loc["补贴条数", title] == hand.measures()[5]
    trained = hand.rows(
        f'SELECT year("end")::VARCHAR, count(DISTINCT who) FROM rec WHERE who IS NOT NULL AND loser = 0 AND "end" <= DATE '
        f"'{told.period.last}' AND NOT list_contains(string_split(coalesce(categories, ''), '、'), '企业职工') GROUP BY 1"
    )
    assert cells(made.book["就业率与增收率"].tables[0], "结课年度", "应跟踪人数") == sorted(trained, key=str)


def _before(period: Period) -> Period:
    if period.first.month == 1 and period.last.month == 12:
        return year(str(period.first.year - 1))
    return quarter(f"{period.first.year - 1}Q4")


def prove(path: Path, city: str) -> None:
    for period in PERIODS.values():
        told = facts((path, city), period)
        check(make_report(told), told, SqlRecount(path, city, period.first, period.last))


@pytest.mark.slow
@pytest.mark.parametrize("city", CITIES)
def test_two_years_of_batches_agree_with_duckdb_cell_by_cell(tmp_path: Path, city: str) -> None:
    path = tmp_path / "ledger.db"
    two_years(path, city, 20_000)
    prove(path, city)
    _planted(path, city)


def _planted(path: Path, city: str) -> None:
    """A row changed behind the program's back is found by the chain, and by the recount."""
    from sqlalchemy import create_engine

    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        unguard(connection, "line")
        connection.exec_driver_sql(
            "UPDATE line SET amount_fen = amount_fen + 100 WHERE id = (SELECT min(l.id) FROM line l JOIN batch b ON b.seq = l.seq "
            "WHERE b.month = '2021-01' AND l.amount_fen > 0)"
        )
    engine.dispose()
    with Ledger.open(path) as ledger:
        assert any("补贴明细表" in problem for problem in ledger.verify().problems)
    told = facts((path, city), PERIODS["year"])
    with pytest.raises(AssertionError):
        check(make_report(told), told, SqlRecount(path, city, told.period.first, told.period.last))
