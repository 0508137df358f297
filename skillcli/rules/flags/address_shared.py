"""One address, down to the house, for more people than a house holds."""

from __future__ import annotations

import pandas as pd

from skillcli.rules.flags.classes import shares
from skillcli.rules.flags.flag import Thresholds, flag


@flag(
    name="address_shared",
    title="多人共用地址",
    key="address_n",
    reads=("void", "person", "address_n"),
    figures=("address_persons",),
    message="户籍地 {address} 由 {persons} 人共用。",
    remedy="核对户口簿或身份证住址；属集体户、宿舍的注明即可。",
)
def address_shared(frame: pd.DataFrame, thresholds: Thresholds) -> pd.DataFrame:
    rows = shares(frame, "address_n", thresholds["address_persons"])
    return rows.assign(group=rows["address_n"], address=rows["address_n"])
