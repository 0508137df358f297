"""One bank account for several people, over all batches."""

from __future__ import annotations

import pandas as pd

from skillcli.core.identity import mask_account
from skillcli.rules.flags.classes import shares
from skillcli.rules.flags.flag import Thresholds, flag


@flag(
    name="account_shared",
    title="多人共用银行账号",
    key="account_n",
    reads=("void", "person", "account_n"),
    figures=("account_persons",),
    message="银行账号 {account} 由 {persons} 人共用。",
    remedy="核对开户人；补贴应进本人账户，由他人代领的查明去向。",
)
def account_shared(frame: pd.DataFrame, thresholds: Thresholds) -> pd.DataFrame:
    rows = shares(frame, "account_n", thresholds["account_persons"])
    return rows.assign(group=rows["account_n"], account=rows["account_n"].map(mask_account).astype("str"))
