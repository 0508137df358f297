"""What every test may ask for: golden files, an office suite, a database server."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from postgres import OnAServer, Server, running

EVERYTHING = "SKILLCLI_TEST_EVERYTHING"
"""Set where nothing may be skipped: a missing program is then a failure."""
COUNTED = "counted"


WHOLE_ROOMS = {
    "cli",
    "jobs",
    "ledger",
    "money",
    "faults",
    "test_sample_data.py",
    "test_oracle_ledger.py",
    "reports",
    "flags",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--golden", action="store_true", help="write the golden files anew instead of comparing")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that run whole commands over a workspace, an office suite or a server are no part of ``make fast``."""
    for item in items:
        whole = WHOLE_ROOMS.intersection(Path(item.path).relative_to(Path(__file__).parent).parts)
        if whole or item.get_closest_marker("office") or item.get_closest_marker("postgres"):
            item.add_marker(pytest.mark.whole)


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker, program, present in (
        ("office", "LibreOffice", shutil.which("soffice") is not None),
        ("postgres", "a PostgreSQL server and psycopg", _postgres()),
    ):
        if item.get_closest_marker(marker) and not present:
            (pytest.fail if os.environ.get(EVERYTHING) else pytest.skip)(f"needs {program}")


def _postgres() -> bool:
    server = shutil.which("pg_ctl") is not None or any(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    return server and find_spec("psycopg") is not None


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """One PostgreSQL server for all tests."""
    with running() as started:
        yield started


@pytest.fixture(scope="session")
def migrated(server: Server) -> str:
    """Name of a database that holds an empty ledger, to be copied."""
    from skillcli.ledger.ledger import Ledger

    name = "migrated"
    server.do(f"CREATE DATABASE {name}")
    Ledger.open(server.address(name), create=True).close()
    return name


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.slow])])
def settle(request: pytest.FixtureRequest) -> Callable[[Path], None]:
    """Given a workspace with a ledger in a file: leaves it as it is, or moves the ledger onto a server."""
    if request.param == "sqlite":
        return lambda _: None
    return OnAServer(request.getfixturevalue("server"), request.getfixturevalue("migrated"))


@pytest.fixture
def counted(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Keep a sentence with what a test counted; all of them stand at the end of the run."""

    def keep(sentence: str) -> None:
        record_property(COUNTED, sentence)

    return keep


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [report for group in terminalreporter.stats.values() for report in group]
    said = [
        (report.nodeid, sentence)
        for report in reports
        if getattr(report, "when", "") == "call"
        for name, sentence in report.user_properties
        if name == COUNTED
    ]
    if said:
        terminalreporter.section("counted")
        for test, sentence in sorted(said):
            terminalreporter.line(f"{test.rpartition('::')[2]}: {sentence}")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """Compare text with a golden file (UTF-8); ``make golden`` writes the file instead."""

    def compare(path: Path, text: str) -> None:
        if request.config.getoption("--golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        assert path.read_text(encoding="utf-8") == text

    return compare
