"""``skillcli mapping``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from skillcli.cli.console import Console
from skillcli.cli.options import JsonTarget, Quiet, SheetName, WorkspaceDir
from skillcli.cli.output import envelope, write_json
from skillcli.cli.place import workspace as needed
from skillcli.cli.place import workspace_or_none

Roster = Annotated[Path, typer.Argument(metavar="花名册", help="表头认不全的花名册文件。")]
Name = Annotated[
    str | None, typer.Option("--name", metavar="机构名", help="登记在哪个机构名下。不写则用花名册里的培训机构。")
]
Write = Annotated[bool, typer.Option("--write", help="登记到工作区的 skillcli.toml。不写则只显示。")]


def mapping(
    roster: Roster,
    name: Name = None,
    write: Write = False,
    sheet: SheetName = None,
    workspace: WorkspaceDir = None,
    json: JsonTarget = None,
    quiet: Quiet = False,
) -> None:
    """表头对照：对不认识的表头，按名称和内容找出最接近的栏目，给出可以登记的写法。

    只是建议，核对以后再登记：加 --write 写进工作区的 skillcli.toml（原有内容和注释不变），或自己粘贴。
    登记以后，这个机构的表头就能直接读取。

    例：
      skillcli mapping 花名册/三月.xlsx
      skillcli mapping 花名册/三月.xlsx --name 阳光职业培训学校 --write
    """
    from skillcli.jobs import mapping as job

    place = needed(workspace) if write else workspace_or_none(workspace)
    proposals = job.propose(roster, place, sheet)
    maker = name or proposals.institution or roster.stem
    console = Console(quiet=quiet, json_target=json)
    if not proposals.found and not proposals.left:
        console.say("表头都已认识，不用登记。")
    for each in proposals.found:
        console.say(f"“{each.written}”可能是“{each.title}”：{each.why}（{each.score} 分）")
    if proposals.left:
        console.say(f"没有相近栏目、不会读取的表头：{'、'.join(proposals.left)}")
    if proposals.missing:
        console.say(f"还缺必需的栏目：{'、'.join(proposals.missing)}")
    if proposals.found and not write:
        console.say()
        console.say("核对以后，把下面几行加到 skillcli.toml，或者加 --write 再运行一次：")
        console.say()
        console.say(job.block(maker, proposals))
    if write:
        path = job.register(needed(workspace), maker, proposals)
        console.say(f"已登记 {len(proposals.found)} 个表头，在：")
        console.path(path)
    rows = [
        {"sheet": p.sheet, "header": p.written, "title": p.title, "score": p.score, "why": p.why}
        for p in proposals.found
    ]
    rest = {"left": list(proposals.left), "missing": list(proposals.missing), "written": write}
    write_json(envelope("mapping", name=maker, proposals=rows, **rest), json)
