"""Money by fund, advances, and the table of a subsidy's use that is published."""

from __future__ import annotations

import pandas as pd

from skillcli.core.money import uppercase, yuan_text
from skillcli.reports.counting import Counted, Slice
from skillcli.reports.period_facts import PeriodFacts
from skillcli.reports.sheets import report_sheet, report_table
from skillcli.schema.periodic import ADVANCES, FUNDS, PUBLIC_USE
from skillcli.xlsx.book import Sheet

_NO_REGISTER = "下达、到位未填"
_PERSONS = "个人"


def fund_sheet(facts: PeriodFacts, counted: Counted, cut: Slice) -> Sheet:
    """按资金渠道: what was spent; what was granted and arrived is not in the ledger."""
    paid = cut.paid
    by = paid.groupby("fund")
    frame = pd.DataFrame({"count": by.size(), "amount_fen": by["amount_fen"].sum(), "paid_fen": by["paid_fen"].sum()})
    known = facts.policy.funds
    order = [*known, *sorted(set(frame.index) - set(known))]
    rows = frame.reindex(order).fillna(0).astype("int64").rename_axis("fund").reset_index()
    empty = pd.array([pd.NA] * len(rows), dtype="Int64")
    rows = rows.assign(granted_fen=empty, arrived_fen=empty, left_fen=empty, rate=empty, remark=_NO_REGISTER)
    totals: dict[str, object] = {"fund": "合计"} | {
        key: int(rows[key].sum()) for key in ("count", "amount_fen", "paid_fen")
    }
    notes = (
        f"注：支出合计（大写）：{uppercase(cut.amount_fen)}。资金渠道没有明确口径的列在“资金渠道待明确”。",
        "注：没有资金台账，下达、到位未填，结余和执行率因此算不出。",
    )
    table = report_table(FUNDS, rows, totals=totals, widths={"remark": 16, "fund": 38})
    return report_sheet(facts, FUNDS.title, (table,), notes)


def advance_sheet(facts: PeriodFacts) -> Sheet:
    """先行拨付: every advance up to the period's end and how it stands."""
    advances = facts.entries.advances
    rows = advances[advances["day"].le(pd.Timestamp(facts.period.last))].reset_index(drop=True)
    open_ = rows["left_fen"].gt(0)
    state = pd.Series("抵扣中", index=rows.index, dtype="str").mask(~open_, "已抵完").mask(rows["settled"], "已结算")
    keys = ("amount_fen", "netted_fen", "excess_fen", "left_fen")
    totals: dict[str, object] = {"class_no": "合计"} | {key: int(rows[key].sum()) for key in keys}
    within = rows[rows["day"].ge(pd.Timestamp(facts.period.first))]
    notes: tuple[str, ...] = (
        f"注：列出到本期末的全部先行拨付；其中本期拨付 {len(within):,} 笔，{yuan_text(int(within['amount_fen'].sum()))} 元。",
        "注：先行拨付不是补贴支出，抵扣以后才在补贴明细里计支出；先行拨付＝已抵扣＋结算应退＋未结算。",
    )
    if rows.empty:
        notes = ("注：到本期末没有登记先行拨付。",)
    table = report_table(ADVANCES, rows.assign(state=state), totals=totals)
    return report_sheet(facts, ADVANCES.title, (table,), notes)


def public_sheet(facts: PeriodFacts, counted: Counted, cut: Slice) -> Sheet:
    """补贴资金使用情况公开表: by unit, persons together; nobody is named."""
    paid = cut.paid
    titles = {line.id: (place, line.title) for place, line in enumerate(facts.policy.lines)}
    payee = paid["payee"].fillna("").where(paid["payee_kind"].ne(_PERSONS), f"{_PERSONS}（合并）")
    by = paid.assign(payee=payee).groupby(["line", "payee", "fund"])
    rows = by.agg(
        times=("training", "nunique"),
        persons=("who", "nunique"),
        amount_fen=("amount_fen", "sum"),
        paid_fen=("paid_fen", "sum"),
        least=("standard_fen", "min"),
        most=("standard_fen", "max"),
    ).reset_index()
    rows["line_title"] = [titles.get(line, (0, line))[1] for line in rows["line"]]
    rows["order"] = [titles.get(line, (len(titles), line))[0] for line in rows["line"]]
    rows["standard"] = pd.Series(
        [_standard(least, most) for least, most in zip(rows["least"], rows["most"], strict=True)], dtype="str"
    )
    rows = rows.sort_values(["order", "payee", "fund"], kind="stable", ignore_index=True)
    rows["number"] = range(1, len(rows) + 1)
    totals: dict[str, object] = {
        "number": "合计",
        "times": int(paid["training"].nunique()),
        "persons": int(paid["who"].nunique()),
        "amount_fen": int(paid["amount_fen"].sum()),
        "paid_fen": int(paid["paid_fen"].sum()),
    }
    notes = (
        f"注：本表的条目、人次、人数都按金额所属的{facts.clock.money.words}统计；发给个人的合并列示，不公开姓名。",
        "注：人次、人数的合计不重复计，可能少于各行之和；给单位的项目补助按项计，不计人数。",
    )
    widths = {"number": 7, "payee": 34, "fund": 26, "standard": 18}
    table = report_table(PUBLIC_USE, rows, totals=totals, widths=widths)
    return report_sheet(facts, PUBLIC_USE.title, (table,), notes)


def _standard(least: object, most: object) -> str:
    """``1,000.00``, or from … to … where several standards were paid."""
    if pd.isna(least):  # type: ignore[call-overload]
        return ""
    low, high = yuan_text(int(str(least))), yuan_text(int(str(most)))
    return low if low == high else f"{low} 至 {high}"
