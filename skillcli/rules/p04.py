"""P04  A check digit that does not fit: some digit was mistyped, or two were exchanged"""

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
    code="P04",
    title="身份证号校验码不符",
    severity=Severity.ERROR,
    column="id_number",
    message="身份证号末位校验码不符，说明其中有数字录错。",
    remedy="请对照身份证原件逐位核对更正，不要只改末位。",
    reads=("id_number",),
    basis="GB 11643-1999",
)
def id_checksum_wrong(case: Case) -> pd.DataFrame:
    return case.rows(case.id_fault(Fault.CHECKSUM) & ~holds(case, "id_number"))
