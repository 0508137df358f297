"""Files may be opened before they are asked for; whatever nobody asks for is given up."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from skillcli.intake import process

from .build import person, roster_xlsx

PEOPLE = [person(1)]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[subprocess.Popen[bytes]]]:
    """The reading processes begun, in order."""
    begun: list[subprocess.Popen[bytes]] = []
    start = process._start

    def noted(path: Path, memory: int) -> subprocess.Popen[bytes]:
        begun.append(start(path, memory))
        return begun[-1]

    monkeypatch.setattr(process, "_start", noted)
    yield begun
    assert all(each.poll() is not None for each in begun)


def test_a_file_begun_is_read_once_and_gives_the_same(tmp_path: Path, started: list[object]) -> None:
    path = roster_xlsx(tmp_path / "甲.xlsx", PEOPLE)
    asked = process.open_workbook(path)
    with process.ahead([path]):
        begun = process.open_workbook(path)
        assert len(started) == 2
        again = process.open_workbook(path)
    assert len(started) == 3
    assert begun.sha256 == asked.sha256 == again.sha256
    assert [grid.name for grid in begun.sheets] == [grid.name for grid in asked.sheets]


def test_what_nobody_asked_for_is_given_up(tmp_path: Path, started: list[object]) -> None:
    path = roster_xlsx(tmp_path / "甲.xlsx", PEOPLE)
    with pytest.raises(KeyError), process.ahead([path, tmp_path, tmp_path / "没有.xlsx"]):
        raise KeyError
    assert len(started) == 1
    assert process._begun == {}


def test_a_file_that_cannot_be_read_is_refused_as_ever(tmp_path: Path) -> None:
    path = tmp_path / "乙.xlsx"
    path.write_bytes(b"")
    with process.ahead([path]), pytest.raises(process.Refused) as refusal:
        process.open_workbook(path)
    assert refusal.value.code == "F01"
