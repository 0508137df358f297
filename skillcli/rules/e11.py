"""E11  Placement whose day or place is blank or cannot be read

A county's name that several provinces have is not recognised alone. Known but wrong is E06's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.core.region import province_of
from skillcli.rules.derive_cells import together
from skillcli.rules.derive_lines import line_rows
from skillcli.rules.rule import Aim, rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


@rule(
    code="E11",
    title="就业日期或就业地空白、无法识别",
    severity=Severity.HOLD,
    message="{title}{problem}。",
    remedy="请补填就业日期和就业地（写到省、市、县，或填行政区划代码），并附就业证明。",
    reads=("employed_on", "employed_region"),
    aim=Aim.LINE,
)
def placement_unknown(case: Case) -> pd.DataFrame:
    from skillcli.schema.inputs import ROSTER

    parts = []
    for line in case.policy.lines:
        if line.placement is None:
            continue
        rows = line_rows(case, line, "employed_on", "employed_region").assign(clause=line.placement.clause)
        if not len(rows):
            continue
        region = rows["employed_region"]
        strange = [text for text in region.dropna().unique() if not province_of(text)]
        for key, bad in (
            ("employed_on", rows["employed_on"].isna()),
            ("employed_region", region.isna() | region.isin(strange)),
        ):
            unknown = rows.loc[bad, ["line", "clause"]]
            shown = case.shown(unknown.index, key)
            problem = ("写作“" + shown + "”，无法识别").where(shown.ne(""), "没有填写")
            parts.append(unknown.assign(key=key, title=ROSTER[key].title, problem=problem))
    return together(parts)
