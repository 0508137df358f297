"""A ledger checked in a process of its own is found as it is."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from reports.ledgers import living
from skillcli.ledger import beside
from skillcli.ledger.beside import verification
from skillcli.ledger.ledger import Ledger
from skillcli.schema.inputs import CATALOGUE_SHORTAGE
from skillcli.schema.pages import PAGE

from .test_life import FILE, sheet_of


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ledger") / "ledger.db"
    living(path, "linkou-2019", 60)
    return path


def test_another_process_finds_what_this_one_finds(place: Path) -> None:
    with Ledger.open(place) as ledger:
        here = ledger.verify()
        assert verification(ledger, str(place), large=1)() == here
        assert verification(ledger, str(place))() == here
    assert here.ok
    assert here.rows > 100


def test_another_process_tells_of_a_changed_row(place: Path, tmp_path: Path) -> None:
    import sqlite3

    copy = tmp_path / "ledger.db"
    copy.write_bytes(place.read_bytes())
    with sqlite3.connect(copy) as raw:
        raw.execute("DROP TRIGGER line_no_update")
        raw.execute("UPDATE line SET amount_fen = amount_fen + 1 WHERE id = 1")
    with Ledger.open(copy) as ledger:
        found = verification(ledger, str(copy), large=1)()
    assert not found.ok
    assert any("内容与入账时不同" in problem for problem in found.problems)


def test_a_process_that_cannot_open_the_ledger_costs_only_time(place: Path, tmp_path: Path) -> None:
    with Ledger.open(place) as ledger:
        assert verification(ledger, str(tmp_path / "none.db"), large=1)() == ledger.verify()
    assert beside.LARGE > 1


def test_a_process_begun_ahead_is_the_one_that_is_asked(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside, "LARGE_FILE", 1)
    begun = []
    begin = beside._begin
    monkeypatch.setattr(beside, "_begin", lambda: begun.append(begin()) or begun[-1])
    with beside.ahead(str(place)):
        assert len(begun) == 1
        with Ledger.open(place) as ledger:
            answer = verification(ledger, str(place), large=1)
            assert answer() == ledger.verify()
    assert [process.poll() for process in begun] == [0]


def test_a_process_begun_ahead_that_nobody_asks_is_given_up(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside, "LARGE_FILE", 1)
    with beside.ahead(str(place)):
        process = beside._begun[str(place)]
        with Ledger.open(place) as ledger:
            assert verification(ledger, str(place))() == ledger.verify()  # it has few rows
    assert process.returncode not in (None, 0)
    assert not beside._begun


def test_a_process_begun_ahead_that_has_died_costs_only_time(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside, "LARGE_FILE", 1)
    with beside.ahead(str(place)), Ledger.open(place) as ledger:
        beside._begun[str(place)].kill()
        assert verification(ledger, str(place), large=1)() == ledger.verify()


@pytest.mark.parametrize("where", ["", "none.db", "postgresql://office@server/ledger"])
def test_nothing_is_begun_for_what_is_no_large_file(where: str, tmp_path: Path) -> None:
    with beside.ahead(where if "://" in where else str(tmp_path / where)):
        assert not beside._begun


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere processes are not listed as files")
def test_a_process_begun_ahead_ends_with_the_program_that_began_it(place: Path) -> None:
    code = (
        "import os, sys; from skillcli.ledger import beside; beside.LARGE_FILE = 1\n"
        f"with beside.ahead({str(place)!r}):\n"
        f"    print(beside._begun[{str(place)!r}].pid, flush=True); os._exit(9)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=False)
    assert told.returncode == 9
    number, seen = int(told.stdout), time.monotonic()
    while _runs(number):
        assert time.monotonic() - seen < 20
        time.sleep(0.1)


def _runs(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_before_a_checkpoint_only_rows_of_trainings_are_passed_over(place: Path, tmp_path: Path) -> None:
    """A report prints payments and reversals of all years: they are read again however old the checkpoint is."""
    import sqlite3

    copy = tmp_path / "ledger.db"
    copy.write_bytes(place.read_bytes())
    with Ledger.open(copy) as ledger:
        ledger.add_checkpoint(ledger.verify(), at="2020-06-30T08:00:00Z", person="某某")
        whole = verification(ledger, str(copy), large=1)()
    assert whole.ok
    assert whole.checkpoint is not None
    assert whole.passed_over > 100
    with sqlite3.connect(copy) as raw:
        raw.execute("DROP TRIGGER payout_no_update")
        raw.execute("UPDATE payout SET day = day + 1 WHERE id = 1")
    with Ledger.open(copy) as ledger:
        found = verification(ledger, str(copy), large=1)()
    assert any("支付结果表，编号 1" in problem for problem in found.problems)


@pytest.mark.parametrize(
    ("kind", "statement", "problem"),
    [
        ("=", "UPDATE sheet_row SET cells = cells || ' ' WHERE id = ({one})", ""),
        ("=", "DELETE FROM sheet_row WHERE id = ({one})", "目录行表应有"),
        ("<>", "UPDATE sheet_row SET cells = cells || ' ' WHERE id = ({one})", "写入的目录行表"),
        ("=", "UPDATE sheet_import SET kind = 'catalog' WHERE id = (SELECT min(id) FROM sheet_import)", "目录导入表"),
    ],
)
def test_before_a_checkpoint_pages_are_passed_over_and_other_imports_are_not(
    place: Path, tmp_path: Path, kind: str, statement: str, problem: str
) -> None:
    """Pages grow with every training, and whoever reads one checks it (``test_pages``)."""
    import sqlite3

    one = (
        f"SELECT min(r.id) FROM sheet_row r JOIN sheet_import i ON i.id = r.import_id WHERE i.kind {kind} '{PAGE.kind}'"
    )
    copy = tmp_path / "ledger.db"
    copy.write_bytes(place.read_bytes())
    with Ledger.open(copy) as ledger:
        ledger.import_sheet(CATALOGUE_SHORTAGE, sheet_of(CATALOGUE_SHORTAGE, {"occupation": "焊工"}), **FILE)
        ledger.add_checkpoint(ledger.verify(), at="2020-06-30T08:00:00Z", person="某某")
    with sqlite3.connect(copy) as raw:
        for (trigger,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            raw.execute(f'DROP TRIGGER "{trigger}"')
        raw.execute(statement.format(one=one))
    with Ledger.open(copy) as ledger:
        quick, whole = ledger.verify(quick=True, counted=True), ledger.verify()
    said = [each for each in quick.problems if "触发器" not in each]
    assert bool(said) == bool(problem)
    assert any(problem in each for each in said) or not problem
    assert any("目录" in each for each in whole.problems)
