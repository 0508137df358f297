"""How the libraries under the program behave, and how it ends."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from skillcli.core.runtime import give_back


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
        "from skillcli.core.runtime import prepare; prepare(); "
        "import pyarrow; print(pyarrow.default_memory_pool().backend_name)"
    )
    assert _printed(program) == "system"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere threads are not listed as files")
def test_numpy_starts_no_threads() -> None:
    program = (
        "from skillcli.core.runtime import prepare; prepare(); "
        "import os, numpy; print(len(os.listdir('/proc/self/task')))"
    )
    assert _printed(program) == "1"


def test_garbage_that_holds_itself_is_still_collected() -> None:
    code = (
        "import weakref; from skillcli.core.runtime import prepare; prepare()\n"
        "class Node: pass\n"
        "node = Node(); node.self = node; gone = weakref.ref(node); del node\n"
        "kept = [[] for _ in range(300_000)]\n"
        "print(gone() is None)"
    )
    assert _printed(code) == "True"


def test_numpy_leaves_avx512_alone() -> None:
    program = (
        "from skillcli.core.runtime import prepare; prepare(); "
        "from numpy._core._multiarray_umath import __cpu_features__ as known; print(known.get('X86_V4', False))"
    )
    assert _printed(program) == "False"


def test_a_program_that_ends_does_all_that_was_asked_for_and_is_not_taken_apart() -> None:
    code = (
        "import atexit, sys, threading, time; from skillcli.cli.app import main\n"
        "class Told:\n    def __del__(self): print('taken apart')\n"
        "kept = Told(); kept.itself = kept\n"
        "sys.argv = ['skillcli', 'no such command']\n"
        "status = main()\n"
        "atexit.register(print, 'asked for at exit')\n"
        "threading.Thread(target=lambda: (time.sleep(0.3), print('a thread'))).start()\n"
        "sys.exit(status)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=False)
    assert (told.returncode, told.stdout.split("\n")) == (2, ["a thread", "asked for at exit", ""])


def test_a_program_inside_another_leaves_its_end_alone() -> None:
    code = "from skillcli.cli.app import main; import atexit; main(['no such command']); atexit.register(print, 'ended'); raise SystemExit(5)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=False)
    assert (told.returncode, told.stdout) == (5, "ended\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_screen_that_takes_nothing_does_not_change_how_it_ends() -> None:
    with open("/dev/full", "w") as full:
        told = subprocess.run([sys.executable, "-m", "skillcli", "--version"], stdout=full, check=False)
    assert told.returncode == 0


def _resident() -> int:
    """Bytes of this process in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def _printed(program: str) -> str:
    """What a program of its own prints."""
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=True)
    return told.stdout.strip()
