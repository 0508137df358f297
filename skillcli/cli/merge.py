"""``skillcli report merge``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from skillcli.cli.console import Console
from skillcli.cli.options import JsonTarget, Quiet, WorkspaceDir
from skillcli.cli.output import envelope, write_json
from skillcli.cli.place import workspace_or_none
from skillcli.cli.summary import show_outputs
from skillcli.core.money import yuan_text

Reports = Annotated[list[Path], typer.Argument(metavar="报告", help="各单位的报告，里面有“上报表”。")]
Out = Annotated[Path, typer.Option("--out", metavar="文件.xlsx", help="合并后写到哪个文件。")]


def merge(
    reports: Reports,
    out: Out = Path("上报合并.xlsx"),
    workspace_dir: WorkspaceDir = None,
    json: JsonTarget = None,
    quiet: Quiet = False,
) -> None:
    """合并几个单位的“上报表”：逐格相加，并证明合计等于各份之和。

    各份报告须是同一政策、同一期间、同一口径。有一份的合计与它的各行之和不等，就不合并。
    合并后的文件也有“上报表”，可以再往上合并。

    例：
      skillcli report merge 林口镇报告.xlsx 古城镇报告.xlsx --out 全县上报表.xlsx
    """
    from skillcli.jobs.merge import merge as job

    place = workspace_or_none(workspace_dir)
    done = job(reports, out, agency=place.agency if place else "")
    console = Console(quiet=quiet, json_target=json)
    console.say(f"已合并 {len(done.sent)} 份，逐格相加，合计一致：")
    for each in done.sent:
        console.say(f"{each.head['填报单位'] or each.path.name}", indent=2)
    console.say(
        f"补贴 {done.totals['subsidised']:,} 人次，{done.totals['lines']:,} 条，{yuan_text(done.totals['amount_fen'])} 元"
    )
    show_outputs((done.output,), console)
    files = [{"path": str(each.path), "sha256": each.sha256, "office": each.head["填报单位"]} for each in done.sent]
    write_json(envelope("report merge", files=files, totals=done.totals, outputs=[str(done.output)]), json)
