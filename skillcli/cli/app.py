"""The command line: which commands there are, and how the program begins and ends."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Annotated

import typer
from typer.main import get_command

from skillcli import __version__
from skillcli.cli import boundary
from skillcli.cli.help import ClerkCommand, ClerkGroup
from skillcli.cli.pay import pay
from skillcli.cli.rule import rule
from skillcli.cli.validate import validate

app = typer.Typer(
    cls=ClerkGroup,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    no_args_is_help=True,
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"skillcli {__version__}")
        raise typer.Exit


@app.callback()
def program(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_show_version, help="显示版本号。")
    ] = False,
) -> None:
    """职业技能培训补贴批处理：审核花名册，生成拨付表，查询台账。

    例：
      skillcli init 工作区 --policy taiyuan-2019
      skillcli validate 花名册/三月.xlsx
      skillcli pay 花名册/三月.xlsx --month 2020-03
    """


def _add(group: typer.Typer, name: str, action: Callable[..., object]) -> None:
    group.command(name, cls=ClerkCommand)(action)


_add(app, "validate", validate)
_add(app, "pay", pay)
_add(app, "rule", rule)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit status (product page, "Exit status")."""
    arguments = sys.argv[1:] if argv is None else list(argv)
    return boundary.run(lambda: _parse(argv), arguments)


def _parse(argv: Sequence[str] | None) -> object:
    # Without standalone mode the status of ``typer.Exit`` comes back as the value, like that of
    # a command; None lets the parser expand wildcards on Windows.
    return get_command(app).main(args=argv, prog_name="skillcli", standalone_mode=False)
