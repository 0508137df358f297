"""How long a program takes that a user waits for, and what it needs: wall, CPU, memory of the process tree."""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.sampling import resident

ROOT = Path(__file__).parents[2]
_TICK = 0.1
MIB = 1 << 20
_STEP = 4 * MIB
"""How much more a tree of processes must hold for its pages to be counted again."""


@dataclass(frozen=True)
class Measured:
    """Medians over ``runs`` runs: seconds on the clock, seconds of CPU of the whole process tree,
    and the highest memory of it in MiB (shared pages counted once)."""

    wall: float
    cpu: float
    peak: float
    runs: int

    def __str__(self) -> str:
        return f"{self.wall:.2f} s, CPU {self.cpu:.2f} s, {self.peak:.0f} MiB"


class Failed(Exception):
    """A measured program ended badly: its last words."""


def run(command: Sequence[str], accept: Sequence[int] = (0,), environment: dict[str, str] | None = None) -> Measured:
    """Run a program once.

    A program that prints a JSON line ``{"wall": …, "cpu": …}`` last has measured its own inner step,
    which is then taken. Raises Failed on an exit status not accepted.
    """
    before = _children()
    begun = time.perf_counter()
    with subprocess.Popen(
        list(command),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONHASHSEED": "0", **(environment or {})},
    ) as process:
        memory = _Memory(process.pid)
        out, err = process.communicate()
        wall = time.perf_counter() - begun
        memory.stop()
    cpu = _children() - before
    if process.returncode not in accept:
        words = (err or out).decode(errors="replace").strip()[-800:]
        raise Failed(f"{' '.join([Path(command[0]).name, *command[1:]])} ended with {process.returncode}: {words}")
    inner = _own_figures(out)
    return Measured(inner.get("wall", wall), inner.get("cpu", cpu), memory.peak / MIB, 1)


def output(command: Sequence[str]) -> str:
    """What a program prints. Raises Failed when it ends badly."""
    done = subprocess.run(list(command), cwd=ROOT, capture_output=True, check=False)
    if done.returncode:
        raise Failed(
            f"{' '.join([Path(command[0]).name, *command[1:4]])} ended with {done.returncode}: {done.stderr.decode(errors='replace')[-300:]}"
        )
    return done.stdout.decode()


def median(runs: Sequence[Measured]) -> Measured:
    """The median of each figure."""
    return Measured(
        statistics.median(m.wall for m in runs),
        statistics.median(m.cpu for m in runs),
        statistics.median(m.peak for m in runs),
        len(runs),
    )


def python(*arguments: str) -> list[str]:
    """A command of this environment's Python."""
    return [sys.executable, *arguments]


class Stopwatch:
    """Measures a step inside a program, so that preparing its input does not count."""

    def __enter__(self) -> Stopwatch:
        self._wall, self._cpu = time.perf_counter(), time.process_time() + _children()
        return self

    def __exit__(self, *_: object) -> None:
        self.wall = time.perf_counter() - self._wall
        self.cpu = time.process_time() + _children() - self._cpu

    def report(self) -> None:
        """Print the figures in the form ``run`` looks for."""
        sys.stdout.write(json.dumps({"wall": self.wall, "cpu": self.cpu}) + "\n")


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _own_figures(out: bytes) -> dict[str, float]:
    last = out.decode(errors="replace").strip().rpartition("\n")[2]
    try:
        found = json.loads(last) if last.startswith('{"wall"') else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


class _Memory:
    """Watches a process and its descendants; ``peak`` in bytes.

    What is shared is only counted once where the tree holds more than ever before: the system walks all pages for that, and a
    program that asks for memory meanwhile has to wait.
    """

    def __init__(self, root: int) -> None:
        self.root, self.peak = root, 0
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        highest = 0
        while not self._end.wait(_TICK):
            tree = list(_tree(self.root))
            held = sum(map(resident, tree))
            if held > highest + _STEP:
                highest = held
                self.peak = max(self.peak, sum(map(_proportional, tree)))

    def stop(self) -> None:
        self._end.set()
        self._thread.join()


def _tree(root: int) -> Iterator[int]:
    """A process and its descendants."""
    open_ids = [root]
    while open_ids:
        number = open_ids.pop()
        yield number
        try:
            open_ids += [int(child) for task in Path(f"/proc/{number}/task").iterdir() for child in children_of(task)]
        except (OSError, ValueError):  # it has ended
            continue


def _proportional(number: int) -> int:
    """Bytes of a process, 0 once it has ended; pages that two share count half."""
    try:
        text = Path(f"/proc/{number}/smaps_rollup").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")), 0) * 1024


def children_of(task: Path) -> list[str]:
    try:
        return (task / "children").read_text().split()
    except OSError:
        return []
