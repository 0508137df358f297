"""Values of a column as a roster writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.identity import mask, mask_account
from skillcli.core.money import yuan_text
from skillcli.schema.column import Kind

if TYPE_CHECKING:
    import pandas as pd


def cell_text(values: pd.Series, kind: Kind, *, masked: bool = True) -> pd.Series:
    """A column's values as text, written as a roster writes them; missing is "". ``masked``: identity and account
    numbers covered."""
    missing = values.isna()
    if kind is Kind.DATE:
        text = values.dt.strftime("%Y-%m-%d").astype("str")
    elif kind is Kind.MONEY:
        text = values.fillna(0).map(yuan_text).astype("str")
    elif kind is Kind.PERCENT:
        text = (values.fillna(0) / 100).map("{:g}%".format).astype("str")
    elif kind is Kind.YES_NO:
        text = values.map({True: "是", False: "否"}).astype("str")
    else:
        text = values.astype("str")
        if masked and kind is Kind.ID:
            text = text.map(mask, na_action="ignore")
        elif masked and kind is Kind.ACCOUNT:
            text = text.map(mask_account, na_action="ignore")
    shown: pd.Series = text.mask(missing, "") if missing.any() else text
    return shown
