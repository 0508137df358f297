"""同比、环比: the period beside the one before it and the same one a year ago; and the months of the period."""

from __future__ import annotations

import pandas as pd

from skillcli.core.period import Period, before, shifted
from skillcli.reports.breakdowns import measures
from skillcli.reports.counting import Counted
from skillcli.reports.period_facts import PeriodFacts
from skillcli.reports.sheets import report_sheet, report_table
from skillcli.schema.periodic import COMPARED_COUNTS, COMPARED_MONEY
from skillcli.xlsx.book import Sheet

_COUNTS = {
    "submitted": "申报人次",
    "passed": "合格人次",
    "certified": "取证人次",
    "subsidised": "补贴人次",
    "persons": "补贴人数",
    "target": "计入目标的人次",
    "institutions": "有补贴的培训机构（个）",
    "lines": "补贴条数",
}
_MONEY = {"amount_fen": "补贴金额", "paid_fen": "其中已支付", "mean_fen": "人均补贴金额"}


def comparison_sheet(facts: PeriodFacts, counted: Counted) -> Sheet:
    """The sheet. Of a year 上期 is 去年同期."""
    earlier, year_ago = before(facts.period), shifted(facts.period, -12)
    now, was, ago = (_figures(counted, span) for span in (facts.period, earlier, year_ago))
    counts = pd.DataFrame([_row(title, now[key], was[key], ago[key]) for key, title in _COUNTS.items()])
    money = pd.DataFrame([_row(title, now[key], was[key], ago[key]) for key, title in _MONEY.items()])
    whole = dict.fromkeys(("now", "before", "change", "rate", "year_ago", "year_change", "year_rate"), "Int64")
    tables = (
        report_table(COMPARED_COUNTS, counts.astype(whole), caption="一、人次和条数"),
        report_table(COMPARED_MONEY, money.astype(whole), caption="二、金额（元）"),
    )
    notes = (
        f"注：上期为 {earlier.first} 至 {earlier.last}，去年同期为 {year_ago.first} 至 {year_ago.last}；上期或同期为零的，不算比率。",
        "注：上期和同期按台账现在的情况重算，不是当时报告的数字。人均补贴金额＝补贴金额÷补贴人数。",
    )
    return report_sheet(facts, "同比、环比", tables, notes)


def _figures(counted: Counted, span: Period) -> dict[str, int]:
    cut = counted.within(span)
    found = measures(cut)
    found["target"] = cut.times("target")
    found["institutions"] = len(cut.by("institution", "subsidised"))
    found["mean_fen"] = found["amount_fen"] // found["persons"] if found["persons"] else 0
    return found


def _row(title: str, now: int, was: int, ago: int) -> dict[str, object]:
    return {
        "item": title,
        "now": now,
        "before": was,
        "change": now - was,
        "rate": _growth(now, was),
        "year_ago": ago,
        "year_change": now - ago,
        "year_rate": _growth(now, ago),
    }


def _growth(now: int, base: int) -> int | None:
    """Hundredths of a percent, halves away from zero; None on nothing."""
    if not base:
        return None
    size = (abs(now - base) * 20_000 + base) // (2 * base)
    return size if now >= base else -size
