"""The different values of millions of whole numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def each_once(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Sorted, each once (int64); several times quicker over millions than ``np.unique``, which hashes."""
    ordered = np.sort(np.asarray(values, dtype=np.int64))
    first = np.ones(len(ordered), dtype=bool)
    first[1:] = ordered[1:] != ordered[:-1]
    return ordered[first]


def how_many(values: NDArray[np.int64]) -> int:
    """How many different ones there are; ``values`` are put in order where they stand."""
    values.sort()
    return int(np.count_nonzero(values[1:] != values[:-1])) + 1 if len(values) else 0


def how_many_each(groups: NDArray[np.integer[Any]], values: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """How many different ``values`` (small numbers from 0 on) each of the groups 0 … ``count`` - 1 has."""
    span = int(values.max(initial=0)) + 1
    pairs = np.sort(groups * np.int64(span) + values)
    first = np.append(True, pairs[1:] != pairs[:-1]) if len(pairs) else np.empty(0, dtype=bool)
    return np.bincount(pairs[first] // span, minlength=count)


def among(values: NDArray[np.integer[Any]], known: NDArray[np.integer[Any]]) -> NDArray[np.bool_]:
    """Which of few values are among many ``known`` (sorted)."""
    at = np.searchsorted(known, values)
    found = at < len(known)
    found[found] = known[at[found]] == values[found]
    return found
