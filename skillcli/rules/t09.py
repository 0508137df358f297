"""T09  Attendance below the least the office asks for

Neither text names a figure: without the reading ``minimum_attendance`` nothing is checked, and a
blank cell is no attendance of zero.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.rules.derive_cells import nothing, reading
from skillcli.rules.rule import rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


@rule(
    code="T09",
    title="出勤率低于要求",
    severity=Severity.ERROR,
    column="attendance",
    message="出勤率 {rate}%，低于要求的 {least}%。",
    remedy="请核对考勤记录。",
    reads=("attendance",),
    basis="考勤要求",
)
def attendance_low(case: Case) -> pd.DataFrame:
    least = reading(case.policy, "minimum_attendance")
    if least is None or isinstance(least, (str, list, bool)):
        return nothing()
    rate = case.trainings["attendance"]
    low = rate[rate.lt(int(least * 100)).fillna(False).astype(bool)]
    percent = (low.astype("int64") / 100).map("{:g}".format)
    return case.trainings.loc[low.index, []].assign(rate=percent, least=f"{least:g}")
