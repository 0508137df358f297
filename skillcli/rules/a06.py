"""A06  A 职业技能等级证书 accepted where the clause names 职业资格证书 only

Raised on lines whose route through the policy carries this warning.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.rules.derive_lines import with_training
from skillcli.rules.rule import Aim, rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


@rule(
    code="A06",
    title="按口径认可的证书类型",
    severity=Severity.WARNING,
    column="certificate_kind",
    message="条款写明的不是“{certificate_kind}”，按已定口径认可。",
    remedy="一般不必处理；口径变化时请更新政策口径。",
    reads=("certificate_kind",),
    aim=Aim.LINE,
)
def certificate_by_reading(case: Case) -> pd.DataFrame:
    return with_training(case, case.lines["warning"].eq("A06").to_numpy(), ["line"], "certificate_kind")
