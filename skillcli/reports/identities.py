"""Which judged trainings are one and the same, and what of them counts.

A training judged in several batches (sent again, or taken up by ``pay --pending``) is one person-time. Its money
is that of all its standing lines; a line that was judged anew counts by its last verdict alone.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from skillcli.core.finding import Verdict

PENDING = "pending"
"""Kind of a batch that judged waiting lines alone."""
PAYABLE = (Verdict.PAYABLE.value, Verdict.SPECIAL.value)
PAID, BACK = "补贴", "追回"
REFUSED, HELD, UNDECIDED = Verdict.REFUSED.value, Verdict.HELD.value, Verdict.UNDECIDED.value
OUTCOMES = (REFUSED, HELD, UNDECIDED, BACK, PAID)
"""What a line that counts came to: payable and standing, payable and taken back, or its verdict."""


def identities(trainings: pd.DataFrame) -> NDArray[np.int64]:
    """A number (0…) for every training, equal where two share a certificate or a class (D01, policy page §5)."""
    label = np.arange(len(trainings), dtype=np.int64)
    keys = [_groups(trainings[name]) for name in ("certificate_claim", "class_hash")]
    while True:
        before = label.copy()
        for known, group in keys:
            least = np.full(int(group.max(initial=-1)) + 1, len(label), dtype=np.int64)
            np.minimum.at(least, group, label[known])
            label[known] = least[group]
        if np.array_equal(before, label):
            return pd.factorize(label)[0].astype(np.int64)


def _groups(keys: pd.Series) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Positions of the keys that identify something and occur twice, and a dense number for each."""
    shared = np.flatnonzero((keys.ne(0) & keys.duplicated(keep=False)).to_numpy())
    return shared, pd.factorize(keys.to_numpy()[shared])[0].astype(np.int64)


def outcomes(lines: pd.DataFrame) -> pd.Series:
    """Each line's outcome (str)."""
    payable = lines["verdict"].isin(PAYABLE)
    found = lines["verdict"].mask(payable & ~lines["reversed"], PAID).mask(payable & lines["reversed"], BACK)
    return found.astype("str")


def counted(trainings: pd.DataFrame, lines: pd.DataFrame, kinds: pd.Series) -> NDArray[np.bool_]:
    """Whether each line counts: a verdict that was replaced by a later one on the same line does not.

    ``trainings``: ``tid``, ``identity``, ``loser``, ``seq``; ``lines``: ``tid``, ``line``, ``outcome``, ``codes``; ``kinds``: kind
    of each batch by ``seq``. What was paid, taken back, or refused as a repetition (D01) always counts.
    """
    own = lines[["tid", "line"]].merge(trainings, on="tid", how="left", validate="m:1")
    stands = lines["outcome"].isin([PAID, BACK]) | lines["codes"].fillna("").str.contains("D01", regex=False)
    later = trainings.loc[~trainings["loser"]]
    whole = later.loc[later["seq"].map(kinds).ne(PENDING)].groupby("identity")["tid"].max()
    open_ = (~stands).to_numpy()
    newest_whole = own["identity"].map(whole).fillna(-1).to_numpy()
    valid = own.loc[~own["loser"]]
    newest_line = valid.groupby(["identity", "line"], observed=True)["tid"].transform("max").reindex(own.index)
    replaced = (own["tid"].to_numpy() < newest_whole) | own["tid"].lt(newest_line.fillna(-1)).to_numpy()
    result: NDArray[np.bool_] = ~(open_ & replaced)
    return result


def newest(trainings: pd.DataFrame, lines: pd.DataFrame) -> NDArray[np.int64]:
    """Position of the record that speaks for each identity (0…): the last one with money standing, else the last;
    a repetition within one run never while there is another."""
    standing = trainings["tid"].isin(lines.loc[lines["outcome"].eq(PAID), "tid"]).to_numpy()
    order = np.lexsort(
        (
            trainings["tid"].to_numpy(),
            trainings["seq"].to_numpy(),
            ~trainings["loser"].to_numpy(),
            standing,
            trainings["identity"].to_numpy(),
        )
    )
    ordered = trainings["identity"].to_numpy()[order]
    last = np.flatnonzero(np.append(ordered[1:] != ordered[:-1], True)) if len(ordered) else np.empty(0, dtype=np.int64)
    chosen: NDArray[np.int64] = order[last]
    return chosen
