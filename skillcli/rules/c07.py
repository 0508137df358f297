"""C07  A certificate number that Excel has stored as a number or in scientific notation

Beyond 15 digits the last ones are gone for good; two different certificates may look the same.
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
    code="C07",
    title="证书编号被存成数字",
    severity=Severity.ERROR,
    column="certificate_no",
    message="证书编号被 Excel 存成数字或科学记数，末几位已经丢失，无法还原。",
    remedy="请把该列设为“文本”格式后对照证书重新录入，不要从科学记数改回。",
    reads=("certificate_no",),
    basis="证书唯一性",
)
def certificate_digits_lost(case: Case) -> pd.DataFrame:
    return case.rows(holds(case, "certificate_no", *DAMAGED))
