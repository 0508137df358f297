"""目标任务完成情况: how much of what the policy asks is done, in all, by town and by department."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pandas as pd

from skillcli.core.period import Period, between
from skillcli.policy.model import Target
from skillcli.reports.breakdowns import in_order
from skillcli.reports.counting import NOT_FILLED, Counted
from skillcli.reports.employment import follow_up_rates
from skillcli.reports.period_facts import PeriodFacts
from skillcli.reports.places import outside_title
from skillcli.reports.readings import value_text
from skillcli.reports.register_entries import tasks
from skillcli.reports.sheets import report_sheet, report_table
from skillcli.schema.column import Column, Kind
from skillcli.schema.periodic import RATIOS, TARGETS, UNIT_TARGETS
from skillcli.xlsx.book import Chart, Sheet, Table

OPEN = "文件未定"
_COUNTED = "counts_to_target"
_OUTSIDE = {"skilled": ("skilled", "employed"), "high_skilled": ("high_skilled", "skilled")}
"""Measure → keys of the two figures whose ratio it is."""
FIGURE_TITLES = {"employed": "就业人员（人）", "skilled": "技能劳动者（人）", "high_skilled": "高技能人才（人）"}
_NO_DAY = "未填（花名册没有填就业日期）"


def target_sheet(facts: PeriodFacts, counted: Counted) -> Sheet:
    """The sheet; 完成 counts what the reading ``counts_to_target`` says, each training once."""
    reading = facts.policy.reading(_COUNTED)
    counts = value_text(reading, facts.policy.value(_COUNTED))
    apart = "、".join(facts.policy.limit.except_kinds)
    notes = (
        f"注：完成数计{counts}的培训，每一人次只计一次（口径 {_COUNTED}，依据 {reading.clause}）；{apart}单列，不计入目标。",
        f"注：完成率＝累计完成÷目标，差额＝目标－累计完成；文件没有定目标的写“{OPEN}”，不以剩余数代替。",
        "注：累计完成从该目标的起始日算到本期末。",
        f"注：按{facts.policy.report_unit}、按主管部门的目标为任务分解的 {facts.period.last.year} 年任务，完成率＝本年累计÷目标，"
        "差额＝目标－本年累计；合计的目标和差额只计有任务的行。",
    )
    unit = facts.policy.report_unit
    goals = _goals(facts, counted)
    tables = (
        goals,
        _units(facts, counted, "place", unit, f"二、按{unit}"),
        _units(facts, counted, "department", "主管部门", "三、按主管部门"),
        _ratios(facts, counted),
    )
    charts = (
        Chart(
            "目标任务完成进度", "目标任务", ("累计完成", "目标（人次）"), "bar", "人次", rows=len(_of_trainings(facts))
        ),
        Chart(f"各{unit}本年累计完成", unit, ("本年累计",), table=1),
    )
    return report_sheet(facts, TARGETS.title, tables, notes, charts)


def progress(facts: PeriodFacts, counted: Counted) -> list[dict[str, object]]:
    """One record a target in person-times: ``title``, ``goal`` (None: the text sets none), ``now``, ``year``, ``done``, ``rate``
    (hundredths of a percent), ``gap``."""
    records: list[dict[str, object]] = []
    for target in _of_trainings(facts):
        goal = None if target.value is None else int(target.value)
        until = min(target.last, facts.period.last)
        done = _times(counted, target.first, until, "target")
        records.append(
            {
                "title": target.title,
                "clause": target.clause,
                "span": f"{target.first} 至 {target.last}",
                "goal": goal,
                **_both(counted, facts, "target"),
                "done": done,
                "rate": None if not goal else _rate(done, goal),
                "gap": None if goal is None else goal - done,
                "remark": OPEN if goal is None else "",
            }
        )
    return records


def _of_trainings(facts: PeriodFacts) -> list[Target]:
    """Targets in person-times whose time touches the period's year."""
    return [target for target in _in_force(facts) if target.measure == "trainings"]


def _in_force(facts: PeriodFacts) -> list[Target]:
    year = Period(date(facts.period.first.year, 1, 1), facts.period.last, "")
    return [t for t in facts.policy.targets if t.first <= year.last and t.last >= year.first]


def _goals(facts: PeriodFacts, counted: Counted) -> Table:
    records = progress(facts, counted)
    apart = "、".join(facts.policy.limit.except_kinds)
    if apart:
        records.append(
            {
                "title": f"{apart}（单列）",
                "clause": "",
                "span": f"{facts.campaign.first} 至 {facts.campaign.last}",
                "goal": None,
                **_both(counted, facts, "apart"),
                "done": _times(counted, facts.campaign.first, facts.campaign.last, "apart"),
                "rate": None,
                "gap": None,
                "remark": "不计入目标",
            }
        )
    return report_table(TARGETS, _typed(records, TARGETS.columns), caption="一、目标任务")


def _typed(records: list[dict[str, object]], columns: tuple[Column, ...]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            column.key: pd.Series(
                [record[column.key] for record in records], dtype="str" if column.kind is Kind.TEXT else "Int64"
            )
            for column in columns
        }
    )


