"""A11  An account that Excel has stored as a number, where a person is to be paid

The last digits may be lost; money must not go to a guess.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.rules.derive_cells import DAMAGED, holds, nothing
from skillcli.rules.rule import Aim, rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


@rule(
    code="A11",
    title="银行账号被存成数字",
    severity=Severity.ERROR,
    column="account",
    message="银行账号被 Excel 存成数字或科学记数，末几位可能已经丢失。",
    remedy="请把该列设为“文本”格式后对照银行卡重新录入。",
    reads=("account",),
    aim=Aim.LINE,
)
def account_digits_lost(case: Case) -> pd.DataFrame:
    lost = case.trainings.index[holds(case, "account", *DAMAGED)]
    if lost.empty:
        return nothing()
    return case.line_rows(case.paid_to("个人") & case.lines["rid"].isin(lost).to_numpy(), "line")
