"""The sheet of a payment workbook that lists grants to units."""

from __future__ import annotations

import pandas as pd

from skillcli.core.money import uppercase, yuan_text
from skillcli.reports.facts import RunFacts
from skillcli.reports.tables import SIGNATURES, numbered, printed
from skillcli.schema.grants import ROSTER_KEYS
from skillcli.schema.outputs import GRANT_LIST
from skillcli.xlsx.book import Sheet

_WIDTHS = {"number": 6, "line_no": 12, "unit": 20, "item": 22, "fund": 14, "reason": 30, "clause": 10}


def unit_lines(facts: RunFacts) -> frozenset[str]:
    """Ids of the policy's lines for units."""
    return frozenset(line.id for line in facts.policy.lines if line.for_units)


def grants_sheet(facts: RunFacts, lines: pd.DataFrame, reasons: pd.DataFrame, heading: str, batch: str) -> Sheet:
    """项目补助: every grant of the run with its verdict, payable or not; ``reasons`` as ``reasons.joined`` gives them."""
    own = lines[lines["line"].isin(unit_lines(facts))]
    roster = facts.roster.frame.loc[own["rid"]].set_axis(own.index)
    why = reasons["reason"].reindex(own.index).fillna("")
    rows = own.drop(columns=["bank", "account"]).assign(
        **{unit: roster[key] for unit, key in ROSTER_KEYS.items()}, reason=why
    )
    total = int(rows["amount_fen"].sum())
    totals = {"number": "合计", "unit": f"大写：{uppercase(total)}", "amount_fen": total}
    table = printed(GRANT_LIST, numbered(rows), totals=totals, widths=_WIDTHS)
    line = f"{batch}　　共 {len(rows):,} 项，拟补助 {int(rows['payable'].sum()):,} 项，{yuan_text(total)} 元"
    return Sheet(GRANT_LIST.title, (table,), f"{heading}项目补助明细表", (line,), (), SIGNATURES)
