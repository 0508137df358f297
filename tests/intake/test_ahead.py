"""Files may be opened before they are asked for, and one reader opens several; whatever nobody asks for is given up."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from skillcli.intake import process, read_rosters

from .build import person, roster_xlsx

PEOPLE = [person(1)]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[subprocess.Popen[bytes]]]:
    """The reading processes begun, in order; all have ended with the test."""
    begun: list[subprocess.Popen[bytes]] = []
    make = process._Reader.__init__

    def noted(reader: process._Reader) -> None:
        make(reader)
        begun.append(reader._process)

    monkeypatch.setattr(process._Reader, "__init__", noted)
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


def test_one_reader_opens_several_files(tmp_path: Path, started: list[object]) -> None:
    paths = [roster_xlsx(tmp_path / f"{n}.xlsx", [person(n)]) for n in range(4)]
    (tmp_path / "坏.xlsx").write_bytes(b"PK")
    with process.Readers() as readers:
        with pytest.raises(process.Refused):
            readers.open(tmp_path / "坏.xlsx")
        books = [readers.open(path) for path in paths]
    assert len(started) == 1
    assert [book.sha256 for book in books] == [process.open_workbook(path).sha256 for path in paths]


def test_a_reader_that_died_over_another_file_does_not_decide_about_the_next(
    tmp_path: Path, started: list[subprocess.Popen[bytes]]
) -> None:
    path = roster_xlsx(tmp_path / "甲.xlsx", PEOPLE)
    with process.Readers() as readers:
        first = readers.open(path)
        started[0].kill()
        started[0].wait()
        assert readers.open(path).sha256 == first.sha256
    assert len(started) == 2


def test_a_reader_that_dies_over_its_first_file_is_f01(tmp_path: Path, started: list[subprocess.Popen[bytes]]) -> None:
    path = roster_xlsx(tmp_path / "甲.xlsx", PEOPLE)
    with process.ahead([path]):
        started[0].kill()
        with pytest.raises(process.Refused) as refusal:
            process.open_workbook(path)
    assert refusal.value.code == "F01"
    assert len(started) == 1


def test_a_reader_that_does_not_end_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = roster_xlsx(tmp_path / "甲.xlsx", PEOPLE)
    monkeypatch.setattr(process, "limits_for", lambda size: (1 << 30, 0.0))
    with pytest.raises(process.Refused, match="仍未完成"), process.Readers() as readers:
        readers.open(path)


def test_a_large_file_has_a_reader_of_its_own(
    tmp_path: Path, started: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = roster_xlsx(tmp_path / "甲.xlsx", PEOPLE)
    monkeypatch.setattr(process, "_SMALL", 100)
    with process.Readers() as readers:
        readers.open(path)
        readers.open(path)
    assert len(started) == 2


def test_ten_files_are_read_by_as_many_readers_as_threads(tmp_path: Path, started: list[object]) -> None:
    paths = [roster_xlsx(tmp_path / f"{n}.xlsx", [person(n)]) for n in range(10)]
    with process.ahead(paths):
        roster = read_rosters(paths)
    assert len(roster.frame) == 10
    assert len(started) <= 4  # two begun, and at most one more a thread before those are free
