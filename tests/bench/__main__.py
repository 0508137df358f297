"""``python -m tests.bench``: measure and print the table; ``--help`` tells the options."""

from __future__ import annotations

import argparse
import compileall
import shutil
import sys
from pathlib import Path

from tests.bench import figures
from tests.bench.bench import Bench
from tests.bench.measure import ROOT
from tests.bench.steps import profile

STEPS = ("read", "frame", "rules", "history", "write", "constant", "pay")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measure the program.")
    parser.add_argument("--rows", type=int, default=200_000, help="rows of the large roster (200000)")
    parser.add_argument("--history", type=int, default=5_000_000, help="lines the ledger holds before (5000000)")
    parser.add_argument("--large", type=int, default=0, help="lines of a second ledger, for the history figure (none)")
    parser.add_argument(
        "--repeat", type=int, default=3, help="runs of each short program (3; of quick ones three times as many)"
    )
    parser.add_argument("--only", default="", help="only figures whose name holds this")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    parser.add_argument("--profile", choices=STEPS, help="run one step under the profiler instead")
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "bench", help="where made files are kept")
    given = parser.parse_args()

    # as the program and the scripts lie on a desk once installed or run, even where Python is told to write no bytecode
    for sources in (ROOT / "skillcli", ROOT / "tests" / "bench"):
        compileall.compile_dir(sources, quiet=1)
    where = figures.machine()
    bench = Bench(given.folder, given.rows, given.history, given.large, given.repeat)
    shutil.rmtree(bench.work)
    if given.profile:
        profile(given.profile, *_arguments(bench, given.profile))
        return
    sys.stdout.write(where + "\n\n")
    table = []
    for row in figures.rows(bench, given.only):
        sys.stdout.write(row + "\n")
        sys.stdout.flush()
        table.append(row)
    sys.stdout.write("\n" + "\n".join(figures.measurements(bench)) + "\n")
    if given.write:
        figures.write_page(bench, table, where, whole=not given.only)


def _arguments(bench: Bench, step: str) -> list[str]:
    out = str(bench.work / "profile.xlsx")
    return {
        "read": lambda: bench.rosters(bench.rows),
        "frame": lambda: bench.rosters(bench.rows),
        "rules": lambda: [bench.kept()],
        "history": lambda: [bench.kept(), str(bench.ledger())],
        "write": lambda: [bench.ready_cells(), out],
        "constant": lambda: [bench.ready_cells(), out],
        "pay": lambda: bench.pay_arguments(bench.rows),
    }[step]()


if __name__ == "__main__":
    main()
