"""Who shares a key that ought to be one person's: the other rows, as sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case

MOST_NAMED = 3


def with_past(case: Case, *columns: str, shared: str, differing: str) -> pd.DataFrame:
    """Rows of the run and of the ledger under each other whose value of column ``shared`` (int64, 0 nothing) stands
    beside several values of column ``differing``.

    Columns as named, ``mine`` (bool: of the run) and ``at`` (int64: position among the case's or the ledger's
    trainings, for ``place``); index rid for the run's rows.
    """
    import numpy as np
    import pandas as pd

    both = [case.trainings, case.history.trainings]
    keys = pd.Series(np.concatenate([each[shared].to_numpy() for each in both]))
    common = np.flatnonzero(keys.duplicated(keep=False).to_numpy() & keys.ne(0).to_numpy())
    values = pd.concat([each[differing] for each in both], ignore_index=True).take(common)
    key = keys.take(common)
    different = pd.DataFrame({"key": key, "value": values}).drop_duplicates()["key"]
    common = common[key.isin(different[different.duplicated()]).to_numpy()]
    ours, theirs = np.split(common, [np.searchsorted(common, len(case.trainings))])
    positions = (ours, True), (theirs - len(case.trainings), False)
    return pd.concat(
        [
            each[list(columns)].take(at).assign(at=at, mine=mine)
            for each, (at, mine) in zip(both, positions, strict=True)
        ]
    )


def place(case: Case, rows: pd.DataFrame) -> pd.Series:
    """Where each row of ``with_past`` stands (str); those of the run come first."""
    import pandas as pd

    mine, at = rows["mine"].to_numpy(), rows["at"].to_numpy()
    past = case.history.trainings[["batch", "file", "row"]].take(at[~mine])
    theirs = "批次 " + past["batch"] + "（" + past["file"] + "第 " + past["row"].astype("str") + " 行）"
    where: pd.Series = pd.concat([case.places.take(at[mine]), theirs]).set_axis(rows.index)
    return where


def places_of_others(case: Case, rows: pd.DataFrame, key: str, value: str, least: int = 2) -> pd.DataFrame:
    """Rows of the run whose ``key`` is held with at least ``least`` (two or more) distinct values of ``value``.

    ``rows``: both columns, ``mine`` and ``at`` of ``with_past``. Returns, by rid, ``others`` (str: where a row with each
    other value stands, three at most) and ``count`` (int64: distinct values).
    """
    import pandas as pd

    rows = rows.dropna(subset=[key, value])
    distinct = rows.drop_duplicates([key, value])
    held = distinct[key].value_counts()
    shared = held.index[held.ge(least)]
    distinct = distinct[distinct[key].isin(shared)]
    holders: dict[object, list[tuple[object, str]]] = {}
    listed = (column.tolist() for column in (distinct[key], distinct[value], place(case, distinct)))
    for each, holder, where in zip(*listed, strict=True):
        holders.setdefault(each, []).append((holder, where))
    accused = rows[rows["mine"] & rows[key].isin(shared)]
    found = [(holders[each], own) for each, own in zip(accused[key].tolist(), accused[value].tolist(), strict=True)]
    return pd.DataFrame(
        {
            "others": pd.array([_others(others, own) for others, own in found], dtype="str"),
            "count": pd.array([len(others) for others, _ in found], dtype="int64"),
        },
        index=accused.index,
    )


def _others(holders: list[tuple[object, str]], own: object) -> str:
    """Where the first holders but oneself stand."""
    named = [where for holder, where in holders[: MOST_NAMED + 1] if holder != own][:MOST_NAMED]
    return "、".join(named) + ("等处" if len(holders) > MOST_NAMED + 1 else "")
