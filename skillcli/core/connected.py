"""What belongs together among millions, because it shares a key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from skillcli.core.distinct import among
from skillcli.core.processors import each

_LAST_BITS = (1 << 22) - 1
_CHUNK = 1 << 18


def connected(keys: Sequence[NDArray[np.int64]]) -> NDArray[np.int32]:
    """A number (0…) for every row, in the order of the first rows, equal where two share one of the keys, directly or through
    others; a key of 0 is none. ``keys``: columns of one length."""
    label = np.arange(len(keys[0]), dtype=np.int32)
    groups = each(_groups, keys, len(label))
    while True:
        changed = False
        for known, group in groups:
            least = np.full(int(group.max(initial=-1)) + 1, len(label), dtype=np.int32)
            np.minimum.at(least, group, label[known])
            changed |= bool((least[group] != label[known]).any())
            label[known] = least[group]
        if not changed:
            # every group bears the place of its first row, so that counting these places numbers them in order
            first = label == np.arange(len(label), dtype=np.int32)
            numbers: NDArray[np.int32] = (np.cumsum(first, dtype=np.int32) - np.int32(1))[label]
            return numbers


def _groups(keys: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Positions of the keys that are keys and occur twice, and a dense number for each.

    Half of each key is put in order, which takes half the time; whole keys are compared where halves occur twice.
    """
    ordered = np.sort(keys.astype(np.uint32))
    twice = ordered[1:][ordered[1:] == ordered[:-1]]
    del ordered
    twice = twice[np.append(True, twice[1:] != twice[:-1])] if len(twice) else twice
    if not len(twice):
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    likely = np.concatenate(list(_likely(keys, twice.astype(np.int64))))
    likely = likely[among(keys[likely].astype(np.uint32), twice)]
    _, group, times = np.unique(keys[likely], return_inverse=True, return_counts=True)
    shared = times > 1
    own = shared[group]
    return likely[own], (np.cumsum(shared) - 1)[group[own]]


def _likely(keys: NDArray[np.int64], wanted: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """Positions of the keys (0 is none) that end like one of those wanted: most are not searched for at all."""
    ends = np.zeros(_LAST_BITS + 1, dtype=bool)
    ends[wanted & _LAST_BITS] = True
    for first in range(0, len(keys), _CHUNK):
        own = keys[first : first + _CHUNK]
        yield np.flatnonzero(ends[own & _LAST_BITS] & (own != 0)) + first
