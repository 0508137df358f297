"""What a payee owes is taken off the next payment: to the fen, never below zero, split fairly over funds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillcli.ledger.ledger import Ledger
from skillcli.ledger.netting import apportion, payee_key

from .build import Due, book, pay, received, reverse


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (-10000, [75000, 37500, 33750, 3750], [-5000, -2500, -2250, -250]),
        (-10000, [1, 1, 1], [-3334, -3333, -3333]),
        (10000, [1, 1, 1], [3334, 3333, 3333]),
        (1, [1, 1], [1, 0]),
        (5, [1, 2], [2, 3]),
        (100, [0, 7, 0], [0, 100, 0]),
        (0, [3, 4], [0, 0]),
        (0, [], []),
        (2 * 10**12 + 1, [10**12, 10**12], [10**12 + 1, 10**12]),
    ],
)
def test_fen_are_split_by_largest_remainder(total: int, weights: list[int], parts: list[int]) -> None:
    assert apportion(total, weights) == parts


@given(st.lists(st.integers(0, 10**10), min_size=1, max_size=12), st.data())
def test_parts_sum_up_and_never_exceed_their_weight(weights: list[int], data: st.DataObject) -> None:
    total = data.draw(st.integers(0, sum(weights)))
    parts = apportion(total, weights)
    assert sum(parts) == total
    assert all(0 <= part <= weight for part, weight in zip(parts, weights, strict=True))


def test_nothing_to_split_by_is_told() -> None:
    with pytest.raises(ValueError, match="nothing"):
        apportion(1, [0, 0])


@pytest.mark.parametrize(
    ("owed", "due", "paid", "left"),
    [
        (750, 1000, 250, 0),
        (750, 500, 0, 250),
        (2000, 1500, 0, 500),
        (750, 750, 0, 0),
        (0.01, 0.02, 0.01, 0),
    ],
)
def test_the_next_payment_is_set_against_what_is_owed(
    ledger: Ledger, owed: float, due: float, paid: float, left: float
) -> None:
    pay(ledger, [Due(7, owed)])
    reverse(ledger, "2020-03-1/000001")
    batch = book(ledger, [Due(7, due)], "2020-04", salt=1)
    transfers = ledger.money.transfers(batch.id)
    assert transfers["transfer_fen"].tolist() == [round(paid * 100)]
    assert ledger.money.balance().owed_fen == round(left * 100)
    assert ledger.verify().problems == ()


def test_remove_add_again_remove_nets_to_nothing(ledger: Ledger) -> None:
    for turn in range(2):
        month = f"2020-0{turn + 3}"
        pay(ledger, [Due(7, 1000, training=42)], month, salt=turn)
        reverse(ledger, f"{month}-1/000001")
    balance = ledger.money.balance()
    # the person holds 1000 and owes 1000; no line stands
    assert (received(ledger), balance.owed_fen) == (1000, 100000)
    assert balance.lines_fen - balance.reversed_fen - balance.withdrawn_fen == 0
    assert ledger.verify().problems == ()


def test_what_is_owed_is_split_over_the_funds_of_the_next_payment(ledger: Ledger) -> None:
    pay(ledger, [Due("甲校", 100)])
    reverse(ledger, "2020-03-1/000001")
    dues = [Due("甲校", yuan, fund) for yuan, fund in ((750, "一"), (375, "二"), (337.5, "三"), (37.5, "四"))]
    batch = book(ledger, dues, "2020-04", salt=1)
    assert ledger.money.transfers(batch.id)["netted_fen"].tolist() == [5000, 2500, 2250, 250]


def test_equal_funds_share_the_odd_fen_in_order(ledger: Ledger) -> None:
    pay(ledger, [Due("甲校", 100)])
    reverse(ledger, "2020-03-1/000001")
    batch = book(ledger, [Due("甲校", 900, fund) for fund in "一二三"], "2020-04", salt=1)
    assert ledger.money.transfers(batch.id)["netted_fen"].tolist() == [3334, 3333, 3333]


def test_only_the_debtor_pays_whatever_the_name_looks_like(ledger: Ledger) -> None:
    pay(ledger, [Due("甲 校（总部）", 100), Due(7, 50)])
    reverse(ledger, "2020-03-1/000001")
    reverse(ledger, "2020-03-1/000002")
    dues = [Due("乙校", 400), Due("甲校(总部)", 400), Due(8, 400), Due(7, 400)]
    batch = book(ledger, dues, "2020-04", salt=1)
    assert ledger.money.transfers(batch.id)["netted_fen"].tolist() == [0, 10000, 0, 5000]


def test_older_debts_go_first(ledger: Ledger) -> None:
    pay(ledger, [Due("甲校", 100), Due("甲校", 100)])
    reverse(ledger, "2020-03-1/000002")
    reverse(ledger, "2020-03-1/000001")
    book(ledger, [Due("甲校", 150)], "2020-04", salt=1)
    found = ledger.money.receivables()
    assert found["title"].tolist() == ["追回 2020-03-1/000002", "追回 2020-03-1/000001"]
    assert found["left_fen"].tolist() == [0, 5000]


def test_a_demanded_debt_is_not_netted(ledger: Ledger) -> None:
    pay(ledger, [Due("甲校", 100)])
    reverse(ledger, "2020-03-1/000001", mode="demand")
    batch = book(ledger, [Due("甲校", 100)], "2020-04", salt=1)
    assert ledger.money.transfers(batch.id)["netted_fen"].tolist() == [0]


def test_voiding_a_batch_gives_back_what_it_netted(ledger: Ledger) -> None:
    pay(ledger, [Due("甲校", 100)])
    reverse(ledger, "2020-03-1/000001")
    batch = book(ledger, [Due("甲校", 70)], "2020-04", salt=1)
    assert ledger.money.balance().owed_fen == 3000
    ledger.set_status(batch.id, "void", at="2020-04-21T00:00:00Z", person="王", document="报错")
    assert ledger.money.balance().owed_fen == 10000
    again = book(ledger, [Due("甲校", 70)], "2020-04", salt=2)
    assert ledger.money.transfers(again.id)["netted_fen"].tolist() == [7000]
    assert ledger.verify().problems == ()


def test_a_person_without_a_key_owes_nobody_and_pays_nobody() -> None:
    assert payee_key("个人", "某某", 0) == ""
    assert payee_key("用人单位", "Ａ 公司", 0) == payee_key("培训机构", "a公司", 5)
