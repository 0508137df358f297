"""``skillcli receipt``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from skillcli.cli.console import Console
from skillcli.cli.ground import ground
from skillcli.cli.options import JsonTarget, PackFile, PolicyId, Quiet, Rosters, SheetName, WorkspaceDir
from skillcli.cli.output import envelope, write_json
from skillcli.core.errors import ClerkError

SlipFile = Annotated[
    Path | None, typer.Option("--slip", metavar="补贴测算.xlsx", help="机构报送的补贴测算，收据号印在它的“说明”里。")
]
Code = Annotated[str | None, typer.Option("--code", metavar="收据号", help="收据号本身，以 SK1- 开头。")]


def receipt(
    rosters: Rosters,
    slip: SlipFile = None,
    code: Code = None,
    policy: PolicyId = None,
    pack: PackFile = None,
    sheet: SheetName = None,
    workspace: WorkspaceDir = None,
    json: JsonTarget = None,
    quiet: Quiet = False,
) -> int:
    """核对收据：花名册是不是机构自查时的那一份，行数、金额、政策、口径和目录有没有变。

    按收据号里的日期重新测算一遍，逐项比对，说出哪一项不一样。收据当时没有用台账的，这次也不用。
    一次自查了几个花名册的，要把它们都写上。

    退出状态：0 一致；1 有不一样的；2 读不出来。

    例：
      skillcli receipt 三月.xlsx --slip 三月-补贴测算.xlsx
      skillcli receipt 三月.xlsx --code SK1-20200410-88-… --pack 林口.skillpack
    """
    from skillcli.jobs.verification import read_slip, verify

    if slip is None and code is None:
        raise ClerkError("没有写收据。", "请写 --slip 补贴测算.xlsx，或 --code 收据号。")
    console = Console(quiet=quiet, json_target=json)
    base = ground(policy, pack, workspace, console)
    paper = None if slip is None else read_slip(slip)
    wanted = code or (paper.code if paper else "")
    if paper and code and paper.code != code.strip():
        raise ClerkError(f"{slip} 上的收据号与 --code 写的不一样。", "请核对收据号。")
    with console.progress() as progress:
        done = verify(
            rosters,
            base.policy,
            wanted,
            slip=paper,
            workspace=base.workspace,
            pack=base.pack,
            sheet=sheet,
            progress=progress,
        )
    console.say(f"收据号：{done.code}")
    for part in done.parts:
        end = "一致" if part.same else f"不一样：收据是 {part.said}，现在是 {part.found}"
        console.say(f"{part.title}　{end}", indent=2)
    console.say("与收据一致。" if done.same else "与收据不一致。")
    parts = [{"part": p.title, "receipt": p.said, "found": p.found, "same": p.same} for p in done.parts]
    write_json(envelope("receipt", receipt=done.code, found=done.found.code, same=done.same, parts=parts), json)
    return 0 if done.same else 1
