"""Single steps of the product, and what they are compared with, as programs: ``python -m tests.bench.steps STEP …``"""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from tests.bench.measure import Stopwatch

AS_OF = "2021-12-31"


def _as_the_program(step: Callable[..., None]) -> Callable[..., None]:
    """A step of the product begins as the product's program does."""

    @wraps(step)
    def begun(*arguments: str) -> None:
        from skillcli.core.runtime import prepare

        prepare()
        step(*arguments)

    return begun


@_as_the_program
def read(*rosters: str) -> None:
    """All guards, findings and repairs of the product's reader."""
    from skillcli.intake import read_rosters

    read_rosters([Path(path) for path in rosters])


@_as_the_program
def read_on_one(*rosters: str) -> None:
    """The same on one core."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    read(*rosters)


def unpack(*rosters: str) -> None:
    """What the reading process does, in this one."""
    from skillcli.intake.worker import open_workbook

    for path in rosters:
        open_workbook(Path(path))


def command(*arguments: str) -> None:
    """Any command inside this process."""
    from skillcli.cli.app import main

    main(list(arguments))


def frame(*rosters: str) -> None:
    """calamine's list of rows as a frame: no guard at all."""
    import pandas as pd
    from python_calamine import CalamineWorkbook

    for path in rosters:
        title, head, *rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python(skip_empty_area=False)
        pd.DataFrame(rows, columns=head)


def keep(kept: str, ledger: str, *rosters: str) -> None:
    """Not measured: what the rules need, for ``rules``."""
    from skillcli.intake import read_rosters
    from skillcli.ledger.ledger import Ledger
    from skillcli.policy.load import load_policy
    from skillcli.rules.facts import derive, keys
    from tests.bench.history import POLICY

    roster, policy = read_rosters([Path(path) for path in rosters]), load_policy(POLICY)
    wanted = keys(derive(roster, policy))
    with Ledger.open(ledger) as opened:
        ready = roster, policy, opened.catalogue(), opened.history(wanted), wanted
    Path(kept).write_bytes(pickle.dumps(ready))


@_as_the_program
def rules(kept: str) -> None:
    """Every rule on ready frames: facts, lines, prices, findings, limits, verdicts."""
    import pandas as pd

    from skillcli.policy.load import load_national
    from skillcli.rules.judge import judge

    roster, policy, catalogue, history, _ = _kept(kept)
    national = load_national()
    with Stopwatch() as watch:
        judge(roster, policy, national, catalogue, history, pd.Timestamp(AS_OF))
    watch.report()


@_as_the_program
def history(kept: str, ledger: str) -> None:
    """What the ledger holds for the run's persons, certificates and accounts."""
    from skillcli.ledger.ledger import Ledger

    *_, keys = _kept(kept)
    with Ledger.open(ledger) as opened, Stopwatch() as watch:
        opened.history(keys)
    watch.report()


@_as_the_program
def write(ready: str, out: str) -> None:
    """The product's writer on ready frames."""
    from skillcli.xlsx.book import Book, Head, Kind, Sheet, Table
    from skillcli.xlsx.write import write_book
    from tests.bench import cells

    sheets = []
    for name, table in cells.load(Path(ready)).items():
        frame = table.to_pandas()
        kinds = {title: Kind.TEXT if frame[title].dtype == "str" else Kind.MONEY for title in frame}
        for title, kind in kinds.items():
            frame[title] = (
                frame[title].astype("str") if kind is Kind.TEXT else (frame[title] * 100).round().astype("Int64")
            )
        sheets.append(
            Sheet(name, (Table(tuple(Head(title, kind) for title, kind in kinds.items()), frame),), title=name)
        )
    book = Book("拨付", tuple(sheets))
    with Stopwatch() as watch:
        write_book(book, Path(out))
    watch.report()


def constant(ready: str, out: str) -> None:
    """The same cells and styles by XlsxWriter with constant_memory, cell by cell."""
    import xlsxwriter

    from skillcli.xlsx.book import Kind
    from skillcli.xlsx.style import cell
    from tests.bench import cells

    tables = {name: table.to_pydict() for name, table in cells.load(Path(ready)).items()}
    with Stopwatch() as watch, xlsxwriter.Workbook(out, {"constant_memory": True}) as book:
        text, money = book.add_format(cell(Kind.TEXT)), book.add_format(cell(Kind.MONEY))
        for name, columns in tables.items():
            sheet = book.add_worksheet(name)
            for row, values in enumerate(zip(*columns.values(), strict=True)):
                for column, value in enumerate(values):
                    if value is None:
                        sheet.write_blank(row, column, None, text)
                    elif isinstance(value, str):
                        sheet.write_string(row, column, value, text)
                    else:
                        sheet.write_number(row, column, value, money)
    watch.report()


def pay(*arguments: str) -> None:
    """The whole command inside this process, for profiles."""
    from skillcli.cli.app import main

    main(["pay", *arguments])


STEPS: dict[str, Callable[..., None]] = {
    step.__name__: step
    for step in (read, read_on_one, unpack, frame, keep, rules, history, write, constant, pay, command)
}


def profile(name: str, *arguments: str, lines: int = 45) -> None:
    """Run a step under cProfile and print where the time went."""
    import cProfile
    import pstats

    profiler = cProfile.Profile()
    profiler.runcall(STEPS[name], *arguments)
    for order in ("cumulative", "tottime"):
        pstats.Stats(profiler, stream=sys.stdout).sort_stats(order).print_stats(lines)


def _kept(path: str) -> Any:
    return pickle.loads(Path(path).read_bytes())


if __name__ == "__main__":
    STEPS[sys.argv[1]](*sys.argv[2:])
