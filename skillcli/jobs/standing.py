"""Which lines of the ledger stand for the trainings of a roster: reserved or paid, neither void nor taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from skillcli.rules.facts import keys

if TYPE_CHECKING:
    from skillcli.ledger.ledger import Ledger

IDENTITIES = ("certificate_claim", "class_hash")
"""The two identities of a training (D01); 0 identifies nothing."""


def standing(ledger: Ledger, trainings: pd.DataFrame) -> pd.DataFrame:
    """One row a standing line of the same training: ``rid``, ``amount_fen`` (int64), ``line_no``, ``line``, ``batch`` (str).

    ``trainings``: index rid, with the keys of ``schema.decision.TRAINING_DTYPES``.
    """
    history = ledger.history(keys(trainings))
    past = history.trainings[["tid", "batch", *IDENTITIES]]
    pairs = []
    for key in IDENTITIES:
        mine = pd.DataFrame({"rid": trainings.index, "key": trainings[key].to_numpy()}).query("key != 0")
        theirs = past.rename(columns={key: "key"})[["key", "tid", "batch"]].query("key != 0")
        pairs.append(mine.merge(theirs, on="key", validate="m:m")[["rid", "tid", "batch"]])
    same = pd.concat(pairs).drop_duplicates(["rid", "tid"])
    lines = history.lines.loc[history.lines["live"], ["tid", "line_no", "line", "amount_fen"]]
    found = same.merge(lines, on="tid", validate="m:m").sort_values(["rid", "line_no"], kind="stable")
    return found[["rid", "amount_fen", "line_no", "line", "batch"]].reset_index(drop=True)
