"""``skillcli template``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from skillcli.cli.console import Console
from skillcli.cli.options import JsonTarget, PolicyId, Quiet, WorkspaceDir
from skillcli.cli.output import envelope, write_json
from skillcli.cli.place import workspace_or_none

Kind = Annotated[
    str, typer.Argument(metavar="种类", help="roster 花名册，catalog 目录，readings 政策口径；写错时列出全部种类。")
]
Out = Annotated[Path, typer.Argument(metavar="文件.xlsx", help="写到哪个文件。")]


def template(
    kind: Kind,
    out: Out,
    policy: PolicyId = None,
    workspace: WorkspaceDir = None,
    json: JsonTarget = None,
    quiet: Quiet = False,
) -> None:
    """生成空白工作簿：有下拉列表、填写说明、示例，号码栏已设为文本。

    政策口径在工作区里或写了 --policy 时，会列出该政策还没有认定的问题。

    例：
      skillcli template roster 空白花名册.xlsx
      skillcli template classes 开班登记.xlsx
      skillcli template readings 政策口径.xlsx --policy taiyuan-2019
    """
    from skillcli.jobs.policies import choose
    from skillcli.jobs.templates import write_blank

    place = workspace_or_none(workspace)
    chosen = choose(policy, place, Path.cwd()) if policy or place else None
    path = write_blank(kind, out, chosen)
    console = Console(quiet=quiet, json_target=json)
    console.say("已写出：")
    console.path(path)
    write_json(envelope("template", kind=kind, outputs=[str(path)]), json)
