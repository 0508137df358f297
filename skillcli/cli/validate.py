"""``skillcli validate``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from skillcli.cli.console import Console
from skillcli.cli.ground import ground
from skillcli.cli.options import (
    AsOf,
    JsonTarget,
    PackFile,
    PolicyId,
    Quiet,
    Rosters,
    SheetName,
    WorkspaceDir,
    parse_day,
)
from skillcli.cli.output import write_json
from skillcli.cli.summary import show_outcome

Out = Annotated[
    Path | None, typer.Option("--out", metavar="目录", help="审核结果写到哪个文件夹。不写则放在花名册旁边。")
]


def validate(
    rosters: Rosters,
    policy: PolicyId = None,
    pack: PackFile = None,
    sheet: SheetName = None,
    out: Out = None,
    as_of: AsOf = None,
    workspace: WorkspaceDir = None,
    json: JsonTarget = None,
    quiet: Quiet = False,
) -> int:
    """审核花名册：指出问题，测算补贴，不入账。

    每个花名册写出两个工作簿：“-审核意见”是带颜色、批注和问题清单的副本，“-补贴测算”是预计金额。
    原文件不会改动。没有工作区也能用，但要写 --policy 或 --pack；这时不查以前批次，不比对名单。
    写 --pack 则按人社部门的口径和目录测算，与人社部门的结果一致。

    最后给出收据号，连同花名册和补贴测算一起报送，人社部门用 skillcli receipt 核对。

    退出状态：0 没有问题；1 有要改正或核实的；2 文件不能用。

    例：
      skillcli validate 花名册/三月.xlsx
      skillcli validate 三月.xlsx --policy linkou-2019 --out 审核结果
      skillcli validate 三月.xlsx --pack 林口.skillpack
    """
    from skillcli.intake.process import ahead

    with ahead(rosters):
        from skillcli.jobs import validate as job

        day = parse_day(as_of)
        console = Console(quiet=quiet, json_target=json)
        base = ground(policy, pack, workspace, console)
        with console.progress() as progress:
            outcome = job.validate(
                rosters,
                base.policy,
                as_of=day,
                out=out,
                workspace=base.workspace,
                pack=base.pack,
                sheet=sheet,
                progress=progress,
            )
    show_outcome(outcome, console)
    if outcome.receipt:
        console.say(f"收据号：{outcome.receipt}")
    write_json(outcome.to_json() if json else {}, json)
    return outcome.exit_code
