"""D08  On-the-job training of one person overlapping in time

Of two spells that are not refused otherwise the later in winner order is held: one of the two
employers' dates must be wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.rules.rule import Aim, Partition, rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


@rule(
    code="D08",
    title="同一人以工代训时间重叠",
    severity=Severity.HOLD,
    column="start",
    reads=("id_number", "start", "end", "training_kind"),
    partition=Partition.PERSON,
    aim=Aim.LINE,
    message="与{overlaps}的以工代训时间重叠，同一月份不能由两家单位同时领取。",
    remedy="请两家单位提供考勤或工资发放记录，核实后更正起止日期。",
)
def overlapping_spells(case: Case) -> pd.DataFrame:
    return case.line_rows(case.lines["overlaps"].ne("").to_numpy(), "line", "overlaps")
