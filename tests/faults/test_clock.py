"""A clock that is wrong by years: a warning, and the ledger keeps its order."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cli.office import roster, trainee
from conftest import EVERYTHING
from faults.place import Office
from skillcli.ledger.ledger import Ledger


def _library() -> str:
    found = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
    return str(found[0]) if found else ""


@pytest.mark.faults
@pytest.mark.parametrize("shift", ["-2y", "+2y"])
def test_a_clock_two_years_off_is_warned_of_and_changes_no_order(office: Office, shift: str) -> None:
    library = _library()
    if not library:
        (pytest.fail if os.environ.get(EVERYTHING) else pytest.skip)("needs libfaketime")
    other = roster(office.root.parent / "四月.xlsx", [trainee(order) for order in (4, 5)])

    def pay(rows: Path, **clock: str) -> subprocess.CompletedProcess[str]:
        words = ["pay", str(rows), "--month", "2020-03", "--as-of", "2020-04-10", "--workspace", str(office.root)]
        return subprocess.run(
            [sys.executable, "-m", "skillcli", *words],
            env={**os.environ, **clock},
            capture_output=True,
            text=True,
            check=False,
        )

    moved = {"LD_PRELOAD": library, "FAKETIME": shift}
    for rows, clock in ((office.roster, {}), (other, moved), (other, {})):
        done = pay(rows, **clock)
        assert done.returncode == 0, done.stderr
        behind = clock == moved and shift == "-2y" or clock == {} and rows == other and shift == "+2y"
        assert ("时钟" in done.stdout + done.stderr) == behind, (clock, done.stdout, done.stderr)
    with Ledger.open(office.where) as ledger:
        assert ledger.verify().problems == ()
        batches = ledger.batches()
    assert batches["id"].tolist() == ["2020-03-1", "2020-03-2"]
    assert batches["amount_fen"].tolist() == [90000, 60000]
    assert sorted(batches["at"]) == batches["at"].tolist() if shift == "+2y" else batches["at"].is_monotonic_decreasing
