"""Paying twice is refused by the database, whatever the judge said."""

from __future__ import annotations

import pandas as pd
import pytest

from skillcli.core.errors import ClerkError
from skillcli.ledger.batch import EXTRA_CLAIM_DTYPES
from skillcli.ledger.ledger import Ledger

from .build import AT, HELD, PAYABLE, REFUSED, Run, keys, policy


def one(
    salt: int, line: str = "free", verdict: str = PAYABLE, class_key: int = 0, certificate: int = 0, person: int = 5
) -> Run:
    """One training of one person with one line, claiming under the given keys (0: own or none)."""
    return Run([person], [(0, line, verdict, 1000)], salt=salt, classes=[class_key], certificates=[certificate])


def extra(*rows: tuple[int, str, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(EXTRA_CLAIM_DTYPES)).astype(EXTRA_CLAIM_DTYPES)


@pytest.mark.parametrize(
    ("what", "second"),
    [
        ("the same class", one(2, class_key=11, certificate=99)),
        ("the same certificate", one(2, class_key=99, certificate=22)),
        ("another line of the same group", one(2, line="staff", class_key=11)),
    ],
)
def test_a_second_claim_is_refused_naming_the_first(ledger: Ledger, what: str, second: Run) -> None:
    ledger.book(one(1, class_key=11, certificate=22).batch(ledger))
    head = ledger.head()
    with pytest.raises(ClerkError, match="2020-03-1/000001"):
        ledger.book(second.batch(ledger))
    assert ledger.head() == head, what
    assert ledger.verify().ok


@pytest.mark.parametrize(
    ("what", "second"),
    [
        ("another class and certificate", one(2, class_key=12, certificate=23)),
        ("a line of another group", one(2, line="living", class_key=11, certificate=22)),
        ("a refused line", one(2, verdict=REFUSED, class_key=11, certificate=22)),
        ("a held line", one(2, verdict=HELD, class_key=11, certificate=22)),
    ],
)
def test_what_is_not_the_same_subsidy_is_booked(ledger: Ledger, what: str, second: Run) -> None:
    ledger.book(one(1, class_key=11, certificate=22).batch(ledger))
    assert ledger.book(second.batch(ledger)).id == "2020-03-2", what


def test_a_key_that_identifies_nothing_claims_nothing(ledger: Ledger) -> None:
    ledger.book(one(1).batch(ledger))
    assert ledger.book(one(2).batch(ledger)).new


def test_two_lines_of_one_batch_cannot_claim_the_same(ledger: Ledger) -> None:
    run = Run([5, 5], [(0, "free", PAYABLE, 1), (1, "staff", PAYABLE, 1)], classes=[11, 11], certificates=[1, 2])
    with pytest.raises(ClerkError, match=r"第 2 行与 2020-03-1/000001"):
        ledger.book(run.batch(ledger))


def test_another_policy_has_its_own_claims(ledger: Ledger) -> None:
    ledger.book(one(1, class_key=11).batch(ledger))
    assert ledger.book(one(2, class_key=11).batch(ledger, policy=policy("taiyuan-2019"))).new


def test_a_claim_given_by_the_caller_guards_too(ledger: Ledger) -> None:
    ledger.book(one(1, line="placement").batch(ledger, extra_claims=extra((0, "person", 5))))
    with pytest.raises(ClerkError, match="2020-03-1/000001"):
        ledger.book(one(2, line="placement").batch(ledger, extra_claims=extra((0, "person", 5))))
    assert ledger.book(one(3, line="placement").batch(ledger, extra_claims=extra((0, "person", 6)))).new


def test_void_frees_what_was_claimed_again_and_again(ledger: Ledger) -> None:
    for salt in range(1, 5):
        booked = ledger.book(one(salt, class_key=11, certificate=22).batch(ledger))
        assert booked.id == f"2020-03-{salt}"
        assert ledger.history(keys(persons=[5])).lines["live"].tolist() == [True]
        ledger.set_status(booked.id, "void", at=AT, person="李")
        assert ledger.history(keys(persons=[5])).trainings.empty
    ledger.book(one(9, class_key=11, certificate=22).batch(ledger))
    with pytest.raises(ClerkError, match="2020-03-5/000001"):
        ledger.book(one(10, class_key=11, certificate=22).batch(ledger))
    assert ledger.verify().ok


def test_void_files_may_be_booked_anew(ledger: Ledger) -> None:
    first = ledger.book(one(1, class_key=11).batch(ledger))
    ledger.set_status(first.id, "void", at=AT, person="李", document="撤回函")
    again = ledger.book(one(1, class_key=11).batch(ledger))
    assert (again.id, again.new) == ("2020-03-2", True)
