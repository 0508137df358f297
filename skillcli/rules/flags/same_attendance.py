"""A class in which everybody attended exactly as much as everybody else."""

from __future__ import annotations

import pandas as pd

from skillcli.rules.flags.classes import class_words, numbered, standing
from skillcli.rules.flags.flag import Thresholds, flag


@flag(
    name="same_attendance",
    title="全班出勤率相同",
    key="institution_n",
    reads=("void", "institution_n", "class_no", "occupation_n", "start", "end", "who", "attendance"),
    figures=("attendance_heads",),
    message="{institution} 班级 {class_name} {people} 人的出勤率都是 {rate}。",
    remedy="核对该班逐日签到表和培训影像，看是否事后补填。",
)
def same_attendance(frame: pd.DataFrame, thresholds: Thresholds) -> pd.DataFrame:
    known = standing(frame)
    known = known.assign(number=numbered(known), blank=known["attendance"].isna())
    classes = known.groupby("number").agg(
        people=("who", "nunique"), kinds=("attendance", "nunique"), blank=("blank", "any"), rate=("attendance", "max")
    )
    same = classes[(classes["people"] >= thresholds["attendance_heads"]) & classes["kinds"].eq(1) & ~classes["blank"]]
    rows = known.merge(same[["people", "rate"]], left_on="number", right_index=True, validate="m:1")
    words = class_words(rows)
    return rows.assign(
        group=rows["institution_n"] + "|" + words + "|" + rows["occupation_n"].fillna(""),
        institution=rows["institution_n"],
        class_name=words,
        rate=(rows["rate"] / 100).map("{:g}%".format).astype("str"),
    )
