"""Categories under other names are what each text would have become by itself."""

from __future__ import annotations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from skillcli.reports import labels

_TEXTS = st.lists(st.none() | st.sampled_from(["", "电工", "焊工", "家政", "一", "二"]), max_size=30)


def _categories(texts: list[str | None]) -> pd.Categorical:
    return pd.Categorical(pd.Series(texts, dtype="str"))


@given(_TEXTS, st.lists(st.sampled_from(["电工", "一", "无人"]), max_size=3))
def test_bearing_one_of_some_names(texts: list[str | None], names: list[str]) -> None:
    assert labels.bearing(_categories(texts), names).tolist() == [text in names for text in texts]


@given(_TEXTS)
def test_blank_gets_a_name(texts: list[str | None]) -> None:
    found = labels.plain(_categories(texts), "未填")
    assert list(found) == [text or "未填" for text in texts]
    assert list(found.categories) == sorted({text or "未填" for text in texts})


@given(
    st.lists(st.tuples(st.sampled_from([None, "", "甲", "乙"]), st.sampled_from([None, "", "甲", "丙"])), max_size=30)
)
def test_the_first_of_two_that_is_filled_in(pairs: list[tuple[str | None, str | None]]) -> None:
    places, names = labels.either(*(_categories([pair[at] for pair in pairs]) for at in (0, 1)))
    assert [names[place] for place in places] == [first or second or "" for first, second in pairs]
