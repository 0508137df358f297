"""E10  No 就业创业证, where the office asks for one

Only if the reading ``require_employment_card`` says so, and never of those whom the policy lets off (in
Taiyuan 高技能人才培训 and 高级工 or above).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.rules.derive_cells import blank, nothing, reading
from skillcli.rules.rule import rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


@rule(
    code="E10",
    title="没有就业创业证号",
    severity=Severity.ERROR,
    column="employment_card",
    message="就业创业证号没有填写，按已定口径申报人应持有就业创业证。",
    remedy="请补填就业创业证号；文件规定不需要的除外。",
    reads=("employment_card", "training_kind", "level"),
    basis="申报材料要求",
)
def employment_card_missing(case: Case) -> pd.DataFrame:
    if reading(case.policy, "require_employment_card") is not True:
        return nothing()
    rows = case.trainings
    setting = case.policy.rules.get("E10")
    kinds, levels = (setting.except_kinds, setting.except_levels) if setting else ([], [])
    exempt = rows["training_kind"].isin(kinds) | rows["level"].isin(levels)
    return rows.loc[blank(case, "employment_card") & ~exempt, []]
