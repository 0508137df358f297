"""E10  No 就业创业证, where the office asks for one

The texts ask for none of high-skilled people (高技能人才培训, 高级工 and above); of others only if the
reading ``require_employment_card`` says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.rules.derive_cells import blank, nothing, reading
from skillcli.rules.rule import rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


EXEMPT_KIND = "高技能人才培训"
EXEMPT_LEVELS = ("高级工", "技师", "高级技师")
"""What the field calls 高技能人才."""


@rule(
    code="E10",
    title="没有就业创业证号",
    severity=Severity.ERROR,
    column="employment_card",
    message="就业创业证号没有填写，按已定口径申报人应持有就业创业证。",
    remedy="请补填就业创业证号；高技能人才培训和高级工以上不需要。",
    reads=("employment_card", "training_kind", "level"),
    basis="申报材料要求",
)
def employment_card_missing(case: Case) -> pd.DataFrame:
    if reading(case.policy, "require_employment_card") is not True:
        return nothing()
    rows = case.trainings
    exempt = rows["training_kind"].eq(EXEMPT_KIND) | rows["level"].isin(EXEMPT_LEVELS)
    return rows.loc[blank(case, "employment_card") & ~exempt, []]
