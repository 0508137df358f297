"""T01  First or last day of class missing, or not a date

What was read is shown; nothing is guessed from half a date. 发证日期 is C04's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.rules.derive_cells import blank, together
from skillcli.rules.rule import rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


@rule(
    code="T01",
    title="开班或结课日期缺失、无法识别",
    severity=Severity.ERROR,
    message="{title}{problem}。",
    remedy="请填写完整日期，例如 2020-03-01。",
    reads=("start", "end"),
    basis="开班备案要求",
)
def date_missing(case: Case) -> pd.DataFrame:
    from skillcli.schema.inputs import ROSTER

    parts = []
    for key in ("start", "end"):
        missing = case.rows(blank(case, key))
        if not len(missing):
            continue
        shown = case.shown(missing.index, key)
        problem = ("写作“" + shown + "”，不是能识别的日期").where(shown.ne(""), "没有填写")
        parts.append(missing.assign(key=key, title=ROSTER[key].title, problem=problem))
    return together(parts)
