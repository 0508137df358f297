"""Killed clerks and two clerks at once: the ledger stands before or after, never between."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from skillcli.ledger.ledger import Ledger

CLERK = Path(__file__).with_name("clerk.py")


def clerk(where: str | Path, salt: int, count: int, rows: int) -> subprocess.Popen[str]:
    command = [sys.executable, str(CLERK), str(where), str(salt), str(count), str(rows)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def check_killed(path: Path, seed: int) -> None:
    """Kill a clerk somewhere in a series of batches; what was said stands, and everything is whole."""
    with Ledger.open(path) as ledger:
        before = len(ledger.batches())
    process = clerk(path, 1000 * (seed + 1), 50, 20)
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(random.Random(seed).uniform(0, 0.5))
    process.kill()
    said = 1 + len(process.stdout.readlines())
    process.wait()
    with Ledger.open(path) as ledger:
        verification = ledger.verify()
        assert verification.ok, verification.problems
        batches = ledger.batches()
        assert before + said <= len(batches) <= before + said + 1
        assert batches["trainings"].eq(20).all()
        assert verification.totals["training"] == 20 * len(batches)


def test_a_killed_clerk_leaves_before_or_after(path: Path) -> None:
    Ledger.open(path, create=True).close()
    for seed in range(5):
        check_killed(path, seed)


@pytest.mark.faults
def test_two_hundred_killed_clerks_leave_before_or_after(path: Path) -> None:
    Ledger.open(path, create=True).close()
    for seed in range(200):
        check_killed(path, seed)


def test_two_clerks_at_once_both_book_in_turn(where: str | Path) -> None:
    Ledger.open(where, create=True).close()
    both = [clerk(where, salt, 4, 10) for salt in (1000, 2000)]
    said = [process.communicate() for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    ids = [batch_id for out, _ in said for batch_id in out.split()]
    assert sorted(ids) == [f"2020-03-{number}" for number in range(1, 9)]
    with Ledger.open(where) as ledger:
        assert ledger.verify().ok
        assert len(ledger.batches()) == 8
