"""E14  以工代训 months that the calendar does not hold

The stated months, or the whole months from first to last day where none is stated, must be at
least one and no more than the calendar's. A cell that is no number is accused too: the calendar
must not silently take its place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.rules.derive_cells import holds, together
from skillcli.rules.derive_lines import line_rows
from skillcli.rules.rule import Aim, rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


@rule(
    code="E14",
    title="以工代训月数不实",
    severity=Severity.ERROR,
    column="ojt_months",
    message="以工代训月数{problem}。",
    remedy="请核对月数和开班、结课日期，只计整月。",
    reads=("ojt_months", "start", "end"),
    aim=Aim.LINE,
)
def months_not_real(case: Case) -> pd.DataFrame:
    unread = case.trainings.index[holds(case, "ojt_months", "unreadable")]
    parts = []
    for line in case.policy.lines:
        if line.amount.kind != "per_month":
            continue
        rows = line_rows(case, line, "ojt_months", "span_months").assign(clause=line.clause)
        if not len(rows):
            continue
        span = rows["span_months"].where(rows["span_months"].ge(0)).astype("Int64")
        strange = rows.index.isin(unread)
        stated = rows["ojt_months"].notna()
        few = rows["ojt_months"].fillna(span).lt(1).fillna(False).astype(bool) & ~strange
        many = rows["ojt_months"].gt(span).fillna(False).astype(bool) & ~few
        bad = few | many | strange
        if not bad.any():
            continue
        shown = case.shown(rows.index, "ojt_months")
        calendar = span.astype("str").fillna("")
        problem = (
            ("填 " + shown + "，应至少 1 个月")
            .where(stated, "没有填写，开班至结课不满 1 个整月")
            .mask(many, "填 " + shown + "，开班至结课只有 " + calendar + " 个整月")
            .mask(strange, "写作“" + shown + "”，应为整数")
        )
        parts.append(rows.loc[bad, ["line", "clause"]].assign(problem=problem[bad]))
    return together(parts)
