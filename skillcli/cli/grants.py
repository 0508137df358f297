"""``skillcli grants``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from skillcli.cli.console import Console
from skillcli.cli.options import AsOf, JsonTarget, Month, Quiet, WorkspaceDir, parse_day
from skillcli.cli.output import write_json
from skillcli.cli.place import now, user, workspace
from skillcli.cli.summary import show_outcome

Sheet = Annotated[
    Path, typer.Argument(metavar="项目补助.xlsx", help="按 skillcli template grants 的模板填写的工作簿。")
]


def grants(
    sheet: Sheet,
    month: Month,
    as_of: AsOf = None,
    workspace_dir: WorkspaceDir = None,
    json: JsonTarget = None,
    quiet: Quiet = False,
) -> int:
    """单位的项目补助（实训基地、技能大师工作室等）：审核、对照台账、入账成一个批次，写出拨付表。

    同一单位的同一项目只补一次，评估类同一认定文号只补一次；对照台账和本表，按单位名称和
    统一社会信用代码认单位。文件没写金额的项目为待明确，登记口径后把同一个文件再运行一次。
    批次的公示、批准、支付与花名册的批次一样。

    退出状态：0 全部拟补贴；1 有不予补贴、待核实或待明确的；2 没有入账，请先改正；
    4 已入账，但工作簿没有写出。

    例：
      skillcli template grants 项目补助.xlsx
      skillcli grants 项目补助.xlsx --month 2020-03
    """
    from skillcli.jobs.grants import pay_grants

    day = parse_day(as_of)
    place = workspace(workspace_dir)
    console = Console(quiet=quiet, json_target=json)
    with console.progress() as progress:
        outcome = pay_grants(place, sheet, month, as_of=day, at=now(), person=user(), progress=progress)
    show_outcome(outcome, console)
    write_json(outcome.to_json() if json else {}, json, booked=outcome.batch is not None)
    return outcome.exit_code
