"""C05  A certificate issued before the class began: it cannot come from this training"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.rules.derive_cells import as_day, nothing
from skillcli.rules.rule import rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


@rule(
    code="C05",
    title="发证早于开班",
    severity=Severity.ERROR,
    column="issued_on",
    message="发证日期 {issued} 早于开班日期 {start}。",
    remedy="请核对证书是否由本次培训取得，更正录错的日期。",
    reads=("issued_on", "start"),
    basis="先培训后取证",
)
def issued_before_start(case: Case) -> pd.DataFrame:
    early = case.days("issued_on") < case.days("start")
    if not early.any():
        return nothing()
    bad = case.rows(early, "issued_on", "start")
    return bad[[]].assign(issued=as_day(bad["issued_on"]), start=as_day(bad["start"]))
