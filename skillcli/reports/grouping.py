"""Rows that are alike in several columns, by whole numbers: over a few hundred rows a ``groupby`` costs calls."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def groups(keys: Iterable[pd.Series]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The group each row belongs to, and the position of each group's first row.

    ``keys``: columns of equal length, in the order in which the groups are sorted; rows that miss a value are alike, and
    come last.
    """
    number: NDArray[np.int64] | None = None
    for key in keys:
        kinds, words = pd.factorize(key, sort=True)
        ranks = np.where(kinds < 0, len(words), kinds)
        # numbered anew after each column, so that no product outgrows 64 bits
        number = ranks if number is None else np.unique(number * (len(words) + 1) + ranks, return_inverse=True)[1]
    if number is None:
        raise ValueError("nothing to group by")
    _, first, group = np.unique(number, return_index=True, return_inverse=True)
    return group, first


def distinct(group: NDArray[np.intp], values: pd.Series, count: int) -> NDArray[np.intp]:
    """How many different values (none missing) the rows of each of ``count`` groups hold."""
    kinds, words = pd.factorize(values)
    pairs = np.unique(group * len(words) + kinds)
    return np.bincount(pairs // max(len(words), 1), minlength=count)


def summed(group: NDArray[np.intp], amounts: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """The sum of each of ``count`` groups, exact in whole numbers."""
    sums = np.zeros(count, dtype=np.int64)
    np.add.at(sums, group, amounts)
    return sums
