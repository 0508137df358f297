"""Everything that is measured, each by name, made ready and run once when first asked for."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench import cells, exports, generate, history, spreadsheet
from tests.bench.measure import Failed, Measured, median, output, python, run

MONTH = "2021-12"
AS_OF = "2021-12-31"
BESIDE = " beside "
YEAR = "2021"
"""The year of the batch that the benchmark pays; the history lies in the two years before."""
SHORT = 40.0
"""A program that takes longer than this many seconds is run once only."""
QUICK = 4.0
"""One that takes fewer is run three times as often: it is what a busy moment of the machine changes most."""
MONTHS = 50
"""Of payments that an office's own ledger holds: four years."""
DONE = (0, 1)
"""Exit statuses of a run that was done; 1: some line is not payable."""

Once = Callable[[], Measured]
"""One run of a program that is ready to be run."""


class NotMeasured(Exception):
    """Why a figure cannot be given in this run."""


@dataclass
class Bench:
    """One run of the benchmark: ``rows`` of the large roster, ``lines`` the ledger holds before,
    ``large`` those of the second ledger (0: none), ``repeat`` how often short programs run."""

    folder: Path
    rows: int
    lines: int
    large: int
    repeat: int
    done: dict[str, Measured] = field(default_factory=dict)
    missed: dict[str, list[str]] = field(default_factory=dict)
    """Step to look at → the figures short of their goal."""

    def __getitem__(self, name: str) -> Measured:
        """A measurement, made when first asked for; what follows ``BESIDE`` in its name has it made once more, next to another.
        Raises NotMeasured."""
        return self.in_turn(name)[0]

    def in_turn(self, *names: str) -> list[Measured]:
        """Measurements made run by run in turn, so that a minute in which the machine is slower slows all of them. Raises
        NotMeasured."""
        wanted = [name for name in dict.fromkeys(names) if name not in self.done]
        once = {name: self._prepared(name) for name in wanted}
        runs: dict[str, list[Measured]] = {name: [] for name in wanted}
        while going := [name for name in wanted if len(runs[name]) < self._times(runs[name])]:
            for name in going:
                runs[name].append(once[name]())
        for name in wanted:
            self.done[name] = median(runs[name])
            sys.stderr.write(f"{name} … {self.done[name]}\n")
        return [self.done[name] for name in names]

    def _prepared(self, name: str) -> Once:
        step, _, argument = name.partition(":")
        return _STEPS[step.partition(BESIDE)[0]](self, *([int(argument)] if argument else []))

    def _times(self, runs: list[Measured]) -> int:
        """How often a program is to run, told by its first run: a slow one once, a quick one three times as often as others."""
        if not runs or runs[0].wall > SHORT:
            return 1
        return self.repeat * (3 if runs[0].wall < QUICK else 1)

    @property
    def work(self) -> Path:
        path = self.folder / "work"
        path.mkdir(parents=True, exist_ok=True)
        return path

    def rosters(self, rows: int, files: int = 1) -> list[str]:
        return [str(path) for path in generate.rosters(self.folder, rows, files)]

    def ledger(self) -> Path:
        """The ledger before the run: history, and the catalogue imported."""
        return self._with_catalogue(history.ledger(self.folder, self.lines, self.rows))

    def own_ledger(self, rows: int) -> Path:
        """The same of an office that pays as many rows every month."""
        return self._with_catalogue(history.ledger(self.folder, MONTHS * rows, rows))

    def _with_catalogue(self, path: Path) -> Path:
        ready = path.with_suffix(".catalogue.db")
        if not ready.exists():
            place = self.workspace(path)
            run(skillcli("catalog", "import", str(generate.catalogue(self.folder)), "--workspace", str(place)))
            shutil.copyfile(place / "台账" / "ledger.db", ready.with_suffix(".part"))
            ready.with_suffix(".part").rename(ready)
        return ready

    def workspace(self, ledger: Path, name: str = "工作区") -> Path:
        """A fresh workspace with a copy of this ledger."""
        place = self.work / name
        shutil.rmtree(place, ignore_errors=True)
        (place / "台账").mkdir(parents=True)
        (place / "skillcli.toml").write_text(
            f'policy = "{history.POLICY}"\nagency = "林口县就业局"\n', encoding="utf-8"
        )
        shutil.copyfile(ledger, place / "台账" / "ledger.db")
        os.sync()  # or the program measured waits at its COMMIT for gigabytes that it did not write
        return place

    def outputs(self) -> list[Path]:
        return sorted((self.work / "工作区" / "输出").rglob("*.xlsx"))

    def ready_cells(self) -> str:
        """The cells that ``pay`` on the large roster wrote, for those who write the same."""
        ready = self.work / "cells"
        if not ready.exists():
            self._pay(self.rows, 1)
            cells.take(self.outputs(), ready)
        return str(ready)

    def kept(self) -> str:
        """Roster, catalogue, history and keys of the large run, read by the product."""
        kept = self.work / "kept.pickle"
        if not kept.exists():
            run(python("-m", "tests.bench.steps", "keep", str(kept), str(self.ledger()), *self.rosters(self.rows)))
        return str(kept)

    def pay_arguments(self, rows: int, files: int = 1, ledger: Path | None = None) -> list[str]:
        place = self.workspace(ledger or self.ledger())
        return [*self.rosters(rows, files), "--month", MONTH, "--as-of", AS_OF, "--workspace", str(place), "--quiet"]

    def report_arguments(self) -> list[str]:
        """The annual report over the batch of the large roster, booked and paid for it."""
        place = str(self.workspace(self.ledger(), "报告工作区"))
        # what an office does once a month; the payment comes after it
        run(skillcli("ledger", "verify", "--checkpoint", "--workspace", place))
        rosters = self.rosters(self.rows)
        run(skillcli("pay", *rosters, "--month", MONTH, "--as-of", AS_OF, "--workspace", place, "--quiet"), accept=DONE)
        # by the month of the batch, so that people and money are those of the batch
        return ["report", "annual", YEAR, "--clock", "booked", "--as-of", AS_OF, "--workspace", place, "--quiet"]

    def looked(self, step: str) -> list[str]:
        """A table of where a step spends its time. Raises Failed."""
        small = self.rows // 100
        name, arguments = {
            "pay": lambda: ("pay", self.pay_arguments(self.rows)),
            "month": lambda: ("pay", self.pay_arguments(small)),
            "month on its own ledger": lambda: ("pay", self.pay_arguments(small, ledger=self.own_ledger(small))),
            "unpack": lambda: ("unpack", self.rosters(self.rows)),
            "write": lambda: ("write", [self.ready_cells(), str(self.work / "looked.xlsx")]),
            "rules": lambda: ("rules", [self.kept()]),
            "history": lambda: ("history", [self.kept(), str(self.ledger())]),
            "help": lambda: ("command", ["--help"]),
            "annual": lambda: ("command", self.report_arguments()),
        }[step]()
        return output(python("-m", "tests.bench.sampling", name, *arguments)).splitlines()

    def _pay(self, rows: int, files: int, ledger: Path | None = None) -> Measured:
        return run(skillcli("pay", *self.pay_arguments(rows, files, ledger)), accept=DONE)


