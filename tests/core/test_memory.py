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
    assert _printed(program) == "system"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere threads are not listed as files")
def test_numpy_starts_no_threads() -> None:
    program = (
        "from skillcli.core.memory import calculate_alone; calculate_alone(); "
        "import os, numpy; print(len(os.listdir('/proc/self/task')))"
    )
    assert _printed(program) == "1"


def test_garbage_that_holds_itself_is_still_collected() -> None:
    code = (
        "import weakref; from skillcli.core.memory import collect_seldom; collect_seldom()\n"
        "class Node: pass\n"
        "node = Node(); node.self = node; gone = weakref.ref(node); del node\n"
        "kept = [[] for _ in range(300_000)]\n"
        "print(gone() is None)"
    )
    assert _printed(code) == "True"


def test_a_program_that_ends_leaves_its_objects_to_the_system_and_one_inside_another_does_not() -> None:
    code = (
        "import gc, sys; from skillcli.cli.app import main\n"
        "sys.argv = ['skillcli', '--version']\n"
        "main(['--version']); inside = gc.get_freeze_count()\n"
        "main(); print(inside, gc.get_freeze_count() > 10_000)"
    )
    assert _printed(code).splitlines()[-1] == "0 True"


def _resident() -> int:
    """Bytes of this process in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def _printed(program: str) -> str:
    """What a program of its own prints."""
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=True)
    return told.stdout.strip()
