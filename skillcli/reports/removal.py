"""The list of what a corrected batch has and the new roster lacks (减少名单)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.money import yuan_text
from skillcli.reports.provenance import provenance_sheet
from skillcli.reports.tables import SIGNATURES, printed
from skillcli.schema.submission import REMOVED
from skillcli.xlsx.book import Book, Sheet

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.reports.facts import RunFacts

_WIDTHS = {"institution": 18, "line_title": 16, "remedy": 40, "file": 14, "sheet": 10, "row": 7, "state": 9}
_NOTE = "注：名单里的补贴都还在账上，没有自动撤回。逐行核对后，应撤回的按处理办法办，不该减少的请报送单位补报。"


def removal_book(rows: pd.DataFrame, corrects: str, count: int, facts: RunFacts) -> Book:
    """``<batch>-减少名单.xlsx``: rows in the columns of ``schema.submission.REMOVED``; ``count`` trainings."""
    total = int(rows["amount_fen"].sum())
    table = printed(REMOVED, rows, totals={"line_no": "合计", "amount_fen": total}, widths=_WIDTHS)
    lines = (f"批次：{facts.batch}　　更正批次：{corrects}　　减少 {count:,} 行，涉及在账补贴 {yuan_text(total)} 元",)
    title = f"{facts.agency}{corrects} 减少名单"
    items = {
        "单位": facts.agency,
        "批次": facts.batch,
        "更正批次": corrects,
        "判定日期": str(facts.as_of),
        "政策": f"{facts.policy.full_title}，编号 {facts.policy.id}",
        "政策校验值": facts.policy.sha256,
        "台账链头": facts.head,
        "工具": f"skillcli {facts.tool_version}",
    }
    sheet = Sheet(REMOVED.title, (table,), title, lines, (_NOTE,), SIGNATURES)
    return Book(title, (sheet, provenance_sheet(items)))
