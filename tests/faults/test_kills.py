"""``skillcli pay`` killed or failed at any moment and at every call: before or after, never between."""

from __future__ import annotations

import math
import os
import random
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from errno import errorcode
from pathlib import Path

import pytest

from faults.conftest import made
from faults.place import ERRORS, Clerk, Office, Start, Tally, calls, check, disturbed
from skillcli.cli.boundary import INTERRUPTED
from skillcli.ledger.transaction import MANY

LARGE = 6_000
assert LARGE > MANY


def processor_seconds(clerk: Clerk) -> float | None:
    """What a clerk has used of the processor, with the processes it has waited for; None when it has ended."""
    fields = Path(f"/proc/{clerk.pid}/stat").read_text().rpartition(")")[2].split()
    if fields[0] == "Z":
        return None
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def used(clerk: Clerk, until: float = math.inf) -> float:
    """Wait until a clerk has used so much of the processor, or has ended; what it has used."""
    seconds = 0.0
    while (now := processor_seconds(clerk)) is not None:
        seconds = now
        if seconds >= until:
            break
        time.sleep(0.002)
    return seconds


def killed_at_random(office: Office, start: Start, times: int, seed: int, *, late: bool = False) -> Tally:
    """Runs of ``start``, each killed after a random part of the processor time it takes, which a busy machine does not
    change; ``late``: every other one in the last third of it, where rows are inserted and the workbook is written."""
    chance, tally = random.Random(seed), Tally()
    office.reset()
    clerk = start()
    takes = used(clerk)
    assert clerk.wait() == 0
    for number in range(times):
        office.reset()
        clerk = start()
        until = chance.uniform(takes * 2 / 3 if late and number % 2 else 0, takes)
        used(clerk, until)
        clerk.signal(signal.SIGKILL)
        with tally.case():
            check(office, clerk, f"kill {number} after {until:.3f} s", tally)
    return tally


def test_a_clerk_killed_at_any_moment_leaves_before_or_after(office: Office) -> None:
    tally = killed_at_random(office, office.pay, 2, seed=1)
    assert not tally.wrong, "\n".join(tally.wrong)
    assert tally.found["killed"] + tally.found["completed"] == 2


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """So many rows that a second thread inserts them while the workbook is written."""
    office = made(tmp_path_factory.mktemp("large"), people=LARGE)
    shutil.copytree(office.root, office.pristine)
    yield office
    office.forks.close()


def test_a_clerk_killed_over_a_large_roster_leaves_before_or_after(large: Office) -> None:
    tally = killed_at_random(large, large.book, 2, seed=3)
    assert not tally.wrong, "\n".join(tally.wrong)
    assert tally.found["killed"] + tally.found["completed"] == 2


@pytest.mark.faults
def test_twenty_kills_at_random_over_a_large_roster(large: Office, counted: Callable[[str], None]) -> None:
    tally = killed_at_random(large, large.pay, 20, seed=4, late=True)
    counted(str(tally))
    assert not tally.wrong, "\n".join(tally.wrong)
    assert tally.found["killed"] >= 10


@pytest.mark.faults
@pytest.mark.parametrize("share", range(4))
def test_two_hundred_kills_at_random(either: Office, share: int, counted: Callable[[str], None]) -> None:
    tally = killed_at_random(either, either.pay, 50, seed=20 + share)
    counted(str(tally))
    assert not tally.wrong, "\n".join(tally.wrong)
    assert tally.found["killed"] + tally.found["completed"] == 50


@pytest.mark.usefixtures("strace")
@pytest.mark.parametrize(("name", "file"), [("fdatasync", "ledger.db"), ("rename", ".part"), ("pwrite64", ".part")])
def test_a_clerk_killed_in_the_middle_of_a_call_leaves_before_or_after(
    office: Office, tmp_path: Path, name: str, file: str
) -> None:
    found = calls(office.book_anew, office.root, tmp_path)
    last = [call for call in found if call.name == name and file in call.line][-1]
    clerk, hit = disturbed(office.book_anew, last, "signal=KILL", tmp_path)
    assert hit
    check(office, clerk, last.line, Tally())


