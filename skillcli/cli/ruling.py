"""``skillcli ruling``: what the office decided where the text is silent."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from skillcli.cli.console import Console
from skillcli.cli.options import JsonTarget, PolicyId, Quiet, WorkspaceDir
from skillcli.cli.output import envelope, write_json
from skillcli.cli.place import now, user, workspace, workspace_or_none

Workbook = Annotated[
    Path, typer.Argument(metavar="政策口径.xlsx", help="按 skillcli template readings 的模板填写的工作簿。")
]


def list_readings(
    policy: PolicyId = None, workspace_dir: WorkspaceDir = None, json: JsonTarget = None, quiet: Quiet = False
) -> None:
    """列出一个政策的全部口径：问题、条款、默认、认定和状态。

    例：
      skillcli ruling list
      skillcli ruling list --policy taiyuan-2019
    """
    from skillcli.jobs.policies import choose
    from skillcli.policy.describe import readings

    chosen = choose(policy, workspace_or_none(workspace_dir), Path.cwd())
    section = readings(chosen)
    rows = [dict(zip(section.columns, row, strict=True)) for row in section.rows]
    console = Console(quiet=quiet, json_target=json)
    console.say(f"{chosen.title}（{chosen.id}）")
    for row in rows:
        console.say()
        console.say(f"{row['口径键']}　{row['状态']}　条款 {row['条款']}")
        console.say(f"问题：{row['问题']}", indent=2)
        decided = " ".join(row[key] for key in ("认定", "认定人", "文号", "日期") if row[key])
        if decided:
            console.say(f"认定：{decided}", indent=2)
        if row["默认"]:
            console.say(f"默认：{row['默认']}", indent=2)
    found = [
        {"key": r["口径键"], "question": r["问题"], "clause": r["条款"], "default": r["默认"], "decided": r["认定"]}
        for r in rows
    ]
    write_json(envelope("ruling list", policy=chosen.id, rulings=found), json)


def import_file(
    readings: Workbook, workspace_dir: WorkspaceDir = None, json: JsonTarget = None, quiet: Quiet = False
) -> None:
    """导入口径：单位对政策没写明的问题所作的认定，连同认定人、文号、日期记入台账。

    有一行不对，整个文件都不导入；已经导入过的行不重复记。

    例：
      skillcli ruling import 目录/政策口径.xlsx
    """
    from msgspec.structs import asdict

    from skillcli.jobs.rulings import import_rulings

    changes = import_rulings(workspace(workspace_dir), readings, at=now(), person=user())
    console = Console(quiet=quiet, json_target=json)
    if not changes:
        console.say("没有新的认定：文件里没有填写，或填写的都已经在台账里。")
    for change in changes:
        before = change.before or "未定"
        console.say(f"{change.policy} {change.key}（{change.title}）：{before} → {change.after}")
    write_json(envelope("ruling import", changes=[asdict(change) for change in changes]), json, booked=True)
