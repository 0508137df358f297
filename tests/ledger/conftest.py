"""Every test that asks for ``ledger`` runs on SQLite and, where a server can be started, on PostgreSQL."""

from __future__ import annotations

import itertools
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from skillcli.ledger.ledger import Ledger

_SCHEMAS = itertools.count(1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "台账.sqlite"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def where(request: pytest.FixtureRequest) -> str | Path:
    """Address of a ledger that does not exist yet."""
    if request.param == "sqlite":
        address: Path = request.getfixturevalue("path")
        return address
    url: str = request.getfixturevalue("new_schema")
    return url


@pytest.fixture
def ledger(where: str | Path) -> Iterator[Ledger]:
    with Ledger.open(where, create=True) as opened:
        yield opened


@pytest.fixture
def new_schema(server: str) -> str:
    """URL of an empty schema of its own on the test server."""
    import psycopg

    name = f"t{next(_SCHEMAS)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}")
    return f"{server.replace('postgresql://', 'postgresql+psycopg://')}?options=-csearch_path%3D{name}"


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """A PostgreSQL server of our own in a temporary folder; its URL."""
    pytest.importorskip("psycopg", reason="needs psycopg, extra [postgres]")
    found = shutil.which("pg_ctl") or next(map(str, Path("/usr/lib/postgresql").glob("*/bin/pg_ctl")), "")
    binaries = Path(os.path.realpath(found)).parent
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    folder = Path(tempfile.mkdtemp(prefix="skillcli-pg-"))
    if as_user:
        shutil.chown(folder, "postgres")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def run(program: str, *arguments: str) -> None:
        command = [*as_user, str(binaries / program), *arguments]
        subprocess.run(command, check=True, capture_output=True, cwd="/")

    data = str(folder / "data")
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    run("initdb", "-D", data, "-U", "office", "--auth=trust", "-E", "UTF8", "--no-sync")
    run("pg_ctl", "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start")
    try:
        yield f"postgresql://office@127.0.0.1:{port}/postgres"
    finally:
        run("pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)
