"""T11  Occupation not in the imported catalogue on the first day of class

The exact name is sought first, then the name without a bracketed remark. A reminder with the
nearest names; a line priced by the catalogue also gets A01. 以工代训 has no occupation of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.rules.derive_catalogue import nearest
from skillcli.rules.derive_cells import nothing
from skillcli.rules.rule import rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


@rule(
    code="T11",
    title="职业（工种）不在目录",
    severity=Severity.WARNING,
    column="occupation",
    message="“{name}”在开班日期不在“培训项目”目录{hint}。",
    remedy="请核对职业（工种）名称，按目录中的名称填写。",
    reads=("occupation", "start", "training_kind"),
    basis="培训项目目录",
    general=True,
)
def occupation_not_listed(case: Case) -> pd.DataFrame:
    import numpy as np
    import pandas as pd

    from skillcli.rules.catalogue import Shelf

    items = case.catalogue.items
    if items is None:
        return nothing()
    asked = ~case.trainings["occupation_n"].isna().to_numpy() & ~case.missing("start")
    asked &= ~case.trainings["is_ojt"].to_numpy()
    rows = case.rows(asked, "occupation", "occupation_exact", "occupation_n", "level", "start")
    any_level = items[["occupation", "level", "valid_from", "valid_to"]]
    any_level = any_level.assign(level=any_level["level"].where(any_level["level"].isna()))
    without = pd.array([None], dtype="str").take(np.zeros(len(rows), dtype=np.int64))
    place = Shelf(any_level).find(rows.assign(level=without), "start")
    bad = rows[place < 0]
    if bad.empty:
        return nothing()
    return bad[[]].assign(name=bad["occupation"], hint=nearest(bad["occupation"], list(items["occupation"].dropna())))
