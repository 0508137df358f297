"""No console changes the outcome: GBK, ASCII, the C locale, a closed, a full and a deserted stdout."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="redirections are a Unix shell's")

SETTINGS = {
    "plain": ({}, ""),
    "gbk": ({"PYTHONIOENCODING": "gbk"}, ""),
    "gbk strict": ({"PYTHONIOENCODING": "gbk:strict"}, ""),
    "ascii": ({"PYTHONIOENCODING": "ascii"}, ""),
    "C locale": ({"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"}, ""),
    "C locale without UTF-8 mode": ({"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}, ""),
    "closed stdout": ({}, ">&-"),
    "closed stdout and stderr": ({}, ">&- 2>&-"),
    "full stdout": ({}, ">/dev/full"),
    "full stdout and stderr": ({}, ">/dev/full 2>/dev/full"),
    "nobody reads": ({}, "| true; exit ${PIPESTATUS[0]}"),
}


def run(arguments: str, setting: str) -> subprocess.CompletedProcess[bytes]:
    environment, redirection = SETTINGS[setting]
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "LC_", "LANG"))}
    return subprocess.run(
        ["bash", "-c", f"'{sys.executable}' -m skillcli {arguments} {redirection}"],
        capture_output=True,
        env={**clean, **environment},
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize(
    ("arguments", "status"),
    [("--version", 0), ("--help", 0), ("pay --help", 0), ("nothing-of-the-kind", 2), ("rule P04", 0), ("rule 䶮𠮷", 2)],
)
def test_status_is_the_same_on_every_console(setting: str, arguments: str, status: int) -> None:
    done = run(arguments, setting)
    assert done.returncode == status
    for output in (done.stdout, done.stderr):
        assert b"Traceback" not in output
        assert b"Exception ignored" not in output


def test_gbk_console_shows_chinese() -> None:
    assert "职业技能培训补贴" in run("--help", "gbk").stdout.decode("gbk")


@pytest.mark.parametrize("setting", ["gbk", "ascii", "C locale without UTF-8 mode"])
def test_json_on_any_console_is_lossless(setting: str, tmp_path: Path) -> None:
    import json

    there = tmp_path / "rule.json"
    assert run(f"rule P04 --json '{there}'", "plain").returncode == 0
    shown = run("rule P04 --json -", setting)
    assert json.loads(shown.stdout.decode("ascii")) == json.loads(there.read_text(encoding="utf-8"))
