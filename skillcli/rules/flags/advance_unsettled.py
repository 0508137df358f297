"""An advance (先行拨付) whose final account was never made."""

from __future__ import annotations

import pandas as pd

from skillcli.core.money import yuan_text
from skillcli.rules.flags.classes import day_words
from skillcli.rules.flags.flag import Thresholds, flag


@flag(
    name="advance_unsettled",
    title="先行拨付长期未结算",
    key="payee",
    reads=("payee", "class_no", "amount_fen", "left_fen", "day", "settled", "waited_days"),
    figures=("advance_days",),
    message="{payee} 班级 {class_no} 于 {paid_on} 先行拨付 {amount} 元，已过 {waited_days} 天仍未结算，未抵扣 {left} 元。",
    remedy="催办结算；班级没有开成或没有结业的，收回先行拨付的资金。",
)
def advance_unsettled(frame: pd.DataFrame, thresholds: Thresholds) -> pd.DataFrame:
    rows = frame[~frame["settled"] & frame["waited_days"].gt(thresholds["advance_days"]) & frame["payee"].notna()]
    return rows.assign(
        group=rows["payee"] + "|" + rows["record"].astype("str"),
        class_no=rows["class_no"].fillna("（未填）"),
        paid_on=day_words(rows["day"]),
        amount=rows["amount_fen"].map(yuan_text).astype("str"),
        left=rows["left_fen"].map(yuan_text).astype("str"),
    )
