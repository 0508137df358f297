"""T03  A day that lies after the run's date: nothing is paid for what has not happened yet"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.rules.derive_cells import as_day, together
from skillcli.rules.rule import rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


@rule(
    code="T03",
    title="开班、结课或发证日期在审核日期之后",
    severity=Severity.ERROR,
    message="{title} {day} 在审核日期 {as_of} 之后。",
    remedy="请核对日期；尚未结课或发证的，结课发证后再申报。",
    reads=("start", "end", "issued_on"),
    basis="先培训后补贴",
)
def date_in_future(case: Case) -> pd.DataFrame:
    from skillcli.schema.inputs import ROSTER

    parts = []
    for key in ("start", "end", "issued_on"):
        late = case.rows(case.days(key) > case.as_of.to_datetime64(), key)[key]
        if late.empty:
            continue
        parts.append(
            late.to_frame()[[]].assign(
                key=key, title=ROSTER[key].title, day=as_day(late), as_of=f"{case.as_of:%Y-%m-%d}"
            )
        )
    return together(parts)
