"""T16  培训机构 left blank. For 以工代训 the employer takes its place (A08)"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.rules.derive_cells import blank
from skillcli.rules.rule import rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


@rule(
    code="T16",
    title="培训机构空白",
    severity=Severity.ERROR,
    column="institution",
    message="培训机构没有填写。",
    remedy="请补填培训机构后重新报送。",
    reads=("institution", "training_kind"),
    basis="培训主体要求",
)
def institution_missing(case: Case) -> pd.DataFrame:
    return case.rows(blank(case, "institution") & ~case.trainings["is_ojt"].to_numpy())