def skillcli(*arguments: str) -> list[str]:
    """The installed command."""
    return [str(Path(sys.executable).with_name("skillcli")), *arguments]


def knows(*command: str) -> bool:
    """Whether the program has this command (or option of a command)."""
    words = [word for word in command if not word.startswith("--")]
    try:
        run(skillcli(*words, "--help"))
    except Failed:
        return False
    options = [word for word in command if word.startswith("--")]
    if not options:
        return True
    import subprocess

    shown = subprocess.run(skillcli(*words, "--help"), capture_output=True, text=True, check=False).stdout
    return all(option in shown for option in options)


def _pay(bench: Bench, rows: int) -> Once:
    return lambda: bench._pay(rows, 1)


def _pay_ten(bench: Bench, rows: int) -> Once:
    return lambda: bench._pay(rows, 10)


def _pay_on_own_ledger(bench: Bench, rows: int) -> Once:
    return lambda: bench._pay(rows, 1, bench.own_ledger(rows))


def _floor(bench: Bench) -> Once:
    command = python("-m", "tests.bench.floor", bench.ready_cells(), str(bench.work / "floor.xlsx"))
    return lambda: run([*command, *bench.rosters(bench.rows)])


def _good(bench: Bench) -> Once:
    source = history.script_ledger(bench.folder, bench.lines, bench.rows)
    catalogue, out = str(generate.catalogue(bench.folder)), str(bench.work / "good.xlsx")

    def once() -> Measured:
        copy = bench.work / "script.db"
        shutil.copyfile(source, copy)
        rosters = bench.rosters(bench.rows)
        return run(python("-m", "tests.bench.good_script", str(copy), catalogue, out, *rosters))

    return once


