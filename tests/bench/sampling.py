"""Where a step's time goes: ``python -m tests.bench.sampling STEP …`` looks at every thread a hundred times a second.

A sample belongs to the innermost function of the product on the stack; a thread that only waits counts
nowhere. Prints a Markdown table. Nothing heavy is imported here, so that a program's own imports are seen.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
import threading
from collections import Counter
from pathlib import Path
from types import FrameType

PAUSE = 0.01
MOST = 12
_PRODUCT = str(Path(__file__).parents[2] / "skillcli")
READING = "reading in its own process"
_WAITING = ("threading.py", "selectors.py", "subprocess.py")
_MIB = 1 << 20


class Sampler:
    """Counts samples by function; ``peak``: the most memory of this process seen under each, in MiB."""

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()
        self.peak: dict[str, float] = {}
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Sampler:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def _watch(self) -> None:
        own = threading.get_ident()
        while not self._end.wait(PAUSE):
            memory = resident("self") / _MIB
            for number, frame in sys._current_frames().items():
                where = "" if number == own else _place(frame)
                if where:
                    self.seen[where] += 1
                    self.peak[where] = max(self.peak.get(where, 0.0), memory)

    def table(self) -> list[str]:
        """The rooms by their share, then the functions with most samples, and what is left."""
        total = max(self.seen.total(), 1)
        rooms: Counter[str] = Counter()
        for where, count in self.seen.items():
            rooms[where.partition(".")[0]] += count
        shares = ", ".join(f"{room} {count / total:.0%}" for room, count in rooms.most_common())
        lines = [f"By room: {shares}.", "", "| where | share of time | peak MiB there |", "|---|---|---|"]
        for where, count in self.seen.most_common(MOST):
            lines.append(f"| {where} | {count / total:.0%} | {self.peak[where]:.0f} |")
        rest = total - sum(count for _, count in self.seen.most_common(MOST))
        return [*lines, f"| everything else | {rest / total:.0%} | |"]


def _place(frame: FrameType) -> str:
    """What a stack is busy with, "" when with nothing."""
    if frame.f_code.co_filename.endswith(_WAITING):
        return READING if _product(frame).startswith("intake.process.") else ""
    step: FrameType | None = frame
    while step is not None:
        if step.f_code.co_filename == "<frozen importlib._bootstrap>":
            return "importing modules"
        step = step.f_back
    return _product(frame)


def _product(frame: FrameType | None) -> str:
    while frame is not None:
        name = frame.f_code.co_filename
        if name.startswith(_PRODUCT):
            return f"{name[len(_PRODUCT) + 1 : -3].replace('/', '.')}.{frame.f_code.co_name}"
        frame = frame.f_back
    return ""


def resident(process: int | str) -> int:
    """Bytes that a process ("self": this one) has in memory, 0 once it has ended; pages that it shares count whole."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return 0


def main(name: str, *arguments: str) -> None:
    """Run a step under the sampler."""
    with Sampler() as sampler, contextlib.suppress(SystemExit):
        steps = importlib.import_module("tests.bench.steps")
        with contextlib.redirect_stdout(sys.stderr):
            steps.STEPS[name](*arguments)
    sys.stdout.write("\n".join(sampler.table()) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
