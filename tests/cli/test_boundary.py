"""Every way a command ends has its sentence and its exit status; nobody's number reaches a screen or a log."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import typer

from skillcli.cli import boundary
from skillcli.core.errors import BookedNotWritten, ClerkError

IDENTITY = "11010519491231002X"
ACCOUNT = "6222021234567890123"


def raising(error: BaseException) -> Callable[[], object]:
    def action() -> object:
        raise error

    return action


@pytest.fixture(autouse=True)
def logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    return tmp_path / "skillcli" / "logs"


@pytest.mark.parametrize(
    ("action", "status", "sentence"),
    [
        (lambda: None, 0, ""),
        (lambda: 0, 0, ""),
        (lambda: 1, 1, ""),
        (raising(typer.Exit(1)), 1, ""),
        (raising(ClerkError("花名册.xlsx 打不开。", "请换一个文件。")), 2, "花名册.xlsx 打不开。"),
        (raising(PermissionError(errno.EACCES, "denied", "a.xlsx")), 2, "没有权限读写 a.xlsx"),
        (raising(OSError(errno.ENOSPC, "full", "a.xlsx")), 2, "磁盘已满"),
        (raising(OSError(errno.EROFS, "ro", "a.xlsx")), 2, "只能读"),
        (raising(FileNotFoundError(errno.ENOENT, "none", "a.xlsx")), 2, "找不到 a.xlsx"),
        (raising(MemoryError()), 2, "内存不够"),
        (raising(ZeroDivisionError("x")), 3, "程序内部出错"),
        (raising(OSError(errno.ECHILD, "odd")), 3, "程序内部出错"),
        (raising(BaseException("a panic inside a reader")), 3, "程序内部出错"),
        (raising(BookedNotWritten("已入账，付款表未写出。")), 4, "已入账"),
        (raising(KeyboardInterrupt()), 130, "已中断"),
        (raising(typer.Abort()), 130, "已中断"),
        (raising(SystemExit(2)), 2, ""),
    ],
)
def test_each_ending_has_its_status_and_sentence(
    action: Callable[[], object], status: int, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert boundary.run(action, []) == status
    shown = capsys.readouterr()
    assert shown.out == ""
    assert sentence in shown.err
    assert bool(shown.err) == bool(sentence)
    assert "Traceback" not in shown.err


@pytest.mark.parametrize(("command", "says"), [("pay", True), ("grants", True), ("validate", False)])
def test_an_interrupted_payment_says_how_to_see_whether_it_was_booked(
    command: str, says: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    program = typer.Typer()
    program.command()(raising(KeyboardInterrupt()))
    by_the_parser = typer.main.get_command(program)
    for stopped in (raising(KeyboardInterrupt()), lambda: by_the_parser.main(args=[], standalone_mode=False)):
        assert boundary.run(stopped, [command, "三月.xlsx"]) == 130
        shown = capsys.readouterr().err
        assert shown.startswith("已中断")
        assert ("skillcli batch list" in shown) == says


def test_the_remedy_stands_under_the_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    boundary.run(raising(ClerkError("花名册.xlsx 打不开。", "请换一个文件。")), [])
    assert capsys.readouterr().err == "错误：花名册.xlsx 打不开。\n处理：请换一个文件。\n"


def test_a_failure_of_our_own_leaves_a_log_without_persons(logs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    error = RuntimeError(f"{IDENTITY} and {ACCOUNT}, phone 13812345678, spaced 110105 19491231 002X")
    assert boundary.run(raising(error), ["explain", IDENTITY]) == 3
    (log,) = logs.iterdir()
    assert str(log) in capsys.readouterr().err
    text = log.read_text(encoding="utf-8")
    assert "RuntimeError" in text
    assert "Traceback" in text
    assert "skillcli 0." in text
    assert "pandas 3" in text
    assert "arguments: explain 110***********002X" in text
    for secret in (IDENTITY, ACCOUNT, "13812345678", "110105 19491231 002X", "19491231"):
        assert secret not in text


def test_a_log_goes_elsewhere_when_the_usual_folder_refuses(logs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    logs.parent.write_text("a file where a folder is wanted")
    assert boundary.run(raising(ZeroDivisionError()), []) == 3
    path = Path(capsys.readouterr().err.split("详情写在 ")[1].split("，请")[0])
    assert "ZeroDivisionError" in path.read_text(encoding="utf-8")
    path.unlink()


def test_a_number_in_a_message_is_masked_on_screen(capsys: pytest.CaptureFixture[str]) -> None:
    boundary.run(raising(ClerkError(f"找不到 {IDENTITY}，账号 {ACCOUNT}。")), [])
    shown = capsys.readouterr().err
    assert "110***********002X" in shown
    assert IDENTITY not in shown
    assert ACCOUNT not in shown


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent otherwise there")
@pytest.mark.parametrize("sent", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_ctrl_c_and_being_ended_from_outside_end_with_130_and_leave_nothing(sent: str, tmp_path: Path) -> None:
    code = (
        # a parent in the background may have left a signal ignored
        "import signal, sys, tempfile, time\n"
        "for each in (signal.SIGTERM, signal.SIGHUP): signal.signal(each, signal.SIG_DFL)\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from skillcli.cli import boundary\n"
        "boundary.interrupt_when_ended()\n"
        f"def wait():\n    with tempfile.TemporaryDirectory(dir={str(tmp_path)!r}):\n"
        "        sys.stdout.write('ready\\n'); sys.stdout.flush(); time.sleep(60)\n"
        "sys.exit(boundary.run(wait, []))"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    child.send_signal(getattr(signal, sent))
    _, shown = child.communicate(timeout=30)
    assert child.returncode == 130
    assert shown.startswith("已中断")
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent otherwise there")
def test_a_closed_window_that_the_caller_ignores_stays_ignored() -> None:
    code = (
        "import signal\nsignal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
        "from skillcli.cli import boundary\nboundary.interrupt_when_ended()\n"
        "print(signal.getsignal(signal.SIGHUP) is signal.SIG_IGN)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert told.stdout == "True\n"