def _plain(bench: Bench) -> Once:
    catalogue, out = str(generate.catalogue(bench.folder)), str(bench.work / "plain.xlsx")
    return lambda: run(python("-m", "tests.bench.plain_script", catalogue, out, *bench.rosters(bench.rows)))


def _spreadsheet(bench: Bench) -> Once:
    if not spreadsheet.available():
        raise NotMeasured("LibreOffice is not installed")
    path = spreadsheet.make(bench.folder / f"countif-{generate.VERSION}-{bench.rows // 10}.xlsx", bench.rows // 10)
    return lambda: spreadsheet.recalculate(path, bench.work)


def _step(name: str, *needs: str) -> Callable[[Bench], Once]:
    def prepare(bench: Bench) -> Once:
        given = {
            "rosters": lambda: bench.rosters(bench.rows),
            "kept": lambda: [bench.kept()],
            "cells": lambda: [bench.ready_cells()],
            "out": lambda: [str(bench.work / f"{name}.xlsx")],
            "ledger": lambda: [str(bench.ledger())],
        }
        arguments = [argument for need in needs for argument in given[need]()]
        return lambda: run(python("-m", "tests.bench.steps", name, *arguments))

    return prepare


def _read_ten(step: str) -> Callable[[Bench], Once]:
    return lambda bench: lambda: run(python("-m", "tests.bench.steps", step, *bench.rosters(bench.rows, 10)))


def _large_history(bench: Bench) -> Once:
    if not bench.large:
        raise NotMeasured("no second ledger asked for (--large)")
    path = history.ledger(bench.folder, bench.large, bench.rows)
    return lambda: run(python("-m", "tests.bench.steps", "history", bench.kept(), str(path)))


def _plainly(*command: str) -> Callable[[Bench], Once]:
    return lambda bench: lambda: run(list(command))


def _annual(bench: Bench) -> Once:
    if not knows("report", "annual"):
        raise NotMeasured("not yet measured: the program has no report annual")
    command = skillcli(*bench.report_arguments())
    return lambda: run(command, accept=DONE)


def _audit(engine: str) -> Callable[..., Once]:
    """The audit of many ledgers' exports with as many trainings as the ledger has lines, or so many."""

    def prepare(bench: Bench, rows: int = 0) -> Once:
        if not knows("audit", "--engine"):
            raise NotMeasured("not yet measured: the program has no audit --engine")
        made = exports.exports(bench.folder, rows or bench.lines)
        out = str(bench.work / f"审计-{engine}")
        command = skillcli(
            "audit", "--ledgers", str(made), "--engine", engine, "--out", out, "--as-of", AS_OF, "--quiet"
        )
        return lambda: run([*command, *([] if engine == "one" else ["--workers", "2"])], accept=DONE)

    return prepare


_STEPS: dict[str, Callable[..., Once]] = {
    "pay": _pay,
    "pay in ten files": _pay_ten,
    "pay on its own ledger": _pay_on_own_ledger,
    "floor": _floor,
    "good script": _good,
    "plain script": _plain,
    "spreadsheet": _spreadsheet,
    "read": _step("read", "rosters"),
    "read ten": _read_ten("read"),
    "read ten, one core": _read_ten("read_on_one"),
    "calamine list → frame": _step("frame", "rosters"),
    "rules": _step("rules", "kept"),
    "write": _step("write", "cells", "out"),
    "XlsxWriter constant_memory": _step("constant", "cells", "out"),
    "history": _step("history", "kept", "ledger"),
    "large history": _large_history,
    "import pandas, openpyxl": _plainly(*python("-c", "import pandas, openpyxl")),
    "import typer": _plainly(*python("-c", "import typer")),
    "--help": _plainly(*skillcli("--help")),
    "annual report": _annual,
    "audit, dask": _audit("dask"),
    "audit, pandas": _audit("one"),
    "audit, pool": _audit("pool"),
}
