"""Whoever changes the file behind the program's back is found, row and place."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import Connection, Engine

from money import build as money
from money.test_advances import class_lines, grant
from postgres import Server
from skillcli.core.errors import ClerkError
from skillcli.ledger import connect
from skillcli.ledger.define import METADATA
from skillcli.ledger.ledger import Ledger
from skillcli.ledger.payments import OUTCOME_DTYPES
from skillcli.policy.model import Ruling
from skillcli.schema.inputs import CATALOGUE_SHORTAGE

from .build import AT, plain_run
from .tamper import Tampering, deeds, do, guards
from .test_life import FILE, sheet_of

TABLES = sorted(METADATA.tables)
SHARES = 4
"""Parts of the whole plan, so that several processes can do it."""


def fill(where: str | Path) -> None:
    """Make a ledger with something in every table; a table that stays empty is a table nobody tests here."""
    with Ledger.open(where, create=True) as ledger:
        shortage = sheet_of(CATALOGUE_SHORTAGE, {"occupation": "焊工"}, {"occupation": "茶艺师"})
        ledger.import_sheet(CATALOGUE_SHORTAGE, shortage, **FILE)
        ledger.import_rulings("linkou-2019", {"a": Ruling(value=True), "b": Ruling(value=3)}, at=AT, person="张")
        ledger.book(plain_run(salt=1).batch(ledger))
        ledger.set_status("2020-03-1", "void", at=AT, person="李")
        ledger.book(plain_run(9, salt=2).batch(ledger, policy_text="其他政策"))
        ledger.book(plain_run(5, salt=3).batch(ledger, "2020-04"))
        live(ledger)
        assert ledger.verify().ok
        assert {name for name, rows in ledger.verify().totals.items() if not rows} == set()


def live(ledger: Ledger) -> None:
    """Money paid, returned, paid again, taken back, advanced and settled, each at least twice."""
    for turn in (1, 2):
        dues = [money.Due(7, 300), money.Due("甲校", 1000), money.Due("甲校", 500)]
        batch = money.book(ledger, dues, f"2020-0{turn + 4}", salt=20 + turn)
        money.approve(ledger, batch)
        known = ledger.money.transfers(batch.id).assign(result=["failed", "paid", "paid"], reason=["账号不符", "", ""])
        outcome = known.assign(day=pd.Timestamp(money.DAY))[list(OUTCOME_DTYPES)].astype(OUTCOME_DTYPES)
        file = (f"回盘{turn}.xlsx", f"{turn}" * 64)
        ledger.money.record(batch.id, outcome, day=money.DAY, head=ledger.head(), file=file, **money.BY)
        money.pay_again(ledger, batch, f"2020-0{turn + 6}")
        money.reverse(ledger, f"{batch.id}/000002")
        name = f"2020-00{turn}"
        grant(ledger, class_no=name)
        money.pay(ledger, class_lines(2, 1000, name), "2020-09", salt=30 + turn)
        account = ledger.money.advance(name)
        assert account is not None
        ledger.money.settle(account, head=ledger.head(), mode="demand", document=f"结{turn}", **money.BY)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger with something in every table."""
    path = tmp_path_factory.mktemp("ledger") / "whole.sqlite"
    fill(path)
    return path


@pytest.mark.parametrize("table", [*TABLES, "alembic_version"])
def test_every_table_refuses_update_and_delete(whole: Path, table: str) -> None:
    database = sqlite3.connect(whole)
    column = database.execute(f"SELECT name FROM pragma_table_info('{table}')").fetchone()[0]
    for statement in (f'UPDATE "{table}" SET "{column}" = "{column}"', f'DELETE FROM "{table}"'):
        with pytest.raises(sqlite3.IntegrityError, match="只增不改"):
            database.execute(statement)
    database.close()


def test_every_table_has_its_triggers(whole: Path) -> None:
    database = sqlite3.connect(whole)
    triggers = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")}
    database.close()
    assert triggers == {
        f"{table}_no_{action}" for table in [*TABLES, "alembic_version"] for action in ("update", "delete")
    }


def test_tables_are_strict(whole: Path) -> None:
    database = sqlite3.connect(whole)
    tables = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall()
    database.close()
    assert {name for name, sql in tables if "STRICT" not in sql} == set()
    assert set(TABLES) < {name for name, _ in tables}


def found(where: str | Path) -> bool:
    """Whether opening or checking the ledger tells that something is wrong."""
    try:
        with Ledger.open(where) as ledger:
            return not ledger.verify().ok
    except ClerkError:
        return True


def engine_of(where: str | Path) -> Engine:
    if isinstance(where, Path):
        return connect.sqlite_engine(where, writable=True, create=False)
    return connect.postgres_engine(where)


def tampered(where: str | Path, deed: Tampering) -> bool:
    """Do it to that ledger; False where its own constraints refuse."""
    engine = engine_of(where)
    with engine.begin() as connection:
        done = do(connection, deed)
        if not done:
            connection.rollback()
    engine.dispose()
    return done


def planned(where: str | Path, *kinds: Callable[[Connection], Iterator[Tampering]]) -> list[Tampering]:
    engine = engine_of(where)
    with engine.connect() as connection:
        plan = [deed for kind in kinds for deed in kind(connection)]
        connection.rollback()
    engine.dispose()
    return plan


