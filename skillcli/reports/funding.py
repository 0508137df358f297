"""Money by fund, advances, and the table of a subsidy's use that is published."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from skillcli.core.money import uppercase, yuan_text
from skillcli.core.period import between
from skillcli.reports.counting import Counted, Slice
from skillcli.reports.labels import coded
from skillcli.reports.period_facts import PeriodFacts
from skillcli.reports.register_entries import FUND_KEYS, fund_sums
from skillcli.reports.sheets import report_sheet, report_table
from skillcli.schema.office_tables import FUND_BALANCE
from skillcli.schema.periodic import ADVANCES, FUNDS, PUBLIC_USE
from skillcli.schema.registers import FUNDS as FUND_REGISTER
from skillcli.xlsx.book import Sheet, Table

_NO_REGISTER = "下达、到位未填"
_NOT_FILED = "资金台账没有登记"
_REGISTER = FUND_REGISTER.table.kind
_KEYS = tuple(FUND_KEYS.values())
_PERSONS = "个人"


def fund_sheet(facts: PeriodFacts, counted: Counted, cut: Slice) -> Sheet:
    """按资金渠道: the period's entries of the fund register beside what was spent; then how each fund stands at its end."""
    now = fund_rows(facts, cut)
    sums = ("count", "amount_fen", "paid_fen") + (_KEYS if facts.registers.get(_REGISTER) is not None else ())
    totals: dict[str, object] = {"fund": "合计"} | {key: int(now[key].sum()) for key in sums}
    notes: tuple[str, ...] = (
        f"注：支出合计（大写）：{uppercase(cut.amount_fen)}。资金渠道没有明确口径的列在“资金渠道待明确”。",
        "注：结余＝累计到位＋捐赠－补贴支出－非补贴支出，执行率＝（补贴支出＋非补贴支出）÷（累计到位＋捐赠）；"
        "支出为未作废批次的补贴，先行拨付抵扣以后才计。",
    )
    if facts.registers.get(_REGISTER) is None:
        notes = (*notes, "注：没有导入资金台账，下达、到位未填，结余和执行率因此算不出。")
    tables = (
        report_table(FUNDS, now, totals=totals, caption="一、本期", widths={"remark": 16, "fund": 38}),
        _balance(facts, counted),
    )
    return report_sheet(facts, FUNDS.title, tables, notes)


def fund_rows(facts: PeriodFacts, cut: Slice) -> pd.DataFrame:
    """One row a fund: ``count``, ``amount_fen``, ``paid_fen`` (int64) of the ledger, and of the register
    ``granted_fen``, ``arrived_fen``, ``donated_fen``, ``other_fen`` (Int64, missing where it says nothing), ``remark``."""
    frame = cut.counted.spent(cut.standing)
    own = fund_sums(facts, cut.period)
    known = facts.policy.funds
    named = set(frame.index) | (set(own.index) if own is not None else set())
    order = [*known, *sorted(named - set(known))]
    rows = frame.reindex(order).fillna(0).astype("int64")
    register = facts.registers.get(_REGISTER)
    if own is None or register is None:
        empty = pd.array([pd.NA] * len(rows), dtype="Int64")
        rows = rows.assign(**dict.fromkeys(_KEYS, empty), remark=_NO_REGISTER)
    else:
        filed = pd.Index(register["fund"].unique())
        said = own.reindex(filed, fill_value=0).reindex(order).astype("Int64")
        remark = pd.Series("", index=rows.index, dtype="str").mask(~rows.index.isin(filed), _NOT_FILED)
        rows = rows.join(said).assign(remark=remark)
    return rows.rename_axis("fund").reset_index()


def _balance(facts: PeriodFacts, counted: Counted) -> Table:
    """How each fund stands at the period's end; missing where the register says nothing of it."""
    first = min(facts.campaign.first, *_days(facts))
    rows = fund_rows(facts, counted.within(between(first, facts.period.last)))
    came = rows["arrived_fen"] + rows["donated_fen"]
    gone = rows["amount_fen"].astype("Int64") + rows["other_fen"]
    rate = (gone * 20_000 + came) // (2 * came.where(came.gt(0)))
    rows = rows.assign(spent_fen=rows["amount_fen"], left_fen=came - gone, rate=rate)
    short = rows["left_fen"].lt(0).fillna(False)
    rows["remark"] = rows["remark"].mask(short, "支出超过到位")
    totals: dict[str, object] = {"fund": "合计", "spent_fen": int(rows["spent_fen"].sum())}
    if facts.registers.get(_REGISTER) is not None:
        totals |= {key: int(rows[key].sum()) for key in (*_KEYS, "left_fen")}
    return report_table(
        FUND_BALANCE, rows, totals=totals, caption="二、到本期末累计", widths={"remark": 16, "fund": 38}
    )


def _days(facts: PeriodFacts) -> tuple[date, date]:
    """The first days of which register and ledger know."""
    register = facts.registers.get(_REGISTER)
    days = [facts.campaign.first]
    if register is not None and len(register):
        days.append(register["day"].min().date())
    months = facts.entries.batches["month"]
    booked = date.fromisoformat(f"{months.min()}-01") if len(months) else days[0]
    return min(days), booked


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
    unit = paid["payee"].array
    # the code of a missing one is -1: nothing is written
    place = np.where(paid["payee_kind"].eq(_PERSONS), 0, unit.codes.astype(np.int64) + 2)
    payee = coded(place, [f"{_PERSONS}（合并）", "", *unit.categories])
    by = paid.assign(payee=payee).groupby(["line", "payee", "fund"], observed=True)
    rows = by.agg(
        times=("training", "nunique"),
        persons=("who", "nunique"),
        amount_fen=("amount_fen", "sum"),
        paid_fen=("paid_fen", "sum"),
        least=("standard_fen", "min"),
        most=("standard_fen", "max"),
    )
    rows = rows.reset_index().astype({"line": "str", "payee": "str", "fund": "str"})
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
