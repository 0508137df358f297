"""A class sent again with other people in the place of some.

The other roster may stand in a batch that was voided meanwhile: that is how a list comes back corrected. A number or a
name put right is no other person.
"""

from __future__ import annotations

import pandas as pd

from skillcli.rules.flags.classes import class_words, numbered
from skillcli.rules.flags.flag import Thresholds, flag, none_found

_PAIR = ["number", "batch", "batch_other"]


@flag(
    name="roster_swapped",
    title="同一班级重报时换人",
    key="institution_n",
    reads=("batch", "institution_n", "class_no", "occupation_n", "start", "end", "name_n", "id_number"),
    figures=("swapped_share",),
    message="{institution} 班级 {class_name} 前后两次报送，{common} 人相同，前一次有 {gone} 人后一次没有，后一次新出现 {come} 人。",
    remedy="要求机构说明换人原因，核对开班备案名单和签到表。",
)
def roster_swapped(frame: pd.DataFrame, thresholds: Thresholds) -> pd.DataFrame:
    known = frame.dropna(subset=["institution_n", "name_n"])
    known = known.assign(number=numbered(known))
    people = known[["number", "batch", "name_n", "id_number"]].drop_duplicates()
    people = people[people.groupby("number")["batch"].transform("nunique") > 1]
    if not len(people):
        return none_found()
    batches = people.groupby(["number", "batch"], as_index=False).agg(size=("name_n", "nunique"))
    pairs = batches.merge(batches, on="number", suffixes=("", "_other"), validate="m:m")
    pairs = pairs[pairs["batch"] < pairs["batch_other"]]
    gone = _without(people, pairs, "batch", "batch_other")
    come = _without(people, pairs, "batch_other", "batch")
    counts = pairs.set_index(_PAIR).assign(gone=gone.groupby(_PAIR)["name_n"].nunique()).fillna({"gone": 0})
    counts = counts.assign(come=come.groupby(_PAIR)["name_n"].nunique()).fillna({"come": 0})
    counts = counts.astype({"gone": "int64", "come": "int64"}).reset_index()
    counts["common"] = counts["size"] - counts["gone"]
    most = counts[["size", "size_other"]].max(axis=1)
    counts = counts[
        (counts["common"] * 100 >= thresholds["swapped_share"] * most) & counts["gone"].gt(0) & counts["come"].gt(0)
    ]
    others = pd.concat([gone.assign(at=gone["batch"]), come.assign(at=come["batch_other"])])
    others = others[[*_PAIR, "at", "name_n"]].drop_duplicates()
    guilty = others.merge(counts, on=_PAIR, validate="m:1").rename(columns={"batch": "earlier"})
    rows = known.merge(
        guilty, left_on=["number", "batch", "name_n"], right_on=["number", "at", "name_n"], validate="m:m"
    )
    words = class_words(rows)
    order = rows["earlier"].astype("str") + "|" + rows["batch_other"].astype("str")
    key = rows["institution_n"] + "|" + words + "|" + rows["occupation_n"].fillna("") + "|" + order
    return rows.assign(group=key, institution=rows["institution_n"], class_name=words)


def _without(people: pd.DataFrame, pairs: pd.DataFrame, here: str, there: str) -> pd.DataFrame:
    """People of batch ``here`` of each pair who are not, by name or number, in its batch ``there``."""
    mine = pairs[_PAIR].merge(people.rename(columns={"batch": here}), on=["number", here], validate="m:m")
    theirs = pairs[_PAIR].merge(people.rename(columns={"batch": there}), on=["number", there], validate="m:m")
    by_name = _known(mine, theirs, "name_n")
    by_number = _known(mine, theirs, "id_number") & mine["id_number"].notna()
    return mine[~by_name & ~by_number]


def _known(mine: pd.DataFrame, theirs: pd.DataFrame, key: str) -> pd.Series:
    seen = theirs[[*_PAIR, key]].drop_duplicates().assign(seen=True)
    found = mine.merge(seen, on=[*_PAIR, key], how="left", validate="m:1")["seen"]
    return found.notna().set_axis(mine.index)
