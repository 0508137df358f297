"""Taking the ledger back to a backup: verified first, nothing lost unnamed, before or after whatever happens."""

from __future__ import annotations

import random
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from jobs.two_batches import AT, Office
from skillcli.core.errors import ClerkError
from skillcli.jobs import custody
from skillcli.jobs.restoring import Restored, restore
from skillcli.jobs.settings import Settings
from skillcli.jobs.workspace import Workspace
from skillcli.ledger import copying
from skillcli.ledger.batch import LedgerMoved
from skillcli.ledger.ledger import Ledger


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path, "linkou-2019")


def file_of(office: Office) -> Path:
    file = office.workspace.ledger_file
    assert file is not None
    return file


def state(office: Office) -> tuple[str, dict[str, int], object]:
    """Head, rows of each table, sums of money; everything verified."""
    with Ledger.open(file_of(office)) as ledger:
        found = ledger.verify()
        assert found.ok, found.problems
        return found.head, found.totals, ledger.money.balance()


def back_up(office: Office, name: str) -> Path:
    return custody.backup(office.workspace, office.folder / name, stamp="")


def take_back(office: Office, backup: Path, lose: int | None = None, stamp: str = "1") -> Restored:
    return restore(office.workspace, backup, lose=lose, stamp=stamp)


def leftovers(office: Office) -> list[str]:
    return [path.name for path in file_of(office).parent.rglob("*") if ".part" in path.name or "journal" in path.name]


def some_work(office: Office, chance: random.Random, turn: int) -> None:
    """A batch, and now and then a step of its life."""
    office.pay(
        [office.row(turn * 10 + number) for number in range(1, chance.randint(2, 4))], f"2020-{turn % 12 + 1:02d}"
    )
    with Ledger.open(file_of(office)) as ledger:
        newest = ledger.batches()["id"].iloc[-1]
        for status in ("published", "approved", "sent")[: chance.randint(0, 3)]:
            ledger.money.step(newest, status, at=AT, person="李", document="")


def restores(office: Office, count: int) -> None:
    chance = random.Random(7)
    backups = []
    for turn in range(count):
        backups.append((back_up(office, f"{turn}.db"), state(office)))
        some_work(office, chance, turn)
    for turn in reversed(range(count)):
        backup, before = backups[turn]
        done = take_back(office, backup, lose=1, stamp=str(turn))
        assert (done.head, len(done.lost)) == (before[0], 1)
        assert state(office) == before
    assert leftovers(office) == []


def test_restores_verify_and_all_totals_are_as_they_were(office: Office) -> None:
    restores(office, 3)


@pytest.mark.slow
def test_twenty_restores_verify_and_all_totals_are_as_they_were(office: Office) -> None:
    restores(office, 20)


def test_later_bookings_are_lost_only_by_their_number(office: Office) -> None:
    office.pay([office.row(1)])
    backup = back_up(office, "b.db")
    office.pay([office.row(2)])
    office.pay([office.row(3)])
    before = state(office)
    with pytest.raises(ClerkError, match="多 2 笔，其中 2 个批次（2020-05-2、2020-05-3）") as stopped:
        take_back(office, backup)
    assert "--lose 2" in stopped.value.remedy
    with pytest.raises(ClerkError, match="--lose 写的是 1，恢复会丢掉的是 2"):
        take_back(office, backup, lose=1)
    assert state(office) == before
    done = take_back(office, backup, lose=2)
    assert (done.lost, done.entries) == (("2020-05-2", "2020-05-3"), 2)
    assert done.aside is not None
    assert done.aside.name == "恢复前-1.db"
    assert take_back(office, done.aside, stamp="2").lost == ()
    assert state(office) == before


def test_steps_after_the_backup_are_told_even_without_a_batch(office: Office) -> None:
    office.pay([office.row(1)])
    backup = back_up(office, "b.db")
    office.void("2020-05-1")
    with pytest.raises(ClerkError, match="多 1 笔，其中 0 个批次，"):
        take_back(office, backup)
    assert take_back(office, backup, lose=0).entries == 1


