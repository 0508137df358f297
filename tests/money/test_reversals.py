"""A paid line is taken back once, for a reason, and frees what it took up when the policy says so."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from ledger.build import keys
from skillcli.core.errors import ClerkError
from skillcli.ledger.ledger import Ledger

from .build import BY, DAY, Due, approve, book, hear, pay, pay_again, received, reverse

ONE = [Due(7, 1000, training=42)]


def test_a_line_is_taken_back_once(ledger: Ledger) -> None:
    pay(ledger, ONE)
    assert reverse(ledger, "2020-03-1/000001") == 1
    with pytest.raises(ClerkError, match=r"已经追回过（追〔2020〕1号）"):
        reverse(ledger, "2020-03-1/000001")
    assert ledger.money.balance().owed_fen == 100000


def test_the_database_itself_refuses_a_second_reversal(ledger: Ledger) -> None:
    pay(ledger, ONE)
    reverse(ledger, "2020-03-1/000001")
    with pytest.raises(IntegrityError), ledger._writing() as connection:
        connection.exec_driver_sql(
            'INSERT INTO "reversal" ("id", "seq", "line", "settled_fen", "withdrawn_fen", "frees", "reason", "document") '
            'SELECT "id" + 1, "seq", "line", 0, 0, 1, \'\', \'\' FROM "reversal"'
        )


def test_the_database_itself_refuses_an_account_below_zero(ledger: Ledger) -> None:
    pay(ledger, ONE)
    reverse(ledger, "2020-03-1/000001")
    with pytest.raises(IntegrityError), ledger._writing() as connection:
        connection.exec_driver_sql(
            'INSERT INTO "receivable_move" ("id", "seq", "receivable", "step", "kind", "amount_fen", "left_fen", "document") '
            "VALUES (99, 1, 1, 1, 'repaid', -100001, -1, '')"
        )


@pytest.mark.parametrize(
    ("steps", "sentence"),
    [
        ([], "还没有付款"),
        (["published"], "还没有付款"),
        (["published", "approved"], "还没有付款"),
        (["published", "approved", "sent"], "还没有支付结果"),
        (["void"], "已作废"),
    ],
)
def test_only_what_was_paid_is_taken_back(ledger: Ledger, steps: list[str], sentence: str) -> None:
    batch = book(ledger, ONE)
    for step in steps:
        ledger.money.step(batch.id, step, **BY)
    with pytest.raises(ClerkError, match=sentence):
        reverse(ledger, "2020-03-1/000001")


@pytest.mark.parametrize("line_no", ["2020-03-1/000009", "2020-03-9/000001", "2020-03-1", "x/1"])
def test_a_line_that_is_none_is_told(ledger: Ledger, line_no: str) -> None:
    pay(ledger, ONE)
    with pytest.raises(ClerkError):
        reverse(ledger, line_no)


def test_a_reversal_frees_the_training(ledger: Ledger) -> None:
    pay(ledger, ONE)
    with pytest.raises(ClerkError, match="同一项补贴"):
        book(ledger, ONE, "2020-04", salt=1)
    reverse(ledger, "2020-03-1/000001")
    assert ledger.history(keys(persons=[7])).lines["live"].tolist() == [False]
    book(ledger, ONE, "2020-04", salt=1)
    assert ledger.verify().problems == ()


def test_a_reversal_frees_nothing_where_the_policy_says_so(ledger: Ledger) -> None:
    pay(ledger, ONE)
    reverse(ledger, "2020-03-1/000001", frees=False)
    assert ledger.history(keys(persons=[7])).lines["live"].tolist() == [True]
    with pytest.raises(ClerkError, match="同一项补贴"):
        book(ledger, ONE, "2020-04", salt=1)
    assert ledger.money.balance().owed_fen == 100000


def test_a_failed_transfer_taken_back_is_owed_by_nobody_and_paid_no_more(ledger: Ledger) -> None:
    batch = book(ledger, [*ONE, Due(8, 200)])
    approve(ledger, batch)
    hear(ledger, batch, {1: "failed", 2: "paid"})
    assert reverse(ledger, "2020-03-1/000001") is None
    balance = ledger.money.balance()
    assert (balance.withdrawn_fen, balance.owed_fen, balance.unpaid_fen) == (100000, 0, 0)
    assert ledger.batch(batch.id).status == "paid"
    with pytest.raises(ClerkError, match="没有等待补发"):
        pay_again(ledger, batch)
    assert ledger.verify().problems == ()


def test_what_a_failed_line_had_netted_is_owed_again(ledger: Ledger) -> None:
    pay(ledger, [Due(7, 300)])
    reverse(ledger, "2020-03-1/000001")
    batch = book(ledger, ONE, "2020-04", salt=1)
    approve(ledger, batch)
    hear(ledger, batch, {1: "failed"})
    assert ledger.money.balance().owed_fen == 0
    reverse(ledger, "2020-04-1/000001")
    balance = ledger.money.balance()
    assert (balance.owed_fen, balance.withdrawn_fen) == (30000, 70000)
    assert received(ledger) == 300
    assert ledger.verify().problems == ()


def test_a_transfer_on_its_way_again_is_not_taken_back(ledger: Ledger) -> None:
    batch = book(ledger, ONE)
    approve(ledger, batch)
    hear(ledger, batch, {1: "failed"})
    again = pay_again(ledger, batch)
    with pytest.raises(ClerkError, match="还没有支付结果"):
        reverse(ledger, "2020-03-1/000001")
    approve(ledger, again)
    hear(ledger, again, {1: "paid"})
    assert reverse(ledger, "2020-03-1/000001") == 1
    assert ledger.money.balance().owed_fen == 100000
    assert ledger.verify().problems == ()


def test_money_given_back_settles_the_debt_and_not_more(ledger: Ledger) -> None:
    pay(ledger, ONE)
    number = reverse(ledger, "2020-03-1/000001", mode="demand")
    assert number is not None
    assert ledger.money.repaid(number, 40000, DAY, document="缴1", **BY) == 60000
    with pytest.raises(ClerkError, match=r"只剩 600\.00 元应退，不能登记退回 600\.01 元"):
        ledger.money.repaid(number, 60001, DAY, document="缴2", **BY)
    assert ledger.money.repaid(number, 60000, DAY, document="缴2", **BY) == 0
    assert ledger.money.receivable_steps(number)["left_fen"].tolist() == [100000, 60000, 0]
    assert received(ledger) == 0
    assert ledger.verify().problems == ()


def test_an_unknown_debt_is_told(ledger: Ledger) -> None:
    with pytest.raises(ClerkError, match="没有第 5 号"):
        ledger.money.repaid(5, 100, DAY, document="", **BY)


def test_an_attendance_whose_every_subsidy_was_taken_back_counts_no_more(ledger: Ledger) -> None:
    pay(ledger, [Due(7, 1000), Due(7, 500)])
    reverse(ledger, "2020-03-1/000001")
    assert ledger.history(keys(persons=[7])).trainings["attended"].tolist() == [False, True]
    reverse(ledger, "2020-03-1/000002", frees=False)
    assert ledger.history(keys(persons=[7])).trainings["attended"].tolist() == [False, True]


def test_the_story_of_a_line_tells_where_its_money_went(ledger: Ledger) -> None:
    pay(ledger, [Due(7, 300)])
    reverse(ledger, "2020-03-1/000001")
    batch = book(ledger, ONE, "2020-04", salt=1)
    approve(ledger, batch)
    hear(ledger, batch, {1: "failed"})
    again = pay_again(ledger, batch, "2020-05")
    approve(ledger, again)
    hear(ledger, again, {1: "paid"})
    assert ledger.money.trail(["2020-03-1/000001", "2020-04-1/000001"]) == {
        "2020-03-1/000001": (
            "2020-04-20 已支付 300.00 元，批次 2020-03-1",
            "追回：虚假培训，追〔2020〕1号，应退 300.00 元",
        ),
        "2020-04-1/000001": (
            "抵扣 300.00 元（追回 2020-03-1/000001）",
            "2020-04-20 退票（账号不符） 700.00 元，批次 2020-04-1",
            "2020-04-20 已支付 700.00 元，批次 2020-05-1",
        ),
    }
