"""A08  Payable to an employer who is not named"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.rules.derive_cells import nothing
from skillcli.rules.derive_lines import with_training
from skillcli.rules.rule import Aim, rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


@rule(
    code="A08",
    title="单位收款没有用人单位",
    severity=Severity.HOLD,
    column="employer",
    message="该项补贴发给用人单位，用人单位{problem}。",
    remedy="请补填用人单位全称。",
    reads=("employer",),
    aim=Aim.LINE,
)
def employer_missing(case: Case) -> pd.DataFrame:
    rows = with_training(case, case.paid_to("用人单位"), ["line"], "employer")
    bad = rows.loc[rows["employer"].isna(), ["line"]]
    if bad.empty:
        return nothing()
    shown = case.shown(bad.index, "employer")
    return bad.assign(problem=("写作“" + shown + "”，无法识别").where(shown.ne(""), "没有填写"))
