"""T02  Last day of class before the first"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.rules.derive_cells import as_day, nothing
from skillcli.rules.rule import rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


@rule(
    code="T02",
    title="结课早于开班",
    severity=Severity.ERROR,
    column="end",
    message="结课日期 {end} 早于开班日期 {start}。",
    remedy="请核对两个日期，更正录错的一个。",
    reads=("start", "end"),
    basis="开班备案要求",
)
def ends_before_start(case: Case) -> pd.DataFrame:
    backwards = case.days("end") < case.days("start")
    if not backwards.any():
        return nothing()
    bad = case.rows(backwards, "start", "end")
    return bad[[]].assign(start=as_day(bad["start"]), end=as_day(bad["end"]))
