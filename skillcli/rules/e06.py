"""E06  Placement at the wrong time or place

From the last day of class to the same day so many months later (clamped to the month's end), not
after the run's date, inside the province. A blank day, a blank place or one that is not recognised
is E11's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.core.region import province_of
from skillcli.rules.derive_cells import as_day, together
from skillcli.rules.derive_lines import line_rows
from skillcli.rules.rule import Aim, rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


@rule(
    code="E06",
    title="就业时间或地点不符",
    severity=Severity.ERROR,
    message="{problem}。",
    remedy="该条不符合文件规定；录错的请更正并附就业证明。",
    reads=("employed_on", "employed_region", "end"),
    aim=Aim.LINE,
)
def placement_outside(case: Case) -> pd.DataFrame:
    from skillcli.core.period import add_months

    parts = []
    for line in case.policy.lines:
        if line.placement is None:
            continue
        wanted = line.placement
        rows = line_rows(case, line, "employed_on", "employed_region", "end").assign(clause=wanted.clause)
        if not len(rows):
            continue
        day, end = as_day(rows["employed_on"]), as_day(rows["end"])
        last = rows["end"].to_numpy("datetime64[D]")
        limit = add_months(last, wanted.months)
        early = rows["employed_on"].lt(rows["end"])
        late = rows["employed_on"].to_numpy("datetime64[D]") > limit
        future = rows["employed_on"].gt(case.as_of)
        places = {text: province_of(text) for text in rows["employed_region"].dropna().unique()}
        province = rows["employed_region"].map(places).astype("str").fillna("")
        elsewhere = province.ne("") & province.ne(wanted.region[:2])
        problems = (
            (early, "employed_on", "就业日期 " + day + " 早于结课日期 " + end),
            (late, "employed_on", "就业日期 " + day + " 超过结课日期 " + end + f" 后 {wanted.months} 个月"),
            (future, "employed_on", "就业日期 " + day + f" 在审核日期 {case.as_of:%Y-%m-%d} 之后"),
            (elsewhere, "employed_region", "就业地“" + rows["employed_region"].fillna("") + "”不在本省"),
        )
        parts += [rows.loc[bad, ["line", "clause"]].assign(key=key, problem=text[bad]) for bad, key, text in problems]
    return together(parts)
