"""Every test that asks for ``ledger`` runs on SQLite and, where a server can be started, on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from postgres import Server
from skillcli.ledger.ledger import Ledger


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "台账.sqlite"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def where(request: pytest.FixtureRequest) -> str | Path:
    """Address of a ledger that does not exist yet."""
    if request.param == "sqlite":
        address: Path = request.getfixturevalue("path")
        return address
    url: str = request.getfixturevalue("new_database")
    return url


@pytest.fixture
def ledger(where: str | Path, request: pytest.FixtureRequest) -> Iterator[Ledger]:
    if not isinstance(where, Path):
        server: Server = request.getfixturevalue("server")
        source: str = request.getfixturevalue("migrated")
        server.clone(source, where.rpartition("/")[2])
    with Ledger.open(where, create=True) as opened:
        yield opened


@pytest.fixture
def new_database(server: Server) -> str:
    """URL of an empty database of its own on the test server."""
    name = server.new()
    server.do(f"CREATE DATABASE {name} STRATEGY file_copy")
    return server.address(name)
