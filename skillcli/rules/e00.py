"""E00  No subsidy of the policy matches

Tells which line was missed most narrowly and by what. Silent where category or kind of training could
not be read (T12, T15), since nothing can match then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.rules.derive_cells import nothing
from skillcli.rules.rule import rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case

_LOOKED_AT = ["category_set", "household", "training_kind", "level", "certificate_kind", "placed"]


@rule(
    code="E00",
    title="没有补贴项目与之相符",
    severity=Severity.INFO,
    column="categories",
    reads=("categories", "household", "training_kind", "level", "certificate_kind", "placed"),
    message="没有补贴项目与这次培训相符；最接近的是“{title}”，但{missing}。",
    remedy="填报无误的，不补贴；人员类别、培训类型或等级填错的，更正后重新报送。",
)
def no_line_matches(case: Case) -> pd.DataFrame:
    import numpy as np
    import pandas as pd

    from skillcli.rules.facts import numbered
    from skillcli.rules.match import nearest

    readable = (case.trainings["category_set"].to_numpy() != 0) & ~case.missing("training_kind")
    without = case.rows(readable & ~case.trainings.index.isin(case.lines["rid"]), *_LOOKED_AT)
    if without.empty:
        return nothing()
    group = numbered(*(without[key].array for key in _LOOKED_AT))
    _, first = np.unique(group, return_index=True)
    answers = nearest(case.policy, without.take(first))
    said = {
        "title": [answer.line for answer in answers],
        "missing": [answer.missing for answer in answers],
        "clause": [answer.clause for answer in answers],
    }
    texts = {key: pd.array(each, dtype="str").take(group) for key, each in said.items()}
    return pd.DataFrame(texts, index=without.index, copy=False)
