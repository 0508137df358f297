"""Person-times and money by kind of subsidy, training, person, level, certificate, town and month."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from skillcli.core.distinct import how_many_each
from skillcli.core.period import Period
from skillcli.reports.counting import GRANT, MEASURES, NOT_FILLED, Counted, Slice
from skillcli.reports.identities import BACK
from skillcli.reports.period_facts import PeriodFacts
from skillcli.reports.places import outside_title
from skillcli.reports.sheets import report_sheet, report_table
from skillcli.schema.column import Column, Kind
from skillcli.schema.periodic import BREAKDOWN, MONTHS, OVERVIEW, PROJECTS
from skillcli.schema.vocabulary import words
from skillcli.xlsx.book import Chart, Sheet, Table

_NOTE = "注：人数按身份证号去重，同一人可在几行中出现，合计不重复计，可能少于各行之和；其余各栏合计等于各行之和。"
_OF_PEOPLE = ("passed", "certified", "subsidised", "who")
_LEVELS_ABOVE = ("高级工", "技师", "高级技师")


def measures(cut: Slice) -> dict[str, int]:
    """The figures of a slice as a whole: every person, training and line once."""
    return dict(cut.measures)


def grouped(counted: Counted, cut: Slice, key: str) -> pd.DataFrame:
    """``MEASURES`` (int64) of every value of a column of the trainings that occurs; index: the values (str)."""
    frame = person_times(cut.people, cut.people[key])
    return with_money(frame, cut.paid, counted.label(cut.paid, key))


def person_times(people: pd.DataFrame, by: pd.Series) -> pd.DataFrame:
    """``submitted``, ``passed``, ``certified``, ``subsidised``, ``persons`` (int64) of every category of ``by`` that occurs; index: the
    categories (str). A row of ``people`` (``Counted.people``) is a training under one category."""
    codes, who = by.array.codes, people["who"].to_numpy()
    names = pd.Index(by.array.categories, dtype="str")
    own = people["subsidised"].to_numpy()
    counts = {"submitted": np.bincount(codes, minlength=len(names))} | {
        flag: np.bincount(codes[people[flag].to_numpy()], minlength=len(names))
        for flag in ("passed", "certified", "subsidised")
    }
    frame = pd.DataFrame(counts | {"persons": how_many_each(codes[own], who[own], len(names))}, index=names)
    return frame[frame["submitted"].gt(0)]


def with_money(frame: pd.DataFrame, paid: pd.DataFrame, label: pd.Series) -> pd.DataFrame:
    """``MEASURES`` (int64): a frame of person-times with the lines and the money of each category of ``label``."""
    money = paid.groupby(label, observed=True)
    sums = money[["amount_fen", "paid_fen"]].sum().assign(lines=money.size())
    whole = frame.join(named(sums), how="outer", validate="1:1")
    return whole[list(MEASURES)].fillna(0).astype("int64")


def named(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with its categories as plain names for index."""
    return frame.set_axis(frame.index.astype("str"))


def in_order(values: Sequence[str], order: Sequence[str], last: Sequence[str] = (NOT_FILLED, GRANT)) -> list[str]:
    """Values in the order of a vocabulary, unknown ones after it, ``last`` at the end."""
    rank = {word: place for place, word in enumerate(order)} | {
        word: len(order) + 1 + place for place, word in enumerate(last)
    }
    return sorted(values, key=lambda value: (rank.get(value, len(order)), value))


def _table(frame: pd.DataFrame, title: str, cut: Slice, caption: str = "") -> Table:
    rows = frame.rename_axis("label").reset_index()
    totals = {"label": "合计"} | measures(cut)
    return report_table((Column("label", title, Kind.TEXT), *BREAKDOWN), rows, caption=caption, totals=totals)


def overview_table(facts: PeriodFacts, counted: Counted) -> Table:
    """本期、本年累计、政策期累计 in one row each."""
    spans = {"本期": facts.period, "本年累计": facts.year_to_date, "政策期累计": facts.campaign}
    rows = pd.DataFrame([{"item": item, **measures(counted.within(span))} for item, span in spans.items()])
    return report_table(OVERVIEW, rows, caption="一、总体情况")


