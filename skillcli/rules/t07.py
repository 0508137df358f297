"""T07  More lessons a day than a day holds, or fewer lessons than the catalogue asks for

Days are the stated ones, else the calendar span; the limit of a day is the national setting
``hours_a_day_most``, the least number of lessons that of the 培训项目 row in force on 开班日期.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.rules.derive_cells import nothing, together
from skillcli.rules.rule import rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


@rule(
    code="T07",
    title="课时过密或少于目录要求",
    severity=Severity.WARNING,
    column="hours",
    message="{hours} 课时，{problem}。",
    remedy="请核对课时、培训天数和教学计划。",
    reads=("hours", "days", "start", "end", "occupation", "level"),
    basis="培训项目目录",
)
def hours_doubtful(case: Case) -> pd.DataFrame:
    most = case.national.hours_a_day_most
    looked_at = ["hours", "days", "span_days", "occupation_exact", "occupation_n", "level", "start"]
    given = case.rows(case.trainings["hours"].gt(0).to_numpy(dtype=bool, na_value=False), *looked_at)
    if given.empty:
        return nothing()
    span = given["span_days"].where(given["span_days"].gt(0)).astype("Int64")
    days = given["days"].where(given["days"].gt(0)).fillna(span)
    dense = given[given["hours"].gt(days * most).fillna(False).astype(bool)]
    problem = days[dense.index].astype("str") + f" 天内每天超过 {most} 课时"
    parts = [dense[["hours"]].assign(problem=problem)]
    items = case.catalogue.items
    if items is not None and items["minimum_hours"].notna().any():
        from skillcli.rules.catalogue import Shelf

        place = Shelf(items).find(given, "start")
        least = items["minimum_hours"].reset_index(drop=True).reindex(place).set_axis(given.index)
        short = given[given["hours"].lt(least).fillna(False).astype(bool)]
        parts.append(short[["hours"]].assign(problem="少于目录规定的 " + least[short.index].astype("str") + " 课时"))
    return together(parts)
