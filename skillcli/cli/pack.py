"""``skillcli pack``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from skillcli.cli.console import Console
from skillcli.cli.options import JsonTarget, Quiet, WorkspaceDir
from skillcli.cli.output import envelope, write_json
from skillcli.cli.place import workspace

Target = Annotated[Path, typer.Argument(metavar="文件.skillpack", help="写到哪个文件。")]


def pack(target: Target, workspace_dir: WorkspaceDir = None, json: JsonTarget = None, quiet: Quiet = False) -> None:
    """把本单位的政策、口径、目录写成一个政策包，发给培训机构自查用。

    里面没有人员，没有台账；机构的银行账号只留后四位。机构用 skillcli validate --pack 按它测算，
    结果与本单位一致。请把显示的 SHA-256 一并告知机构。同样的政策、口径、目录写出的文件完全一样。

    例：
      skillcli pack 林口.skillpack
    """
    from skillcli.jobs.pack import write_pack
    from skillcli.ledger.ledger import CATALOGUE_SHEETS

    written = write_pack(workspace(workspace_dir), target)
    console = Console(quiet=quiet, json_target=json)
    console.say(f"政策：{written.policy.title}（{written.policy.id}）　口径 {written.readings} 条")
    rows = {table.title: getattr(written.catalogue, name) for name, table in CATALOGUE_SHEETS.items()}
    counts = {title: None if frame is None else len(frame) for title, frame in rows.items()}
    for title, count in counts.items():
        console.say(f"{title}：" + ("没有导入" if count is None else f"{count:,} 行"))
    console.say(f"SHA-256：{written.sha256}")
    console.say("已写出：")
    console.path(written.path)
    content = {"policy": written.policy.id, "sha256": written.sha256, "readings": written.readings, "sheets": counts}
    write_json(envelope("pack", **content, outputs=[str(written.path)]), json)
