"""Texts and paths of the command line arrive as typer itself would hand them over, without what it loads to check them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any

import pytest
import typer
from typer.main import get_command

from skillcli.cli.help import ClerkCommand


def _command(seen: dict[str, Any], plainly: bool) -> Any:
    def command(
        files: Annotated[list[Path] | None, typer.Argument()] = None,
        text: Annotated[str | None, typer.Option("--text")] = None,
        rows: Annotated[int | None, typer.Option("--rows", min=0)] = None,
        folder: Annotated[Path | None, typer.Option("--folder")] = None,
        there: Annotated[Path | None, typer.Option("--there", exists=True)] = None,
        day: Annotated[str, typer.Option("--day", parser=lambda text: text[::-1])] = "",
        yes: Annotated[bool, typer.Option("--yes")] = False,
    ) -> None:
        seen.update(files=files, text=text, rows=rows, folder=folder, there=there, day=day, yes=yes)

    program = typer.Typer(add_completion=False)
    program.command(cls=ClerkCommand if plainly else None)(command)
    return get_command(program)


def _run(arguments: list[str], plainly: bool) -> object:
    seen: dict[str, Any] = {}
    try:
        _command(seen, plainly).main(args=arguments, standalone_mode=False)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return seen


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["甲.xlsx", "乙.xlsx"],
        ["甲.xlsx", "--text", "", "--folder", ""],
        ["--text", "-", "--folder", "-"],
        ["--text", "12", "--rows", "12", "--yes"],
        ["--rows", "12.5"],
        ["--rows", "-1"],
        ["--folder", "."],
        ["--there", "."],
        ["--there", "没有/这个"],
        ["--day", "2020-03"],
        ["--text"],
        ["--no-such"],
    ],
    ids=" ".join,
)
def test_every_value_arrives_as_typer_hands_it_over(arguments: list[str]) -> None:
    assert _run(arguments, plainly=True) == _run(arguments, plainly=False)


def test_a_path_that_cannot_be_read_is_refused_as_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "花名册.xlsx"
    file.touch()
    monkeypatch.setattr("os.access", lambda path, mode: str(path) != str(file))  # root may read everything
    said = _run([str(file)], plainly=True)
    assert said == _run([str(file)], plainly=False)
    assert "not readable" in str(said)


@pytest.mark.parametrize(
    "command", [["pay", "没有.xlsx", "--month", "2020-03"], ["validate", "没有.xlsx", "--json", "-"]]
)
def test_a_command_given_texts_and_paths_does_not_load_the_checking_library(command: list[str], tmp_path: Path) -> None:
    code = f"import sys; from skillcli.cli.app import main; print(main({command!r}), 'pydantic' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", cwd=tmp_path, check=True)
    assert done.stdout.splitlines()[-1] == "2 False"