@pytest.mark.parametrize("table", TABLES)
def test_a_changed_a_removed_and_an_added_row_of_every_table_are_found(whole: Path, tmp_path: Path, table: str) -> None:
    own = [deed for deed in planned(whole, deeds) if deed.name.startswith((f"{table}.", f"{table}:"))]
    columns = [deed for deed in own if deed.name.endswith(" changed")]
    assert len(columns) == len(METADATA.tables[table].columns)
    chosen = [columns[len(table) % len(columns)], own[len(columns)], own[len(columns) + 3]]
    assert [deed.name.partition(": ")[2] for deed in chosen[1:]] == ["first row removed", "row added"]
    for number, deed in enumerate(chosen):
        copy = Path(shutil.copy(whole, tmp_path / f"copy-{number}.sqlite"))
        assert tampered(copy, deed), deed.name
        assert found(copy), deed.name


def all_of_them(plan: list[Tampering], copy: Callable[[int], str | Path], counted: Callable[[str], None]) -> None:
    refused, missed = [], []
    for number, deed in enumerate(plan):
        where = copy(number)
        if not tampered(where, deed):
            refused.append(deed.name)
        elif not found(where):
            missed.append(deed.name)
        if isinstance(where, Path):
            where.unlink()
    done = len(plan) - len(refused)
    counted(f"{done - len(missed)} of {done} tampered ledgers found; {len(refused)} refused by the database itself")
    assert missed == []
    assert done * SHARES >= 200
    assert len(refused) <= len(METADATA.tables)


@pytest.mark.faults
@pytest.mark.parametrize("share", range(SHARES))
def test_every_tampered_copy_is_found(whole: Path, tmp_path: Path, share: int, counted: Callable[[str], None]) -> None:
    def copy(number: int) -> Path:
        return Path(shutil.copy(whole, tmp_path / f"copy-{number}.sqlite"))

    all_of_them(planned(whole, deeds, guards)[share::SHARES], copy, counted)


@pytest.mark.postgres
@pytest.mark.faults
@pytest.mark.parametrize("share", range(SHARES))
def test_every_tampered_copy_on_a_server_is_found(server: Server, share: int, counted: Callable[[str], None]) -> None:
    source, target = server.new(), server.new()
    server.do(f"CREATE DATABASE {source}")
    fill(server.address(source))
    plan = planned(server.address(source), deeds, guards)
    all_of_them(plan[share::SHARES], lambda _: server.clone(source, target), counted)


@pytest.mark.postgres
def test_a_tampered_copy_on_a_server_is_found(server: Server) -> None:
    source, target = server.new(), server.new()
    server.do(f"CREATE DATABASE {source}")
    address = server.address(source)
    with Ledger.open(address, create=True) as ledger:
        ledger.book(plain_run(salt=1).batch(ledger))
    update = ((('UPDATE "line" SET "amount_fen" = 1 WHERE "id" = :p0', (3,)),),)
    idle = next(deed for deed in planned(address, guards) if deed.name == "line_no_update made idle")
    for deed in (Tampering("amount", update), idle):
        copy = server.clone(source, target)
        assert tampered(copy, deed)
        assert found(copy), deed.name


def change(path: Path, statement: str) -> tuple[str, ...]:
    """What checking says after one statement behind the guards' back."""
    database = sqlite3.connect(path, isolation_level=None)
    triggers = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in triggers:
        database.execute(f'DROP TRIGGER "{name}"')
    database.execute(statement)
    for _, sql in triggers:
        database.execute(sql)
    database.close()
    with Ledger.open(path) as ledger:
        return ledger.verify().problems


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE line SET amount_fen = 1 WHERE id = 9", ["2020-03-2", "补贴明细表", "内容与入账时不同", "明细合计"]),
        ("DELETE FROM training WHERE tid = 6", ["2020-03-2", "培训表应有 28 行，现有 27 行", "应有 9 行，现有 8 行"]),
        ("UPDATE journal SET person = '别人' WHERE seq = 3", ["第 3 笔", "本身被改动"]),
        ("UPDATE journal SET prev = head WHERE seq = 4", ["第 4 笔", "链接断开"]),
        ("DELETE FROM journal WHERE seq = 4", ["流水缺号：第 4 笔之后是第 5 笔"]),
        ("UPDATE part SET digest = 'x' WHERE seq = 5 AND table_name = 'line'", ["第 5 笔", "校验值被改动"]),
        ("DROP INDEX finding_tid", ["问题表的索引"]),
    ],
)
def test_the_report_says_what_and_where(whole: Path, tmp_path: Path, statement: str, said: list[str]) -> None:
    copy = tmp_path / "copy.sqlite"
    shutil.copy(whole, copy)
    problems = "\n".join(change(copy, statement))
    for part in said:
        assert part in problems


@pytest.mark.parametrize("deed", ["line_no_update dropped", "line_no_update made idle"])
def test_a_trigger_that_guards_no_more_is_reported(whole: Path, tmp_path: Path, deed: str) -> None:
    copy = Path(shutil.copy(whole, tmp_path / "copy.sqlite"))
    assert tampered(copy, next(each for each in planned(copy, guards) if each.name == deed))
    with Ledger.open(copy) as ledger:
        assert ledger.verify().problems == ("补贴明细表的防改触发器不见了或被改动。",)