def project_sheet(facts: PeriodFacts, counted: Counted, cut: Slice) -> Sheet:
    """按补贴项目: every line of the policy, also where nothing was claimed."""
    titles = {line.id: line.title for line in facts.policy.lines}
    known = [line.id for line in facts.policy.lines if not line.for_units]
    own, paid, back = cut.lines, cut.paid, cut.lines[cut.lines["outcome"].eq(BACK)]
    theirs, settled = (each.groupby("line", observed=True) for each in (cut.theirs, paid))
    figures = {
        "subsidised": theirs["training"].nunique(),
        "persons": theirs["who"].nunique(),
        "claimed": own.groupby("line", observed=True).size(),
        "lines": settled.size(),
        "amount_fen": settled["amount_fen"].sum(),
        "paid_fen": settled["paid_fen"].sum(),
        "back_fen": back.groupby("line", observed=True)["amount_fen"].sum(),
    }
    frame = pd.DataFrame({key: found.set_axis(found.index.astype("str")) for key, found in figures.items()})
    order = [*known, *sorted(set(frame.index) - set(known))]
    rows = frame.reindex(order).fillna(0).astype("int64").rename_axis("line").reset_index()
    clauses = {line.id: line.clause for line in facts.policy.lines}
    rows["line_title"] = rows["line"].map(titles).astype("str").fillna(rows["line"])
    rows["clause"] = rows["line"].map(clauses).astype("str").fillna("")
    totals: dict[str, object] = {"line_title": "合计"} | {
        key: int(rows[key].sum()) for key in ("claimed", "lines", "amount_fen", "paid_fen", "back_fen")
    }
    totals |= {"subsidised": int(cut.people["subsidised"].sum()), "persons": cut.persons}
    notes = (
        "注：一人次培训可同时享受几个项目，补贴人次、补贴人数的合计不重复计，可能少于各行之和；其余各栏合计等于各行之和。",
        "注：金额为未作废批次中拟补贴（含特殊审批）、没有追回的明细；已支付以银行回盘或支付登记为准；追回的不在金额内。",
    )
    chart = Chart("各补贴项目金额", "补贴项目", ("金额（万元）",), "bar", "万元")
    return report_sheet(facts, "按补贴项目", (report_table(PROJECTS, rows, totals=totals),), notes, (chart,))


def kind_sheet(facts: PeriodFacts, counted: Counted, cut: Slice) -> Sheet:
    """按培训类型."""
    frame = grouped(counted, cut, "training_kind")
    frame = frame.reindex(in_order(list(frame.index), words("training_kind")))
    return report_sheet(facts, "按培训类型", (_table(frame, "培训类型", cut),), (_NOTE,))


def category_sheet(facts: PeriodFacts, counted: Counted, cut: Slice) -> Sheet:
    """按人员类别: one person may be in several rows, the total counts nobody twice."""
    table = _categories(facts, counted, cut)
    notes = (
        "注：各行都是“其中”项。一人有几个类别的（含政策规定的归并，如残疾人属就业困难人员）在每一行都计，各行相加会超过合计。",
        "注：合计行每一人次、每一人、每一笔金额只计一次。",
    )
    return report_sheet(facts, "按人员类别", (table,), notes)


def _categories(facts: PeriodFacts, counted: Counted, cut: Slice) -> Table:
    own = exploded(cut.people["categories"], facts)
    frame = by_category(cut, own, exploded(counted.label(cut.paid, "categories"), facts))
    frame = frame.reindex(in_order(list(frame.index), words("category")))
    rows = frame.rename_axis("label").reset_index()
    rows["label"] = "其中：" + rows["label"]
    totals = {"label": "合计（不重复）"} | measures(cut)
    return report_table((Column("label", "人员类别", Kind.TEXT), *BREAKDOWN), rows, totals=totals)


def by_category(cut: Slice, own: pd.Series, of_paid: pd.Series) -> pd.DataFrame:
    """``MEASURES`` of every category of people; ``own``, ``of_paid``: those of the slice's trainings and paid lines (``exploded``)."""
    people = cut.people[list(_OF_PEOPLE)].loc[own.index]
    money = cut.paid[["amount_fen", "paid_fen"]].loc[of_paid.index]
    return with_money(person_times(people, own), money, of_paid)


