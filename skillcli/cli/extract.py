"""``skillcli ledger export``: the whole ledger for auditors."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from skillcli.cli.console import Console
from skillcli.cli.options import JsonTarget, Quiet, WorkspaceDir
from skillcli.cli.output import envelope, write_json
from skillcli.cli.place import workspace
from skillcli.cli.summary import show_outputs
from skillcli.core.errors import ClerkError

Folder = Annotated[Path, typer.Argument(metavar="文件夹", help="写到哪个文件夹，应是新的或空的。")]
Xlsx = Annotated[bool, typer.Option("--xlsx", help="写成一个 Excel 工作簿，每张表一个工作表。")]
Parquet = Annotated[bool, typer.Option("--parquet", help="写成 Parquet 文件，每张表一个，供数据分析。")]
Reveal = Annotated[bool, typer.Option("--reveal", help="完整写出身份证号、账号、电话。不加则遮盖。")]


def export(
    folder: Folder,
    xlsx: Xlsx = False,
    parquet: Parquet = False,
    reveal: Reveal = False,
    workspace_dir: WorkspaceDir = None,
    json: JsonTarget = None,
    quiet: Quiet = False,
) -> int:
    """导出审计资料：整本台账的培训、补贴明细、问题、批次、支付、追回、口径、导入的表、流水，
    以及用过的政策文件，附各文件的校验值。

    身份证号、账号、电话默认遮盖，同一个人的人员编号相同；审计机关要完整号码的，加 --reveal，
    并按个人信息保管。同一本台账导出的文件逐字节相同。

    退出状态：0 已导出；1 已导出，但台账核对有问题；2 没有导出，请先改正。

    例：
      skillcli ledger export 审计资料 --xlsx
      skillcli ledger export 审计资料 --xlsx --parquet --reveal
    """
    from skillcli.jobs.extract import export as write

    if not (xlsx or parquet):
        raise ClerkError("没有写导出成什么。", "加上 --xlsx（Excel 工作簿）或 --parquet，也可以都加。")
    done = write(workspace(workspace_dir), folder, xlsx=xlsx, parquet=parquet, reveal=reveal)
    console = Console(quiet=quiet, json_target=json)
    console.say(f"台账链头 {done.head}")
    for title, rows in done.rows.items():
        if rows:
            console.say(f"{title} {rows:,} 行", indent=2)
    for problem in done.problems:
        console.warn(problem)
    if reveal:
        console.warn("写出的文件里有完整的身份证号和账号，请按个人信息保管。")
    show_outputs(done.outputs, console)
    outputs = [str(path) for path in done.outputs]
    result = envelope("ledger export", head=done.head, rows=done.rows, problems=list(done.problems), outputs=outputs)
    write_json(result, json)
    return 1 if done.problems else 0
