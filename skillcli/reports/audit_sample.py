"""A stratified random sample of paid lines for telephone checks, the same for the same seed."""

from __future__ import annotations

import numpy as np
import pandas as pd

STRATUM = ["institution", "line_title"]


def draw(lines: pd.DataFrame, wanted: int, seed: int) -> pd.DataFrame:
    """``wanted`` of the lines (all where there are fewer), by institution and subsidy in proportion to their number,
    one of every stratum as long as that goes round; ordered by stratum and ``line_no``.

    ``lines``: ``institution``, ``line_title``, ``line_no`` (str, unique). Their order does not matter.
    """
    ordered = lines.sort_values([*STRATUM, "line_no"], kind="stable")
    stratum = ordered.groupby(STRATUM, sort=True).ngroup().to_numpy()
    share = _shares(np.bincount(stratum) if len(ordered) else np.zeros(0, dtype=np.int64), min(wanted, len(ordered)))
    lot = pd.Series(np.random.default_rng(seed).permutation(len(ordered)))
    place = lot.groupby(stratum).rank(method="first").to_numpy()
    chosen: pd.DataFrame = ordered[place <= share[stratum]]
    return chosen


def _shares(sizes: np.ndarray, wanted: int) -> np.ndarray:
    """How many of each stratum: one of each, the largest first; the rest by largest remainder, none beyond its size."""
    share = np.zeros(len(sizes), dtype=np.int64)
    largest = np.argsort(-sizes, kind="stable")
    share[largest[:wanted]] = 1
    left = wanted - int(share.sum())
    if left > 0:
        room = sizes - share
        # in whole numbers, so that no rounding decides
        whole, rest = np.divmod(room * left, int(room.sum()))
        whole[np.argsort(-rest, kind="stable")[: left - int(whole.sum())]] += 1
        share += whole
    return share


def strata(population: pd.DataFrame, sample: pd.DataFrame) -> pd.DataFrame:
    """Each stratum: its lines, their money, how many were drawn."""
    frame = population.groupby(STRATUM, as_index=False).agg(lines=("line_no", "size"), amount_fen=("amount_fen", "sum"))
    taken = sample.groupby(STRATUM)["line_no"].size().rename("taken").reset_index()
    frame = frame.merge(taken, on=STRATUM, how="left", validate="1:1")
    return frame.assign(taken=frame["taken"].fillna(0).astype("int64"))
