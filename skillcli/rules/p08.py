"""P08  性别 that contradicts the 17th digit of a sound number

Only a remark: numbers with a wrong sex digit were issued, and no line depends on it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.rules.derive_people import is_woman
from skillcli.rules.rule import rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


@rule(
    code="P08",
    title="性别与身份证号不一致",
    severity=Severity.WARNING,
    column="sex",
    message="性别填“{sex}”，身份证号第 17 位表示“{expected}”。",
    remedy="请核对性别和身份证号哪一项录错。",
    reads=("sex", "id_number"),
    basis="GB 11643-1999",
)
def sex_contradicts_number(case: Case) -> pd.DataFrame:
    import numpy as np

    woman = is_woman(case.trainings["person"].to_numpy())
    identified = case.trainings["person"].to_numpy() > 0
    bad = identified & (case.says("sex", "男") & woman | case.says("sex", "女") & ~woman)
    return case.rows(bad, "sex").assign(expected=np.where(woman[bad], "女", "男").astype(object))
