"""P02  An identity number that is missing

A cell that holds a number or a broken formula is not missing: P06 and F08 speak about those.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.core.identity import Fault
from skillcli.rules.derive_cells import blank, holds
from skillcli.rules.rule import rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


@rule(
    code="P02",
    title="身份证号缺失",
    severity=Severity.ERROR,
    column="id_number",
    message="身份证号没有填写，应为 18 位居民身份证号码。",
    remedy="请补填身份证号后重新报送。",
    reads=("id_number",),
    basis="GB 11643-1999",
)
def id_missing(case: Case) -> pd.DataFrame:
    nothing_there = case.id_fault(Fault.MISSING) & blank(case, "id_number")
    return case.rows(nothing_there & ~holds(case, "id_number"))
