"""One person, one level, two occupations whose names hardly differ: the same training under two names?

D02 refuses the same name alone; a likeness is only ever a suggestion.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from rapidfuzz import fuzz
from rapidfuzz.process import cpdist

from skillcli.rules.flags.flag import Thresholds, flag, none_found

_GROUP = ["person", "level_key"]


@flag(
    name="occupation_near",
    title="同一人职业名称相近",
    key="person",
    reads=("void", "person", "level_key", "occupation_n"),
    figures=("occupation_likeness",),
    message="同一人同一等级的“{one}”和“{other}”名称相近，可能是同一职业（工种）。",
    remedy="对照职业分类和收费标准目录，看是否同一职业（工种）重复培训。",
)
def occupation_near(frame: pd.DataFrame, thresholds: Thresholds) -> pd.DataFrame:
    known = frame[~frame["void"] & frame["person"].ne(0) & frame["occupation_n"].notna()]
    names = known[[*_GROUP, "occupation_n"]].drop_duplicates()
    names = names[names.duplicated(_GROUP, keep=False)]
    if not len(names):
        return none_found()
    pairs = names.merge(names, on=_GROUP, suffixes=("", "_other"), validate="m:m")
    pairs = pairs[pairs["occupation_n"] < pairs["occupation_n_other"]]
    near = pairs[["occupation_n", "occupation_n_other"]].drop_duplicates()
    scores = cpdist(near["occupation_n"].to_list(), near["occupation_n_other"].to_list(), scorer=fuzz.ratio)
    near = near[np.asarray(scores) >= thresholds["occupation_likeness"]]
    pairs = pairs.merge(near, on=["occupation_n", "occupation_n_other"], validate="m:1")
    pairs = pairs.rename(columns={"occupation_n": "one", "occupation_n_other": "other"})
    rows = known.merge(pairs, on=_GROUP, validate="m:m")
    rows = rows[rows["occupation_n"].eq(rows["one"]) | rows["occupation_n"].eq(rows["other"])]
    key = rows["person"].astype("str") + "|" + rows["level_key"]
    return rows.assign(group=key + "|" + rows["one"] + "|" + rows["other"])
