"""The slip a check of rosters returns: what may be expected to be paid, and why not the rest."""

from __future__ import annotations

import pandas as pd

from skillcli.core.finding import Verdict
from skillcli.core.money import uppercase, yuan_text
from skillcli.reports.explanation import explanation_sheet
from skillcli.reports.facts import RunFacts
from skillcli.reports.findings import counts_sheet, problem_frame
from skillcli.reports.lines import line_frame
from skillcli.reports.reasons import deciding, joined
from skillcli.reports.tables import INSTITUTION_SIGNATURES, printed
from skillcli.schema.outputs import ESTIMATE, ESTIMATE_LINES
from skillcli.xlsx.book import Book, Sheet


def estimate_book(facts: RunFacts, path: str = "") -> Book:
    """补贴测算, 测算明细, 问题汇总 and 说明 of a run; the problems one by one are in the annotated copy.

    ``path`` limits the book to one roster file, named as in ``roster.sheets``; "" takes them all.
    Raises KeyError when no sheet has that path.
    """
    if path:
        facts = facts.of_file(path)
    sheets = (*_estimate_sheets(facts), counts_sheet(facts, problem_frame(facts)), explanation_sheet(facts))
    return Book("职业技能培训补贴测算", sheets)


def _estimate_sheets(facts: RunFacts) -> tuple[Sheet, Sheet]:
    """补贴测算 (one row a subsidy) and 测算明细 (one row a line)."""
    lines = line_frame(facts)
    total = int(lines["amount_fen"].sum())
    rows = _by_subsidy(lines)
    keys = ("lines", "payable", "amount_fen", "refused", "held", "undecided", "waiting_fen")
    totals: dict[str, object] = {"line_title": "合计"} | {key: int(rows[key].sum()) for key in keys}
    unchecked = facts.decision.unchecked
    notes = [
        f"拟补贴金额合计（大写）：{uppercase(total)}",
        "注：本表是按花名册测算的预计数，不是拨付结果；以人力资源社会保障部门审核为准。",
        *(f"未核对 {item.code}：{item.why}" for item in unchecked),
    ]
    summary = Sheet(
        ESTIMATE.title,
        (printed(ESTIMATE, rows, totals=totals, widths={"line_title": 34}),),
        "职业技能培训补贴测算表",
        (f"政策：{facts.policy.title}　　判定日期：{facts.as_of}",),
        tuple(notes),
        INSTITUTION_SIGNATURES,
    )
    details = printed(ESTIMATE_LINES, _with_reasons(facts, lines), totals={"file": "合计", "amount_fen": total})
    line = f"共 {len(lines):,} 条，拟补贴 {yuan_text(total)} 元；未拟补贴的各条，金额栏为空"
    return summary, Sheet(ESTIMATE_LINES.title, (details,), "补贴测算明细表", (line,), (), INSTITUTION_SIGNATURES)


def _by_subsidy(lines: pd.DataFrame) -> pd.DataFrame:
    waiting = lines["verdict"].isin([Verdict.HELD.value, Verdict.UNDECIDED.value])
    parts = lines.assign(
        refused=lines["verdict"] == Verdict.REFUSED.value,
        held=lines["verdict"] == Verdict.HELD.value,
        undecided=lines["verdict"] == Verdict.UNDECIDED.value,
        waiting_fen=lines["proposed_fen"].fillna(0).where(waiting, 0).astype("int64"),
        lines=1,
    )
    keys = ["lines", "payable", "amount_fen", "refused", "held", "undecided", "waiting_fen"]
    return parts.groupby("line_title")[keys].sum().astype("int64").reset_index()


def _with_reasons(facts: RunFacts, lines: pd.DataFrame) -> pd.DataFrame:
    """The lines with why each is not payable; amounts only where payable."""
    reasons = joined(facts, deciding(facts)).rename(columns={"clause": "reason_clause"})
    rows = lines.join(reasons, validate="one_to_one")
    return rows.assign(
        rule=rows["rule"].fillna(""),
        reason=rows["reason"].fillna(""),
        remedy=rows["remedy"].fillna(""),
        clause=rows["reason_clause"].fillna("").where(~rows["payable"], rows["clause"]),
        amount_fen=rows["amount_fen"].astype("Int64").where(rows["payable"]),
    )
