"""The documents say what the program says."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from skillcli.cli.help import width

ROOT = Path(__file__).parent.parent


def _generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["generate"] = module
    spec.loader.exec_module(module)
    return module


GENERATE = _generator()
COMMANDS = dict(GENERATE.commands())


def test_generated_documents_have_not_drifted() -> None:
    assert GENERATE.drift() == [], "run make docs"


def test_a_changed_document_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(GENERATE, "FOLDER", tmp_path)
    assert GENERATE.drift() == list(GENERATE.PAGES)
    assert GENERATE.main([]) == 0
    assert GENERATE.main(["--check"]) == 0
    with (tmp_path / "cli.md").open("a", encoding="utf-8") as page:
        page.write("x")
    assert GENERATE.main(["--check"]) == 1
    assert GENERATE.drift() == ["cli.md"]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_and_an_example(command: str) -> None:
    page = COMMANDS[command]
    assert re.search(r"[\u4e00-\u9fff]", page.split("\n")[2]), "no purpose in Chinese"
    example = page.partition("\n例：\n")[2]
    assert command in example if command != "skillcli" else "skillcli " in example


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_and_argument_is_explained(command: str) -> None:
    block = COMMANDS[command].partition("\n例：\n")[0]
    for line in re.findall(r"^  (?:--[\w-]+(?: \S+)?|\S+)$", block, flags=re.MULTILINE):
        raise AssertionError(f"{command}: {line.strip()} has no explanation")


@pytest.mark.parametrize("command", COMMANDS)
def test_no_line_of_a_help_page_is_wider_than_a_terminal(command: str) -> None:
    wide = [line for line in COMMANDS[command].splitlines() if width(line) > 80]
    assert wide == []


@pytest.mark.parametrize("command", [name for name in COMMANDS if name != "skillcli"])
def test_every_command_is_mentioned_in_the_readme(command: str) -> None:
    assert command in (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_make_target_of_the_readme_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    named = set(re.findall(r"`make ([a-z-]+)", (ROOT / "README.md").read_text(encoding="utf-8")))
    assert named
    assert named <= targets


def test_changelog_has_the_current_version() -> None:
    from skillcli import __version__

    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
