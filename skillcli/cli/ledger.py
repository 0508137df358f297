"""``skillcli ledger``: keeping the ledger safe."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from skillcli.cli.console import Console
from skillcli.cli.options import JsonTarget, Quiet, WorkspaceDir
from skillcli.cli.output import envelope, write_json
from skillcli.cli.place import stamp, workspace

Target = Annotated[
    Path | None, typer.Argument(metavar="备份文件", help="写到哪里。不写则放在台账旁的“备份”文件夹，以时间命名。")
]


def verify(workspace_dir: WorkspaceDir = None, json: JsonTarget = None, quiet: Quiet = False) -> int:
    """核对台账：重算每一笔的链和合计，找出任何被改动、增加或删去的行。

    退出状态：0 完好；1 有问题。

    例：
      skillcli ledger verify
    """
    from skillcli.jobs.custody import verify as check

    found = check(workspace(workspace_dir))
    console = Console(quiet=quiet, json_target=json)
    if found.ok:
        console.say(f"台账完好：{found.transactions:,} 笔，{found.rows:,} 行，链头 {found.head}")
    else:
        console.warn(f"台账有 {len(found.problems)} 处问题：")
        for problem in found.problems:
            console.warn(problem)
    write_json(
        envelope(
            "ledger verify",
            ok=found.ok,
            problems=list(found.problems),
            head=found.head,
            transactions=found.transactions,
            rows=found.rows,
        ),
        json,
    )
    return 0 if found.ok else 1


def backup(
    target: Target = None, workspace_dir: WorkspaceDir = None, json: JsonTarget = None, quiet: Quiet = False
) -> None:
    """备份台账：随时可以运行，有人正在入账也不影响。

    要恢复时，把备份文件复制回台账的位置，再运行 skillcli ledger verify。

    例：
      skillcli ledger backup
      skillcli ledger backup D:/备份/ledger-2020-03.db
    """
    from skillcli.jobs.custody import backup as copy

    path = copy(workspace(workspace_dir), target, stamp=stamp())
    console = Console(quiet=quiet, json_target=json)
    console.say("已备份到：")
    console.path(path)
    write_json(envelope("ledger backup", outputs=[str(path)]), json)
