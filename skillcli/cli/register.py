"""``skillcli register``: the office's registers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from skillcli.cli.console import Console
from skillcli.cli.options import AsOf, JsonTarget, Quiet, WorkspaceDir, parse_day
from skillcli.cli.output import envelope, write_json
from skillcli.cli.place import now, user, workspace

Workbook = Annotated[Path, typer.Argument(metavar="登记.xlsx", help="按 skillcli template 的模板填写的登记工作簿。")]


def import_file(
    register: Workbook,
    as_of: AsOf = None,
    workspace_dir: WorkspaceDir = None,
    json: JsonTarget = None,
    quiet: Quiet = False,
) -> None:
    """导入登记：开班登记、任务分解、资金台账、检查登记、异议登记、公开登记、五免一助、职工教育经费。

    是哪一种，看工作表的名称和表头，一个文件里可以有几种。登记只增不改：同一条再次导入而内容有变的，
    是新的版本，以新的为准；要作废的，在“作废”一栏填“是”再导入。同一个文件再导入一次，什么也不记。
    有一个单元格不对，整个文件都不导入，问题逐格标在“-审核意见”副本里。

    例：
      skillcli register import 台账/开班登记.xlsx
    """
    from msgspec.structs import asdict

    from skillcli.jobs.registers import import_registers

    place = workspace(workspace_dir)
    taken = import_registers(place, register, as_of=parse_day(as_of), at=now(), person=user())
    console = Console(quiet=quiet, json_target=json)
    for each in taken:
        parts = [("新登记", each.new), ("更改", each.changed), ("作废", each.withdrawn), ("与台账相同", each.same)]
        told = "，".join(f"{word} {count:,} 条" for word, count in parts if count)
        state = "已导入" if each.booked else "没有变化，没有重复记"
        console.say(f"{state}：{each.title} {each.rows:,} 行（{told}）")
    registers = [asdict(each) | {"booked": each.booked} for each in taken]
    write_json(envelope("register import", registers=registers), json, booked=True)


def list_registers(workspace_dir: WorkspaceDir = None, json: JsonTarget = None, quiet: Quiet = False) -> None:
    """列出各种登记现有多少条、导入过几次、最近一次是哪天。

    例：
      skillcli register list
    """
    from skillcli.jobs.registers import imported
    from skillcli.ledger.chain import china_day

    console = Console(quiet=quiet, json_target=json)
    records = []
    for register, entries, imports in imported(workspace(workspace_dir)):
        table = register.table
        if entries is None:
            console.say(f"{table.title}　没有导入（模板：skillcli template {table.kind}）")
        else:
            last = china_day(imports["at"].iloc[-1])
            console.say(f"{table.title}　现有 {len(entries):,} 条，导入 {len(imports):,} 次，最近 {last}")
        records.append(
            {
                "kind": table.kind,
                "title": table.title,
                "entries": None if entries is None else len(entries),
                "imports": [
                    {key: row[key] for key in ("seq", "at", "person", "path", "sha256", "rows")}
                    for row in imports.to_dict("records")
                ],
            }
        )
    write_json(envelope("register list", registers=records), json)
