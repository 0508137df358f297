"""Trainings are looked up by 32 bits of their keys, and told by the whole key."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from skillcli.ledger.followed import followed
from skillcli.ledger.ledger import Ledger
from skillcli.ledger.lookup import folded

from .build import PAYABLE, Run, keys

PERSON = 7
TWIN = (1 << 32) | 6
"""Another person whose key folds to the same 32 bits."""
FOLDS_TO_NOTHING = (9 << 32) | 9

KEYS = arrays.arrays(np.int64, st.integers(0, 30), elements=st.integers(-(2**63), 2**63 - 1))


@pytest.fixture
def twins(ledger: Ledger) -> Ledger:
    """Batches of a person, of the twin, and of one of whose key nothing would be left."""
    for salt, person in enumerate((PERSON, TWIN, FOLDS_TO_NOTHING, 0), 1):
        ledger.book(Run([person, 100 + salt], [(0, "free", PAYABLE, 1)], salt=salt).batch(ledger))
    return ledger


def test_the_twins_fold_alike() -> None:
    assert folded(np.array([PERSON, TWIN])).tolist() == [7, 7]


@pytest.mark.parametrize("person", [PERSON, TWIN, FOLDS_TO_NOTHING])
def test_nobody_is_told_of_another_whose_key_folds_alike(twins: Ledger, person: int) -> None:
    history = twins.history(keys(persons=[person]))
    assert history.trainings["person"].tolist() == [person]
    assert len(history.lines) == 1
    assert twins.person_story(person).trainings["person"].tolist() == [person]
    assert followed(twins, [person]).story.trainings["person"].tolist() == [person]


def test_the_lines_of_another_are_not_told_either(twins: Ledger) -> None:
    history = twins.history(keys(persons=[TWIN, 101]))
    assert sorted(history.trainings["person"]) == [101, TWIN]
    assert set(history.lines["tid"]) <= set(history.trainings["tid"])


def test_who_has_no_number_is_nobody(twins: Ledger) -> None:
    assert twins.person_story(0).trainings.empty
    assert followed(twins, [0]).story.trainings.empty


@given(KEYS)
def test_only_the_key_of_nobody_folds_to_nothing(given_keys: np.ndarray) -> None:
    assert ((folded(given_keys) == 0) == (given_keys == 0)).all()