@pytest.mark.usefixtures("strace")
@pytest.mark.parametrize(
    ("name", "place", "error"), [("pwrite64", -40, "ENOSPC"), ("fdatasync", -1, "EIO"), ("fsync", -1, "EIO")]
)
def test_a_call_that_fails_leaves_before_or_after(
    office: Office, tmp_path: Path, name: str, place: int, error: str
) -> None:
    call = [each for each in calls(office.book_anew, office.root, tmp_path) if each.name == name][place]
    clerk, hit = disturbed(office.book_anew, call, f"error={error}", tmp_path)
    assert hit
    check(office, clerk, call.line, Tally())


@pytest.mark.faults
@pytest.mark.usefixtures("strace")
@pytest.mark.parametrize("share", range(4))
def test_a_kill_at_every_call(either: Office, tmp_path: Path, share: int, counted: Callable[[str], None]) -> None:
    found, tally = calls(either.book_anew, either.root, tmp_path), Tally()
    for call in found[share::4]:
        clerk, hit = disturbed(either.book_anew, call, "signal=KILL", tmp_path)
        tally.found["hit"] += hit
        with tally.case():
            check(either, clerk, f"kill at {call.line}", tally)
    counted(f"{len(found)} calls in all; of this share: {tally}")
    assert not tally.wrong, "\n".join(tally.wrong)
    assert tally.found["hit"] == tally.found["cases"] == len(found[share::4])


@pytest.mark.faults
@pytest.mark.usefixtures("strace")
@pytest.mark.parametrize("share", range(8))
def test_every_call_fails_once(either: Office, tmp_path: Path, share: int, counted: Callable[[str], None]) -> None:
    every = [
        (call, errorcode[number])
        for call in calls(either.book_anew, either.root, tmp_path)
        for number in ERRORS.get(call.name, ())
    ]
    tally = Tally()
    for call, error in every[share::8]:
        clerk, hit = disturbed(either.book_anew, call, f"error={error}", tmp_path)
        tally.found["hit"] += hit
        with tally.case():
            check(either, clerk, f"{error} at {call.line}", tally)
    counted(f"{len(every)} failures in all; of this share: {tally}")
    assert not tally.wrong, "\n".join(tally.wrong)
    assert tally.found["hit"] == tally.found["cases"] == len(every[share::8])


@pytest.mark.usefixtures("strace")
@pytest.mark.parametrize(("name", "file"), [("fdatasync", "ledger.db"), ("unlink", "-journal"), ("rename", ".part")])
def test_an_interrupt_in_the_middle_of_a_call_leaves_before_or_after_and_says_where_to_look(
    office: Office, tmp_path: Path, name: str, file: str
) -> None:
    found = calls(office.book_anew, office.root, tmp_path)
    last = [call for call in found if call.name == name and file in call.line][-1]
    clerk, _ = disturbed(office.book_anew, last, "signal=INT", tmp_path)
    assert clerk.wait() == INTERRUPTED
    check(office, clerk, last.line, Tally(), allowed=[INTERRUPTED])


@pytest.mark.faults
@pytest.mark.usefixtures("strace")
@pytest.mark.parametrize("share", range(2))
def test_an_interrupt_at_every_call(office: Office, tmp_path: Path, share: int, counted: Callable[[str], None]) -> None:
    found, tally = calls(office.book_anew, office.root, tmp_path), Tally()
    for call in found[share::2]:
        clerk, _ = disturbed(office.book_anew, call, "signal=INT", tmp_path)
        with tally.case():
            check(office, clerk, f"interrupt at {call.line}", tally, allowed=[INTERRUPTED])
    counted(f"{len(found)} calls in all; of this share: {tally}")
    assert not tally.wrong, "\n".join(tally.wrong)
    assert tally.found["interrupted"] > tally.found["cases"] * 0.9
