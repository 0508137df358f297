"""P07  A first-generation number of 15 digits

Its 18-digit form is certain but for the century and is used for comparing; a person confirms it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.core.identity import Fault, mask, upgrade15
from skillcli.rules.derive_cells import holds, nothing
from skillcli.rules.rule import rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


@rule(
    code="P07",
    title="15 位身份证号",
    severity=Severity.HOLD,
    column="id_number",
    message="身份证号是 15 位的一代号码，换算成 18 位应为 {longer}。",
    remedy="请核对本人二代身份证，改填 18 位号码。",
    reads=("id_number",),
    basis="GB 11643-1999",
)
def id_first_generation(case: Case) -> pd.DataFrame:
    bad = case.rows(case.id_fault(Fault.FIFTEEN) & ~holds(case, "id_number"), "id_number")
    return bad[[]].assign(longer=bad["id_number"].map(upgrade15).map(mask)) if len(bad) else nothing()
