"""A checkpoint saves rereading old rows; what it saves is said, and the whole check still finds everything."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import create_engine

from skillcli.ledger.ledger import Ledger
from skillcli.ledger.migrations.guards import unguard

from .build import AT, plain_run

BY = {"at": AT, "person": "王经办"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A ledger of a batch, a checkpoint, and a later batch."""
    path = tmp_path / "ledger.db"
    with Ledger.open(path, create=True) as ledger:
        ledger.book(plain_run(4, salt=1).batch(ledger))
        ledger.add_checkpoint(ledger.verify(), **BY)
        ledger.book(plain_run(3, salt=2).batch(ledger, "2020-04"))
    return path


def change(path: Path, batch: int) -> None:
    """Raise one amount of the batch behind the program's back, triggers and all."""
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        found = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE name LIKE 'line_no_%'").all()
        unguard(connection, "line")
        connection.exec_driver_sql(f'UPDATE "line" SET "proposed_fen" = 7 WHERE "seq" = {batch} AND "number" = 1')
        for _, statement in found:
            connection.exec_driver_sql(statement)
    engine.dispose()


def test_the_quick_check_says_what_it_did_not_reread(file: Path) -> None:
    with Ledger.open(file) as ledger:
        whole, quick = ledger.verify(), ledger.verify(quick=True)
    assert whole.ok
    assert whole.checkpoint is None
    assert quick.ok
    assert quick.checkpoint is not None
    assert (quick.checkpoint.upto, quick.checkpoint.person) == (1, "王经办")
    assert quick.passed_over > 0
    assert quick.passed_over + quick.rows == whole.rows
    assert (quick.head, quick.transactions) == (whole.head, whole.transactions) == (whole.head, 3)


def test_a_row_changed_after_the_checkpoint_is_found_by_both(file: Path) -> None:
    change(file, batch=3)
    with Ledger.open(file) as ledger:
        assert "内容与入账时不同" in ledger.verify().problems[0]
        assert "内容与入账时不同" in ledger.verify(quick=True).problems[0]


def test_an_old_row_is_found_by_the_whole_check_only(file: Path) -> None:
    change(file, batch=1)
    with Ledger.open(file) as ledger:
        assert "第 1 笔" in ledger.verify().problems[0]
        quick = ledger.verify(quick=True)
        assert quick.ok
        assert quick.checkpoint is not None


def test_an_added_row_is_counted(file: Path) -> None:
    engine = create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        connection.exec_driver_sql("""INSERT INTO "release" VALUES (99, 3, 99, 'r', 'd')""")
    engine.dispose()
    with Ledger.open(file) as ledger:
        assert "应有 0 行，现有 1 行" in ledger.verify(quick=True).problems[0]


def test_a_checkpoint_of_another_chain_counts_for_nothing(file: Path) -> None:
    """Somebody who writes a checkpoint himself must at least know the chain."""
    with Ledger.open(file) as ledger:
        with ledger._transaction("checkpoint", AT, "外人", f"3 {'f' * 64}"):
            pass
        found = ledger.verify(quick=True).checkpoint
    assert found is not None
    assert found.upto == 1


def test_only_a_whole_check_makes_a_checkpoint(file: Path) -> None:
    with Ledger.open(file) as ledger, pytest.raises(ValueError, match="whole check"):
        ledger.add_checkpoint(ledger.verify(quick=True), **BY)
    change(file, batch=1)
    with Ledger.open(file) as ledger, pytest.raises(ValueError, match="whole check"):
        ledger.add_checkpoint(ledger.verify(), **BY)


def test_without_a_checkpoint_everything_is_read(tmp_path: Path) -> None:
    with Ledger.open(tmp_path / "ledger.db", create=True) as ledger:
        ledger.book(plain_run().batch(ledger))
        quick = ledger.verify(quick=True)
        assert quick.checkpoint is None
        assert quick.rows == ledger.verify().rows
