"""Whoever changes the file behind the program's back is found, row and place."""

from __future__ import annotations

import random
import shutil
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import Table

from skillcli.ledger import money_tables
from skillcli.ledger.define import METADATA
from skillcli.ledger.ledger import Ledger
from skillcli.ledger.tables import CHAINED
from skillcli.policy.model import Ruling
from skillcli.schema.inputs import CATALOGUE_SHORTAGE

from .build import AT, plain_run
from .test_life import FILE, sheet_of

TABLES = sorted(METADATA.tables)
MONEY = frozenset(value.name for value in vars(money_tables).values() if isinstance(value, Table))
"""Tables that this ledger leaves empty: the life of the money has its own tests."""
FILLED = [table for table in TABLES if table not in MONEY]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger with something in every table."""
    path = tmp_path_factory.mktemp("ledger") / "whole.sqlite"
    with Ledger.open(path, create=True) as ledger:
        shortage = sheet_of(CATALOGUE_SHORTAGE, {"occupation": "焊工"}, {"occupation": "茶艺师"})
        ledger.import_sheet(CATALOGUE_SHORTAGE, shortage, **FILE)
        ledger.import_rulings("linkou-2019", {"a": Ruling(value=True), "b": Ruling(value=3)}, at=AT, person="张")
        ledger.book(plain_run(salt=1).batch(ledger))
        ledger.set_status("2020-03-1", "void", at=AT, person="李")
        ledger.book(plain_run(9, salt=2).batch(ledger))
        ledger.book(plain_run(5, salt=3).batch(ledger, "2020-04"))
        assert ledger.verify().ok
        filled = {name for name, rows in ledger.verify().totals.items() if rows}
        assert filled == {table.name for table in CHAINED} - MONEY
    return path


@pytest.mark.parametrize("table", [*FILLED, "alembic_version"])
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


@pytest.mark.parametrize(
    "seed", [seed if seed < 40 else pytest.param(seed, marks=pytest.mark.faults) for seed in range(200)]
)
def test_a_tampered_copy_is_found(whole: Path, tmp_path: Path, seed: int) -> None:
    copy = tmp_path / "copy.sqlite"
    shutil.copy(whole, copy)
    done = tamper(copy, random.Random(seed))
    with Ledger.open(copy) as ledger:
        assert not ledger.verify().ok, done


def tamper(path: Path, chance: random.Random) -> str:
    """Change, add or remove one row somewhere, triggers put aside and back; says what was done."""
    database = sqlite3.connect(path, isolation_level=None)
    triggers = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in triggers:
        database.execute(f'DROP TRIGGER "{name}"')
    done = ""
    while not done:
        try:
            done = _attempt(database, chance)
        except sqlite3.IntegrityError:
            continue
    for _, sql in triggers:
        database.execute(sql)
    database.close()
    return done


def _attempt(database: sqlite3.Connection, chance: random.Random) -> str:
    """One try; "" when it happened to change nothing."""
    table = chance.choice(FILLED)
    columns = database.execute(f"SELECT name, type FROM pragma_table_info('{table}')").fetchall()
    rows = database.execute(f'SELECT rowid, * FROM "{table}"').fetchall()
    row = chance.choice(rows)
    action = chance.choice(["change", "change", "add", "remove"])
    if action == "remove":
        database.execute(f'DELETE FROM "{table}" WHERE rowid = {row[0]}')
        return f"{table}: removed {row}"
    if action == "add":
        values = list(row[1:])
        values[0] = max(other[1] for other in rows) + chance.choice([1, 1, 1000])
        values = [f"{value}x" if isinstance(value, str) and chance.random() < 0.5 else value for value in values]
        database.execute(f'INSERT INTO "{table}" VALUES ({", ".join("?" * len(values))})', values)
        return f"{table}: added {values}"
    place = chance.randrange(len(columns))
    (name, kind), old = columns[place], row[place + 1]
    if old is None or (chance.random() < 0.2 and old not in (0, "")):
        new: object = (0 if kind == "INTEGER" else "") if old is None else None
    elif kind == "INTEGER":
        new = old + chance.choice([-1, 1, 2**32])
    else:
        new = chance.choice([old + " ", old[:-1] + "𠮷", old + "0"])
    database.execute(f'UPDATE "{table}" SET "{name}" = ? WHERE rowid = ?', (new, row[0]))
    return f"{table}.{name}: {old!r} became {new!r}"


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
        ("DELETE FROM training WHERE tid = 6", ["2020-03-2", "培训表应有 18 行，现有 17 行", "应有 9 行，现有 8 行"]),
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


def test_a_missing_trigger_is_reported(whole: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite"
    shutil.copy(whole, copy)
    database = sqlite3.connect(copy)
    database.execute("DROP TRIGGER line_no_update")
    database.close()
    with Ledger.open(copy) as ledger:
        assert ledger.verify().problems == ("补贴明细表的防改触发器不见了。",)
