"""One telephone number for several people, over all batches (P11 sees one run alone)."""

from __future__ import annotations

import pandas as pd

from skillcli.core.identity import mask_account
from skillcli.rules.flags.classes import shares
from skillcli.rules.flags.flag import Thresholds, flag


@flag(
    name="phone_shared",
    title="多人共用电话",
    key="phone_n",
    reads=("void", "person", "phone_n"),
    figures=("phone_shared_by",),
    message="联系电话 {phone} 由 {persons} 人共用。",
    remedy="逐人核对本人电话；由机构或他人代填的，换成本人电话后回访。",
)
def phone_shared(frame: pd.DataFrame, thresholds: Thresholds) -> pd.DataFrame:
    rows = shares(frame, "phone_n", thresholds["phone_shared_by"])
    return rows.assign(group=rows["phone_n"], phone=rows["phone_n"].map(mask_account).astype("str"))
