"""Offices with a ledger in a file and on a server, to be disturbed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.office import catalogue, listed, roster, trainee
from conftest import EVERYTHING
from faults.place import Office, can_trace
from postgres import Server
from skillcli.cli.app import main


def made(folder: Path, *more: str, people: int = 3) -> Office:
    """An office with its catalogue imported and a roster of payable rows, three unless said."""
    root = folder / "office"
    assert main(["init", str(root), "--policy", "taiyuan-2019", "--agency", "某市人社局", "--quiet", *more]) == 0
    book = catalogue(root / "目录" / "本地目录.xlsx", listed())
    assert main(["catalog", "import", str(book), "--workspace", str(root), "--quiet"]) == 0
    rows = roster(folder / "rows.xlsx", [trainee(order) for order in range(1, people + 1)])
    due = (people, people, people * 30000)
    return Office(root, rows, root / "台账" / "ledger.db", folder / "pristine", due=due)


@pytest.fixture(scope="session")
def _in_a_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    office = made(tmp_path_factory.mktemp("file"))
    shutil.copytree(office.root, office.pristine)
    yield office
    if "forks" in vars(office):
        office.forks.close()


@pytest.fixture(scope="session")
def _on_a_server(tmp_path_factory: pytest.TempPathFactory, server: Server) -> Iterator[Office]:
    name, before = server.new(), server.new()
    server.do(f"CREATE DATABASE {name}")
    office = made(tmp_path_factory.mktemp("server"), "--ledger", server.address(name))
    shutil.copytree(office.root, office.pristine)
    server.clone(name, before)
    office.where, office.server, office.before = server.address(name), server, before
    yield office
    if "forks" in vars(office):
        office.forks.close()


@pytest.fixture
def office(_in_a_file: Office) -> Office:
    """Ledger in a file, nothing booked."""
    _in_a_file.reset()
    return _in_a_file


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def either(request: pytest.FixtureRequest) -> Office:
    """Ledger in a file or on a server, nothing booked."""
    found: Office = request.getfixturevalue("_in_a_file" if request.param == "sqlite" else "_on_a_server")
    found.reset()
    return found


@pytest.fixture
def strace() -> None:
    """Skip, saying why, where calls cannot be disturbed."""
    why = can_trace()
    if why:
        (pytest.fail if os.environ.get(EVERYTHING) and shutil.which("strace") is None else pytest.skip)(why)
