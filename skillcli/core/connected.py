"""What belongs together among millions, because it shares a key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

_LAST_BITS = (1 << 22) - 1
_CHUNK = 1 << 18


def connected(keys: Sequence[NDArray[np.int64]]) -> NDArray[np.int32]:
    """A number (0…) for every row, in the order of the first rows, equal where two share one of the keys, directly or through
    others; a key of 0 is none. ``keys``: columns of one length."""
    label = np.arange(len(keys[0]), dtype=np.int32)
    groups = [_groups(each) for each in keys]
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
    """Positions of the keys that are keys and occur twice, and a dense number for each."""
    ordered = np.sort(keys)
    twice = ordered[1:][(ordered[1:] == ordered[:-1]) & (ordered[1:] != 0)]
    del ordered
    twice = twice[np.append(True, twice[1:] != twice[:-1])] if len(twice) else twice
    if not len(twice):
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    likely = np.concatenate(list(_likely(keys, twice)))
    at = np.searchsorted(twice, keys[likely])
    at[at == len(twice)] = 0
    shared = twice[at] == keys[likely]
    return likely[shared], at[shared]


def _likely(keys: NDArray[np.int64], wanted: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """Positions of the keys that end like one of those wanted: most are not searched for at all."""
    ends = np.zeros(_LAST_BITS + 1, dtype=bool)
    ends[wanted & _LAST_BITS] = True
    for first in range(0, len(keys), _CHUNK):
        yield np.flatnonzero(ends[keys[first : first + _CHUNK] & _LAST_BITS]) + first
