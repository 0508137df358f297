"""D02  Same occupation and level again

For a limit on what is enjoyed it refuses the line, for a limit on attendance every line of the
training. The comparison itself is ``sequence.limits``; the same training sent again is D01.
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
    code="D02",
    title="同一职业同一等级重复",
    severity=Severity.ERROR,
    column="occupation",
    reads=("id_number", "occupation", "level", "certificate_kind", "issued_on", "end"),
    partition=Partition.PERSON,
    message="此人同一职业同一等级已有一次：{repeat_of}；同一职业同一等级不能再次补贴。",
    remedy="不予补贴；职业或等级填错的，更正后重新报送。",
)
def same_occupation_and_level(case: Case) -> pd.DataFrame:
    lines = case.line_rows(case.lines["repeat_of"].ne("").to_numpy(), "line", "repeat_of")
    if lines.empty:
        return nothing()
    if case.policy.limit.counts == "attended":
        lines = lines[~lines.index.duplicated()].assign(line="")
    return lines.assign(clause=case.policy.limit.unique_clause)
