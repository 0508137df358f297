"""``python -m tests.bench.scale``: audits of many ledgers' exports by size and engine, with the memory of a single process.

The figures of docs/scale.md come from here.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import threading
from pathlib import Path

from tests.bench import figures
from tests.bench.bench import AS_OF, DONE, skillcli
from tests.bench.exports import exports
from tests.bench.measure import MIB, ROOT, children_of, run

_TICK = 0.2


class Largest:
    """The highest memory any one process below this one had, in bytes (shared pages counted in each)."""

    def __enter__(self) -> Largest:
        self.bytes = 0
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._end.wait(_TICK):
            for pid in _below(os.getpid()):
                self.bytes = max(self.bytes, _high_water(pid))


def _below(pid: int) -> list[int]:
    """The processes that descend from this one."""
    try:
        own = [int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in children_of(task)]
    except OSError:  # ended meanwhile
        return []
    return own + [each for child in own for each in _below(child)]


def _high_water(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:  # ended meanwhile
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM")), 0)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.scale", description="Measure audits of many ledgers.")
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000_000, 5_000_000], help="trainings in all")
    parser.add_argument("--engine", nargs="+", default=["one", "pool", "dask"], help="engines, in order")
    parser.add_argument("--workers", default="2", help="processes of pool and dask (2)")
    parser.add_argument("--memory", default="1GB", help="memory of each Dask worker (1GB)")
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "bench", help="where made files are kept")
    given = parser.parse_args()
    sys.stdout.write(figures.machine() + "\n\n")
    sys.stdout.write(
        "| trainings | engine | wall s | CPU s | all processes MiB | largest process MiB | findings | exports MiB |\n"
    )
    sys.stdout.write("|---|---|---|---|---|---|---|---|\n")
    for rows in given.rows:
        made = exports(given.folder, rows)
        size = sum(path.stat().st_size for path in made.rglob("*.parquet")) / MIB
        for engine in given.engine:
            out = given.folder / "scale" / engine
            command = skillcli("audit", "--ledgers", str(made), "--engine", engine, "--out", str(out), "--as-of", AS_OF)
            command += ["--quiet", "--json", str(out.with_suffix(".json"))]
            command += [] if engine == "one" else ["--workers", given.workers]
            command += ["--memory", given.memory] if engine == "dask" else []
            out.parent.mkdir(parents=True, exist_ok=True)
            with Largest() as largest:
                taken = run(command, accept=DONE)
            found = sum(json.loads(out.with_suffix(".json").read_text(encoding="utf-8"))["counts"].values())
            cells = [f"{rows:,}", engine, f"{taken.wall:.0f}", f"{taken.cpu:.0f}", f"{taken.peak:.0f}"]
            cells += [f"{largest.bytes / MIB:.0f}", f"{found:,}", f"{size:.0f}"]
            sys.stdout.write("| " + " | ".join(cells) + " |\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
