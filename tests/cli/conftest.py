"""Offices to work in: made once, copied for each test that writes."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from cli.office import AS_OF, identity, office, roster, trainee
from skillcli.cli.app import main


@dataclass(frozen=True)
class Place:
    """A workspace and the rosters beside it. ``good``: three payable rows; ``mixed``: one row with a
    wrong identity number and one payable."""

    root: Path
    good: Path
    mixed: Path

    @property
    def here(self) -> list[str]:
        return ["--workspace", str(self.root)]

    def run(self, *arguments: str) -> int:
        return main([*arguments, *self.here])

    def pay(self, *rosters: Path, month: str = "2020-03") -> int:
        return self.run("pay", *map(str, rosters), "--month", month, *AS_OF, "--quiet")


def _place(folder: Path) -> Place:
    return Place(folder / "工作区", folder / "花名册" / "好.xlsx", folder / "花名册" / "混.xlsx")


@pytest.fixture(scope="session")
def _built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("office")
    place = _place(folder)
    office(place.root)
    roster(place.good, [trainee(order) for order in (1, 2, 3)])
    wrong = identity(4, wrong=True)
    roster(place.mixed, [trainee(4, id_number=wrong), trainee(5)])
    return folder


@pytest.fixture
def place(_built: Path, tmp_path: Path) -> Place:
    """A fresh copy of the office, nothing paid yet."""
    return _place(Path(shutil.copytree(_built, tmp_path / "office")))


@pytest.fixture(scope="session")
def _paid(_built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = Path(shutil.copytree(_built, tmp_path_factory.mktemp("paid") / "office"))
    assert _place(folder).pay(_place(folder).good, _place(folder).mixed) == 1
    return folder


@pytest.fixture
def paid(_paid: Path, tmp_path: Path) -> Place:
    """A fresh copy of an office that has paid both rosters as batch 2020-03-1."""
    return _place(Path(shutil.copytree(_paid, tmp_path / "office")))


@pytest.fixture(autouse=True)
def _no_log_at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "state"))
    monkeypatch.delenv("SKILLCLI_WORKSPACE", raising=False)
