"""E12  A recorded reading says no

The office has decided that such a line is not paid; the message names the reading and its paper.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.rules.derive_cells import nothing
from skillcli.rules.rule import Aim, rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


@rule(
    code="E12",
    title="按已登记的政策口径不予补贴",
    severity=Severity.ERROR,
    column="training_kind",
    aim=Aim.LINE,
    message="按单位登记的口径“{title}”（{reading}）：否{source}。",
    remedy="不予补贴；口径有变的，由单位重新登记。",
)
def reading_says_no(case: Case) -> pd.DataFrame:
    from skillcli.rules.readings import asked, source

    if case.lines["denied"].eq("").all():
        return nothing()
    found = asked(case, "denied")
    titles = {reading.key: reading.title for reading in case.policy.readings}
    return found.assign(
        title=found["reading"].map(titles),
        source=found["reading"].map({key: source(case.policy, key) for key in titles}),
        clause=found["reading"].map({reading.key: reading.clause for reading in case.policy.readings}),
    )
