"""``skillcli validate``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from skillcli.cli.console import Console
from skillcli.cli.options import AsOf, JsonTarget, PolicyId, Quiet, Rosters, WorkspaceDir, parse_day
from skillcli.cli.output import write_json
from skillcli.cli.place import workspace_or_none
from skillcli.cli.summary import show_outcome

Out = Annotated[
    Path | None, typer.Option("--out", metavar="目录", help="审核结果写到哪个文件夹。不写则放在花名册旁边。")
]


def validate(
    rosters: Rosters,
    policy: PolicyId = None,
    out: Out = None,
    as_of: AsOf = None,
    workspace: WorkspaceDir = None,
    json: JsonTarget = None,
    quiet: Quiet = False,
) -> int:
    """审核花名册：指出问题，测算补贴，不入账。

    写出带批注的花名册副本、问题清单和补贴测算表。没有工作区也能用，但要写 --policy；
    这时不查重复享受，目录和口径也按没有处理。

    退出状态：0 没有问题；1 有要改正或核实的；2 文件不能用。

    例：
      skillcli validate 花名册/三月.xlsx
      skillcli validate 三月.xlsx --policy linkou-2019 --out 审核结果
    """
    from skillcli.jobs import policies
    from skillcli.jobs import validate as job

    day = parse_day(as_of)
    place = workspace_or_none(workspace)
    chosen = policies.choose(policy, place, Path.cwd())
    console = Console(quiet=quiet, json_target=json)
    with console.progress() as progress:
        outcome = job.validate(rosters, chosen, as_of=day, out=out, workspace=place, progress=progress)
    show_outcome(outcome, console)
    write_json(outcome.to_json() if json else {}, json)
    return outcome.exit_code
