"""``skillcli catalog``: the office's catalogues."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from skillcli.cli.console import Console
from skillcli.cli.options import AsOf, JsonTarget, Quiet, WorkspaceDir, parse_day
from skillcli.cli.output import envelope, write_json
from skillcli.cli.place import now, user, workspace

Workbook = Annotated[
    Path, typer.Argument(metavar="目录.xlsx", help="按 skillcli template catalog 的模板填写的工作簿。")
]


Since = Annotated[
    str | None,
    typer.Option("--since", metavar="日期", help="与哪一天有效的目录比较，例如 2019-12-31。不写则与上一次导入的比较。"),
]
_EMPTY = "，按没有急需紧缺职业（工种）处理；还没有这个目录的，请删去这张表再导入"


def import_file(
    catalogue: Workbook, workspace_dir: WorkspaceDir = None, json: JsonTarget = None, quiet: Quiet = False
) -> None:
    """导入目录：培训项目及收费标准、急需紧缺、机构。每次导入都是一个新版本，旧的留底。

    没有填的工作表不导入，原来的仍然有效；只有“急需紧缺”例外，只有表头表示没有急需紧缺职业，
    没有这个目录时请删去这张表。有一个单元格不对，整个文件都不导入。

    例：
      skillcli catalog import 目录/目录.xlsx
    """
    from skillcli.jobs.catalogue import import_catalogue

    taken = import_catalogue(workspace(workspace_dir), catalogue, at=now(), person=user())
    console = Console(quiet=quiet, json_target=json)
    for title, rows in taken.sheets:
        console.say(f"已导入：{title} {rows:,} 行" + ("" if rows else _EMPTY))
    for title in taken.untouched:
        console.say(f"没有导入：{title}（没有这张表，或没有填）")
    sheets = [{"sheet": title, "rows": rows} for title, rows in taken.sheets]
    write_json(envelope("catalog import", sheets=sheets, untouched=list(taken.untouched)), json, booked=True)


def publish(
    as_of: AsOf = None,
    since: Since = None,
    workspace_dir: WorkspaceDir = None,
    json: JsonTarget = None,
    quiet: Quiet = False,
) -> None:
    """公布目录：写出目录公布稿，没有失效的都列出，与上一版不同的标出新增、调整、取消。

    机构的开户银行和账号不列。写出来的文件再查一遍，里面有身份证号、电话或账号的，不放出。
    公布以后，把公布日期和地方填进公开登记（skillcli template publications）再导入。

    例：
      skillcli catalog publish --since 2019-12-31
    """
    from msgspec.structs import asdict

    from skillcli.jobs.catalogue_publication import publish_catalogue

    made = publish_catalogue(
        workspace(workspace_dir), as_of=parse_day(as_of), since=None if since is None else parse_day(since)
    )
    console = Console(quiet=quiet, json_target=json)
    for each in made.sheets:
        compared = (
            "没有上一版"
            if each.since is None
            else f"与 {each.since} 比较：新增 {each.new:,}，调整 {each.changed:,}，取消 {each.gone:,}"
        )
        console.say(f"{each.sheet}　{each.entries:,} 项（{compared}）")
    console.say("目录公布稿：")
    console.path(made.path)
    sheets = [asdict(each) | {"since": None if each.since is None else each.since.isoformat()} for each in made.sheets]
    write_json(envelope("catalog publish", sheets=sheets, outputs=[str(made.path)]), json)