def exploded(lists: pd.Series, facts: PeriodFacts) -> pd.Series:
    """Each list of categories (quickest of a categorical) as one row a category, the implied ones with it; the index repeats, the
    values are categories again."""
    implies = facts.policy.implies
    lists = lists.astype("category")
    codes = lists.cat.codes.to_numpy()
    sets = [_implied(text.split("、"), implies) for text in lists.cat.categories]
    sizes = np.array([len(each) for each in sets], dtype=np.int64)
    flat, names = pd.factorize(np.array([name for each in sets for name in each], dtype=object))
    starts = np.concatenate([[0], np.cumsum(sizes)])[:-1]
    count = sizes[codes]
    begin = np.repeat(starts[codes] - np.concatenate([[0], np.cumsum(count)])[:-1], count)
    places = (begin + np.arange(int(count.sum()))).astype(np.int64)
    index = lists.index.take(np.repeat(np.arange(len(lists)), count))
    values = pd.Categorical.from_codes(flat[places] if len(flat) else [], categories=pd.Index(names, dtype="str"))
    return pd.Series(values, index=index, name="categories")


def _implied(names: list[str], implies: dict[str, list[str]]) -> list[str]:
    found = dict.fromkeys(names)
    todo = list(names)
    while todo:
        for more in implies.get(todo.pop(), []):
            if more not in found:
                found[more] = None
                todo.append(more)
    return list(found)


def level_sheet(facts: PeriodFacts, counted: Counted, cut: Slice) -> Sheet:
    """按技能等级和证书类型."""
    levels = grouped(counted, cut, "level")
    levels = levels.reindex(in_order(list(levels.index), words("level")))
    kinds = grouped(counted, cut, "certificate_kind")
    kinds = kinds.reindex(in_order(list(kinds.index), words("certificate_kind")))
    above = cut.people[cut.people["level"].isin(_LEVELS_ABOVE) & cut.people["subsidised"]]
    notes = (
        f"注：其中高级工及以上（高技能人才）补贴 {len(above):,} 人次，{above['who'].nunique():,} 人。",
        _NOTE,
    )
    tables = (
        _table(levels, "技能等级", cut, "一、按技能等级"),
        _table(kinds, "证书类型", cut, "二、按证书类型"),
    )
    return report_sheet(facts, "按技能等级和证书类型", tables, notes)


def place_sheet(facts: PeriodFacts, counted: Counted, cut: Slice) -> Sheet:
    """按镇 or 按县（市、区）: what lies elsewhere and what is blank have rows of their own, so that it closes."""
    unit = facts.policy.report_unit
    outside = outside_title(facts.policy.region)
    frame = grouped(counted, cut, "place")
    frame = frame.reindex(in_order(list(frame.index), (), (outside, NOT_FILLED, GRANT)))
    notes = (
        f"注：按花名册的“乡镇”一栏归并；“{outside}”是填写为其他地方的，“{NOT_FILLED}”是没有填写的。",
        _NOTE,
    )
    charts = (
        Chart(f"各{unit}补贴人次", unit, ("补贴人次",)),
        Chart(f"各{unit}补贴金额", unit, ("金额（万元）",), axis="万元"),
    )
    return report_sheet(facts, f"按{unit}", (_table(frame, unit, cut),), notes, charts)


def month_table(facts: PeriodFacts, counted: Counted, cut: Slice) -> Table:
    """One row a month of the period, also where nothing happened."""
    months = _months(facts.period)
    people = cut.people[cut.people["subsidised"]]
    by = people.groupby(_month_of(people["on"]))
    paid = cut.paid
    money = paid.groupby(_month_of(paid["on"]))
    frame = pd.DataFrame(
        {
            "subsidised": by.size(),
            "persons": by["who"].nunique(),
            "lines": money.size(),
            "amount_fen": money["amount_fen"].sum(),
            "paid_fen": money["paid_fen"].sum(),
        }
    )
    frame = frame.set_axis(frame.index.to_numpy().astype("datetime64[M]").astype("str")).reindex(months, fill_value=0)
    rows = frame.fillna(0).astype("int64").rename_axis("month").reset_index()
    rows["total_fen"] = rows["amount_fen"].cumsum()
    totals = {"month": "合计"} | {key: value for key, value in measures(cut).items() if key in rows}
    return report_table(MONTHS, rows, caption="二、按月", totals=totals)


def _month_of(days: pd.Series) -> pd.Series:
    """The first of each day's month."""
    return pd.Series(days.to_numpy().astype("datetime64[M]").astype("datetime64[s]"), index=days.index)


def _months(period: Period) -> list[str]:
    first, last = np.datetime64(period.first, "M"), np.datetime64(period.last, "M")
    return [str(month) for month in np.arange(first, last + 1)]
