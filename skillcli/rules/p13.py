"""P13  Under the least age on the first day of class

A hold, not a refusal: 两后生 may be 15. The age is the reading ``minimum_age``; by the day, a
birthday on 开班日期 itself is old enough.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.rules.derive_cells import as_day, nothing, reading
from skillcli.rules.derive_people import birthday, may_be
from skillcli.rules.rule import rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


@rule(
    code="P13",
    title="开班时未满最低年龄",
    severity=Severity.HOLD,
    column="id_number",
    message="开班日期 {start} 时未满 {least} 周岁。",
    remedy="请核实出生日期和人员类别（两后生可以是 15 周岁），核实后记入核实结果。",
    reads=("id_number", "start"),
    basis="劳动法第十五条",
)
def too_young(case: Case) -> pd.DataFrame:
    least = reading(case.policy, "minimum_age")
    if not isinstance(least, int):
        return nothing()
    people = case.rows(~may_be(case.days("birth"), case.days("start"), least + 1), "birth", "start")
    young = people[people["start"].to_numpy("datetime64[D]") < birthday(people["birth"], least)]
    return young[[]].assign(start=as_day(young["start"]), least=least)
