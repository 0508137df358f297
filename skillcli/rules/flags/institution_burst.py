"""An institution with far more certificates in a month than it usually has, or a new one with many at once.

Auditors found a body, hardly founded, with 2,600 certificates of 25 batches within two months.
"""

from __future__ import annotations

import pandas as pd

from skillcli.rules.flags.classes import standing
from skillcli.rules.flags.flag import Thresholds, flag, none_found


@flag(
    name="institution_burst",
    title="短期集中发证",
    key="institution_n",
    reads=("void", "institution_n", "certificate_n", "issued_on"),
    figures=("burst_certificates", "burst_times"),
    message="{institution} {month} 发证 {count} 张{usual}。",
    remedy="核对该月各班的开班备案、考核记录和发证机构的颁证名册。",
)
def institution_burst(frame: pd.DataFrame, thresholds: Thresholds) -> pd.DataFrame:
    known = standing(frame).dropna(subset=["certificate_n", "issued_on"])
    known = known.assign(month=known["issued_on"].dt.strftime("%Y-%m").astype("str"))
    counts = known.groupby(["institution_n", "month"], as_index=False).agg(count=("certificate_n", "nunique"))
    many = counts[counts["count"] >= thresholds["burst_certificates"]]
    if not len(many):
        return none_found()
    others = many.merge(counts, on="institution_n", suffixes=("", "_other"), validate="m:m")
    others = others[others["month"].ne(others["month_other"])]
    usual = others.groupby(["institution_n", "month"])["count_other"].median().rename("usual").reset_index()
    many = many.merge(usual, on=["institution_n", "month"], how="left", validate="1:1")
    many = many[many["usual"].isna() | (many["count"] >= thresholds["burst_times"] * many["usual"])]
    words = "，其他有发证的月份一般为 " + many["usual"].round().astype("Int64").astype("str") + " 张"
    many = many.assign(usual=words.where(many["usual"].notna(), "，此外没有发证的月份"))
    rows = known.merge(many, on=["institution_n", "month"], validate="m:1")
    return rows.assign(group=rows["institution_n"] + "|" + rows["month"], institution=rows["institution_n"])
