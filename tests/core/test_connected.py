"""What shares a key belongs together, however long the way; numbers follow the first rows."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from skillcli.core.connected import connected
from skillcli.core.distinct import among, each_once, how_many

HALF_ALIKE = st.sampled_from([5, 5 + (1 << 32), 5 - (3 << 32), 1 << 32])
KEYS = st.integers(-3, 6) | st.integers(-(2**62), 2**62) | HALF_ALIKE


def by_hand(*keys: list[int]) -> list[int]:
    """Row by row, until nothing changes."""
    label = list(range(len(keys[0])))
    for _ in label:
        for column in keys:
            for key in set(column) - {0}:
                own = [row for row, each in enumerate(column) if each == key]
                least = min(label[row] for row in own)
                label = [least if row in own else each for row, each in enumerate(label)]
    return [sorted(set(label)).index(each) for each in label]


@given(st.lists(st.tuples(KEYS, KEYS), max_size=12))
def test_rows_that_share_a_key_are_one(rows: list[tuple[int, int]]) -> None:
    keys = [[row[place] for row in rows] for place in (0, 1)]
    found = connected([np.array(column, dtype=np.int64) for column in keys])
    assert found.dtype == np.int32
    assert found.tolist() == by_hand(*keys)


def test_rows_are_joined_through_others() -> None:
    certificates, classes = [7, 0, 7, 0, 9], [0, 4, 4, 5, 0]
    assert connected([np.array(certificates), np.array(classes)]).tolist() == [0, 0, 0, 1, 2]


@given(st.lists(KEYS), st.lists(KEYS))
def test_different_values_are_counted_and_found(values: list[int], others: list[int]) -> None:
    column = np.array(values, dtype=np.int64)
    known = each_once(column)
    assert known.tolist() == sorted(set(values))
    assert among(np.array(others, dtype=np.int64), known).tolist() == [each in values for each in others]
    assert how_many(column) == len(set(values))
