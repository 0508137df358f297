"""A file appears whole or not at all, and failures are a sentence."""

from __future__ import annotations

import errno
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from skillcli.core.errors import ClerkError
from skillcli.xlsx.stage import Staged, remove_leftovers, stage_file
from skillcli.xlsx.write import stage, write_book

from .books import book
from .readback import by_openpyxl, written

ROOT = os.geteuid() == 0 if hasattr(os, "geteuid") else False


def test_nothing_bears_the_name_before_publish(tmp_path: Path) -> None:
    staged = stage(book(["甲"]), tmp_path, "a.xlsx")
    assert not (tmp_path / "a.xlsx").exists()
    assert staged.publish() == tmp_path / "a.xlsx"
    assert [path.name for path in tmp_path.iterdir()] == ["a.xlsx"]


def test_discard_leaves_nothing(tmp_path: Path) -> None:
    staged = stage(book(["甲"]), tmp_path, "a.xlsx")
    staged.discard()
    staged.discard()
    assert list(tmp_path.iterdir()) == []


def test_the_folder_is_made_and_an_older_file_replaced(tmp_path: Path) -> None:
    target = tmp_path / "输出" / "2020-03-1" / "a.xlsx"
    write_book(book(["甲"]), target)
    write_book(book(["乙"]), target)
    assert target.read_bytes() == written(book(["乙"]))


def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    target = write_book(book(["甲"]), tmp_path / "a.xlsx")
    if os.name == "posix":
        assert target.stat().st_mode & 0o777 == 0o600


def test_a_locked_file_gets_a_neighbour(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    locked = {"a.xlsx", "a(2).xlsx"}
    rename = os.replace

    def refuse(source: Path, target: Path) -> None:
        if Path(target).name in locked:
            raise PermissionError(errno.EACCES, "in use")
        rename(source, target)

    monkeypatch.setattr(os, "replace", refuse)
    assert write_book(book(["甲"]), tmp_path / "a.xlsx") == tmp_path / "a(3).xlsx"
    assert [path.name for path in tmp_path.iterdir()] == ["a(3).xlsx"]


def test_where_every_name_is_locked_the_clerk_is_told_and_the_work_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    staged = stage(book(["甲"]), tmp_path, "a.xlsx")

    def refuse(source: Path, target: Path) -> None:
        raise OSError(errno.EBUSY, "busy")

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", refuse)
        with pytest.raises(ClerkError, match=r"a\.xlsx.*在 Excel 里打开") as caught:
            staged.publish()
    assert "关闭" in caught.value.remedy
    assert staged.publish().read_bytes() == written(book(["甲"]))


def test_an_error_of_the_disk_at_publish_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    staged = stage(book(["甲"]), tmp_path, "a.xlsx")

    def refuse(source: Path, target: Path) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(ClerkError, match="Input/output error"):
        staged.publish()


@pytest.mark.skipif(ROOT, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_is_a_sentence(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(ClerkError, match="没有写入权限"):
        stage(book(["甲"]), tmp_path, "a.xlsx")


def test_a_folder_that_is_a_file_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "输出").write_text("")
    with pytest.raises(ClerkError, match="没有写成"):
        stage(book(["甲"]), tmp_path / "输出", "a.xlsx")


@pytest.mark.parametrize("limit", [0, 100, 5_000, 9_000])
def test_a_full_disk_is_a_sentence_and_leaves_nothing(tmp_path: Path, limit: int) -> None:
    names = [f"学员{n}" for n in range(500)]
    assert len(written(book(names))) > limit
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
    try:
        with pytest.raises(ClerkError, match="磁盘空间不足"):
            stage(book(names), tmp_path, "a.xlsx")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(tmp_path.iterdir()) == []


def test_a_fault_of_our_own_leaves_nothing_and_is_not_hidden(tmp_path: Path) -> None:
    def broken(stream: object) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        stage_file(tmp_path, "a.xlsx", broken)
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_run_left_is_gone_after_the_next(tmp_path: Path) -> None:
    script = (
        "import os, signal, sys; from pathlib import Path; from skillcli.xlsx.stage import stage_file\n"
        "def write(stream): stream.write(b'half'); stream.flush(); os.kill(os.getpid(), signal.SIGKILL)\n"
        "stage_file(Path(sys.argv[1]), 'a.xlsx', write)"
    )
    assert subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=False).returncode == -9
    assert len(list(tmp_path.iterdir())) == 1
    write_book(book(["甲"]), tmp_path / "b.xlsx")
    assert [path.name for path in tmp_path.iterdir()] == ["b.xlsx"]


def test_the_work_of_runs_that_live_is_left_alone(tmp_path: Path) -> None:
    mine = stage(book(["甲"]), tmp_path, "a.xlsx")
    parent = tmp_path / mine.temporary.name.replace(f"-{os.getpid()}-", f"-{os.getppid()}-")
    parent.write_bytes(b"other run")
    foreign = tmp_path / "~skillcli-00000000-1-x.part"
    foreign.write_bytes(b"other machine")
    other = tmp_path / "~$a.xlsx"
    other.write_bytes(b"a lock of Excel")
    now = mine.temporary.stat().st_mtime
    remove_leftovers(tmp_path, now)
    assert {path.name for path in tmp_path.iterdir()} == {mine.temporary.name, parent.name, foreign.name, other.name}
    os.utime(foreign, (0, 0))
    remove_leftovers(tmp_path, now)
    assert not foreign.exists()
    assert isinstance(mine, Staged)


def test_the_published_file_opens(tmp_path: Path) -> None:
    target = write_book(book(["甲"]), tmp_path / "a.xlsx")
    assert by_openpyxl(target.read_bytes(), "拨付表")[4][1] == "甲"
