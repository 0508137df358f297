"""D04  Living allowance of a training refused as a repeat or beyond the limit

A line that the policy lets follow its training's group line falls with it; whether it does is a
reading.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.rules.derive_cells import nothing
from skillcli.rules.rule import Aim, Partition, rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


@rule(
    code="D04",
    title="随培训补贴一并不予补贴",
    severity=Severity.ERROR,
    aim=Aim.LINE,
    reads=("id_number", "occupation", "level", "issued_on"),
    partition=Partition.PERSON,
    message="本次培训的“{title}”因 {because} 不予补贴，随其发放的补贴同样不予补贴。",
    remedy="不予补贴；先处理培训补贴的问题。",
)
def falls_with_its_training(case: Case) -> pd.DataFrame:
    import pandas as pd

    from skillcli.rules.sequence import REFUSED

    parts = [nothing().assign(line=pd.Series(dtype="str"))]
    reasons = {"D02": "repeat_of", "D03": "beyond"}
    refused = case.lines["state"].to_numpy() == REFUSED
    titles = {line.id: line.title for line in case.policy.lines}
    for line in case.policy.lines:
        if line.follows is None or not case.policy.holds(line.follows.reading):
            continue
        leading = [each.id for each in case.policy.lines if each.group == line.follows.group]
        mine = case.line_rows(case.on_lines(line.id)).index
        for code in line.follows.codes:
            fell = refused & case.on_lines(*leading) & case.lines[reasons[code]].ne("").to_numpy()
            if fell.any():
                fallen = case.line_rows(fell, "line")["line"]
                leader = mine.to_series().map(fallen).dropna()
                parts.append(pd.DataFrame({"line": line.id, "title": leader.map(titles), "because": code}))
    found = pd.concat(parts)
    return found[~found.index.duplicated()]
