"""T06  Outside the policy's period

Neither text states its validity, so this is a hold. Which day decides is a reading
(``period_date``, usually 结课日期).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.rules.derive_cells import as_day, nothing, reading
from skillcli.rules.rule import rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


@rule(
    code="T06",
    title="不在政策期内",
    severity=Severity.HOLD,
    message="{title} {day} 不在政策期 {first} 至 {last} 内。",
    remedy="请核对日期；确属政策期外的，请业务科室明确适用哪个文件。",
    reads=("start", "end", "issued_on"),
    basis="文件有效期",
)
def outside_period(case: Case) -> pd.DataFrame:
    import pandas as pd

    from skillcli.schema.inputs import ROSTER

    key = reading(case.policy, case.policy.period_date)
    if not isinstance(key, str):
        return nothing()
    first, last = pd.Timestamp(case.policy.valid_from), pd.Timestamp(case.policy.valid_to)
    day = case.days(key)
    outside = case.rows((day < first.to_datetime64()) | (day > last.to_datetime64()), key)[key]
    if outside.empty:
        return nothing()
    return outside.to_frame()[[]].assign(
        key=key, title=ROSTER[key].title, day=as_day(outside), first=f"{first:%Y-%m-%d}", last=f"{last:%Y-%m-%d}"
    )
