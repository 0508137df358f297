"""The bank's word on a batch: paid, failed, paid again; nothing is ever transferred twice."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from skillcli.core.errors import ClerkError
from skillcli.ledger.batch import LedgerMoved
from skillcli.ledger.ledger import Ledger

from .build import BY, DAY, Due, approve, book, hear, pay, pay_again, received, reverse

THREE = [Due("甲校", 1000), Due(7, 225), Due(8, 225)]


def status(ledger: Ledger, batch_id: str) -> str:
    return ledger.batch(batch_id).status


@pytest.mark.parametrize(
    ("heard", "expected"),
    [
        ({1: "paid", 2: "paid", 3: "paid"}, "paid"),
        ({1: "paid"}, "partly_paid"),
        ({1: "paid", 2: "failed", 3: "paid"}, "partly_paid"),
        ({1: "failed", 2: "failed", 3: "failed"}, "partly_paid"),
    ],
)
def test_the_status_follows_what_the_bank_says(ledger: Ledger, heard: dict[int, str], expected: str) -> None:
    batch = book(ledger, THREE)
    approve(ledger, batch)
    assert hear(ledger, batch, heard).status == expected
    assert received(ledger) == sum(THREE[number - 1].yuan for number, said in heard.items() if said == "paid")
    assert ledger.verify().problems == ()


@pytest.mark.parametrize("steps", [[], ["published"], ["void"]])
def test_nothing_is_heard_of_a_batch_that_was_not_approved(ledger: Ledger, steps: list[str]) -> None:
    batch = book(ledger, THREE)
    for step in steps:
        ledger.money.step(batch.id, step, **BY)
    with pytest.raises(ClerkError, match="不能登记支付结果"):
        hear(ledger, batch, {1: "paid"})
    assert received(ledger) == 0


def test_a_line_has_one_word(ledger: Ledger) -> None:
    batch = pay(ledger, THREE)
    with pytest.raises(ClerkError, match="已经登记过"):
        hear(ledger, batch, {1: "paid"})
    assert received(ledger) == 1450


def test_failed_transfers_are_paid_again_once(ledger: Ledger) -> None:
    batch = book(ledger, THREE)
    approve(ledger, batch)
    hear(ledger, batch, {1: "paid", 2: "failed", 3: "failed"})
    again = pay_again(ledger, batch)
    assert (again.id, again.kind, again.status, again.amount_fen) == ("2020-04-1", "repay", "draft", 0)
    assert ledger.money.root(again.id).id == batch.id
    assert ledger.money.transfers(again.id)["transfer_fen"].tolist() == [22500, 22500]
    assert ledger.money.transfers(batch.id)["repaid_in"].tolist() == ["", again.id, again.id]
    with pytest.raises(ClerkError, match="没有等待补发"):
        pay_again(ledger, batch)
    approve(ledger, again)
    assert hear(ledger, again, {2: "paid", 3: "failed"}).status == "partly_paid"
    assert status(ledger, batch.id) == "partly_paid"
    third = pay_again(ledger, again, "2020-05")
    approve(ledger, third)
    hear(ledger, third, {3: "paid"})
    assert [status(ledger, each.id) for each in (batch, again, third)] == ["paid", "paid", "paid"]
    assert received(ledger) == 1450
    assert ledger.money.balance().unpaid_fen == 0
    assert ledger.verify().problems == ()


def test_the_database_itself_refuses_to_repeat_a_failed_transfer_twice(ledger: Ledger) -> None:
    batch = book(ledger, THREE)
    approve(ledger, batch)
    hear(ledger, batch, {1: "failed"})
    pay_again(ledger, batch)
    with pytest.raises(IntegrityError), ledger._writing() as connection:
        connection.exec_driver_sql(
            'INSERT INTO "repay" ("id", "seq", "failed", "again", "line", "amount_fen") '
            'SELECT "id" + 1, "seq", "failed", "again", "line", "amount_fen" FROM "repay"'
        )


def test_a_void_follow_up_batch_frees_its_transfers(ledger: Ledger) -> None:
    batch = book(ledger, THREE)
    approve(ledger, batch)
    hear(ledger, batch, {1: "paid", 2: "failed", 3: "paid"})
    first = pay_again(ledger, batch)
    ledger.money.step(first.id, "void", **BY)
    second = pay_again(ledger, batch)
    assert ledger.money.transfers(second.id)["number"].tolist() == [2]
    assert ledger.verify().problems == ()


def test_money_that_comes_back_later_makes_a_paid_batch_partly_paid(ledger: Ledger) -> None:
    batch = pay(ledger, THREE)
    assert hear(ledger, batch, {2: "failed"}).status == "partly_paid"
    assert received(ledger) == 1225
    again = pay_again(ledger, batch)
    approve(ledger, again)
    hear(ledger, again, {2: "paid"})
    assert status(ledger, batch.id) == "paid"
    assert received(ledger) == 1450
    assert ledger.verify().problems == ()


def test_what_was_kept_back_whole_is_settled_with_the_batch(ledger: Ledger) -> None:
    pay(ledger, [Due("甲校", 1000)])
    reverse(ledger, "2020-03-1/000001")
    batch = pay(ledger, [Due("甲校", 400), Due(7, 225)], "2020-04", salt=1)
    assert batch.status == "paid"
    assert ledger.money.transfers(batch.id)[["transfer_fen", "state"]].values.tolist() == [[0, "paid"], [22500, "paid"]]


def test_somebody_writing_in_between_is_noticed(ledger: Ledger) -> None:
    batch = book(ledger, THREE)
    approve(ledger, batch)
    before = ledger.head()
    hear(ledger, batch, {1: "paid"})
    rows = (
        ledger.money.transfers(batch.id)
        .head(0)
        .rename(columns={"state": "result"})[["line", "result", "day", "reason"]]
    )
    with pytest.raises(LedgerMoved):
        ledger.money.record(batch.id, rows, day=DAY, head=before, **BY)


def test_a_closed_batch_hears_nothing_more(ledger: Ledger) -> None:
    batch = pay(ledger, THREE)
    ledger.money.step(batch.id, "closed", **BY)
    with pytest.raises(ClerkError, match="已办结"):
        hear(ledger, batch, {1: "failed"})
