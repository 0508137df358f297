"""A PostgreSQL server of our own, and databases on it that are copies of one made before."""

from __future__ import annotations

import itertools
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Server:
    """A running server. ``url``: of its first database, for psycopg."""

    url: str
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def address(self, database: str) -> str:
        """What a workspace writes as the place of its ledger."""
        return f"{self.url.replace('postgresql://', 'postgresql+psycopg://').rpartition('/')[0]}/{database}"

    def new(self) -> str:
        """Name of a database that does not exist yet."""
        return f"d{next(self._numbers)}"

    def do(self, statement: str) -> list[Any]:
        """Run one statement outside of any transaction; its rows."""
        import psycopg

        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def clone(self, source: str, target: str) -> str:
        """Make ``target`` what ``source`` is, whoever is connected; returns the address."""
        self.do(f"DROP DATABASE IF EXISTS {target} WITH (FORCE)")
        self.do(f"CREATE DATABASE {target} TEMPLATE {source} STRATEGY file_copy")
        return self.address(target)


@contextmanager
def running() -> Iterator[Server]:
    """Start a server in a temporary folder, without forcing anything to disk; it refuses to run as the superuser."""
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
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off -c full_page_writes=off"
    run("initdb", "-D", data, "-U", "office", "--auth=trust", "-E", "UTF8", "--no-sync")
    run("pg_ctl", "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start")
    try:
        yield Server(f"postgresql://office@127.0.0.1:{port}/postgres")
    finally:
        run("pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def move(file: Path, address: str) -> None:
    """Put every row of a ledger in a file into an empty ledger on a server."""
    from sqlalchemy import create_engine, select

    from skillcli.ledger.define import METADATA

    source, target = create_engine(f"sqlite:///{file}"), create_engine(address)
    with source.connect() as read, target.begin() as write:
        for table in METADATA.sorted_tables:
            rows = [dict(row) for row in read.execute(select(table)).mappings()]
            if rows:
                write.execute(table.insert(), rows)
    source.dispose()
    target.dispose()


class OnAServer:
    """Moves the ledger of a workspace onto the server and points the workspace at it."""

    def __init__(self, server: Server, migrated: str) -> None:
        self.server, self.migrated = server, migrated

    def __call__(self, root: Path) -> None:
        address = self.server.clone(self.migrated, self.server.new())
        settings = root / "skillcli.toml"
        text = settings.read_text(encoding="utf-8")
        assert '\nledger = "台账/ledger.db"\n' in text
        move(root / "台账" / "ledger.db", address)
        (root / "台账" / "ledger.db").unlink()
        settings.write_text(text.replace('"台账/ledger.db"', f'"{address}"'), encoding="utf-8")
