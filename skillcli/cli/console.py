"""What a command says on the terminal: short lines, a summary, a progress bar.

Rows belong into workbooks; the console groups and counts.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from skillcli.cli.help import wrap
from skillcli.cli.redact import redact
from skillcli.jobs.progress import Progress, Silent

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

WIDTH = 96


class Console:
    """Where one command speaks.

    ``json_target`` is the option ``--json``: when it is ``-`` the JSON owns stdout and people
    read stderr. ``quiet`` keeps everything but warnings back.
    """

    def __init__(self, *, quiet: bool = False, json_target: str | None = None) -> None:
        self.quiet = quiet
        self._people_on_stderr = json_target == "-"

    @property
    def _stream(self) -> TextIO:
        return sys.stderr if self._people_on_stderr else sys.stdout

    def say(self, text: str = "", *, indent: int = 0) -> None:
        """One line or paragraph, wrapped for double-width characters, masked for safety."""
        if self.quiet:
            return
        lines = [line for paragraph in text.split("\n") for line in wrap(paragraph, WIDTH - indent) or [""]]
        _write(self._stream, "\n".join(f"{' ' * indent}{line}".rstrip() for line in lines))

    def path(self, path: Path) -> None:
        """Where a file lies, on a line of its own and never broken, so that it can be copied."""
        if not self.quiet:
            _write(self._stream, f"  {path}")

    def warn(self, text: str) -> None:
        """A remark that even ``--quiet`` lets through, on stderr."""
        _write(sys.stderr, f"提醒：{text}")

    def fail(self, sentence: str, remedy: str = "") -> None:
        """What stands in the way, and what to do, on stderr."""
        _write(sys.stderr, f"错误：{sentence}" + (f"\n处理：{remedy}" if remedy else ""))

    @contextmanager
    def progress(self) -> Iterator[Progress]:
        """A progress bar on stderr where that is a terminal; otherwise silence."""
        if self.quiet or not sys.stderr.isatty():
            yield Silent()
            return
        from rich.console import Console as Terminal
        from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bars

        bars = Bars(
            SpinnerColumn("line"),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=Terminal(file=sys.stderr),
            transient=True,
        )
        with bars:
            yield _OnTerminal(bars)


def _write(stream: TextIO, text: str) -> None:
    stream.write(redact(text) + "\n")
    stream.flush()


class _OnTerminal:
    """Draws the stages of a job, one bar at a time."""

    def __init__(self, bars: Bars) -> None:
        self._bars = bars
        self._task: TaskID | None = None

    def stage(self, title: str, total: int = 0) -> None:
        if self._task is not None:
            self._bars.remove_task(self._task)
        self._task = self._bars.add_task(title, total=total or None)

    def advance(self, steps: int = 1) -> None:
        if self._task is not None:
            self._bars.advance(self._task, steps)
