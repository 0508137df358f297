"""An institution in whose large classes everybody passes.

One such class is luck or good teaching; several are a reason to look at the examination papers.
"""

from __future__ import annotations

import pandas as pd

from skillcli.rules.flags.classes import numbered, standing
from skillcli.rules.flags.flag import Thresholds, flag


@flag(
    name="all_passed",
    title="大班全部合格",
    key="institution_n",
    reads=("void", "institution_n", "class_no", "occupation_n", "start", "end", "who", "result"),
    figures=("passed_heads", "passed_classes"),
    message="{institution} 有 {classes} 个 {heads} 人以上的班，其中 {passed} 个班全部合格。",
    remedy="抽查这些班的考勤、试卷和考评记录，并电话回访学员。",
)
def all_passed(frame: pd.DataFrame, thresholds: Thresholds) -> pd.DataFrame:
    known = standing(frame)
    known = known.assign(number=numbered(known), ok=known["result"].eq("合格").fillna(False).astype("bool"))
    classes = known.groupby("number").agg(
        institution_n=("institution_n", "first"), people=("who", "nunique"), ok=("ok", "all")
    )
    large = classes[classes["people"] >= thresholds["passed_heads"]]
    counts = large.groupby("institution_n").agg(classes=("ok", "size"), passed=("ok", "sum"))
    counts = counts[counts["passed"] >= thresholds["passed_classes"]]
    rows = known[known["number"].isin(large.index[large["ok"]])]
    rows = rows.merge(counts, left_on="institution_n", right_index=True, validate="m:1")
    return rows.assign(group=rows["institution_n"], institution=rows["institution_n"], heads=thresholds["passed_heads"])
