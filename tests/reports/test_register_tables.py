"""The tables that the registers fill, recounted from the ledger's file and the registers' rows, cell by cell."""

from __future__ import annotations

import shutil
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from reports.recount import Recount, Training
from reports.registers import Rows, registers
from reports.test_periodic import PERIODS, rows, totals
from rules.build import table_of
from skillcli.core.period import Period
from skillcli.jobs.report import period_facts
from skillcli.jobs.settings import Settings
from skillcli.jobs.workspace import Workspace
from skillcli.ledger.ledger import Ledger
from skillcli.policy.load import load_policy
from skillcli.reports.period_facts import Clock
from skillcli.reports.periodic import make_report
from skillcli.schema.inputs import CATALOGUE_SHORTAGE
from skillcli.schema.registers import (
    CLASSES,
    FUNDS,
    INSPECTIONS,
    OBJECTIONS,
    PUBLICATIONS,
    STAFF_FUNDS,
    TASKS,
    Register,
)
from skillcli.xlsx.book import Book

YEAR = PERIODS["year"]
SCARCE = "电工"


class Year:
    """A ledger with a life and all registers, its report, and the second count."""

    def __init__(self, folder: Path, city: str) -> None:
        self.city, self.path, self.policy = city, folder / "ledger.db", load_policy(city)
        hand = Recount(self.path, city, YEAR.first, YEAR.last)
        self.registers = registers(city, sorted({hand.institution(t) for t in hand.trainings})[:8], (2019, 2020))
        who = {"at": "2020-07-01T08:00:00+00:00", "person": "某某", "path": "登记.xlsx", "sha256": "0" * 64}
        with Ledger.open(self.path) as ledger:
            for register, entries in self.registers.items():
                frame = table_of(register.table, entries)
                ledger.import_sheets({register.table.title: (register.table, frame)}, **who)
            ledger.import_sheet(CATALOGUE_SHORTAGE, table_of(CATALOGUE_SHORTAGE, [{"occupation": SCARCE}]), **who)
        self.workspace = Workspace(folder, Settings(policy=city, ledger=str(self.path)))
        self.book, self.hand = self.report(YEAR), hand

    def report(self, period: Period) -> Book:
        with Ledger.open(self.path) as ledger:
            facts = period_facts(ledger, self.workspace, self.policy, "annual", period, Clock.USUAL, date(2020, 12, 31))
        return make_report(facts).book

    def table(self, sheet: str, number: int = 0) -> pd.DataFrame:
        return self.book[sheet].tables[number].frame

    def of(self, register: Register) -> Rows:
        return self.registers[register]


