"""The command line: how the program begins and ends."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated

import typer
from typer.main import get_command

from skillcli import __version__
from skillcli.cli import boundary
from skillcli.cli.commands import COMMANDS
from skillcli.cli.filenames import restart_if_chinese_has_no_name
from skillcli.cli.help import ClerkGroup
from skillcli.cli.lazy import fill
from skillcli.core.names import check_legible
from skillcli.core.runtime import End, prepare

_start = typer.Typer(
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


@_start.callback()
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


def command_line() -> ClerkGroup:
    """Every command of the program, none of them imported yet."""
    root = get_command(_start)
    assert isinstance(root, ClerkGroup)
    return fill(root, COMMANDS)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit status (product page, "Exit status")."""
    end = None
    if argv is None:
        restart_if_chinese_has_no_name()
        boundary.interrupt_when_ended()
        end = End()
    prepare()
    arguments = sys.argv[1:] if argv is None else list(argv)
    status = boundary.run(lambda: _parse(argv, arguments), arguments)
    if end is not None:
        end.status = status
    return status


def _parse(argv: Sequence[str] | None, arguments: Sequence[str]) -> object:
    for argument in arguments:
        check_legible(argument)
    # Without standalone mode the status of ``typer.Exit`` comes back as the value, like that of
    # a command; None lets the parser expand wildcards on Windows.
    return command_line().main(args=argv, prog_name="skillcli", standalone_mode=False)
