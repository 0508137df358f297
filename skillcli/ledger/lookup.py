"""Filling the tables of ``lookup_tables`` and holding them against the trainings they follow from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from skillcli.ledger import bulk, codec
from skillcli.ledger.codec import Columns
from skillcli.ledger.lookup_tables import LOOKUPS
from skillcli.ledger.transaction import Transaction

_ROWS = 65_536
"""Rows of a lookup read at a time."""
_MIX = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F))
_SPREAD = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


def write(transaction: Transaction, trainings: Columns, first: int) -> None:
    """Note the certificates and accounts of trainings just added, of which ``first`` is the first number."""
    for column, table in LOOKUPS.items():
        keys = trainings[column].to_numpy()
        order = np.argsort(keys, kind="stable")
        order = order[keys[order] != 0]
        transaction.derive(table, {column: codec.numbers(keys[order]), "tid": codec.numbers(order + first)})


class Lookups:
    """Compares trainings with their lookups without keeping either: count and two sums over (key, number).

    ``see`` the trainings block by block, then ask for ``problems``.
    """

    def __init__(self) -> None:
        self._seen = dict.fromkeys(LOOKUPS, _NOTHING)

    def see(self, trainings: Columns) -> None:
        """``trainings``: rows of ``training`` with at least the key columns and ``tid``."""
        for column in LOOKUPS:
            known = trainings[column].fill_null(0).to_numpy(), trainings["tid"].to_numpy()
            self._seen[column] = _add(self._seen[column], _sums(*known))

    def problems(self, connection: Connection, after: int, titles: dict[str, str]) -> Iterator[str]:
        """What does not agree among the rows of trainings numbered above ``after``, a sentence each."""
        for column, table in LOOKUPS.items():
            found = _NOTHING
            statement = f'SELECT "{column}", "tid" FROM "{table.name}" WHERE "tid" > {after}'
            for chunk in bulk.stream(connection, statement, bulk.kinds(table), _ROWS):
                found = _add(found, _sums(chunk[column].to_numpy(), chunk["tid"].to_numpy(), zeros=True))
            if found != self._seen[column]:
                yield (
                    f"{titles[table.name]}表与培训表不一致：应有 {self._seen[column][0]} 行，现有 {found[0]} 行"
                    f"{'，内容与培训不同' if self._seen[column][0] == found[0] else ''}。"
                )


_Sums = tuple[int, int, int]
_NOTHING: _Sums = (0, 0, 0)


def _add(one: _Sums, other: _Sums) -> _Sums:
    return one[0] + other[0], (one[1] + other[1]) % 2**64, (one[2] + other[2]) % 2**64


def _sums(keys: NDArray[np.int64], tids: NDArray[np.int64], zeros: bool = False) -> _Sums:
    """How many pairs, and two sums of what each pair is mixed to; ``zeros``: count the key 0 too."""
    if not zeros:
        keys, tids = keys[keys != 0], tids[keys != 0]
    mixed = [_mixed(_mixed(tids.view(np.uint64) * seed) ^ keys.view(np.uint64)) for seed in _MIX]
    first, second = (int(each.sum(dtype=np.uint64)) for each in mixed)
    return len(keys), first, second


def _mixed(values: NDArray[np.uint64]) -> Any:
    """Every bit of a number spread over all (the finaliser of splitmix64)."""
    values = (values ^ (values >> np.uint64(30))) * _SPREAD[0]
    values = (values ^ (values >> np.uint64(27))) * _SPREAD[1]
    return values ^ (values >> np.uint64(31))
