"""The figures to reach (speed page of the architecture), and the page they are written to."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path

from tests.bench.bench import BESIDE, MONTHS, Bench, NotMeasured
from tests.bench.measure import MIB, Failed

PAGE = Path(__file__).parents[2] / "docs" / "benchmarks.md"
PACKAGES = ("pandas", "numpy", "pyarrow", "python-calamine", "XlsxWriter", "openpyxl", "SQLAlchemy", "typer")


@dataclass(frozen=True)
class Figure:
    """One row of the table: ``value`` from the measurements (wall, CPU), and what it should not exceed."""

    name: str
    value: Callable[[Bench], tuple[float, float]]
    first: float
    goal: float
    unit: str = "×"
    on_cpu: bool = False
    look: str = ""
    """The step whose profile says why it is missed (``Bench.looked``); "" where another program is the slow one."""


Named = Callable[[Bench], str]


def ratio(above: Named, below: Named) -> Callable[[Bench], tuple[float, float]]:
    """Time of one program over time of the other, on the clock and in CPU, measured in turn."""

    def value(bench: Bench) -> tuple[float, float]:
        a, b = bench.in_turn(above(bench), below(bench))
        return a.wall / b.wall, a.cpu / b.cpu

    return value


def step(name: str) -> Named:
    return lambda bench: name


def on_roster(name: str, share: int = 1) -> Named:
    """A program on the large roster, or on one of a tenth or hundredth of its rows."""
    return lambda bench: f"{name}:{bench.rows // share}"


def pay(share: int = 1, beside: str = "") -> Named:
    """``beside``: measured once more next to this program, since a shared machine is a third slower some minutes later."""
    return on_roster(f"pay{BESIDE}{beside}" if beside else "pay", share)


def _per_row(bench: Bench) -> tuple[float, float]:
    large, small = bench[f"pay:{bench.rows}"], bench[f"pay:{bench.rows // 10}"]
    return large.wall / small.wall / 10, large.cpu / small.cpu / 10


def _rules(bench: Bench) -> tuple[float, float]:
    return bench["rules"].wall, bench["rules"].cpu


def _peak(bench: Bench) -> tuple[float, float]:
    return bench[f"pay:{bench.rows}"].peak, bench[f"pay:{bench.rows}"].peak


# the slowest to measure stand last; after the large ledger has been read, what others read is no longer in the system's memory
FIGURES = (
    Figure("pay ÷ floor", ratio(pay(), step("floor")), 2.0, 1.3, look="pay"),
    Figure(
        "reading ÷ calamine list → frame", ratio(step("read"), step("calamine list → frame")), 1.2, 0.6, look="unpack"
    ),
    Figure("writing ÷ XlsxWriter", ratio(step("write"), step("XlsxWriter constant_memory")), 0.15, 0.08, look="write"),
    Figure("all rules", _rules, 3.0, 1.2, "s CPU", True, look="rules"),
    Figure("peak memory of pay", _peak, 1024, 750, "MiB", look="pay"),
    Figure("time per row, large ÷ a tenth", _per_row, 1.1, 1.0, look="pay"),
    Figure(
        "a county's month ÷ import pandas, openpyxl",
        ratio(pay(100), step("import pandas, openpyxl")),
        2.5,
        1.6,
        look="month",
    ),
    Figure(
        "the same on the county's own ledger of four years",
        ratio(on_roster("pay on its own ledger", 100), step(f"import pandas, openpyxl{BESIDE}own ledger")),
        2.5,
        1.6,
        look="month on its own ledger",
    ),
    Figure("--help ÷ import typer", ratio(step("--help"), step("import typer")), 1.5, 1.15, look="help"),
    Figure("annual report ÷ pay", ratio(step("annual report"), pay(beside="annual report")), 0.5, 0.25, look="annual"),
    Figure("ten files read on two cores ÷ on one", ratio(step("read ten"), step("read ten, one core")), 1 / 1.5, 0.55),
    Figure(
        "pay in ten files ÷ in one",
        ratio(on_roster("pay in ten files"), pay(beside="ten files")),
        1.1,
        1.0,
    ),
    Figure("a tenth ÷ spreadsheet", ratio(pay(10, "spreadsheet"), step("spreadsheet")), 1 / 30, 1 / 55, look="pay"),
    Figure("pay ÷ good script", ratio(pay(beside="good script"), step("good script")), 0.4, 0.25, look="pay"),
    Figure("pay ÷ plain script", ratio(pay(beside="plain script"), step("plain script")), 0.1, 0.06, look="pay"),
    Figure("Dask audit ÷ pandas audit", ratio(step("audit, dask"), step("audit, pandas")), 2.5, 1.6),
    Figure("history of a large ÷ this ledger", ratio(step("large history"), step("history")), 3.5, 2.6, look="history"),
)


def rows(bench: Bench, only: str = "") -> Iterator[str]:
    """The table, a line at a time as it is measured; Ctrl-C leaves the rest unmeasured."""
    bench.missed.clear()
    stopped = False
    yield "| figure | measured | in CPU | first | goal | met? |"
    yield "|---|---|---|---|---|---|"
    for figure in FIGURES:
        if only and only not in figure.name:
            continue
        limits = f"≤ {figure.first:.3g} | ≤ {figure.goal:.3g}"
        try:
            if stopped:
                raise NotMeasured("not measured: stopped before")
            wall, cpu = figure.value(bench)
        except KeyboardInterrupt:
            stopped = True
            yield f"| {figure.name} | not measured: stopped | | {limits} | |"
            continue
        except (NotMeasured, Failed) as why:
            yield f"| {figure.name} | {' '.join(str(why).split())} | | {limits} | |"
            continue
        counts = cpu if figure.on_cpu else wall
        met = "goal" if counts <= figure.goal else "first" if counts <= figure.first else "no"
        if met != "goal" and figure.look:
            bench.missed.setdefault(figure.look, []).append(figure.name)
        yield f"| {figure.name} | {wall:.3g} {figure.unit} | {cpu:.3g} {figure.unit} | {limits} | {met} |"


def measurements(bench: Bench) -> Iterator[str]:
    """What the figures were made from."""
    yield "| program | wall s | CPU s | peak MiB | runs |"
    yield "|---|---|---|---|---|"
    for name, m in bench.done.items():
        yield f"| {name} | {m.wall:.2f} | {m.cpu:.2f} | {m.peak:.0f} | {m.runs} |"


def where_time_goes(bench: Bench) -> Iterator[str]:
    """For every figure short of its goal the profile of the step behind it, taken now."""
    for look, names in bench.missed.items():
        yield f"## Where the time goes: {'; '.join(names)}"
        yield ""
        try:
            yield from bench.looked(look)
        except (NotMeasured, Failed) as why:
            yield f"No profile: {' '.join(str(why).split())}"
        yield ""


def machine() -> str:
    """What it ran on, in one line."""
    model = "unknown processor"
    if Path("/proc/cpuinfo").exists():
        found = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
        model = found[1] if found else model
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / MIB / 1024
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"{date.today().isoformat()}: {os.cpu_count()} cores ({model}), {memory:.0f} GB, {platform.system()} "
        f"{platform.release()}, Python {platform.python_version()}, {packages}; load before the run "
        f"{os.getloadavg()[0]:.1f}."
    )


def write_page(bench: Bench, table: list[str], where: str, *, whole: bool) -> None:
    """``docs/benchmarks.md``."""
    text = [
        "# How fast it is",
        "",
        "Written by `make bench`. Every figure is a ratio of two programs run in turn, time after time, on one machine, so",
        "it means the same elsewhere. Whole programs are measured, from start to end, where a user would wait for them:",
        "time on the clock, CPU of the whole process tree beside it, medians where a program is short enough to repeat.",
        "",
        f"Work: {bench.rows:,} roster rows × 25 columns, a catalogue, a ledger that already holds {bench.lines:,} lines.",
        "**floor**: calamine reads the same file and the same output cells are written by the fastest known way, nothing",
        "in between. **good script**: pandas, calamine, SQLite, XlsxWriter, a tenth of the rules. **plain script**: pandas",
        "with openpyxl and `apply`. **spreadsheet**: LibreOffice computing COUNTIF on a tenth of the rows. **a county's month**:",
        f"{bench.rows // 100:,} rows; its own ledger holds {MONTHS} such months.",
        "",
        where,
        "" if whole else "\nA part of the figures only.\n",
        *table,
        "",
        "## Measured",
        "",
        *measurements(bench),
        "",
        *where_time_goes(bench),
    ]
    PAGE.write_text("\n".join(text), encoding="utf-8", newline="\n")
