"""More people in an institution's classes on one day than an institution can hold.

No roster says how large an institution is; the size is a national figure until one does.
"""

from __future__ import annotations

import pandas as pd

from skillcli.rules.flags.classes import day_words, numbered, standing
from skillcli.rules.flags.flag import Thresholds, flag, none_found

_DAY = pd.Timedelta(days=1)


@flag(
    name="classes_overlap",
    title="同期在培人数过多",
    key="institution_n",
    reads=("void", "institution_n", "class_no", "occupation_n", "start", "end", "who"),
    figures=("overlap_heads",),
    message="{institution} {first} 至 {last} 同时开 {classes} 个班，最多的一天在培 {peak} 人。",
    remedy="核对场地、教师和设备能否同时容纳，并查这几个班的教学日志。",
)
def classes_overlap(frame: pd.DataFrame, thresholds: Thresholds) -> pd.DataFrame:
    known = standing(frame).dropna(subset=["start", "end"])
    known = known[known["end"] >= known["start"]]
    known = known.assign(number=numbered(known))
    classes = known.groupby("number", as_index=False).agg(
        institution_n=("institution_n", "first"),
        start=("start", "first"),
        end=("end", "first"),
        people=("who", "nunique"),
    )
    stretches = _stretches(classes, thresholds["overlap_heads"])
    if not len(stretches):
        return none_found()
    pairs = classes.merge(stretches, on="institution_n", validate="m:m")
    pairs = pairs[(pairs["start"] <= pairs["last"]) & (pairs["end"] >= pairs["first"])]
    pairs = pairs.assign(classes=pairs.groupby(["institution_n", "first"])["number"].transform("size"))
    pairs = pairs[pairs["classes"] > 1]
    rows = known[["record", "number"]].merge(
        pairs[["number", "institution_n", "first", "last", "peak", "classes"]], on="number", validate="m:m"
    )
    first, last = day_words(rows["first"]), day_words(rows["last"])
    return rows.assign(
        group=rows["institution_n"] + "|" + first, institution=rows["institution_n"], first=first, last=last
    )


def _stretches(classes: pd.DataFrame, most: int) -> pd.DataFrame:
    """Days in a row on which ``most`` people or more are in class: institution_n, first, last, peak."""
    begins = classes[["institution_n", "people"]].assign(day=classes["start"])
    ends = classes[["institution_n"]].assign(day=classes["end"] + _DAY, people=-classes["people"])
    steps = (
        pd.concat([begins, ends], ignore_index=True).groupby(["institution_n", "day"], as_index=False)["people"].sum()
    )
    inside = steps.groupby("institution_n")["people"].cumsum()
    until = steps.groupby("institution_n")["day"].shift(-1) - _DAY
    over = inside >= most
    steps = steps.assign(inside=inside, until=until, stretch=(~over).cumsum())[over]
    found: pd.DataFrame = steps.groupby(["institution_n", "stretch"], as_index=False).agg(
        first=("day", "min"), last=("until", "max"), peak=("inside", "max")
    )
    return found
