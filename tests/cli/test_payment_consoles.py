"""The console cannot fail a payment, and neither locale nor time zone changes a workbook."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import subprocess
import sys

import pytest

from cli.conftest import Place
from cli.office import AS_OF

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="redirections are a Unix shell's")

CLEAN = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "LC_", "LANG", "TZ", "SKILLCLI"))}
if "PYTHONPATH" in os.environ:
    CLEAN["PYTHONPATH"] = os.environ["PYTHONPATH"]


def run(arguments: list[str], environment: dict[str, str], redirection: str) -> subprocess.CompletedProcess[bytes]:
    words = " ".join(f"'{word}'" for word in (sys.executable, "-m", "skillcli", *arguments))
    return subprocess.run(
        ["bash", "-c", f"{words} {redirection}"],
        capture_output=True,
        env={**CLEAN, **environment},
        timeout=120,
        check=False,
    )


def booked(place: Place) -> list[tuple[object, ...]]:
    """What the ledger says of the batch, moments and hashes left out."""
    with sqlite3.connect(place.root / "台账" / "ledger.db") as connection:
        return connection.execute("SELECT id, month, trainings, lines, payable, amount_fen FROM batch").fetchall()


@pytest.mark.parametrize(
    ("environment", "redirection"),
    [
        ({"PYTHONIOENCODING": "gbk"}, ""),
        ({"PYTHONIOENCODING": "ascii"}, ""),
        ({"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"}, ""),
        ({"LC_ALL": "C", "PYTHONUTF8": "0"}, ""),
        ({"LANG": "zh_CN.GBK", "LC_ALL": "zh_CN.GBK"}, ""),
        ({}, ">&- 2>&-"),
        ({}, ">/dev/full 2>/dev/full"),
        ({}, "| true; exit ${PIPESTATUS[0]}"),
    ],
    ids=["gbk", "ascii", "C", "C without UTF-8 mode", "zh", "closed", "full", "nobody reads"],
)
def test_a_payment_is_the_same_on_every_console(place: Place, environment: dict[str, str], redirection: str) -> None:
    arguments = ["pay", str(place.good), str(place.mixed), "--month", "2020-03", *AS_OF, *place.here]
    done = run(arguments, environment, redirection)
    assert done.returncode == 1
    assert b"Traceback" not in done.stdout + done.stderr
    assert booked(place) == [("2020-03-1", "2020-03", 5, 5, 4, 120000)]
    assert (place.root / "输出" / "2020-03-1" / "2020-03-1-拨付.xlsx").is_file()


def test_locale_and_time_zone_leave_no_trace_in_a_workbook(place: Place) -> None:
    found = set()
    for number, environment in enumerate(
        ({"TZ": "UTC", "LC_ALL": "C.UTF-8"}, {"TZ": "Asia/Shanghai", "LC_ALL": "C", "PYTHONHASHSEED": "7"})
    ):
        out = place.root / f"结果{number}"
        arguments = ["validate", str(place.mixed), *AS_OF, "--out", str(out), "--quiet", *place.here]
        assert run(arguments, environment, "").returncode == 1
        copy, slip = sorted(out.glob("*.xlsx"))
        found.add(hashlib.sha256(copy.read_bytes() + slip.read_bytes()).hexdigest())
    assert len(found) == 1
