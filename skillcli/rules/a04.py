"""A04  No days to pay a daily allowance for, or derived days that the calendar does not hold

A 培训天数 that cannot be read is held as well: lessons must not silently take its place. Stated days
beyond the calendar are T04's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.rules.derive_cells import holds, nothing
from skillcli.rules.derive_lines import lines_where
from skillcli.rules.rule import Aim, rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


@rule(
    code="A04",
    title="培训天数无法确定",
    severity=Severity.HOLD,
    column="days",
    message="{problem}。",
    remedy="请按考勤补填培训天数。",
    reads=("days", "hours", "start", "end"),
    aim=Aim.LINE,
)
def days_unknown(case: Case) -> pd.DataFrame:
    rows = lines_where(
        case, lambda line: line.amount.kind == "per_day", "days", "training_days", "days_derived", "span_days"
    )
    strange = rows.index.isin(case.trainings.index[holds(case, "days")])
    beyond = rows["days_derived"] & rows["span_days"].gt(0)
    beyond &= rows["training_days"].gt(rows["span_days"]).fillna(False).astype(bool)
    bad = strange | beyond | rows["training_days"].isna()
    if not bad.any():
        return nothing()
    rows, strange = rows[bad], strange[bad]
    problem = (
        ("按课时折算为 " + rows["training_days"].astype("str").fillna(""))
        + (" 天，开班至结课只有 " + rows["span_days"].astype("str") + " 天")
    ).mask(rows["training_days"].isna(), "培训天数和课时都没有填写")
    if strange.any():
        problem = problem.mask(strange, "培训天数写作“" + case.shown(rows.index, "days") + "”，无法识别")
    return rows[["line"]].assign(problem=problem)