@pytest.fixture(scope="session")
def year(ledger: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> Year:
    folder = tmp_path_factory.mktemp("year")
    shutil.copy(ledger[0], folder / "ledger.db")
    return Year(folder, ledger[1])


def inside(day: date | None, period: Period = YEAR) -> bool:
    return day is not None and period.first <= day <= period.last


def cells(frame: pd.DataFrame) -> dict[str, list[Any]]:
    """First column → the other cells, missing ones None."""
    plain = frame.astype(object).where(frame.notna(), None).to_numpy().tolist()
    return {row[0]: row[1:] for row in plain}


def grouped(entries: Rows, key: str) -> dict[Any, Rows]:
    found: dict[Any, Rows] = defaultdict(list)
    for entry in entries:
        found[entry[key]].append(entry)
    return found


def plain_place(city: str, unit: str) -> str:
    return unit.removeprefix("太原市") if city == "taiyuan-2019" else unit


def test_tasks_by_place_and_department(year: Year) -> None:
    goals = {plain_place(year.city, t["unit"]): t["goal"] for t in year.of(TASKS) if t["year"] == 2020}
    for number, label, own in (
        (1, year.hand.place, {k: v for k, v in goals.items() if not k.endswith("局")}),
        (2, year.hand.plain("department"), {"农业农村局": 77}),
    ):
        done = Counter(label(t) for t in year.hand.people if counts_to_target(t))
        campaign = Recount(year.path, year.city, year.policy.valid_from, YEAR.last)
        ever = Counter(label(t) for t in campaign.people if counts_to_target(t))
        found = cells(year.table("目标任务完成情况", number))
        assert set(found) == {*done, *ever, *own}
        for unit, (goal, now, annual, total, rate, gap, remark) in found.items():
            assert (goal, now, annual, total) == (own.get(unit), done[unit], done[unit], ever[unit])
            if goal is None:
                assert (rate, gap, remark) == (None, None, "文件未定")
            else:
                assert gap == goal - annual
                assert abs(rate - annual * 10000 / goal) <= 0.5


def counts_to_target(training: Training) -> bool:
    record = training.speaks
    return any(line["group"] for line in training.standing) and record["training_kind"] != "以工代训"


def test_funds_agree_with_sql_over_the_register_and_the_lines(year: Year) -> None:
    entries = pd.DataFrame(year.of(FUNDS)).astype({"day": "datetime64[s]"})
    lines = pd.DataFrame(
        [
            (x["fund"] or "资金渠道待明确", x["amount_fen"], year.hand.money_day(x))
            for x in year.hand.all_lines
            if x["outcome"] == "补贴"
        ],
        columns=["fund", "amount_fen", "day"],
    ).astype({"day": "datetime64[s]"})
    kinds = "".join(
        f", sum(amount_fen) FILTER (kind = '{kind}' AND day >= first) AS {name}, sum(amount_fen) FILTER (kind = '{kind}') "
        f"AS all_{name}"
        for kind, name in (("下达", "granted"), ("到位", "arrived"), ("捐赠", "donated"), ("非补贴支出", "other"))
    )
    query = (
        "WITH f AS (SELECT fund" + kinds.replace("first", "DATE '2020-01-01'") + " FROM entries "
        "WHERE day <= DATE '2020-12-31' GROUP BY fund), "
        "s AS (SELECT fund, sum(amount_fen) FILTER (day >= DATE '2020-01-01') AS now, sum(amount_fen) AS ever FROM lines "
        "WHERE day <= DATE '2020-12-31' GROUP BY fund) SELECT * FROM s FULL JOIN f USING (fund)"
    )
    connection = duckdb.connect()
    connection.register("entries", entries)
    connection.register("lines", lines)
    expected = connection.sql(query).df().set_index("fund")
    known = {entry["fund"] for entry in year.of(FUNDS)}
    now, ever = cells(year.table("按资金渠道", 0)), cells(year.table("按资金渠道", 1))
    assert set(now) == set(ever) == set(year.policy.funds) | set(expected.index)
    for fund in now:
        want = expected.loc[fund].fillna(0).astype(int).to_dict() if fund in expected.index else Counter()
        filed = [want[key] if fund in known else None for key in ("granted", "arrived", "donated", "other")]
        row = now[fund]
        assert [row[0], row[1], row[2], row[7]] == filed, fund
        assert row[4] == want["now"]
        whole = [want[f"all_{key}"] if fund in known else None for key in ("granted", "arrived", "donated")]
        assert ever[fund][:4] == [*whole, want["ever"]]
        if fund in known:
            came, gone = whole[1] + whole[2], want["ever"] + want["all_other"]
            assert ever[fund][4:6] == [want["all_other"], came - gone]
            assert (ever[fund][6] is None) == (came == 0)
            assert came == 0 or abs(ever[fund][6] - gone * 10000 / came) <= 0.5
        else:
            assert ever[fund][4:7] == [None, None, None]


def test_the_flow_of_every_institution(year: Year) -> None:
    hand = year.hand
    found = {"".join(name.split()): row for name, row in cells(year.table("全流程")).items()}
    filed = grouped([c for c in year.of(CLASSES) if inside(c["start"] or c.get("filed_on"))], "institution")
    names = {hand.institution(t) for t in hand.people} | {hand.institution(x["training"]) for x in hand.lines}
    assert set(found) == names | set(filed)
    for name, row in found.items():
        people = [t for t in hand.people if hand.institution(t) == name]
        lines = [x for x in hand.lines if hand.institution(x["training"]) == name]
        by = Counter(x["outcome"] for x in lines)
        paid = [x for x in lines if x["outcome"] == "补贴"]
        passed = [t for t in people if t.speaks["result"] == "合格"]
        assert row == [
            len(filed.get(name, [])),
            sum(c["planned"] for c in filed.get(name, [])),
            len(people),
            len(passed),
            sum(t.speaks["issued_on"] is not None for t in passed),
            len(lines),
            by["不予补贴"],
            by["待核实"] + by["待明确"],
            by["补贴"],
            sum(x["amount_fen"] for x in paid),
            sum(x["amount_fen"] for x in paid if x["paid_on"]),
            by["追回"],
            sum(x["amount_fen"] for x in lines if x["outcome"] == "追回"),
        ], name


def test_certificates_by_level_and_in_short_supply(year: Year) -> None:
    people = [t for t in year.hand.people if t.speaks["result"] == "合格" and t.speaks["issued_on"] is not None]

    def short(training: Training) -> bool:
        record = training.speaks
        return record["occupation_n"] == SCARCE and record["start"] is not None

    def expected(own: list[Training]) -> list[int]:
        scarce = [t for t in own if short(t)]
        return [
            len(own),
            len({t.who for t in own}),
            sum(bool(t.standing) for t in own),
            len(scarce),
            len({t.who for t in scarce}),
        ]

    table = year.book["高技能和急需紧缺"].tables[0]
    found = cells(table.frame)
    above = found.pop("其中：高技能（高级工及以上）")
    levels: Callable[[Training], str] = year.hand.plain("level")
    assert found == {name: expected([t for t in people if levels(t) == name]) for name in {levels(t) for t in people}}
    assert above == expected([t for t in people if levels(t) in ("高级工", "技师", "高级技师")])
    assert list(table.totals.values())[1:] == expected(people)
    assert any(row[3] for row in found.values())


def test_the_focus_group_counts_nobody_twice(year: Year) -> None:
    group = year.policy.person_group(year.policy.focus_group)
    names = [name for who in group.any for name in who.categories]
    implies = year.policy.implies

    def held(training: Training) -> set[str]:
        todo = (training.speaks["categories"] or "").split("、")
        found = set(todo)
        while todo:
            more = [x for x in implies.get(todo.pop(), []) if x not in found]
            found.update(more)
            todo += more
        return found

    def expected(belongs: Callable[[Training], bool]) -> list[int]:
        lines = [x for x in year.hand.lines if belongs(x["training"])]
        return list(year.hand.measures([t for t in year.hand.people if belongs(t)], lines))

    table = year.book["重点群体"].tables[0]
    keep = [0, 1, 2, 3, 4, 5, 6, 8]
    for name, row in cells(table.frame).items():
        own = name.removeprefix("其中：")
        assert [row[at] for at in keep] == expected(lambda t, own=own: own in held(t)), name
    titles = list(table.frame.columns)[1:]
    assert [table.totals[titles[at]] for at in keep] == expected(lambda t: bool(held(t) & set(names)))


def test_programmes_close_with_the_period(year: Year) -> None:
    assert rows(year.book, "专项行动") == year.hand.by(year.hand.plain("programme"))
    assert totals(year.book, "专项行动") == year.hand.measures(year.hand.people, year.hand.lines)


def test_inspections_objections_and_publications(year: Year) -> None:
    body = {c["class_no"]: c["institution"] for c in year.of(CLASSES)}
    seen = sorted(year.of(INSPECTIONS), key=lambda v: (v["day"], v["result"] == "不合格"))
    newest = {v["class_no"]: v["result"] for v in seen if v["day"] <= YEAR.last}
    filed = Counter(c["institution"] for c in year.of(CLASSES) if inside(c["start"] or c.get("filed_on")))
    visits = grouped([v | {"institution": body[v["class_no"]]} for v in seen if inside(v["day"])], "institution")
    found = cells(year.table("监督检查与查处", 0))
    assert set(found) == set(filed) | set(visits)
    for name, row in found.items():
        own = visits.get(name, [])
        failed = {v["class_no"] for v in own if v["result"] == "不合格"}
        mended = {c for c in failed if newest[c] == "合格"}
        want = [
            filed[name],
            len({v["class_no"] for v in own}),
            len(own),
            len(failed),
            len(mended),
            len(failed - mended),
        ]
        assert row == want, name
    objected = [o for o in year.of(OBJECTIONS) if inside(o["day"])]
    assert {k: v[3] for k, v in cells(year.table("监督检查与查处", 1)).items()} == {
        o["number"]: o["outcome"] or "处理中" for o in objected
    }
    ended = Counter(o["outcome"] or "处理中" for o in objected)
    caption = year.book["监督检查与查处"].tables[1].caption
    assert all(f"{word} {ended[word]} 件" in caption for word in ("成立", "不成立", "处理中"))
    assert sorted(year.table("公开登记")["公开内容"]) == sorted(
        p["content"] for p in year.of(PUBLICATIONS) if inside(p["day"])
    )


def test_what_was_taken_back(year: Year) -> None:
    connection = sqlite3.connect(year.path)
    ((count, due, withdrawn),) = connection.execute(
        "SELECT count(*), sum(settled_fen), sum(withdrawn_fen) FROM reversal v JOIN journal j ON j.seq = v.seq "
        "WHERE j.at BETWEEN '2020-01-01' AND '2020-12-32'"
    )
    ((moved,),) = connection.execute(
        "SELECT -sum(m.amount_fen) FROM receivable_move m JOIN reversal v ON v.receivable = m.receivable "
        "WHERE m.kind IN ('netted', 'freed', 'repaid')"
    )
    whole = year.book["监督检查与查处"].tables[2].totals
    assert count
    assert (whole["追回条数"], whole["应追（元）"], whole["另有未付撤回（元）"]) == (count, due, withdrawn)
    assert whole["已抵扣（元）"] + whole["已退回（元）"] == (moved or 0)
    assert whole["尚欠（元）"] == due - (moved or 0)


def percent(part: int, whole: int) -> str:
    return f"{part * 100 / whole:.2f}%"


def test_the_appraisal_rests_on_the_registers(year: Year) -> None:
    found = {row[2]: (row[3], row[4]) for row in year.table("绩效自评表").to_numpy().tolist()}
    goal = sum(t["goal"] for t in year.of(TASKS) if t["year"] == 2020 and t["unit"].endswith(("镇", "区", "县", "市")))
    assert found["任务分解（人次）"][0] == f"{goal:,}"
    visits = [v for v in year.of(INSPECTIONS) if inside(v["day"])]
    newest = {
        v["class_no"]: v["result"]
        for v in sorted(year.of(INSPECTIONS), key=lambda v: (v["day"], v["result"] == "不合格"))
        if v["day"] <= YEAR.last
    }
    seen = {v["class_no"] for v in visits}
    failing = {v["class_no"] for v in visits if v["result"] == "不合格" and newest[v["class_no"]] == "不合格"}
    filed = sum(inside(c["start"] or c.get("filed_on")) for c in year.of(CLASSES))
    assert found["班级检查率"][1].startswith(percent(len(seen), filed))
    assert found["检查合格率"][1].startswith(percent(len(seen) - len(failing), len(seen)))
    upheld = sum(o["outcome"] == "成立" for o in year.of(OBJECTIONS) if inside(o["day"]))
    assert found["公示异议成立"][1] == f"{upheld} 件"
    own = [f for f in year.of(FUNDS) if inside(f["day"])]
    came = sum(f["amount_fen"] for f in own if f["kind"] in ("到位", "捐赠"))
    other = sum(f["amount_fen"] for f in own if f["kind"] == "非补贴支出")
    spent = sum(
        x["amount_fen"] for x in year.hand.all_lines if x["outcome"] == "补贴" and inside(year.hand.money_day(x))
    )
    assert found["资金执行率"][1].startswith(percent(spent + other, came))
    whole = year.book["监督检查与查处"].tables[2].totals
    returned = whole["已抵扣（元）"] + whole["已退回（元）"]
    assert found["追回到位率"][1].startswith(percent(returned, whole["应追（元）"]))


def test_the_sheet_sent_upward_agrees_by_place(year: Year) -> None:
    goals = {plain_place(year.city, t["unit"]): t["goal"] for t in year.of(TASKS) if t["year"] == 2020}
    done = Counter(year.hand.place(t) for t in year.hand.people if counts_to_target(t))
    counted = year.hand.by(year.hand.place)
    for unit, row in cells(year.table("上报表", 1)).items():
        assert row[0] == goals.get(unit), unit
        assert row[1] == done[unit]
        assert tuple(row[4:]) == counted.get(unit, (0,) * 8)
    frame = year.table("上报表", 1)
    for title, total in year.book["上报表"].tables[1].totals.items():
        if title != "单位":
            assert frame[title].sum() == total


def test_the_yearly_registers(year: Year) -> None:
    staff = {s["employer"]: s for s in year.of(STAFF_FUNDS) if s["year"] == 2020}
    found = cells(year.table("职工教育经费"))
    assert set(found) == set(staff)
    for name, (wages, limit, aside, spent, front, rate, remark) in found.items():
        own = staff[name]
        assert (wages, limit, aside, spent, front) == (10**8, 8 * 10**6, None, own["spent_fen"], own["front_fen"])
        assert (rate is None) == (spent == 0)
        assert ("不到 60%" in remark) == (spent > 0 and front / spent < 0.6)
        assert ("超过税前扣除限额" in remark) == (spent > limit)
    assert year.book["五免一助"].tables[0].totals["学生人数"] == 10


def test_what_was_never_imported_is_blank_and_never_zero(ledger: tuple[Path, str]) -> None:
    path, city = ledger
    workspace = Workspace(path.parent, Settings(policy=city, ledger=str(path)))
    with Ledger.open(path) as opened:
        facts = period_facts(opened, workspace, load_policy(city), "annual", YEAR, Clock.USUAL, date(2020, 12, 31))
    book = make_report(facts).book
    for sheet, number, titles in (
        ("目标任务完成情况", 1, ["目标（人次）", "完成率", "差额"]),
        ("按资金渠道", 0, ["下达（元）", "到位（元）", "捐赠（元）", "非补贴支出（元）"]),
        ("按资金渠道", 1, ["累计到位（元）", "结余（元）", "执行率"]),
        ("全流程", 0, ["备案班数", "备案人数"]),
        ("高技能和急需紧缺", 0, ["其中急需紧缺取证人次"]),
        ("上报表", 1, ["任务人次"]),
    ):
        frame = book[sheet].tables[number].frame
        assert len(frame)
        assert frame[titles].isna().all(axis=None), sheet
        assert not set(titles) & set(book[sheet].tables[number].totals)
    names = [sheet.name for sheet in book.sheets]
    assert "五免一助" not in names
    assert "职工教育经费" not in names
