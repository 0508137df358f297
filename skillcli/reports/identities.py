"""What counts of trainings that were judged more than once (``identity`` of ``schema.entries``).

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


def outcomes(lines: pd.DataFrame) -> pd.Series:
    """Each line's outcome, as categories ``OUTCOMES``."""
    verdicts = lines["verdict"].cat.categories
    unknown = [name for name in verdicts if name not in OUTCOMES and name not in PAYABLE]
    if unknown:
        raise ValueError(f"verdicts that are none: {unknown}")
    place = np.array([OUTCOMES.index(PAID if name in PAYABLE else name) for name in verdicts], dtype=np.int8)
    codes = place[lines["verdict"].cat.codes.to_numpy()] if len(place) else np.empty(0, dtype=np.int8)
    codes[(codes == OUTCOMES.index(PAID)) & lines["reversed"].to_numpy()] = OUTCOMES.index(BACK)
    return pd.Series(pd.Categorical.from_codes(codes, categories=pd.Index(OUTCOMES, dtype="str")), index=lines.index)


def counted(trainings: pd.DataFrame, lines: pd.DataFrame, kinds: pd.Series) -> NDArray[np.bool_]:
    """Whether each line counts: a verdict that was replaced by a later one on the same line does not.

    ``trainings``: ``tid``, ``identity``, ``loser``, ``seq``; ``lines``: ``tid``, ``line``, ``outcome``, ``codes``; ``kinds``: kind
    of each batch by ``seq``. What was paid, taken back, or refused as a repetition (D01) always counts.
    """
    own = lines[["tid", "line"]].astype({"line": "str"}).merge(trainings, on="tid", how="left", validate="m:1")
    repeats = [text for text in lines["codes"].cat.categories if "D01" in text]
    stands = lines["outcome"].isin([PAID, BACK]) | lines["codes"].isin(repeats)
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
