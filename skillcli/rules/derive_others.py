"""Who shares a key that ought to be one person's: the other rows, as sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case

MOST_NAMED = 3


def with_past(case: Case, *columns: str, shared: str) -> pd.DataFrame:
    """Rows of the run and of the ledger under each other that have the value of column ``shared`` (int64, 0 nothing) in
    common with another.

    Columns as named, ``place`` (str: where the row stands) and ``mine`` (bool: of the run); index rid
    for the run's rows.
    """
    import numpy as np
    import pandas as pd

    keys = np.concatenate([each[shared].to_numpy() for each in (case.trainings, case.history.trainings)])
    common = pd.Series(keys).duplicated(keep=False).to_numpy() & (keys != 0)
    mine, theirs = np.split(common, [len(case.trainings)])
    ours = case.trainings.loc[mine, list(columns)].assign(place=case.places[mine], mine=True)
    past = case.history.trainings.loc[theirs, list(dict.fromkeys([*columns, "batch", "file", "row"]))]
    place = "批次 " + past["batch"] + "（" + past["file"] + "第 " + past["row"].astype("str") + " 行）"
    return pd.concat([ours, past[list(columns)].assign(place=place, mine=False)])


def places_of_others(rows: pd.DataFrame, least: int = 2) -> pd.DataFrame:
    """Rows of the run whose ``key`` is held with at least ``least`` (two or more) distinct values of ``value``.

    ``rows``: ``key``, ``value``, ``place``, ``mine``. Returns, by rid, ``others`` (str: where a row with each
    other value stands, three at most) and ``count`` (int64: distinct values).
    """
    rows = rows[rows["key"].duplicated(keep=False)].dropna(subset=["key", "value"])
    distinct = rows.drop_duplicates(["key", "value"])
    distinct = distinct.assign(count=distinct.groupby("key")["value"].transform("size"))
    distinct = distinct[distinct["count"].ge(least)]
    accused = rows[rows["mine"] & rows["key"].isin(distinct["key"])]
    turn = distinct.groupby("key").cumcount()
    found = accused[["key", "value"]].assign(others="", named=0)
    found["count"] = found["key"].map(distinct.drop_duplicates("key").set_index("key")["count"])
    for number in range(MOST_NAMED + 1):
        candidate = distinct[turn.eq(number)].set_index("key")
        place = found["key"].map(candidate["place"]).astype("str")
        other = place.notna() & found["key"].map(candidate["value"]).ne(found["value"]) & found["named"].lt(MOST_NAMED)
        joint = found["others"].where(found["others"].eq(""), found["others"] + "、")
        found["others"] = found["others"].mask(other, joint + place)
        found["named"] += other
    more = found["count"].gt(MOST_NAMED + 1)
    found["others"] = found["others"].mask(more, found["others"] + "等处")
    return found[["others", "count"]]
