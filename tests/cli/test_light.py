"""Help, version and ``rule CODE`` answer without loading what only batches need."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEAVY = ("pandas", "numpy", "pyarrow", "openpyxl", "xlsxwriter", "python_calamine", "sqlalchemy", "rich")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["--version"],
        ["pay", "--help"],
        ["validate", "--help"],
        ["batch", "--help"],
        ["rule", "D03"],
        ["rule", "D03", "--policy", "taiyuan-2019"],
        ["policy", "list"],
        ["policy", "check", "linkou-2019"],
        ["no-such-command"],
    ],
    ids=" ".join,
)
def test_nothing_heavy_is_loaded(arguments: list[str]) -> None:
    code = (
        "import json, sys\nfrom skillcli.cli.app import main\n"
        f"main({arguments!r})\nsys.stderr.write('LOADED ' + json.dumps(sorted(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", timeout=60, check=True)
    loaded = json.loads(done.stderr.rpartition("LOADED ")[2])
    assert [name for name in HEAVY if name in loaded] == []
    assert "skillcli.cli.app" in loaded
