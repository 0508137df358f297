"""The floor table holds over the whole syntax tree, and the check itself can fail."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import skillcli

ROOT = Path(skillcli.__file__).parent

FLOORS = {
    "core": 1,
    "policy": 2,
    "schema": 2,
    "xlsx": 2,
    "intake": 3,
    "rules": 3,
    "ledger": 3,
    "reports": 3,
    "jobs": 4,
    "cli": 5,
}
SIDEWAYS = {("policy", "schema")}
"""The one look across a floor: a policy's words and columns are the schema's."""
TOP_MODULES = {"__init__": 0, "__main__": 6}

LIBRARIES = {
    "typer": {"cli"},
    "rich": {"cli"},
    "sqlalchemy": {"ledger"},
    "sqlite3": {"ledger"},
    "alembic": {"ledger"},
    "psycopg": {"ledger"},
    "openpyxl": {"xlsx"},
    "xlsxwriter": {"xlsx"},
    "python_calamine": {"intake"},
    "fastexcel": {"intake"},
    "olefile": {"intake"},
    "chinese_calendar": {"core", "reports"},
}
CLI_ONLY_CALLS = {
    "print",
    "input",
    "sys.exit",
    "date.today",
    "datetime.today",
    "datetime.now",
    "datetime.utcnow",
    "datetime.date.today",
    "datetime.datetime.now",
    "datetime.datetime.today",
    "time.time",
    "Path.cwd",
    "os.getcwd",
}


def violations(root: Path) -> list[str]:
    """Every breach of the floor table under ``root``, as ``file:line what``."""
    return [
        f"{path.relative_to(root)}:{line} {what}"
        for path in sorted(root.rglob("*.py"))
        for line, what in _of(path, root)
    ]


def _of(path: Path, root: Path) -> Iterator[tuple[int, str]]:
    parts = path.relative_to(root).with_suffix("").parts
    room = parts[0]
    if len(parts) == 1:
        if room not in TOP_MODULES:
            yield 1, f"module {room} stands in no room"
            return
        floor = TOP_MODULES[room]
    elif room not in FLOORS:
        yield 1, f"room {room} is not in the floor table"
        return
    else:
        floor = FLOORS[room]
    package = ("skillcli", *parts[:-1])
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        for target in _imports(node, package):
            yield from ((node.lineno, breach) for breach in _judge(target, room, floor))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in CLI_ONLY_CALLS and room not in ("cli", "__main__"):
            yield node.lineno, f"{ast.unparse(node.func)}() belongs to cli"


def _imports(node: ast.AST, package: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The dotted names an import statement reaches, relative ones resolved."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield tuple(alias.name.split("."))
    elif isinstance(node, ast.ImportFrom):
        before = package[: len(package) - node.level + 1] if node.level else ()
        module = (*before, *(node.module.split(".") if node.module else ()))
        for alias in node.names:
            yield (*module, alias.name) if module == ("skillcli",) else module


def _judge(target: tuple[str, ...], room: str, floor: int) -> Iterator[str]:
    if target[0] != "skillcli":
        if room not in LIBRARIES.get(target[0], {room}):
            yield f"{target[0]} belongs to {', '.join(sorted(LIBRARIES[target[0]]))}"
        return
    if len(target) == 1 or target[1] in ("__version__", room):
        return
    if target[1] not in FLOORS:
        yield f"imports {'.'.join(target)}, which is in no room"
    elif FLOORS[target[1]] >= floor and (room, target[1]) not in SIDEWAYS:
        yield f"{room} (floor {floor}) imports {target[1]} (floor {FLOORS[target[1]]})"


def test_every_import_goes_down() -> None:
    assert violations(ROOT) == []


@pytest.mark.parametrize(
    ("file", "source", "expected"),
    [
        ("core/money.py", "import skillcli.policy.model", "core (floor 1) imports policy (floor 2)"),
        ("rules/p01.py", "from skillcli.ledger import store", "rules (floor 3) imports ledger (floor 3)"),
        (
            "rules/p01.py",
            "def f():\n    from skillcli.intake.cells import x",
            "rules (floor 3) imports intake (floor 3)",
        ),
        ("rules/deep/p01.py", "from ...jobs import pay", "rules (floor 3) imports jobs (floor 4)"),
        ("rules/p01.py", "from skillcli import cli", "rules (floor 3) imports cli (floor 5)"),
        (
            "schema/x.py",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from skillcli.policy.model import Policy",
            "schema (floor 2) imports policy (floor 2)",
        ),
        ("jobs/pay.py", "import typer", "typer belongs to cli"),
        ("jobs/pay.py", "from rich.table import Table", "rich belongs to cli"),
        ("jobs/pay.py", "from datetime import date\nx = date.today()", "date.today() belongs to cli"),
        ("jobs/pay.py", "print(1)", "print() belongs to cli"),
        ("reports/x.py", "import sqlite3", "sqlite3 belongs to ledger"),
        ("reports/x.py", "import sqlalchemy as sa", "sqlalchemy belongs to ledger"),
        ("intake/x.py", "import openpyxl", "openpyxl belongs to xlsx"),
        ("reports/x.py", "import xlsxwriter", "xlsxwriter belongs to xlsx"),
        ("cellar/x.py", "", "room cellar is not in the floor table"),
        ("stray.py", "", "module stray stands in no room"),
        ("cli/x.py", "import skillcli.cellar", "imports skillcli.cellar, which is in no room"),
    ],
)
def test_a_planted_breach_is_seen(tmp_path: Path, file: str, source: str, expected: str) -> None:
    planted = tmp_path / file
    planted.parent.mkdir(parents=True, exist_ok=True)
    planted.write_text(source, encoding="utf-8")
    assert [found.split(" ", 1)[1] for found in violations(tmp_path)] == [expected]


def test_what_goes_down_is_allowed(tmp_path: Path) -> None:
    allowed = tmp_path / "jobs/pay.py"
    allowed.parent.mkdir()
    allowed.write_text(
        "from skillcli.rules import RULES\nfrom skillcli import __version__\nimport pandas", encoding="utf-8"
    )
    assert violations(tmp_path) == []


def test_every_room_of_the_table_exists() -> None:
    assert {path.name for path in ROOT.iterdir() if path.is_dir() and path.name != "__pycache__"} == set(FLOORS)
