"""A ledger of version 1 opens, keeps what it held, and takes part in the life of the money."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import Table

from skillcli.ledger import money_tables
from skillcli.ledger.ledger import Ledger
from skillcli.ledger.tables import METADATA

from .build import BY, Due, book, hear, pay_again, reverse

FIXTURE = Path(__file__).parent / "data" / "ledger-0001.db"
HEAD = "a6c0e363fde0772171b3e67ee75006597a123f8d0006f54ec533ff0da9d78b96"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return Path(shutil.copy(FIXTURE, tmp_path / "台账.db"))


def test_the_fixture_is_of_version_1() -> None:
    with sqlite3.connect(f"file:{FIXTURE}?mode=ro", uri=True) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]
        names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert "payout" not in names


def test_an_old_ledger_is_brought_up_to_date_and_keeps_its_chain(old: Path) -> None:
    with Ledger.open(old) as ledger:
        assert ledger.head() == HEAD
        assert ledger.verify().problems == ()
        assert ledger.batches()["status"].tolist() == ["sent", "void"]
        balance = ledger.money.balance()
    assert (balance.lines_fen, balance.unpaid_fen, balance.paid_fen) == (400000, 400000, 0)


def test_a_batch_of_an_old_ledger_is_paid_and_taken_back(old: Path) -> None:
    with Ledger.open(old) as ledger:
        batch = ledger.batch("2020-03-1")
        numbers = ledger.money.transfers(batch.id)["number"].tolist()
        assert hear(ledger, batch, dict.fromkeys(numbers, "paid")).status == "paid"
        reverse(ledger, f"{batch.id}/{numbers[0]:06d}")
        booked = book(ledger, [Due("林口县第一职业培训学校", 1500)], "2020-04", salt=9)
        assert ledger.money.transfers(booked.id)["transfer_fen"].tolist() == [50000]
        ledger.money.step(booked.id, "void", **BY)
        assert ledger.money.balance().owed_fen == 100000
        assert ledger.verify().problems == ()


@pytest.mark.parametrize("table", [each.name for each in vars(money_tables).values() if isinstance(each, Table)])
def test_no_row_is_changed_or_removed(old: Path, table: str) -> None:
    with Ledger.open(old):
        pass
    with sqlite3.connect(old) as connection:
        triggers = {
            name
            for (name,) in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?", (table,)
            )
        }
    assert {f"{table}_no_update", f"{table}_no_delete"} <= triggers


MONEY = ("payout", "repay", "receivable", "receivable_move", "reversal")


@pytest.mark.parametrize("table", MONEY)
def test_a_changed_row_of_money_is_found(old: Path, table: str) -> None:
    with Ledger.open(old) as ledger:
        batch = ledger.batch("2020-03-1")
        hear(ledger, batch, {1: "paid", 3: "failed", 5: "paid", 7: "paid"})
        pay_again(ledger, batch)
        reverse(ledger, "2020-03-1/000001")
    column = next(name for name in (column.name for column in METADATA.tables[table].columns) if name.endswith("_fen"))
    with sqlite3.connect(old) as connection:
        connection.execute(f"DROP TRIGGER {table}_no_update")
        connection.execute(f'UPDATE "{table}" SET "{column}" = "{column}" + 1 WHERE "id" = 1')
    with Ledger.open(old) as ledger:
        problems = " ".join(ledger.verify().problems)
    assert "内容与入账时不同" in problems
    assert any(word in problems for word in ("不等", "不对", "不符"))
