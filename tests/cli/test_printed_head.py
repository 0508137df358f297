"""A head printed once tells what the chain cannot: that the newest transactions were taken away with their journal rows."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path

import pytest
from openpyxl import load_workbook

from cli.conftest import AS_OF, Place
from skillcli.ledger.ledger import Ledger
from skillcli.ledger.tables import CHAINED, JOURNAL, LOOKUP, PART


def file(place: Place) -> Path:
    return place.root / "台账" / "ledger.db"


def payment(place: Place) -> Path:
    return place.root / "输出" / "2020-03-1" / "2020-03-1-拨付.xlsx"


def take_away_the_newest(path: Path) -> None:
    """The last transaction, every row of it and what follows from them, its digests and its journal row; the triggers
    stand again afterwards."""
    with sqlite3.connect(path) as connection:
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f'DROP TRIGGER "{name}"')
        (last,) = connection.execute("SELECT MAX(seq) FROM journal").fetchone()
        gone = "SELECT tid FROM training WHERE seq = ?"
        connection.execute(f'DELETE FROM "{LOOKUP.name}" WHERE first IN ({gone})', (last,))
        for table in (*CHAINED, PART, JOURNAL):
            connection.execute(f'DELETE FROM "{table.name}" WHERE seq = ?', (last,))
        for _, sql in triggers:
            connection.execute(sql)


def test_the_payment_sheet_and_the_screen_say_which_transaction_and_head(
    paid: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    with Ledger.open(file(paid)) as ledger:
        batch = ledger.batch("2020-03-1")
    assert paid.run("batch", "show", "2020-03-1") == 0
    assert f"台账：第 {batch.seq} 笔，链头 {batch.head}" in capsys.readouterr().out
    cells = [cell for row in load_workbook(payment(paid))["说明"].iter_rows(values_only=True) for cell in row]
    assert f"{batch.head}（第 {batch.seq} 笔）" in cells


def test_what_was_taken_away_with_its_journal_rows_is_found_by_the_head_alone(
    paid: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    with Ledger.open(file(paid)) as ledger:
        head = ledger.batch("2020-03-1").head
    take_away_the_newest(file(paid))
    assert paid.run("ledger", "verify") == 0, "the chain alone cannot tell"
    for given in (head, head[:12].upper(), str(payment(paid))):
        capsys.readouterr()
        assert paid.run("ledger", "verify", "--head", given) == 1
        said = capsys.readouterr().err
        assert "被连同内容一起删去" in said
        assert ("2020-03-1-拨付.xlsx 上的链头" in said) == given.endswith(".xlsx")


def test_a_ledger_exchanged_for_an_older_one_is_found(place: Place, tmp_path: Path) -> None:
    shutil.copy(file(place), tmp_path / "old.db")
    place.pay(place.good)
    shutil.copy(tmp_path / "old.db", file(place))
    assert place.run("ledger", "verify") == 0
    assert place.run("ledger", "verify", "--head", str(payment(place))) == 1


def test_a_head_that_stands_is_told_with_what_came_after(paid: Place, tmp_path: Path) -> None:
    assert paid.run("batch", "void", "2020-03-1", "--document", "重报") == 0
    out = tmp_path / "said.json"
    assert paid.run("report", "quarterly", "2020Q1", *AS_OF) in (0, 1)
    (report,) = (paid.root / "输出").rglob("2020年第一季度报告.xlsx")
    assert paid.run("ledger", "verify", "--head", str(payment(paid)), "--head", str(report), "--json", str(out)) == 0
    said = json.loads(out.read_text(encoding="utf-8"))
    assert said["ok"]
    # the batch, its void that the report has read, and the report itself
    assert [each["transaction"] for each in said["printed_heads"]] == [
        said["transactions"] - 2,
        said["transactions"] - 1,
    ]


@pytest.mark.parametrize("given", ["abc", "没有.xlsx", "12345678901", "z" * 64])
def test_what_is_neither_head_nor_workbook_is_said(paid: Place, given: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert paid.run("ledger", "verify", "--head", given) == 2
    assert "不是链头" in capsys.readouterr().err


def test_a_workbook_without_a_head_is_said(paid: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert paid.run("ledger", "verify", "--head", str(paid.good)) == 2
    assert "没有台账链头" in capsys.readouterr().err
