"""Groups by whole numbers are the groups that pandas makes."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from skillcli.reports.grouping import distinct, groups, summed

_ROWS = st.lists(
    st.tuples(
        st.sampled_from(["甲", "乙", "丙", None]),
        st.integers(0, 2),
        st.sampled_from([-1, 7, 9]),
        st.integers(0, 10**15),
    ),
    max_size=20,
)


@settings(max_examples=60, deadline=None)
@given(_ROWS)
def test_groups_counts_and_sums_are_those_of_groupby(rows: list[tuple[str | None, int, int, int]]) -> None:
    frame = pd.DataFrame(rows, columns=pd.Index(["name", "kind", "who", "fen"]))
    frame = frame.astype({"name": "str", "kind": "int64", "who": "int64", "fen": "int64"})
    expected = frame.groupby(["name", "kind"], dropna=False).agg(
        who=("who", "nunique"), fen=("fen", "sum"), rows=("fen", "size")
    )
    group, first = groups([frame["name"], frame["kind"]])
    pd.testing.assert_frame_equal(
        frame[["name", "kind"]].take(first).reset_index(drop=True), expected.reset_index()[["name", "kind"]]
    )
    assert np.bincount(group, minlength=len(first)).tolist() == expected["rows"].tolist()
    assert distinct(group, frame["who"], len(first)).tolist() == expected["who"].tolist()
    assert summed(group, frame["fen"].to_numpy(), len(first)).tolist() == expected["fen"].tolist()
