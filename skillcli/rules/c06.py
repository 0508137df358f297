"""C06  A certificate issued before the class ended, or long after it

How long is the national setting ``certificate_late_days``. Before the class began is C05's.
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
    code="C06",
    title="发证日期与结课日期不相称",
    severity=Severity.WARNING,
    column="issued_on",
    message="发证日期 {issued}，结课日期 {end}，{problem}。",
    remedy="请核对两个日期，以及证书是否由本次培训取得。",
    reads=("issued_on", "start", "end"),
    basis="先培训后取证",
)
def issued_at_odd_time(case: Case) -> pd.DataFrame:
    import numpy as np
    import pandas as pd

    late_days = case.national.certificate_late_days
    issued, start, end = case.days("issued_on"), case.days("start"), case.days("end")
    early = (issued < end) & ~(issued < start)
    odd = early | (issued - end > np.timedelta64(late_days, "D"))
    if not odd.any():
        return nothing()
    bad = case.rows(odd, "issued_on", "end")
    problem = pd.Series(
        np.where(early[odd], "结课之前已经发证", f"相隔超过 {late_days} 天"), index=bad.index, dtype="str"
    )
    return bad[[]].assign(issued=as_day(bad["issued_on"]), end=as_day(bad["end"]), problem=problem)
