"""A07  Payable to a person whose account is blank or cannot be read

Held, since an answer can name the account later. An account stored as a number is A11's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.rules.derive_cells import DAMAGED, holds, nothing
from skillcli.rules.derive_lines import with_training
from skillcli.rules.rule import Aim, rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


@rule(
    code="A07",
    title="个人收款没有银行账号",
    severity=Severity.HOLD,
    column="account",
    message="该项补贴发给个人，银行账号{problem}。",
    remedy="请补填本人银行账号（或社保卡账号）。",
    reads=("account",),
    aim=Aim.LINE,
)
def account_missing(case: Case) -> pd.DataFrame:
    lost = case.trainings.index[holds(case, "account", *DAMAGED)]
    rows = with_training(case, case.paid_to("个人"), ["line"], "account")
    bad = rows.loc[rows["account"].isna() & ~rows.index.isin(lost), ["line"]]
    if bad.empty:
        return nothing()
    shown = case.shown(bad.index, "account")
    return bad.assign(problem=("写作“" + shown + "”，无法识别").where(shown.ne(""), "没有填写"))
