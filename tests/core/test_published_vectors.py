"""Identity numbers and accounts against vectors that others published."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillcli.core import account, identity
from skillcli.core.identity import Fault

VECTORS = [
    line.split("\t")
    for line in (Path(__file__).parent.parent / "data" / "identifier_cases.tsv")
    .read_text(encoding="utf-8")
    .splitlines()[2:]
]


def _of(kind: str) -> list[tuple[str, str]]:
    return [(value, expected) for each, value, expected, _source in VECTORS if each == kind]


def test_the_file_holds_vectors_of_every_kind() -> None:
    assert min(len(_of(kind)) for kind in ("identity", "luhn", "upgrade15")) >= 2
    assert {expected for _value, expected in _of("identity")} == {"NONE", "FORM", "CHECKSUM", "BIRTH", "FIFTEEN"}


def test_identity_numbers_get_the_published_verdict() -> None:
    values, expected = zip(*_of("identity"), strict=True)
    fault, person, birth = identity.examine(np.array(values, dtype=object))
    got = [Fault(code).name for code in fault]
    assert dict(zip(values, got, strict=True)) == dict(zip(values, expected, strict=True))
    sound = np.isin(fault, [Fault.NONE, Fault.FIFTEEN])
    assert ((person != 0) == sound).all()
    assert (~np.isnat(birth) == sound).all()


@pytest.mark.parametrize(("short", "longer"), _of("upgrade15"))
def test_fifteen_digits_become_the_published_eighteen(short: str, longer: str) -> None:
    assert identity.upgrade15(short) == longer
    _fault, person, _birth = identity.examine(np.array([short, longer], dtype=object))
    assert person[0] == person[1] == int(longer[:17])


@pytest.mark.parametrize(("digits", "expected"), _of("luhn"))
def test_luhn_agrees_with_published_verdicts(digits: str, expected: str) -> None:
    assert account.luhn(digits) == (expected == "valid")


@given(st.text("0123456789", min_size=11, max_size=20))
def test_exactly_one_luhn_digit_fits(stem: str) -> None:
    assert sum(account.luhn(stem + digit) for digit in "0123456789") == 1


@given(st.text("0123456789", min_size=17, max_size=17), st.integers(0, 16), st.integers(1, 9))
def test_the_check_digit_catches_every_single_error(first17: str, place: int, shift: int) -> None:
    wrong = first17[:place] + str((int(first17[place]) + shift) % 10) + first17[place + 1 :]
    assert identity.check_digit(first17) != identity.check_digit(wrong)


@pytest.mark.parametrize(
    ("number", "form", "check"),
    [
        ("6212288802000001666", False, False),
        ("6212288802000002666", False, True),
        ("6212-2888-0200-0001-666", False, False),
        ("123456789012", False, False),
        ("12345678901", True, False),
        ("123456789012345678901", False, False),
        ("1234567890123456789012", True, False),
        ("62122888020000016６6", True, False),
        ("", True, False),
    ],
)
def test_accounts_are_judged_by_length_and_only_cards_by_luhn(number: str, form: bool, check: bool) -> None:
    wrong_form, wrong_check = account.examine(np.array([number], dtype=object))
    assert (bool(wrong_form[0]), bool(wrong_check[0])) == (form, check)
