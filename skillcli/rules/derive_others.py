"""Who shares a key that ought to be one person's: the other rows, as sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

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
    keys = np.concatenate([each[shared].to_numpy() for each in both])
    common = np.flatnonzero(case.shared(shared))
    ours, theirs = np.split(common, [np.searchsorted(common, len(case.trainings))])
    parts = [(case.trainings, ours, True), (case.history.trainings, theirs - len(case.trainings), False)]
    values = pd.concat([frame[differing].take(at) for frame, at, _ in parts], ignore_index=True)
    several = _distinct_a_key(pd.Series(keys[common]), values) > 1
    parts = [(frame, at[several[: len(ours)] if mine else several[len(ours) :]], mine) for frame, at, mine in parts]
    frames = [
        pd.DataFrame(
            {**{key: frame[key].array.take(at) for key in columns}, "at": at, "mine": np.full(len(at), mine)},
            index=frame.index[at],
            copy=False,
        )
        for frame, at, mine in parts
    ]
    return pd.concat(frames) if len(frames[1]) else frames[0]


def _distinct_a_key(keys: pd.Series, values: pd.Series) -> NDArray[np.int64]:
    """For each row how many distinct values its key has; a missing value is one."""
    import numpy as np
    import pandas as pd

    key, _ = pd.factorize(keys)
    value, distinct = pd.factorize(values)
    first = ~pd.Series(key * (len(distinct) + 1) + value).duplicated().to_numpy()
    counted: NDArray[np.int64] = np.bincount(key[first], minlength=1)[key]
    return counted


def place(case: Case, rows: pd.DataFrame) -> pd.Series:
    """Where each row of ``with_past`` stands (str); those of the run come first."""
    import pandas as pd

    mine, at = rows["mine"].to_numpy(), rows["at"].to_numpy()
    if mine.all():
        return pd.Series(case.places.array.take(at), index=rows.index)
    past = case.history.trainings[["batch", "file", "row"]].take(at[~mine])
    theirs = "批次 " + past["batch"] + "（" + past["file"] + "第 " + past["row"].astype("str") + " 行）"
    where: pd.Series = pd.concat([case.places.take(at[mine]), theirs]).set_axis(rows.index)
    return where


def places_of_others(case: Case, rows: pd.DataFrame, key: str, value: str, least: int = 2) -> pd.DataFrame:
    """Rows of the run whose ``key`` is held with at least ``least`` (two or more) distinct values of ``value``.

    ``rows``: both columns, ``mine`` and ``at`` of ``with_past``. Returns, by rid, ``others`` (str: where a row with each
    other value stands, three at most) and ``count`` (int64: distinct values).
    """
    import numpy as np
    import pandas as pd

    known = rows[key].notna().to_numpy() & rows[value].notna().to_numpy()
    rows = rows if known.all() else rows[known]
    each, _ = pd.factorize(rows[key])
    own, values = pd.factorize(rows[value])
    first = ~pd.Series(each * len(values) + own).duplicated().to_numpy()
    shared = np.bincount(each[first], minlength=1)[each] >= least
    named = np.flatnonzero(first & shared)
    holders: dict[int, list[tuple[int, str]]] = {}
    listed = (each[named].tolist(), own[named].tolist(), place(case, rows.take(named)).tolist())
    for which, holder, where in zip(*listed, strict=True):
        holders.setdefault(which, []).append((holder, where))
    accused = np.flatnonzero(rows["mine"].to_numpy() & shared)
    found = [(holders[which], one) for which, one in zip(each[accused].tolist(), own[accused].tolist(), strict=True)]
    return pd.DataFrame(
        {
            "others": pd.array([_others(others, one) for others, one in found], dtype="str"),
            "count": pd.array([len(others) for others, _ in found], dtype="int64"),
        },
        index=rows.index[accused],
    )


def _others(holders: list[tuple[int, str]], own: int) -> str:
    """Where the first holders but oneself stand."""
    named = [where for holder, where in holders[: MOST_NAMED + 1] if holder != own][:MOST_NAMED]
    return "、".join(named) + ("等处" if len(holders) > MOST_NAMED + 1 else "")
