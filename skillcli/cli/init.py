"""``skillcli init``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from skillcli.cli.console import Console
from skillcli.cli.options import JsonTarget, Quiet
from skillcli.cli.output import envelope, write_json

Folder = Annotated[Path, typer.Argument(metavar="目录", help="工作区放在哪个文件夹，没有则新建。")]
Policy = Annotated[
    str, typer.Option("--policy", metavar="政策", help="政策编号（见 skillcli policy list）或政策文件的路径。")
]
Agency = Annotated[str, typer.Option("--agency", metavar="名称", help="单位名称，印在各张表上。")]
LedgerPlace = Annotated[
    str | None,
    typer.Option(
        "--ledger",
        metavar="位置",
        help="台账的位置。不写则为工作区里的 台账/ledger.db；几个人共用时写 PostgreSQL 的地址。",
    ),
]


def init(
    folder: Folder,
    policy: Policy,
    agency: Agency = "",
    ledger: LedgerPlace = None,
    json: JsonTarget = None,
    quiet: Quiet = False,
) -> None:
    """建立工作区：设置、台账，目录、比对名单、台账、花名册四个文件夹和空白模板。

    已经有的文件一个也不改动。

    例：
      skillcli init 工作区 --policy taiyuan-2019 --agency 某市人力资源和社会保障局
    """
    from skillcli.jobs import setup
    from skillcli.jobs.settings import DEFAULT_LEDGER
    from skillcli.jobs.workspace import policy_source

    done = setup.init(folder, policy_source(policy, Path.cwd()), agency=agency, ledger=ledger or DEFAULT_LEDGER)
    console = Console(quiet=quiet, json_target=json)
    console.say("工作区已建立：")
    console.path(done.root)
    console.say(f"政策：{done.policy.title}（{done.policy.id}）")
    for name in done.made:
        console.say(f"新建 {name}", indent=2)
    for name in done.kept:
        console.say(f"已有，未改动 {name}", indent=2)
    console.say("下一步：填好“目录/目录.xlsx”，进入工作区运行 skillcli catalog import 目录/目录.xlsx")
    write_json(envelope("init", workspace=str(done.root), policy=done.policy.id, made=done.made, kept=done.kept), json)
