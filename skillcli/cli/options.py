"""The options that many commands share, and how their text is understood."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from skillcli.core.errors import ClerkError

WorkspaceDir = Annotated[
    Path | None,
    typer.Option(
        "--workspace",
        metavar="目录",
        help="工作区所在的文件夹。不写则从当前文件夹往上找 skillcli.toml，再看环境变量 SKILLCLI_WORKSPACE。",
    ),
]
JsonTarget = Annotated[
    str | None,
    typer.Option("--json", metavar="文件|-", help="另把结果写成机器可读的 JSON 文件；写 - 则输出到屏幕。"),
]
Quiet = Annotated[bool, typer.Option("--quiet", help="不显示汇总和进度，只显示错误。")]
AsOf = Annotated[
    str | None,
    typer.Option("--as-of", metavar="日期", help="以哪一天为准判断，例如 2020-03-31。不写则为今天。"),
]
PolicyId = Annotated[
    str | None,
    typer.Option(
        "--policy", metavar="政策", help="政策编号（例如 taiyuan-2019）或政策文件的路径。不写则用工作区的政策。"
    ),
]
Month = Annotated[str, typer.Option("--month", metavar="年-月", help="拨付月份，例如 2020-03。")]
SheetName = Annotated[
    str | None, typer.Option("--sheet", metavar="工作表", help="只读每个文件里的这一张工作表。不写则读所有花名册。")
]
PackFile = Annotated[
    Path | None,
    typer.Option("--pack", metavar="政策包", help="按人社部门发的政策包（.skillpack）里的政策、口径和目录。"),
]
Rosters = Annotated[list[Path], typer.Argument(metavar="花名册", help="花名册文件，可以写几个。")]
MaybeRosters = Annotated[list[Path] | None, typer.Argument(metavar="花名册", help="花名册文件，可以写几个。")]


def today() -> date:
    """The only clock that decides anything; commands hand the day on."""
    return date.today()


def parse_day(text: str | None) -> date:
    """A day given on the command line as ``2020-03-31``; today without one.

    Raises ClerkError on anything else.
    """
    if text is None:
        return today()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ClerkError(f"日期写作 {text!r}，应为“年-月-日”，例如 2020-03-31。") from None
