"""``skillcli policy``: which policies there are, what they say, whether a file holds together."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from skillcli.cli.console import Console
from skillcli.cli.options import JsonTarget, Quiet, WorkspaceDir
from skillcli.cli.output import envelope, write_json
from skillcli.cli.place import workspace_or_none

Named = Annotated[str, typer.Argument(metavar="政策", help="政策编号，或政策文件（.toml）的路径。")]


def list_policies(json: JsonTarget = None, quiet: Quiet = False) -> None:
    """列出程序自带的政策。

    例：
      skillcli policy list
    """
    from skillcli.policy.load import load_policy, shipped

    console = Console(quiet=quiet, json_target=json)
    found = [load_policy(name) for name in shipped()]
    for policy in found:
        console.say(f"{policy.id}　{policy.title}　{policy.number}".rstrip())
    rows = [{"id": p.id, "title": p.title, "number": p.number, "sha256": p.sha256} for p in found]
    write_json(envelope("policy list", policies=rows), json)


def show(policy: Named, workspace_dir: WorkspaceDir = None, json: JsonTarget = None, quiet: Quiet = False) -> None:
    """显示一个政策：补贴谁、补多少、条款、限制、目标、口径。在工作区里运行时带上单位的认定。

    例：
      skillcli policy show taiyuan-2019
    """
    from skillcli.jobs.policies import choose
    from skillcli.policy.describe import overview

    chosen = choose(policy, workspace_or_none(workspace_dir), Path.cwd())
    console = Console(quiet=quiet, json_target=json)
    sections = [section for section in overview(chosen) if section.rows]
    for number, section in enumerate(sections):
        if number:
            console.say()
        console.say(f"【{section.title}】")
        for row in section.rows:
            _say_row(console, section.columns, row)
    shown = [{"title": s.title, "columns": list(s.columns), "rows": [list(row) for row in s.rows]} for s in sections]
    write_json(envelope("policy show", id=chosen.id, sha256=chosen.sha256, sections=shown), json)


def _say_row(console: Console, columns: tuple[str, ...], row: tuple[str, ...]) -> None:
    """A row as a heading and one indented line a column: wide tables wrap on a terminal."""
    if len(columns) == 2:
        console.say(f"{row[0]}：{row[1]}", indent=2)
        return
    console.say(row[0], indent=2)
    for title, text in zip(columns[1:], row[1:], strict=True):
        lines = text.split("\n")
        if len(lines) > 1:
            console.say(f"{title}：", indent=6)
            for line in lines:
                console.say(line, indent=8)
        elif text:
            console.say(f"{title}：{text}", indent=6)


def check(file: Named, json: JsonTarget = None, quiet: Quiet = False) -> int:
    """检查一个政策文件：键、用词、条款、日期、引用，指出全部问题。

    退出状态：0 没有问题；2 有问题。

    例：
      skillcli policy check 政策/试点办法.toml
    """
    from skillcli.policy.load import check_file

    faults = check_file(file)
    console = Console(quiet=quiet, json_target=json)
    console.say(f"{file} 有 {len(faults)} 处要改正：" if faults else f"{file} 没有问题。")
    for fault in faults:
        console.say(fault, indent=2)
    write_json(envelope("policy check", file=file, faults=faults), json)
    return 2 if faults else 0
