"""D03  Beyond the yearly limit

The later ones in winner order lose; those that count are listed. ``原则上``: an override may lift it
where the policy lists D03 as overridable. The counting itself is ``sequence.limits``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.rules.derive_cells import nothing
from skillcli.rules.rule import Partition, rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


@rule(
    code="D03",
    title="超过规定次数",
    severity=Severity.ERROR,
    column="id_number",
    reads=("id_number", "issued_on", "end", "result", "occupation", "level"),
    partition=Partition.PERSON,
    message="此人 {window}已满 {times} 次，本次超出：{beyond}。",
    remedy="不予补贴；确需补贴的，由单位研究后办理特殊审批。",
)
def beyond_the_limit(case: Case) -> pd.DataFrame:
    limit = case.policy.limit
    lines = case.line_rows(case.lines["beyond"].ne("").to_numpy(), "line", "beyond", "times")
    if lines.empty:
        return nothing()
    if limit.counts == "attended":
        lines = lines[~lines.index.duplicated()].assign(line="")
    years = case.trainings["year"].reindex(lines.index).astype("str")
    return lines.assign(window=years + " 年" if limit.window == "year" else "累计", clause=limit.steps[0].clause)
