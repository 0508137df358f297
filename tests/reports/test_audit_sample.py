"""The sample for telephone checks: of every stratum, in proportion, by the seed alone."""

from __future__ import annotations

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from skillcli.reports.audit_sample import STRATUM, draw, strata


def lines(sizes: dict[str, int]) -> pd.DataFrame:
    """So many lines of each institution, all of one subsidy."""
    places = [(name, number) for name, size in sizes.items() for number in range(size)]
    return pd.DataFrame(
        {
            "institution": pd.Series([name for name, _ in places], dtype="str"),
            "line_title": pd.Series(["某补贴"] * len(places), dtype="str"),
            "line_no": pd.Series([f"{name}/{number:06d}" for name, number in places], dtype="str"),
            "amount_fen": pd.Series([100] * len(places), dtype="int64"),
        }
    )


def taken(sizes: dict[str, int], wanted: int, seed: int = 1) -> dict[str, int]:
    whole = lines(sizes)
    frame = strata(whole, draw(whole, wanted, seed))
    return dict(zip(frame["institution"], frame["taken"], strict=True))


def test_one_of_each_and_the_rest_in_proportion() -> None:
    assert taken({"甲": 800, "乙": 190, "丙": 10}, 53) == {"甲": 41, "乙": 11, "丙": 1}
    assert taken({"甲": 5, "乙": 3, "丙": 1}, 2) == {"甲": 1, "乙": 1, "丙": 0}
    assert taken({"甲": 2, "乙": 1}, 50) == {"甲": 2, "乙": 1}
    assert taken({"甲": 2}, 0) == {"甲": 0}
    assert draw(lines({}), 5, 1).empty


@settings(max_examples=40, deadline=None)
@given(
    sizes=st.dictionaries(st.sampled_from("甲乙丙丁戊"), st.integers(1, 30), min_size=1),
    wanted=st.integers(0, 60),
    seed=st.integers(0, 2**32 - 1),
)
def test_a_sample_is_full_fair_and_free_of_order(sizes: dict[str, int], wanted: int, seed: int) -> None:
    whole = lines(sizes)
    drawn = draw(whole, wanted, seed)
    assert len(drawn) == min(wanted, len(whole))
    assert drawn["line_no"].is_unique
    if wanted >= len(sizes):
        assert set(drawn["institution"]) == set(sizes)
    shuffled = whole.sample(frac=1, random_state=seed % 97)
    pd.testing.assert_frame_equal(draw(shuffled, wanted, seed), drawn)
    assert list(drawn.sort_values([*STRATUM, "line_no"], kind="stable").index) == list(drawn.index)


def test_every_line_may_be_drawn() -> None:
    whole = lines({"甲": 6})
    seen = {number for seed in range(60) for number in draw(whole, 2, seed)["line_no"]}
    assert len(seen) == 6
