"""T04  More days of training than the calendar has between the two dates

The count includes both days. Where the dates themselves are wrong T01 or T02 speaks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.rules.derive_cells import as_day, nothing
from skillcli.rules.rule import rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


@rule(
    code="T04",
    title="培训天数超过日历天数",
    severity=Severity.ERROR,
    column="days",
    message="培训天数 {days} 天，{start} 至 {end} 只有 {span} 天。",
    remedy="请核对培训天数和开班、结课日期。",
    reads=("days", "start", "end"),
    basis="开班备案要求",
)
def days_exceed_span(case: Case) -> pd.DataFrame:
    span, days = case.trainings["span_days"].to_numpy(), case.trainings["days"]
    bad = case.rows(
        (span > 0) & days.gt(span).to_numpy(dtype=bool, na_value=False), "days", "span_days", "start", "end"
    )
    if bad.empty:
        return nothing()
    return bad[["days"]].assign(span=bad["span_days"], start=as_day(bad["start"]), end=as_day(bad["end"]))
