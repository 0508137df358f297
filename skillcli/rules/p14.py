"""P14  At or past the statutory age of retirement on the first day of class

The age is computed by the day with the monthly steps in force since 2025-01-01 (national
settings). Only a reminder: what excludes is drawing a pension (P15), which no birth date shows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.rules.derive_cells import as_day, nothing
from skillcli.rules.derive_people import age_on, is_woman, may_be, retirement_day
from skillcli.rules.rule import rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


@rule(
    code="P14",
    title="开班时已达法定退休年龄",
    severity=Severity.WARNING,
    column="id_number",
    message="开班日期 {start} 时 {age} 周岁，按{base}已于 {retired} 达到法定退休年龄。",
    remedy="请核对是否已领取养老金；未领取的可以继续申报。",
    reads=("id_number", "start"),
    basis="国务院关于渐进式延迟法定退休年龄的办法",
)
def past_retirement(case: Case) -> pd.DataFrame:
    import numpy as np

    ages = {"男": case.national.retirement_men, "女": case.national.retirement_women}
    old = may_be(case.days("birth"), case.days("start"), min(ages.values()))
    people = case.rows(old, "person", "birth", "start")
    born = people["birth"].to_numpy("datetime64[D]")
    woman = is_woman(people["person"].to_numpy())
    day_of = {sex: retirement_day(born, sex, base, case.national.retirement) for sex, base in ages.items()}
    retired = np.where(woman, day_of["女"], day_of["男"])
    late = people["start"].to_numpy("datetime64[D]") >= retired
    if not late.any():
        return nothing()
    words = np.where(woman[late], f"女职工 {ages['女']} 周岁起算", f"男职工 {ages['男']} 周岁起算")
    people = people[late].assign(retired=retired[late].astype("datetime64[s]"), base=words)
    return people[["base"]].assign(
        start=as_day(people["start"]), age=age_on(people["birth"], people["start"]), retired=as_day(people["retired"])
    )
