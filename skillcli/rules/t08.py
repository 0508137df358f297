"""T08  Not passed, or no result

Aims at the lines that need 合格. 以工代训 has no examination: it is accused only where one of its
lines asks for a pass.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.rules.derive_cells import blank, nothing
from skillcli.rules.rule import Aim, rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


@rule(
    code="T08",
    title="考核结果不合格或空白",
    severity=Severity.ERROR,
    column="result",
    message="考核结果{problem}，该项补贴要求培训合格。",
    remedy="请核对考核结果；补考合格并取得证书后可以另行申报。",
    reads=("result", "training_kind"),
    aim=Aim.PASSING,
    basis="培训合格要求",
)
def not_passed(case: Case) -> pd.DataFrame:
    policy = case.policy
    asking = [line.id for line in policy.lines if policy.holds(line.passing)]
    asked = case.trainings.index.isin(case.lines["rid"].to_numpy()[case.on_lines(*asking)])
    examined = ~case.trainings["is_ojt"].to_numpy() | asked
    bad = case.rows(examined & (blank(case, "result") | case.says("result", "不合格")))
    if not len(bad):
        return nothing()
    shown = case.shown(bad.index, "result")
    return bad.assign(problem=("为“" + shown + "”").where(shown.ne(""), "没有填写"))
