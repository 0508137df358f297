"""Texts that hold certain characters, found by their bytes."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from skillcli.core.letters import all_but, holding, only

DIGITS = b"0123456789"
texts = st.lists(st.none() | st.text(alphabet="019aZ -号é", max_size=4), max_size=12)


@given(texts, st.integers(0, 4))
def test_a_text_is_found_whose_bytes_are_not_all_among_those_named(written: list[str | None], start: int) -> None:
    column = pa.array(written, pa.large_string())[start:]
    expected = [text is not None and any(byte not in DIGITS for byte in text.encode()) for text in written[start:]]
    assert holding(column, all_but(DIGITS)).tolist() == expected


@given(texts)
def test_a_text_is_found_that_holds_the_one_letter_sought(written: list[str | None]) -> None:
    found = holding(pa.array(written, pa.large_string()), ~all_but(b"-"))
    assert found.tolist() == [text is not None and "-" in text for text in written]


@given(st.lists(st.none() | st.floats() | st.text(alphabet="019aZ -号é", max_size=4), max_size=12), st.integers(0, 3))
def test_only_texts_of_nothing_else_and_of_that_length_are_picked(values: list[object], length: int) -> None:
    expected = [
        isinstance(value, str)
        and bool(value)
        and all(letter in "0123456789" for letter in value)
        and (not length or len(value) == length)
        for value in values
    ]
    assert only(values, DIGITS, length).tolist() == expected
