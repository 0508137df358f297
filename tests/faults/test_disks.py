"""A full disk, a disk that cannot be written, locked files, a network without locks: a sentence, and nothing lost."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cli.office import roster, trainee
from faults.place import BATCH, Clerk, Office, Start, Tally, calls, check, traced
from skillcli.ledger.ledger import Ledger

root_only = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0 or shutil.which("mount") is None, reason="only root may mount"
)
KIB = 1024


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, in memory."""
    place = tmp_path / "disk"
    place.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(place)], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip(f"no disk can be mounted here: {done.stderr.decode().strip()}")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def words(root: Path, rows: Path) -> list[str]:
    return ["pay", str(rows), "--month", "2020-03", "--as-of", "2020-04-10", "--workspace", str(root)]


def fill_up(place: Path, left: int) -> Path:
    """A file that leaves so many bytes on the disk."""
    filler = place / "filler"
    with filler.open("wb") as stream:
        stream.write(b"\0" * (os.statvfs(place).f_bavail * os.statvfs(place).f_frsize - left))
    return filler


@root_only
@pytest.mark.parametrize("left", [4, 16, 64, pytest.param(256, marks=pytest.mark.faults)])
def test_a_full_disk_is_a_message(office: Office, small_disk: Path, left: int) -> None:
    root = Path(shutil.copytree(office.root, small_disk / "office"))
    people = 3 if left < 256 else 600
    rows = roster(office.root.parent / f"{people}.xlsx", [trainee(order) for order in range(1, people + 1)])
    filler = fill_up(small_disk, left * KIB)
    clerk = office.forks.start(run=words(root, rows))
    assert clerk.wait() == 2, clerk.said
    assert re.search("空间不足|磁盘已满", clerk.said), clerk.said
    assert "处理：" in clerk.said
    with Ledger.open(root / "台账" / "ledger.db") as ledger:
        assert ledger.verify().problems == ()
        assert ledger.batches().empty
    assert list(root.rglob("输出/**/*.xlsx")) == []
    filler.unlink()
    assert office.forks.start(run=words(root, rows)).wait() in (0, 1)
    assert not [path for path in root.rglob("*") if path.name.endswith((".part", "-journal", "-holder"))]
    assert [path.name for path in root.rglob("输出/**/*.xlsx")] == [f"{BATCH}-拨付.xlsx"]


@root_only
def test_a_disk_that_cannot_be_written_is_a_message_and_reading_works(office: Office, small_disk: Path) -> None:
    root = Path(shutil.copytree(office.root, small_disk / "office"))
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    here = ["--workspace", str(root)]
    clerk = office.forks.start(run=words(root, office.roster))
    assert clerk.wait() == 2, clerk.said
    assert re.search("只能读|不能写入", clerk.said), clerk.said
    out = office.root.parent / "外面"
    for reading in (
        ["ledger", "verify"],
        ["batch", "list"],
        ["validate", str(office.roster), "--out", str(out), "--as-of", "2020-04-10"],
    ):
        clerk = office.forks.start(run=[*reading, *here])
        assert clerk.wait() == 0, clerk.said
    clerk = office.forks.start(run=["report", "quarterly", "2020Q1", *here])
    assert clerk.wait() == 2
    assert "Traceback" not in clerk.said


def test_a_limit_on_the_size_of_files_is_a_message(office: Office) -> None:
    tally = Tally()
    for longest in (4 * KIB, office.pristine.joinpath("台账", "ledger.db").stat().st_size + 8 * KIB):
        check(office, office.book_anew(longest=longest), f"no file over {longest} bytes", tally)
    assert tally.found["refused"] == 2


def test_what_a_locked_workbook_says_to_do_works(office: Office, tmp_path: Path) -> None:
    """Where no workbook can get its name, the batch is booked, and the sentence names the command that writes it."""
    taken = office.root / "输出" / BATCH
    names = [taken / f"{BATCH}-拨付{more}.xlsx" for more in ("", *(f"({n})" for n in range(2, 10)))]
    for name in names:
        (name / "x").mkdir(parents=True)
    clerk = office.pay()
    assert clerk.wait() == 4, clerk.said
    told(office, clerk, lambda: shutil.rmtree(taken))


@pytest.mark.usefixtures("strace")
@pytest.mark.parametrize(
    "error", ["EACCES", *(pytest.param(each, marks=pytest.mark.faults) for each in ("EBUSY", "EIO", "EROFS", "ENOSPC"))]
)
def test_a_rename_that_never_works_is_told(office: Office, tmp_path: Path, error: str) -> None:
    workbook = [call for call in calls(office.book_anew, office.root, tmp_path) if call.name == "rename"][-1]
    clerk = always(office.book_anew, "rename", f"{error}:when={workbook.number}+", tmp_path)
    assert clerk.wait() == 4, clerk.said
    told(office, clerk, lambda: None)


def told(office: Office, clerk: Clerk, free: Callable[[], object]) -> None:
    """Follow the advice, once what was in the way is gone."""
    assert f"批次 {BATCH} 已入账" in clerk.said
    assert office.batches == [BATCH]
    found = re.search(r"运行 skillcli (batch show \S+ --write)", clerk.said)
    assert found, clerk.said
    free()
    again = office.forks.start(run=[*found[1].split(), "--workspace", str(office.root)])
    assert again.wait() == 0, again.said
    assert [path.name for path in office.workbooks] == [f"{BATCH}-拨付.xlsx"]
    assert office.strays == []


def always(start: Start, name: str, error: str, folder: Path, *only: str) -> Clerk:
    """A run in which that call fails every time (``error``: with what, and from when on); ``only``: strace's options that say on which file."""
    clerk = start(waiting=True)
    tracer = traced(clerk, folder / "log", *only, "-e", f"trace={name}", "-e", f"inject={name}:error={error}")
    clerk.wait()
    tracer.wait()
    assert "INJECTED" in (folder / "log").read_text(errors="replace")
    return clerk


@pytest.mark.usefixtures("strace")
def test_a_disk_without_locks_is_refused_and_nothing_is_lost(office: Office, tmp_path: Path) -> None:
    """What a share without a lock service answers."""
    clerk = always(office.book, "fcntl", "ENOLCK", tmp_path, "-P", str(office.where))
    assert clerk.wait() == 2, clerk.said
    check(office, clerk, "ENOLCK", Tally())


@pytest.mark.faults
@pytest.mark.usefixtures("strace")
@pytest.mark.parametrize("name", ["fsync", "fdatasync"])
def test_a_disk_that_cannot_sync_acknowledges_nothing(office: Office, tmp_path: Path, name: str) -> None:
    clerk = always(office.book, name, "EIO", tmp_path)
    assert clerk.wait() == 2, clerk.said
    check(office, clerk, f"every {name} fails", Tally())
