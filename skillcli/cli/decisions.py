"""``skillcli override|answer|reference import``: what people and other offices say about single lines."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from skillcli.cli.console import Console
from skillcli.cli.options import JsonTarget, Quiet, WorkspaceDir
from skillcli.cli.output import envelope, write_json
from skillcli.cli.place import now, user, workspace

Overrides = Annotated[
    Path, typer.Argument(metavar="特殊审批.xlsx", help="按 skillcli template overrides 的模板填写的工作簿。")
]
Answers = Annotated[
    Path, typer.Argument(metavar="核实结果.xlsx", help="按 skillcli template answers 的模板填写的工作簿。")
]
Lists = Annotated[Path, typer.Argument(metavar="名单.xlsx", help="按 skillcli template reference 的模板填写的工作簿。")]


def import_overrides(
    overrides: Overrides, workspace_dir: WorkspaceDir = None, json: JsonTarget = None, quiet: Quiet = False
) -> None:
    """导入特殊审批：哪一行、理由、文号、审批人、有效期至，记入台账。

    只能批“待核实”和超过规定次数（D03）的行；重复申报、同一职业同一等级、证书属于别人的不能批。
    有一行不对，整个文件都不导入。导入后运行 skillcli pay --pending 生效。

    例：
      skillcli override import 特殊审批.xlsx
    """
    from skillcli.jobs.exceptions import import_overrides as record

    count = record(workspace(workspace_dir), overrides, at=now(), person=user())
    Console(quiet=quiet, json_target=json).say(f"已记入台账：特殊审批 {count:,} 行。请运行 skillcli pay --pending。")
    write_json(envelope("override import", rows=count), json, booked=True)


def import_answers(
    answers: Answers, workspace_dir: WorkspaceDir = None, json: JsonTarget = None, quiet: Quiet = False
) -> None:
    """导入核实结果：待核实的行缺的账号、用人单位、参保、释放日期等，连同证明材料和核实人记入台账。

    有一行不对，整个文件都不导入。导入后运行 skillcli pay --pending 重新审核。

    例：
      skillcli answer import 核实结果.xlsx
    """
    from skillcli.jobs.exceptions import import_answers as record

    count = record(workspace(workspace_dir), answers, at=now(), person=user())
    Console(quiet=quiet, json_target=json).say(f"已记入台账：核实结果 {count:,} 行。请运行 skillcli pay --pending。")
    write_json(envelope("answer import", rows=count), json, booked=True)


def import_lists(
    lists: Lists, workspace_dir: WorkspaceDir = None, json: JsonTarget = None, quiet: Quiet = False
) -> None:
    """导入比对名单（死亡、在校、养老待遇、财政供养、服刑等），以后每次审核都比对。

    同一个名称再次导入，以新的为准，旧的留底。有一行不对，整个文件都不导入。

    例：
      skillcli reference import 比对名单/死亡.xlsx
    """
    from skillcli.jobs.references import import_lists as record

    taken = record(workspace(workspace_dir), lists, at=now(), person=user())
    console = Console(quiet=quiet, json_target=json)
    for name, count in taken:
        console.say(f"已导入名单：{name} {count:,} 人")
    write_json(envelope("reference import", lists=dict(taken)), json, booked=True)