def _both(counted: Counted, facts: PeriodFacts, flag: str) -> dict[str, int]:
    year = facts.year_to_date
    return {
        "now": _times(counted, facts.period.first, facts.period.last, flag),
        "year": _times(counted, year.first, year.last, flag),
    }


def _times(counted: Counted, first: date, last: date, flag: str) -> int:
    if first > last:
        return 0
    return counted.within(between(first, last)).times(flag)


def _rate(part: int, whole: int) -> int:
    """Hundredths of a percent, halves up."""
    return (part * 20_000 + whole) // (2 * whole)


def _units(facts: PeriodFacts, counted: Counted, key: str, title: str, caption: str) -> Table:
    spans = {"now": facts.period, "year": facts.year_to_date, "done": facts.campaign}
    frame = pd.DataFrame({column: counted.within(span).by(key, "target") for column, span in spans.items()})
    last = (outside_title(facts.policy.region), NOT_FILLED)
    frame = frame.reindex(in_order(list(frame.index), (), last)).fillna(0).astype("int64")
    goals = tasks(facts, key)
    if goals is not None:
        frame = frame.join(goals, how="outer").reindex(in_order([*{*frame.index, *goals.index}], (), last))
    frame = frame.astype(dict.fromkeys(spans, "Int64")).fillna(dict.fromkeys(spans, 0))
    rows = frame.rename_axis("label").reset_index()
    if goals is None:
        empty = pd.array([pd.NA] * len(rows), dtype="Int64")
        rows = rows.assign(goal=empty, rate=empty, gap=empty, remark=OPEN)
    else:
        goal = rows["goal"].astype("Int64")
        rate = (rows["year"] * 20_000 + goal) // (2 * goal)
        rows = rows.assign(goal=goal, rate=rate, gap=goal - rows["year"])
        rows["remark"] = (
            ("依据 " + rows["document"]).where(rows["document"].fillna("").ne(""), "").mask(goal.isna(), OPEN)
        )
    totals: dict[str, object] = {"label": "合计"} | {name: int(rows[name].sum()) for name in spans}
    if goals is not None and len(goals):
        given = rows[rows["goal"].notna()]
        totals |= {"goal": int(given["goal"].sum()), "gap": int(given["gap"].sum())}
    # Under the three columns that name a target above.
    columns = (Column("label", title, Kind.TEXT), *UNIT_TARGETS)
    return report_table(columns, rows, caption=caption, totals=totals, spans={"label": 3})


def _ratios(facts: PeriodFacts, counted: Counted) -> Table:
    records: list[dict[str, object]] = []
    for target in _in_force(facts):
        if target.measure == "trainings":
            continue
        part, whole, remark = _parts(facts, counted, target)
        goal = None if target.value is None else int(target.value * 100)
        rate = _rate(part, whole) if whole and part is not None else None
        records.append(
            {
                "title": target.title,
                "clause": target.clause,
                "span": f"{target.first} 至 {target.last}",
                "goal": goal,
                "part": part,
                "whole": whole,
                "rate": rate,
                "gap": None if goal is None or rate is None else goal - rate,
                "remark": "；".join(text for text in (OPEN if goal is None else "", remark) if text),
            }
        )
    return report_table(RATIOS, _typed(records, RATIOS.columns), caption="四、比例目标", spans={"rate": 2})


def _parts(facts: PeriodFacts, counted: Counted, target: Target) -> tuple[int | None, int | None, str]:
    """Numerator, denominator, and where they are from or why they are missing."""
    if target.measure in _OUTSIDE:
        keys = _OUTSIDE[target.measure]
        missing = [FIGURE_TITLES[key] for key in keys if key not in facts.figures]
        if missing:
            return None, None, f"未填：{'、'.join(missing)}，请写入 skillcli.toml 的 [figures]"
        part, whole = (facts.figures[key] for key in keys)
        sources = "；".join(dict.fromkeys(each.source or "来源未填" for each in (part, whole)))
        return _whole(part.value), _whole(whole.value), f"数据来源：{sources}"
    found = follow_up_rates(facts)
    years = [str(year) for year in range(target.first.year, min(target.last, facts.period.last).year + 1)]
    found = found[found["year"].isin(years)]
    if target.measure == "employment" and not found["tracked"].any():
        return _employment(facts, counted, target)
    hit, among = ("employed", "trainees") if target.measure == "employment" else ("raised", "known_income")
    if not found[among].any():
        return None, None, "未填（没有登记培训前后收入的就业跟踪名单）"
    return int(found[hit].sum()), int(found[among].sum()), "按登记的就业跟踪名单计，见“就业率与增收率”"


def _whole(value: Decimal) -> int:
    return int(value.to_integral_value())


def _employment(facts: PeriodFacts, counted: Counted, target: Target) -> tuple[int | None, int | None, str]:
    last = min(target.last, facts.period.last)
    cut = counted.within(between(target.first, last))
    among = cut.of("target") & ~counted.bearing("categories", set(target.without))
    employed, whole = int((among & cut.of("employed")).sum()), int(among.sum())
    if not employed:
        return None, whole, _NO_DAY
    return employed, whole, "按花名册填写的就业日期计，不含" + "、".join(target.without)
