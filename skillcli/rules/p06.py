"""P06  An identity number that Excel has stored as a number

Beyond 15 digits the last ones are gone for good and stand as zeros; a check digit may hold by
chance, so nothing is guessed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.rules.derive_cells import DAMAGED, holds
from skillcli.rules.rule import rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


@rule(
    code="P06",
    title="身份证号被存成数字",
    severity=Severity.ERROR,
    column="id_number",
    message="身份证号被 Excel 存成数字或科学记数，末几位已经丢失，无法还原。",
    remedy="请把该列设为“文本”格式后重新录入，不要从科学记数改回。",
    reads=("id_number",),
    basis="GB 11643-1999",
)
def id_digits_lost(case: Case) -> pd.DataFrame:
    return case.rows(holds(case, "id_number", *DAMAGED))
