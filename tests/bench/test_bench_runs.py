"""The benchmark itself works, on sizes that take no time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_a_tiny_run_gives_every_figure_it_was_asked_for(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.bench", "--rows", "2000", "--history", "1000", "--repeat", "1"]
    run = subprocess.run(
        [*command, "--only", "script", "--folder", str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    figures = {
        cells[1].strip(): cells[2].strip()
        for cells in (line.split("|") for line in run.stdout.splitlines())
        if len(cells) == 8 and cells[1].strip().startswith("pay ÷")
    }
    assert list(figures) == ["pay ÷ good script", "pay ÷ plain script"], run.stdout
    assert all(value.endswith("×") and float(value.rstrip("×")) > 0 for value in figures.values()), run.stdout
