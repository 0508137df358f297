"""Advances: the share the policy asks for, the final account to the fen, the excess owed back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from msgspec.structs import replace

from skillcli.core.errors import ClerkError
from skillcli.jobs.advance import amount, floor
from skillcli.ledger.advances import Account, NewAdvance
from skillcli.ledger.ledger import Ledger
from skillcli.policy.load import load_policy

from .build import BY, DAY, Due, approve, book, pay, received, reverse

SCHOOL = "启明培训学校"
NEW = NewAdvance(
    class_no="2020-001",
    payee_kind="培训机构",
    payee=SCHOOL,
    heads=45,
    standard_fen=500000,
    ratio=5000,
    amount_fen=11250000,
    category="",
    clause="四（四）2",
    day=date(2020, 3, 1),
    document="请款1",
    policy_id="linkou-2019",
    policy_sha256="ab",
)


def grant(ledger: Ledger, **changes: object) -> Account:
    return ledger.money.grant(replace(NEW, **changes), **BY)  # type: ignore[arg-type]


def settle(ledger: Ledger, mode: str = "net") -> Account:
    account = ledger.money.advance("2020-001")
    assert account is not None
    return ledger.money.settle(account, head=ledger.head(), mode=mode, document="结1", **BY)


def class_lines(heads: int, yuan: int, class_no: str = "2020-001") -> list[Due]:
    return [Due(SCHOOL, yuan, class_no=class_no) for _ in range(heads)]


@pytest.mark.parametrize(
    ("planned", "standard", "advanced", "finished", "each", "balance"),
    [(45, 5000, 112500, 33, 10000, 217500), (33, 4000, 66000, 32, 4000, 62000)],
)
def test_worked_figures(
    ledger: Ledger, planned: int, standard: int, advanced: int, finished: int, each: int, balance: int
) -> None:
    assert amount(planned, standard * 100, 5000) == advanced * 100
    grant(ledger, heads=planned, standard_fen=standard * 100, amount_fen=advanced * 100)
    batch = pay(ledger, class_lines(finished, each))
    known = ledger.money.transfers(batch.id)
    assert known["transfer_fen"].sum() == balance * 100
    done = settle(ledger)
    assert (done.lines, done.lines_fen, done.netted_fen) == (finished, finished * each * 100, advanced * 100)
    assert (done.settled, done.excess_fen, done.excess) == (True, 0, None)
    assert received(ledger) == advanced + balance == finished * each
    assert ledger.verify().problems == ()


def test_an_excess_is_owed_and_netted_off_the_next_payment(ledger: Ledger) -> None:
    grant(ledger)
    pay(ledger, class_lines(20, 5000))
    assert ledger.money.balance().advanced_fen == 1250000
    done = settle(ledger)
    assert (done.netted_fen, done.excess_fen, done.excess) == (10000000, 1250000, 2)
    assert (ledger.money.balance().advanced_fen, ledger.money.balance().owed_fen) == (0, 1250000)
    batch = pay(ledger, class_lines(3, 5000, "2020-002"), "2020-04", salt=1)
    assert ledger.money.transfers(batch.id)["transfer_fen"].sum() == 250000
    assert received(ledger) == 23 * 5000
    assert ledger.verify().problems == ()


def test_a_class_that_never_claims_owes_everything(ledger: Ledger) -> None:
    grant(ledger)
    done = settle(ledger, "demand")
    assert (done.lines, done.excess_fen) == (0, 11250000)
    assert ledger.money.receivables()["mode"].tolist() == ["net", "demand"]
    batch = book(ledger, [Due(SCHOOL, 5000)])
    assert ledger.money.transfers(batch.id)["netted_fen"].tolist() == [0]
    assert ledger.money.repaid(2, 11250000, DAY, document="缴", **BY) == 0
    assert received(ledger) == 0
    assert ledger.verify().problems == ()


def test_an_advance_is_set_against_its_own_class_and_payee_alone(ledger: Ledger) -> None:
    grant(ledger)
    dues = [
        Due(SCHOOL, 5000, class_no="2020-002"),
        Due("别的学校", 5000, class_no="2020-001"),
        Due(7, 225, class_no="2020-001"),
        Due(SCHOOL, 5000),
        Due(SCHOOL, 5000, class_no="２０２０-001 "),
    ]
    batch = book(ledger, dues)
    assert ledger.money.transfers(batch.id)["netted_fen"].tolist() == [0, 0, 0, 0, 500000]


def test_several_batches_use_an_advance_up_and_debts_come_after_it(ledger: Ledger) -> None:
    pay(ledger, [Due(SCHOOL, 1000)])
    reverse(ledger, "2020-03-1/000001")
    grant(ledger)
    first = book(ledger, class_lines(20, 5000), "2020-04", salt=1)
    assert ledger.money.transfers(first.id)["netted_fen"].sum() == 10000000
    second = book(ledger, class_lines(4, 5000), "2020-05", salt=2)
    assert ledger.money.netting(second.id).groupby("title")["amount_fen"].sum().to_dict() == {
        "先行拨付 班级 2020-001": 1250000,
        "追回 2020-03-1/000001": 100000,
    }


def test_one_advance_a_class(ledger: Ledger) -> None:
    grant(ledger)
    with pytest.raises(ClerkError, match="一个班只能先行拨付一次"):
        grant(ledger, class_no=" ２０２０-001", heads=10, amount_fen=2500000)
    grant(ledger, payee="别的学校")
    with pytest.raises(ClerkError, match="几个单位"):
        ledger.money.advance("2020-001")
    found = ledger.money.advance("2020-001", "别的 学校")
    assert found is not None
    assert found.payee == "别的学校"


def test_no_final_account_while_a_batch_may_be_voided(ledger: Ledger) -> None:
    grant(ledger)
    batch = book(ledger, class_lines(20, 5000))
    with pytest.raises(ClerkError, match="还没有批准，不能结算"):
        settle(ledger)
    approve(ledger, batch)
    assert settle(ledger).excess_fen == 1250000
    with pytest.raises(ClerkError, match="已经结算过"):
        settle(ledger)


def test_a_void_batch_gives_the_advance_back(ledger: Ledger) -> None:
    grant(ledger)
    batch = book(ledger, class_lines(20, 5000))
    ledger.money.step(batch.id, "void", **BY)
    account = ledger.money.advance("2020-001")
    assert account is not None
    assert (account.netted_fen, account.left_fen, account.lines) == (0, 11250000, 0)
    assert settle(ledger).excess_fen == 11250000
    assert ledger.verify().problems == ()


@pytest.mark.parametrize(("category", "percent"), [("", 50), ("去产能", 70), ("转岗职工", 70), ("去产能失业人员", 70)])
def test_the_share_is_the_policys(category: str, percent: int) -> None:
    assert floor(load_policy("linkou-2019"), category, date(2020, 3, 1)).percent == percent


@pytest.mark.parametrize(
    ("policy", "category", "day", "sentence"),
    [
        ("taiyuan-2019", "", date(2020, 3, 1), "没有先行拨付的规定"),
        ("linkou-2019", "", date(2018, 12, 31), "没有先行拨付的规定"),
        ("linkou-2019", "退役军人", date(2020, 3, 1), "没有为“退役军人”另定"),
    ],
)
def test_no_advance_without_a_clause(policy: str, category: str, day: date, sentence: str) -> None:
    with pytest.raises(ClerkError, match=sentence):
        floor(load_policy(policy), category, day)


@pytest.mark.parametrize(
    ("heads", "standard_fen", "ratio", "fen"),
    [
        (45, 500000, 5000, 11250000),
        (33, 400000, 5000, 6600000),
        (3, 3333, 5000, 5000),
        (1, 1, 5000, 1),
        (7, 100, 6250, 438),
    ],
)
def test_a_fraction_of_a_fen_goes_up_so_that_the_floor_holds(
    heads: int, standard_fen: int, ratio: int, fen: int
) -> None:
    assert amount(heads, standard_fen, ratio) == fen
    assert Decimal(fen) >= Decimal(heads * standard_fen * ratio) / 10000
