"""Accounts over a whole column agree with each account looked at by itself."""

from __future__ import annotations

import numpy as np
import pandas  # noqa: F401  what the product imports on use would count as the first example's time
import pyarrow.compute  # noqa: F401
from hypothesis import given
from hypothesis import strategies as st

from skillcli.core.account import CARD, FEWEST, MOST, examine, luhn

TYPED = st.text("0123456789-x 中\n", max_size=24)
CARDS = st.from_regex(rf"{CARD}[0-9]{{8,22}}", fullmatch=True)


@given(st.lists(TYPED | CARDS, max_size=20))
def test_a_column_is_judged_as_its_accounts_are(accounts: list[str]) -> None:
    wrong_form, wrong_check = examine(np.array(accounts, dtype=object))
    plain = [account.replace("-", "") for account in accounts]
    formed = [FEWEST <= len(each) <= MOST and each.isascii() and each.isdecimal() for each in plain]
    assert (~wrong_form).tolist() == formed
    assert wrong_check.tolist() == [
        good and each.startswith(CARD) and not luhn(each) for each, good in zip(plain, formed, strict=True)
    ]
