"""A03  Days of a daily allowance that were derived from lessons

The day count is then the office's reading ``hours_per_day``, not the attendance sheet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.rules.derive_cells import nothing, reading
from skillcli.rules.derive_lines import lines_where
from skillcli.rules.rule import Aim, rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


@rule(
    code="A03",
    title="天数由课时折算",
    severity=Severity.WARNING,
    column="days",
    message="没有培训天数，按 {hours} 课时、每天 {a_day} 课时折算为 {days} 天。",
    remedy="请尽量按考勤填写培训天数。",
    reads=("days", "hours"),
    aim=Aim.LINE,
)
def days_derived(case: Case) -> pd.DataFrame:
    rows = lines_where(case, lambda line: line.amount.kind == "per_day", "hours", "training_days", "days_derived")
    if not rows["days_derived"].any():
        return nothing()
    bad = rows[rows["days_derived"]]
    return bad[["line", "hours"]].assign(a_day=str(reading(case.policy, "hours_per_day")), days=bad["training_days"])
