"""高技能和急需紧缺 certificates, 重点群体 and 专项行动."""

from __future__ import annotations

import numpy as np
import pandas as pd

from skillcli.reports.breakdowns import by_category, exploded, grouped, in_order, measures, named
from skillcli.reports.counting import Counted, Slice
from skillcli.reports.labels import bearing
from skillcli.reports.period_facts import PeriodFacts
from skillcli.reports.sheets import report_sheet, report_table
from skillcli.schema.column import Column, Kind
from skillcli.schema.office_tables import SKILLS
from skillcli.schema.periodic import BREAKDOWN
from skillcli.schema.vocabulary import words
from skillcli.xlsx.book import Sheet

_ABOVE = ("高级工", "技师", "高级技师")
FOCUS, PROGRAMMES = "重点群体", "专项行动"


def skill_sheet(facts: PeriodFacts, counted: Counted, cut: Slice) -> Sheet:
    """Certificates by level, those of 高技能 as a row of their own, and of them those in short supply."""
    people = cut.people[cut.people["certified"]]
    if facts.shortage is not None:
        people = people.assign(
            short=facts.shortage(counted.entries.trainings.take(counted.records(people.index.to_numpy())))
        )
    rows = _levels(facts, people, people["level"])
    rows = rows.reindex(in_order(list(rows.index), words("level")))
    above = people[bearing(people["level"].array, _ABOVE)]
    both = (_whole(facts, above, "其中：高技能（高级工及以上）"), _whole(facts, people, "合计"))
    frame = rows.rename_axis("label").reset_index()
    table = report_table(SKILLS, pd.concat([frame, both[0]], ignore_index=True), totals=_known(both[1]))
    short = "；没有导入急需紧缺目录，急需紧缺未填。" if facts.shortage is None else "。"
    notes = (
        "注：“其中”行不再计入合计；人数按身份证号去重，合计可能少于各行之和。",
        f"注：急需紧缺按开班日期有效的急需紧缺目录认定{short}",
    )
    return report_sheet(facts, SKILLS.title, (table,), notes)


def _known(row: pd.DataFrame) -> dict[str, object]:
    return {str(key): value for key, value in row.iloc[0].items() if not pd.isna(value)}


def _levels(facts: PeriodFacts, people: pd.DataFrame, by: pd.Series) -> pd.DataFrame:
    """``by``: a categorical."""
    groups = people.groupby(by, observed=True)
    frame = pd.DataFrame(
        {"certified": groups.size(), "people": groups["who"].nunique(), "subsidised": groups["subsidised"].sum()}
    )
    if facts.shortage is None:
        return _without_shortage(named(frame))
    own = people[people["short"]].groupby(by[people["short"]], observed=True)
    return named(frame.assign(short=own.size(), short_people=own["who"].nunique()).fillna(0).astype("Int64"))


def _without_shortage(frame: pd.DataFrame) -> pd.DataFrame:
    """Nobody knows what is in short supply: missing, never 0."""
    empty = pd.array([pd.NA] * len(frame), dtype="Int64")
    return frame.assign(short=empty, short_people=empty).astype("Int64")


def _whole(facts: PeriodFacts, people: pd.DataFrame, label: str) -> pd.DataFrame:
    """One row of all these trainings."""
    every = pd.Categorical.from_codes(np.zeros(len(people), dtype=np.int8), categories=pd.Index([label], dtype="str"))
    frame = _levels(facts, people, pd.Series(every, index=people.index))
    if frame.empty:
        zeros = pd.Series(0, index=pd.Index([label]), dtype="Int64")
        frame = pd.DataFrame(dict.fromkeys(frame.columns, zeros))
        if facts.shortage is None:
            frame = _without_shortage(frame)
    return frame.rename_axis("label").reset_index()


def focus_sheet(facts: PeriodFacts, counted: Counted, cut: Slice) -> Sheet | None:
    """重点群体: the policy's group, each of its categories as 其中, the total counting nobody twice; None where the
    policy names no such group."""
    if not facts.policy.focus_group:
        return None
    group = facts.policy.person_group(facts.policy.focus_group)
    names = list(dict.fromkeys(name for who in group.any for name in [*who.categories, *who.all]))
    own, of_paid = (
        each[bearing(each.array, names)]
        for each in (
            exploded(lists, facts) for lists in (cut.people["categories"], counted.label(cut.paid, "categories"))
        )
    )
    inside = cut.people.loc[own.index.unique()]
    money = cut.paid.loc[of_paid.index.unique(), ["amount_fen", "paid_fen"]]
    frame = by_category(cut, own, of_paid).reindex(names).fillna(0).astype("int64")
    rows = frame.rename_axis("label").reset_index()
    rows["label"] = "其中：" + rows["label"]
    totals: dict[str, object] = {
        "label": "合计（不重复）",
        "submitted": len(inside),
        "passed": int(inside["passed"].sum()),
        "certified": int(inside["certified"].sum()),
        "subsidised": int(inside["subsidised"].sum()),
        "persons": int(inside.loc[inside["subsidised"], "who"].nunique()),
        "lines": len(money),
        "amount_fen": int(money["amount_fen"].sum()),
        "paid_fen": int(money["paid_fen"].sum()),
    }
    notes = (
        f"注：{group.title}（{group.clause}）中的人；一人有几个类别的在每一行都计，合计行每一人次、每一人、每一笔金额只计一次。",
    )
    columns = (Column("label", "人员类别", Kind.TEXT), *_RENAMED)
    return report_sheet(facts, FOCUS, (report_table(columns, rows, totals=totals),), notes)


_RENAMED = tuple(
    Column(column.key, "补贴金额（元）", column.kind) if column.key == "amount_fen" else column for column in BREAKDOWN
)
"""The money of a group is not that of the whole period, and is called otherwise."""


def programme_sheet(facts: PeriodFacts, counted: Counted, cut: Slice) -> Sheet:
    """专项行动, as the rosters name them."""
    frame = grouped(counted, cut, "programme")
    rows = frame.reindex(in_order(list(frame.index), ())).rename_axis("label").reset_index()
    totals: dict[str, object] = {"label": "合计", **measures(cut)}
    notes = ("注：按花名册的“专项行动”一栏归并；“未填”是没有标注的。人数按身份证号去重，合计可能少于各行之和。",)
    columns = (Column("label", PROGRAMMES, Kind.TEXT), *BREAKDOWN)
    return report_sheet(facts, PROGRAMMES, (report_table(columns, rows, totals=totals),), notes)
