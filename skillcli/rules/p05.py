"""P05  A birth date that no calendar has, or no living person, inside a number whose check digit fits"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.core.identity import Fault
from skillcli.rules.derive_cells import holds, nothing, together
from skillcli.rules.derive_people import age_on, may_be
from skillcli.rules.rule import rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case

OLDEST = 120
"""Years nobody in training has lived; the oldest person known of was 122."""


@rule(
    code="P05",
    title="身份证号中的出生日期不可能",
    severity=Severity.ERROR,
    column="id_number",
    message="身份证号第 7 至 14 位应为出生日期，{problem}。",
    remedy="请对照身份证原件更正。",
    reads=("id_number", "start"),
    basis="GB 11643-1999",
)
def id_birth_impossible(case: Case) -> pd.DataFrame:
    unreal = case.rows(case.id_fault(Fault.BIRTH) & ~holds(case, "id_number"))
    # a number of 15 digits writes no century; P07 asks for the whole number
    whole = ~case.id_fault(Fault.FIFTEEN)
    old = case.rows(whole & may_be(case.days("birth"), case.days("start"), OLDEST), "birth", "start")
    if old.empty and not len(unreal):
        return nothing()
    old = old.assign(years=age_on(old["birth"], old["start"]))
    old = old[old["years"].gt(OLDEST)]
    problem = "按此开班时已 " + old["years"].astype("str") + " 岁"
    return together(
        [
            unreal.assign(problem="现在写的不是一个真实的日子"),
            old[[]].assign(problem=problem),
        ]
    )
