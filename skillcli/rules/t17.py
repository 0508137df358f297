"""T17  职业（工种） left blank. 以工代训 needs none"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.rules.derive_cells import blank
from skillcli.rules.rule import rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


@rule(
    code="T17",
    title="职业（工种）空白",
    severity=Severity.ERROR,
    column="occupation",
    message="职业（工种）没有填写。",
    remedy="请补填职业（工种）后重新报送。",
    reads=("occupation", "training_kind"),
    basis="培训项目目录",
)
def occupation_missing(case: Case) -> pd.DataFrame:
    return case.rows(blank(case, "occupation") & ~case.trainings["is_ojt"].to_numpy())
