"""D05  On-the-job months beyond the lifetime cap

The months still free are paid (a warning); with none left the line is refused. Only payable and paid
months use the cap. Overlapping spells are D08.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.rules.derive_cells import nothing
from skillcli.rules.rule import Aim, Partition, rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


@rule(
    code="D05",
    title="以工代训月数超过上限",
    severity=Severity.WARNING,
    column="ojt_months",
    reads=("id_number", "start", "end", "ojt_months"),
    partition=Partition.PERSON,
    aim=Aim.LINE,
    message="申报 {asked} 个月，此人已补贴 {used} 个月，最长 {cap} 个月，本次补贴 {granted} 个月。",
    remedy="按剩余月数补贴；没有剩余的不予补贴。",
)
def months_beyond_the_cap(case: Case) -> pd.DataFrame:
    import numpy as np

    granted, asked = case.lines["granted"].to_numpy(), case.lines["asked"].to_numpy()
    short = case.line_rows((granted >= 0) & (granted < asked), "line", "asked", "used", "granted")
    if short.empty:
        return nothing()
    caps = {line.id: line.amount.lifetime_months for line in case.policy.lines}
    return short.assign(
        cap=short["line"].map(caps).astype("int64"),
        severity=np.where(short["granted"].eq(0), Severity.ERROR.value, Severity.WARNING.value),
    )
