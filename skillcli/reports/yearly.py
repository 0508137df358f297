"""五免一助 and 职工教育经费 of a year: recorded by the office, never paid from here."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from skillcli.core.money import yuan_text
from skillcli.reports.period_facts import PeriodFacts
from skillcli.reports.register_entries import entries
from skillcli.reports.sheets import report_sheet, report_table
from skillcli.schema import office_tables as tables
from skillcli.schema import registers
from skillcli.xlsx.book import Sheet

_NOT_FILLED = "没有使用，占比未填"


def staff_funds_sheet(facts: PeriodFacts) -> Sheet | None:
    """职工教育经费: the limit before tax, and whether enough went to front-line staff; None where it was never imported
    or the text says nothing of it."""
    rule, register = facts.policy.staff_funds, entries(facts, registers.STAFF_FUNDS)
    if rule is None or register is None:
        return None
    rows = _of_year(facts, register)
    spent = rows["spent_fen"]
    rate = (rows["front_fen"] * 20_000 + spent) // (2 * spent.where(spent.gt(0)))
    limit = rows["wages_fen"] * rule.deducted_percent // 100
    enough = (rows["front_fen"] * 100).ge(spent * rule.front_percent)
    remark = pd.Series("", index=rows.index, dtype="str").mask(~enough, f"一线占比不到 {rule.front_percent}%")
    remark = remark.mask(spent.gt(limit), remark + "；使用超过税前扣除限额").str.removeprefix("；")
    remark = remark.mask(spent.eq(0), _NOT_FILLED)
    frame = rows.assign(limit_fen=limit, rate=rate.astype("Int64"), remark=remark)
    keys = ("wages_fen", "limit_fen", "set_aside_fen", "spent_fen", "front_fen")
    totals = _totals(frame, "employer", keys)
    notes = (
        f"注：使用金额中应有 {rule.front_percent}% 以上用于一线职工培训；税前扣除限额为工资薪金总额的 "
        f"{rule.deducted_percent}%（依据 {rule.clause}）。",
        f"注：不到 {rule.front_percent}% 的 {int((~enough).sum())} 家；只登记，不拨付。没有填的空着，不作 0。",
    )
    return report_sheet(
        facts, tables.STAFF_FUNDS.title, (report_table(tables.STAFF_FUNDS, frame, totals=totals),), notes
    )


def exemption_sheet(facts: PeriodFacts) -> Sheet | None:
    """五免一助 by school; None where it was never imported."""
    register = entries(facts, registers.EXEMPTIONS)
    if register is None:
        return None
    rows = _of_year(facts, register)
    keys = [column.key for column in tables.EXEMPTIONS.columns[1:]]
    totals = _totals(rows, "school", keys)
    money = sum(int(rows[key].sum()) for key in keys[1:])
    notes = (f"注：五免一助合计 {yuan_text(money)} 元；由学校办理，只登记，不拨付。没有填的空着，不作 0。",)
    return report_sheet(facts, tables.EXEMPTIONS.title, (report_table(tables.EXEMPTIONS, rows, totals=totals),), notes)


def _totals(rows: pd.DataFrame, name: str, keys: Sequence[str]) -> dict[str, object]:
    """The sum of each column of which some row has a value: what nobody filled in stays blank, and is no 0."""
    return {name: "合计"} | {key: int(rows[key].sum()) for key in keys if rows[key].notna().any()}


def _of_year(facts: PeriodFacts, register: pd.DataFrame) -> pd.DataFrame:
    own: pd.DataFrame = register[register["year"].eq(facts.period.last.year).fillna(False)].reset_index(drop=True)
    return own
