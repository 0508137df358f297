"""E08  An apprenticeship that has not filled one of the years it is paid by

Only completed years are paid; fewer months than one year are worth nothing yet, and may become
worth something, so this holds. Unknown dates are T01's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.rules.derive_cells import together
from skillcli.rules.derive_lines import line_rows
from skillcli.rules.rule import Aim, rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


@rule(
    code="E08",
    title="学徒培训不满一年",
    severity=Severity.HOLD,
    column="end",
    message="开班至结课只有 {months} 个整月，应满 {least} 个月。",
    remedy="请核对开班、结课日期；培训未满一年的，满一年后再申报。",
    reads=("start", "end"),
    aim=Aim.LINE,
)
def apprenticeship_short(case: Case) -> pd.DataFrame:
    parts = []
    for line in case.policy.lines:
        if line.amount.kind == "per_year":
            rows = line_rows(case, line, "span_months")
            if not len(rows):
                continue
            bad = rows[rows["span_months"].between(0, line.amount.months_a_year - 1)]
            parts.append(
                bad[["line"]].assign(months=bad["span_months"], least=line.amount.months_a_year, clause=line.clause)
            )
    return together(parts)
