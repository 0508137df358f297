"""Uppercase amounts: own words for own money, the library as the second opinion."""

from __future__ import annotations

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillcli.core.money import uppercase

MOST = 10**18 - 1
"""Fen of the largest amount that the library can write."""


@pytest.mark.parametrize(
    ("fen", "written"),
    [
        (0, "零元整"),
        (5, "伍分"),
        (50, "伍角"),
        (105, "壹元零伍分"),
        (1_000, "壹拾元整"),
        (1_503, "壹拾伍元零叁分"),
        (10_000_510, "壹拾万零伍元壹角"),
        (10_001_000_000, "壹亿零壹万元整"),
        (-150_000, "负壹仟伍佰元整"),
    ],
)
def test_an_amount_is_written_as_banks_write_it(fen: int, written: str) -> None:
    assert uppercase(fen) == written


@given(st.one_of(st.integers(0, 10**6), st.integers(0, 10**12), st.integers(0, MOST)))
def test_it_agrees_with_the_library_on_every_amount(fen: int) -> None:
    whole, rest = divmod(fen, 100)
    said = cn2an.an2cn(f"{whole}.{rest:02d}", "rmb")
    if rest and rest < 10 and whole and "零" not in said.split("元")[-1]:
        said = said.replace("元", "元零", 1)  # the library leaves it out now and then
    assert uppercase(fen) == said
