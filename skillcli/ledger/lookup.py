"""Which trainings a person, a certificate, an account or a class has, over all batches.

Beside its rows every batch keeps its keys once more, column by column, folded into 32 bits each, in the order of the
trainings (``LOOKUP``). Who looks for many keys reads a column whole: 20 MB for five million trainings. An index
instead would lie in the order of its keys, so that a large batch had every page of it read, journaled and written anew.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, select

from skillcli.core.distinct import among, each_once
from skillcli.ledger.codec import Columns
from skillcli.ledger.tables import LOOKUP, LOOKUP_KEYS
from skillcli.ledger.transaction import Transaction

_SIZE = 262_144
"""Trainings of a row: a megabyte."""
_AT_ONCE = 2
"""Rows fetched at a time: what is searched makes room for what is read, and no memory has to be asked for."""
_SPARE, _MOST = 4, 22
"""Bits of the tables of last and first bits beyond what counts the keys looked for; and at most, so that they stay in the
processor's cache."""
_MIX = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F))
_SPREAD = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))

Folded = NDArray[np.uint32]


def write(transaction: Transaction, trainings: Columns, first: int) -> None:
    """Keep the keys of trainings just added, of which ``first`` is the first number."""
    for name in LOOKUP_KEYS:
        keys = folded(trainings[name].fill_null(0).to_numpy())
        rows = [
            {"key": name, "first": first + start, "data": keys[start : start + _SIZE].astype("<u4").tobytes()}
            for start in range(0, len(keys), _SIZE)
        ]
        if rows:
            transaction.connection.execute(LOOKUP.insert(), rows)


def folded(keys: NDArray[np.int64]) -> Folded:
    """32 bits of each key; 0 is kept for the key 0, which is nobody's."""
    short = (keys ^ (keys >> 32)).astype(np.uint32)
    short[(short == 0) & (keys != 0)] = 1
    return short


def candidates(connection: Connection, wanted: Mapping[str, NDArray[np.int64]]) -> NDArray[np.int64]:
    """Numbers (sorted) of the trainings of which a key is among those wanted (column → keys; 0 is never looked for).

    Some trainings of others are among them, one in 2³² pairs: the caller holds them against their own keys.
    """
    hits = [np.empty(0, dtype=np.int64)]
    cores = os.cpu_count() or 1
    with ThreadPoolExecutor(cores) as pool:
        for name, keys in wanted.items():
            known = np.sort(folded(keys[keys != 0]))
            if not len(known):
                continue
            search = _Search(known)
            # the database is read in this thread only; what is read waits for nobody longer than a few rows
            searched: deque[Future[NDArray[np.int64]]] = deque()
            for first, data in _rows(connection, name):
                searched.append(pool.submit(search, first, data))
                if len(searched) > 2 * cores:
                    hits.append(searched.popleft().result())
            hits += [each.result() for each in searched]
    return each_once(np.concatenate(hits))


class _Search:
    """Finds ``known`` keys (sorted) in a row of a column. What has neither the last nor the first bits of any of them is passed
    over: of two hundred thousand keys' neighbours one in five hundred is left to be searched for."""

    def __init__(self, known: Folded) -> None:
        self.known = known
        bits = min(_MOST, len(known).bit_length() + _SPARE)
        self.mask, self.shift = np.uint32((1 << bits) - 1), np.uint32(32 - bits)
        self.last, self.first = np.zeros(1 << bits, dtype=bool), np.zeros(1 << bits, dtype=bool)
        self.last[known & self.mask] = True
        self.first[known >> self.shift] = True

    def __call__(self, first: int, data: Folded) -> NDArray[np.int64]:
        """Numbers of the trainings with a known key; ``first`` is that of the row's first."""
        # "clip" has nothing to clip, but takes a quarter less time than looking for places that are out of bounds
        near = np.flatnonzero(self.last.take((data & self.mask).astype(np.intp), mode="clip"))
        near = near[self.first.take((data[near] >> self.shift).astype(np.intp), mode="clip")]
        found: NDArray[np.int64] = near[among(data[near], self.known)] + first
        return found


def _rows(connection: Connection, name: str, after: int = -1) -> Iterator[tuple[int, Folded]]:
    """First number and keys of each row of a column whose numbers are above ``after``."""
    query = select(LOOKUP.c.first, LOOKUP.c.data).where(LOOKUP.c.key == name, LOOKUP.c.first > after)
    for first, data in connection.execute(query.order_by(LOOKUP.c.first).execution_options(yield_per=_AT_ONCE)):
        yield first, np.frombuffer(data, dtype="<u4", count=len(data) // 4)


class Lookups:
    """Compares trainings with what is kept for looking them up, without keeping either: count and two sums over
    (key, number).

    ``see`` the trainings block by block, then ask for ``problems``.
    """

    def __init__(self) -> None:
        self._seen = dict.fromkeys(LOOKUP_KEYS, _NOTHING)

    def see(self, trainings: Columns) -> None:
        """``trainings``: rows of ``training`` with at least the key columns and ``tid``."""
        for name in LOOKUP_KEYS:
            keys = folded(trainings[name].fill_null(0).to_numpy())
            self._seen[name] = _add(self._seen[name], _sums(keys, trainings["tid"].to_numpy()))

    def problems(self, connection: Connection, after: int, titles: dict[str, str]) -> Iterator[str]:
        """What does not agree among the trainings numbered above ``after``, a sentence each."""
        known = connection.execute(select(LOOKUP.c.key).distinct()).scalars().all()
        yield from (f"{titles[LOOKUP.name]}表里有不认识的一栏：{name}。" for name in known if name not in LOOKUP_KEYS)
        for name in LOOKUP_KEYS:
            found = _NOTHING
            for first, keys in _rows(connection, name, after):
                found = _add(found, _sums(keys, np.arange(first, first + len(keys))))
            if found != self._seen[name]:
                yield (
                    f"{titles[LOOKUP.name]}表与培训表不一致：应有 {self._seen[name][0]} 个，现有 {found[0]} 个"
                    f"{'，内容与培训不同' if self._seen[name][0] == found[0] else ''}（{LOOKUP_KEYS[name]}）。"
                )


_Sums = tuple[int, int, int]
_NOTHING: _Sums = (0, 0, 0)


def _add(one: _Sums, other: _Sums) -> _Sums:
    return one[0] + other[0], (one[1] + other[1]) % 2**64, (one[2] + other[2]) % 2**64


def _sums(keys: Folded, tids: NDArray[np.int64]) -> _Sums:
    """How many pairs, and two sums of what each pair is mixed to."""
    mixed = [_mixed(_mixed(tids.view(np.uint64) * seed) ^ keys.astype(np.uint64)) for seed in _MIX]
    first, second = (int(each.sum(dtype=np.uint64)) for each in mixed)
    return len(keys), first, second


def _mixed(values: NDArray[np.uint64]) -> Any:
    """Every bit of a number spread over all (the finaliser of splitmix64)."""
    values = (values ^ (values >> np.uint64(30))) * _SPREAD[0]
    values = (values ^ (values >> np.uint64(27))) * _SPREAD[1]
    return values ^ (values >> np.uint64(31))
