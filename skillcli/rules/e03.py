"""E03  People in custody who are released too long after the class began

Less than the years of the clause is served; the same day a year later is already too far.
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
    code="E03",
    title="距刑满释放时间过长",
    severity=Severity.ERROR,
    column="release_on",
    message="刑满释放日期 {release} 距开班日期 {start} 已满 {years} 年，应不满 {years} 年。",
    remedy="该条不符合文件规定的对象；日期录错的请更正。",
    reads=("release_on", "start", "categories"),
    aim=Aim.LINE,
)
def release_too_far(case: Case) -> pd.DataFrame:
    from skillcli.core.period import add_months

    parts = []
    for line in case.policy.lines:
        if line.release is None:
            continue
        rows = to_be_released(case, line, line.release)
        if not len(rows):
            continue
        limit = add_months(rows["start"].to_numpy("datetime64[D]"), 12 * line.release.years)
        bad = rows[rows["release_on"].to_numpy("datetime64[D]") >= limit]
        parts.append(
            bad[["line"]].assign(
                release=as_day(bad["release_on"]),
                start=as_day(bad["start"]),
                years=line.release.years,
                clause=line.release.clause,
            )
        )
    return together(parts)
