"""Different values are counted as by a set."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from skillcli.core.distinct import among, each_once, how_many, how_many_each

_NUMBERS = st.lists(st.integers(-(2**63), 2**63 - 1) | st.integers(0, 5), max_size=60)


@given(_NUMBERS)
def test_each_once_and_how_many(values: list[int]) -> None:
    array = np.array(values, dtype=np.int64)
    assert each_once(array).tolist() == sorted(set(values))
    assert array.tolist() == values
    assert how_many(array) == len(set(values))


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 9)), max_size=60))
def test_how_many_each_group_has(pairs: list[tuple[int, int]]) -> None:
    groups = np.array([group for group, _ in pairs], dtype=np.int8)
    values = np.array([value for _, value in pairs], dtype=np.int64)
    assert how_many_each(groups, values, 5).tolist() == [
        len({value for other, value in pairs if other == group}) for group in range(5)
    ]


@given(_NUMBERS, _NUMBERS)
def test_among_those_known(values: list[int], known: list[int]) -> None:
    found = among(np.array(values, dtype=np.int64), each_once(np.array(known, dtype=np.int64)))
    assert found.tolist() == [value in set(known) for value in values]
