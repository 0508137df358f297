"""``skillcli explain``: the whole story of a person, a certificate or a line."""

from __future__ import annotations

from typing import Annotated

import typer

from skillcli.cli.console import Console
from skillcli.cli.options import JsonTarget, Quiet, WorkspaceDir
from skillcli.cli.output import envelope, write_json
from skillcli.cli.place import workspace

Wanted = Annotated[
    str,
    typer.Argument(metavar="身份证号|证书编号|批次行号", help="身份证号可只写后四位，但要同时写 --name 姓名。"),
]
Name = Annotated[str, typer.Option("--name", metavar="姓名", help="只看这个姓名的。")]


def explain(
    wanted: Wanted,
    name: Name = "",
    workspace_dir: WorkspaceDir = None,
    json: JsonTarget = None,
    quiet: Quiet = False,
) -> None:
    """说明一个人、一张证书或一行的来龙去脉：每次培训、每个决定、条款、金额怎样算出。

    身份证号在屏幕上只显示前三位和后四位。

    例：
      skillcli explain 2020-03-1/000123
      skillcli explain 1234 --name 张三
    """
    from msgspec import to_builtins

    from skillcli.jobs import explain as job
    from skillcli.ledger.batch import TITLES

    story = job.explain(workspace(workspace_dir), wanted, name=name)
    console = Console(quiet=quiet, json_target=json)
    for number, training in enumerate(story):
        if number:
            console.say()
        console.say(f"批次 {training.batch}（{TITLES[training.status]}）　{training.name} {training.person}")
        console.say(f"培训：{training.what}", indent=2)
        console.say(f"来源：{training.place}", indent=2)
        if not training.lines:
            console.say("没有可享受的补贴", indent=2)
        for line in training.lines:
            freed = "" if line.live or not line.amount_fen else "（已退回）"
            console.say(f"{line.line_no}　{line.title}　{line.verdict}{freed}", indent=2)
            console.say(f"金额：{line.steps}", indent=6)
            details = [("收款方", line.payee), ("资金渠道", line.fund), ("依据", line.clause)]
            console.say("　".join(f"{title}：{text}" for title, text in details if text), indent=6)
            for event in line.trail:
                console.say(event, indent=6)
        for finding in training.findings:
            aimed = f"（{finding.line}）" if finding.line else ""
            clause = f"　依据 {finding.clause}" if finding.clause else ""
            console.say(f"{finding.code} {finding.severity}{aimed}：{finding.message}{clause}", indent=2)
    write_json(envelope("explain", trainings=to_builtins(story)), json)
