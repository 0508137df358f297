"""Giving memory back to the system between the steps of a large run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from skillcli.core.memory import give_back


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the C library has no call for it")
def test_what_was_freed_goes_back_to_the_system() -> None:
    # pieces too small to be mapped each for itself, and one left standing above them, so that the heap stays as long as it is
    pieces = [np.ones(8_000) for _ in range(2_000)]
    last = np.ones(8_000)
    del pieces
    before = _resident()
    give_back()
    assert before - _resident() > 64 * 2**20
    assert last.sum() == 8_000


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere Arrow keeps its own pool")
def test_arrow_takes_its_memory_from_the_one_heap() -> None:
    program = (
        "from skillcli.core.memory import share_one_heap; share_one_heap(); "
        "import pyarrow; print(pyarrow.default_memory_pool().backend_name)"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "system"


def _resident() -> int:
    """Bytes of this process in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096
