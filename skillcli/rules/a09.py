"""A09  A bank account of an unlikely form

12-21 digits; the check digit (Luhn, ISO/IEC 7812-1) is sound for cards that begin with 62 only,
passbooks and company accounts have none. A warning: banks differ.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.account import examine
from skillcli.core.finding import Severity
from skillcli.rules.rule import rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


@rule(
    code="A09",
    title="银行账号形式可疑",
    severity=Severity.WARNING,
    column="account",
    message="银行账号{problem}。",
    remedy="请对照银行卡或存折核对账号。",
    reads=("account",),
    basis="ISO/IEC 7812-1",
)
def account_doubtful(case: Case) -> pd.DataFrame:
    import numpy as np

    given = case.rows(case.trainings["account_n"].notna().to_numpy(), "account_n")
    wrong_form, wrong_check = examine(given["account_n"])
    bad = wrong_form | wrong_check
    problem = np.where(wrong_check[bad], "是 62 开头的卡号，但末位校验码不符", "应为 12 至 21 位数字")
    return given.loc[bad, []].assign(problem=problem.astype(object))