def test_the_same_ledger_again_changes_nothing(office: Office) -> None:
    office.pay([office.row(1)])
    before = state(office)
    assert take_back(office, back_up(office, "b.db")).already
    assert state(office) == before
    with pytest.raises(ClerkError, match="--lose 写的是 2，恢复会丢掉的是 0"):
        take_back(office, office.folder / "b.db", lose=2)


def test_a_changed_backup_is_refused_with_its_first_problem(office: Office) -> None:
    office.pay([office.row(1)])
    backup = back_up(office, "b.db")
    with sqlite3.connect(backup) as connection:
        connection.execute("DROP TRIGGER line_no_update")
        connection.execute("UPDATE line SET amount_fen = amount_fen + 1")
    before = state(office)
    with pytest.raises(ClerkError, match="核对不上，有 .* 处问题"):
        take_back(office, backup)
    assert state(office) == before
    assert leftovers(office) == []


@pytest.mark.parametrize("damage", ["cut", "letters", "empty", "missing", "newer", "roster", "itself"])
def test_a_backup_that_cannot_be_used_is_told_by_its_own_name(office: Office, damage: str) -> None:
    office.pay([office.row(1)])
    backup = back_up(office, "备份.db")
    data = backup.read_bytes()
    if damage == "cut":
        backup.write_bytes(data[: len(data) // 2])
    elif damage == "letters":
        backup.write_bytes(b"x" * 5000)
    elif damage == "empty":
        backup.write_bytes(b"")
    elif damage == "missing":
        backup.unlink()
    elif damage == "roster":
        backup = office.write([office.row(1)])
    elif damage == "itself":
        backup = file_of(office)
    else:
        with sqlite3.connect(backup) as connection:
            connection.execute("DROP TRIGGER alembic_version_no_update")
            connection.execute("UPDATE alembic_version SET version_num = '9999'")
    before = state(office)
    with pytest.raises(ClerkError) as stopped:
        take_back(office, backup)
    assert backup.name in str(stopped.value)
    assert ("更新版本" in str(stopped.value)) == (damage == "newer")
    assert state(office) == before
    assert leftovers(office) == []


@pytest.mark.parametrize("damage", ["letters", "cut", "missing"])
def test_a_damaged_ledger_is_replaced_and_kept(office: Office, damage: str) -> None:
    office.pay([office.row(1)])
    before = state(office)
    backup = back_up(office, "b.db")
    file = file_of(office)
    if damage == "missing":
        file.unlink()
    else:
        file.write_bytes(b"x" * 9999 if damage == "letters" else file.read_bytes()[:5000])
    broken = file.read_bytes() if file.exists() else None
    done = take_back(office, backup)
    assert done.damaged
    assert (done.aside.read_bytes() if done.aside else None) == broken
    assert state(office) == before


def test_a_backup_of_an_older_version_is_brought_up_to_date(office: Office, tmp_path: Path) -> None:
    old = tmp_path / "old.db"
    shutil.copyfile(Path(__file__).parents[1] / "money" / "data" / "ledger-0001.db", old)
    bytes_before = old.read_bytes()
    with Ledger.open(file_of(office)) as ledger:
        lost = len(ledger.batches())
    take_back(office, old, lose=lost)
    assert old.read_bytes() == bytes_before
    assert state(office)[1]["line"] > 0


def test_somebody_who_books_in_between_is_not_lost(office: Office) -> None:
    office.pay([office.row(1)])
    backup = back_up(office, "b.db")
    seen = copying.look(file_of(office))
    office.pay([office.row(2)])
    before = state(office)
    with pytest.raises(LedgerMoved):
        copying.put_back(backup, file_of(office), seen)
    assert state(office) == before


def test_a_program_that_has_the_ledger_open_sees_the_restored_one(office: Office) -> None:
    backup = back_up(office, "b.db")
    office.pay([office.row(1)])
    with Ledger.open(file_of(office)) as ledger:
        assert len(ledger.batches()) == 1
        take_back(office, backup, lose=1)
        assert len(ledger.batches()) == 0
    assert office.pay([office.row(1)]).batch is not None
    assert office.verified()


def test_while_somebody_writes_nothing_is_restored(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("skillcli.ledger.connect.WAIT_SECONDS", 0)
    backup = back_up(office, "b.db")
    office.pay([office.row(1)])
    before = state(office)
    other = sqlite3.connect(file_of(office), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(ClerkError, match="台账正被"):
        take_back(office, backup, lose=1)
    other.close()
    assert state(office) == before
    assert not list((file_of(office).parent / "备份").glob("恢复前*"))


def test_a_server_is_restored_by_its_own_tools(tmp_path: Path) -> None:
    settings = Settings(policy="linkou-2019", ledger="postgresql+psycopg://nobody@127.0.0.1:1/none")
    with pytest.raises(ClerkError, match="PostgreSQL") as stopped:
        restore(Workspace(tmp_path, settings), tmp_path / "b.db", lose=None, stamp="1")
    assert "pg_restore" in stopped.value.remedy


def check_killed(office: Office, backup: Path, heads: tuple[str, str], seconds: float) -> None:
    command = [sys.executable, "-m", "skillcli", "ledger", "restore", str(backup), "--lose", "1"]
    process = subprocess.Popen([*command, "--workspace", str(office.workspace.root)], stderr=subprocess.PIPE)
    time.sleep(seconds)
    process.kill()
    process.communicate()
    assert state(office)[0] in heads


def kills(office: Office, count: int) -> None:
    office.pay([office.row(1)])
    backup, before = back_up(office, "b.db"), state(office)[0]
    office.pay([office.row(2)])
    after = state(office)[0]
    whole = back_up(office, "w.db")
    chance = random.Random(3)
    for _ in range(count):
        check_killed(office, backup, (before, after), chance.uniform(0.2, 2.0))
        shutil.copyfile(whole, file_of(office))
        for old in (file_of(office).parent / "备份").glob("恢复前-*"):
            old.unlink()
    take_back(office, backup, lose=1)
    assert leftovers(office) == []


@pytest.mark.faults
def test_a_killed_restore_leaves_before_or_after(office: Office) -> None:
    kills(office, 40)


# the copy before each payment


def automatic(office: Office) -> list[Path]:
    return sorted((file_of(office).parent / "备份").glob("自动-*.db"))


def test_every_payment_leaves_a_copy_of_the_ledger_before_it(office: Office) -> None:
    before = state(office)
    office.pay([office.row(1)])
    (copy,) = automatic(office)
    assert take_back(office, copy, lose=1).lost == ("2020-05-1",)
    assert state(office) == before


def test_a_run_that_books_nothing_leaves_no_copy(office: Office) -> None:
    file = office.write([office.row(1)])
    office.pay_files([file])
    office.pay_files([file])
    assert len(automatic(office)) == 1


def test_only_the_newest_copies_stay(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(custody, "AUTOMATIC_KEPT", 2)
    heads = []
    for number in range(1, 5):
        heads.append(state(office)[0])
        office.pay([office.row(number)])
    assert [path.stem[-12:] for path in sorted(automatic(office), key=lambda p: p.stat().st_mtime_ns)] == [
        head[:12] for head in heads[-2:]
    ]


def test_a_large_ledger_is_left_to_the_office(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(custody, "AUTOMATIC_BYTES", 1000)
    office.pay([office.row(1)])
    assert automatic(office) == []


def test_without_its_copy_nothing_is_booked(office: Office) -> None:
    (file_of(office).parent / "备份").write_text("not a folder", encoding="utf-8")
    before = state(office)
    with pytest.raises(ClerkError):
        office.pay([office.row(1)])
    assert state(office) == before
