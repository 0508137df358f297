"""A screen that fails loses text, never the run."""

from __future__ import annotations

import io
import sys
from typing import Any

import pytest

from skillcli.cli.console import Console
from skillcli.cli.streams import Screen, guarded_streams


class Broken(io.StringIO):
    """A stream whose reader has gone."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error
        self.calls = 0

    def write(self, text: str) -> int:
        self.calls += 1
        raise self.error


@pytest.mark.parametrize("error", [BrokenPipeError(), OSError(28, "full"), ValueError("I/O operation on closed file")])
def test_a_failing_stream_is_given_up_after_the_first_failure(error: Exception) -> None:
    stream = Broken(error)
    screen = Screen(stream)
    assert screen.write("一") == 1
    assert screen.write("二") == 1
    screen.flush()
    assert stream.calls == 1


def test_a_missing_stream_takes_everything() -> None:
    screen = Screen(None)
    assert screen.write("一") == 1
    screen.flush()
    assert not screen.isatty()


@pytest.mark.parametrize("encoding", ["gbk", "ascii", "utf-8"])
def test_characters_a_console_lacks_become_question_marks(encoding: str) -> None:
    raw = io.BytesIO()
    screen = Screen(io.TextIOWrapper(raw, encoding=encoding))
    screen.write("张䶮·𠮷\n")
    screen.flush()
    assert raw.getvalue().decode(encoding).endswith("\n")
    assert ("𠮷" in raw.getvalue().decode(encoding)) == (encoding == "utf-8")


def test_a_strict_stream_that_cannot_be_reconfigured_gets_plain_text() -> None:
    class Strict(io.StringIO):
        def write(self, text: str) -> int:
            text.encode("ascii")
            return super().write(text)

    stream = Strict()
    Screen(stream).write("批次 1")
    assert stream.getvalue() == "?? 1"


def test_streams_are_put_back() -> None:
    before = sys.stdout, sys.stderr
    with guarded_streams():
        assert isinstance(sys.stdout, Screen)
    assert (sys.stdout, sys.stderr) == before


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "quiet", "drawn"), [(Terminal(), False, True), (io.StringIO(), False, False), (Terminal(), True, False)]
)
def test_a_progress_bar_is_drawn_on_a_terminal_only(
    stream: Any, quiet: bool, drawn: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("TERM", "xterm")
    with Console(quiet=quiet).progress() as progress:
        progress.stage("读取花名册", 2)
        progress.advance()
        progress.stage("入账")
        progress.advance()
    assert ("读取花名册" in stream.getvalue() or "入账" in stream.getvalue()) == drawn


def test_long_paths_are_never_broken(capsys: pytest.CaptureFixture[str]) -> None:
    from pathlib import Path

    path = Path("/很长的文件夹名" * 12) / "花名册.xlsx"
    Console().path(path)
    assert capsys.readouterr().out == f"  {path}\n"


def test_json_on_stdout_sends_people_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    Console(json_target="-").say("汇总")
    assert capsys.readouterr() == ("", "汇总\n")
