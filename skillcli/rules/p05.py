"""P05  A birth date that no calendar has, inside a number whose check digit fits"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.core.identity import Fault
from skillcli.rules.derive_cells import holds
from skillcli.rules.rule import rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


@rule(
    code="P05",
    title="身份证号中的出生日期不存在",
    severity=Severity.ERROR,
    column="id_number",
    message="身份证号第 7 至 14 位应为出生日期，现在写的不是一个真实的日子。",
    remedy="请对照身份证原件更正。",
    reads=("id_number",),
    basis="GB 11643-1999",
)
def id_birth_impossible(case: Case) -> pd.DataFrame:
    return case.trainings.loc[case.trainings["id_fault"].eq(Fault.BIRTH) & ~holds(case, "id_number"), []]
