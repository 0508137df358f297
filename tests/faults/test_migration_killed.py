"""A ledger of an older version is brought up to date whole or not at all, whenever the program dies."""

from __future__ import annotations

import shutil
import signal
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from faults.place import Clerk, Office, Tally, calls, disturbed
from skillcli.ledger.ledger import Ledger
from skillcli.ledger.tables import KNOWN, VERSION

OLD = {path.stem: path for path in sorted(Path(__file__).parent.parent.joinpath("ledger", "data").glob("*.sqlite"))}


def opener(office: Office, old: Path) -> Callable[..., Clerk]:
    """Open an old ledger by any command, which brings it up to date."""

    forks = office.forks  # making them makes the office anew

    def start(**order: object) -> Clerk:
        office.reset()
        for path in Path(office.where).parent.glob("ledger.db*"):
            path.unlink()
        shutil.copy(old, office.where)
        return forks.start(run=["ledger", "verify", "--workspace", str(office.root)], **order)

    return start


def version(path: Path) -> str:
    """What the file says after SQLite has rolled back whatever was in the middle."""
    database = sqlite3.connect(path)
    (found,) = database.execute("SELECT version_num FROM alembic_version").fetchone()
    assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()
    return str(found)


def check_migrated(office: Office, clerk: Clerk, old: str, what: str, tally: Tally) -> None:
    case = f"{what}: {clerk.wait()} {clerk.said}"
    assert clerk.wait() in (0, 2, -signal.SIGKILL), case
    assert "Traceback" not in clerk.said, case
    found = version(Path(office.where))
    assert found in (old, VERSION), case
    assert clerk.wait() != 0 or found == VERSION, case
    tally.found["still old" if found == old else "migrated"] += 1
    with Ledger.open(office.where) as ledger:
        assert ledger.verify().problems == (), case
        assert ledger.batches()["id"].tolist() == ["2020-03-1", "2020-03-2"], case
    assert version(Path(office.where)) == VERSION, case
    assert not list(Path(office.where).parent.glob("*-journal")), case


@pytest.mark.usefixtures("strace")
@pytest.mark.parametrize("stem", OLD)
def test_a_migration_killed_before_its_commit_leaves_the_old_ledger(office: Office, tmp_path: Path, stem: str) -> None:
    start = opener(office, OLD[stem])
    last = [call for call in calls(start, office.root, tmp_path) if call.name == "fdatasync"][0]
    clerk, hit = disturbed(start, last, "signal=KILL", tmp_path)
    assert hit
    tally = Tally()
    check_migrated(office, clerk, _version_of(stem), last.line, tally)
    assert tally.found["still old"] == 1


@pytest.mark.faults
@pytest.mark.usefixtures("strace")
@pytest.mark.parametrize("stem", OLD)
def test_a_migration_killed_or_failed_at_every_call(
    office: Office, tmp_path: Path, stem: str, counted: Callable[[str], None]
) -> None:
    start, tally = opener(office, OLD[stem]), Tally()
    found = calls(start, office.root, tmp_path)
    for call in found:
        for deed in ("signal=KILL", "error=ENOSPC", "error=EIO"):
            clerk, hit = disturbed(start, call, deed, tmp_path)
            tally.found["hit"] += hit
            with tally.case():
                check_migrated(office, clerk, _version_of(stem), f"{deed} at {call.line}", tally)
    counted(f"{len(found)} calls: {tally}")
    assert not tally.wrong, "\n".join(tally.wrong)
    assert tally.found["hit"] == tally.found["cases"] == 3 * len(found)


def _version_of(stem: str) -> str:
    return next(known for known in KNOWN if stem == f"version-{int(known)}")
