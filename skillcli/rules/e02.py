"""E02  People in custody whose day of release is blank or lies before the class

The clause serves those less than a year before release; without a day nobody can tell, and one
already free on the first day is no longer in custody. Too far ahead is E03's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.rules.derive_cells import as_day, together
from skillcli.rules.derive_lines import to_be_released
from skillcli.rules.rule import Aim, rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


@rule(
    code="E02",
    title="服刑人员的刑满释放日期空白或早于开班",
    severity=Severity.HOLD,
    column="release_on",
    message="刑满释放日期{problem}，应距开班日期 {start} 不满 {years} 年。",
    remedy="请向监管单位核实释放日期，记入核实结果。",
    reads=("release_on", "start", "categories"),
    aim=Aim.LINE,
)
def release_unknown(case: Case) -> pd.DataFrame:
    parts = []
    for line in case.policy.lines:
        if line.release is None:
            continue
        rows = to_be_released(case, line, line.release)
        if not len(rows):
            continue
        bad = rows[rows["release_on"].isna() | rows["release_on"].lt(rows["start"])]
        release = as_day(bad["release_on"])
        parts.append(
            bad[["line"]].assign(
                start=as_day(bad["start"]),
                years=line.release.years,
                problem=(" " + release + " 早于开班").where(release.ne(""), "没有填写或无法识别"),
                clause=line.release.clause,
            )
        )
    return together(parts)
