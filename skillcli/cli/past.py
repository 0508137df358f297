"""``skillcli ledger import-history``: earlier years' Excel lists."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from skillcli.cli.console import Console
from skillcli.cli.options import JsonTarget, Quiet, WorkspaceDir, today
from skillcli.cli.output import envelope, write_json
from skillcli.cli.place import now, stamp, user, workspace
from skillcli.core.money import yuan_text

if TYPE_CHECKING:
    from skillcli.jobs.past import Checked, Imported

List = Annotated[
    Path, typer.Argument(metavar="以往台账.xlsx", help="按 skillcli template history 的模板填写的工作簿。")
]
Check = Annotated[bool, typer.Option("--check", help="只核对，不导入：把全部问题写成清单。")]
Out = Annotated[Path | None, typer.Option("--out", metavar="文件夹", help="问题清单写到哪里。不写则在原文件旁边。")]


def import_history(
    past: List,
    check: Check = False,
    out: Out = None,
    workspace_dir: WorkspaceDir = None,
    json: JsonTarget = None,
    quiet: Quiet = False,
) -> int:
    """导入以往年度的拨付台账：每一行是一笔已经拨付的补贴，以后报来的花名册都与它查重。

    按拨付日期的月份记成批次，编号用该月的下一个号（如 2019-06-1），状态为已办结。身份证号、
    补贴项目、金额、日期有一行不对，或者与台账里已有的、本表前面的是同一项补贴，整个文件都不
    导入；加 --check 可以先看全部问题。同一个文件再导入一次，还是同一次导入。正式导入前自动备份台账。

    退出状态：0 已导入，或核对没有问题；1 核对有问题；2 没有导入，请先改正。

    例：
      skillcli ledger import-history 2019年台账.xlsx --check
      skillcli ledger import-history 2019年台账.xlsx
    """
    from skillcli.jobs import past as jobs

    place = workspace(workspace_dir)
    console = Console(quiet=quiet, json_target=json)
    if check:
        checked = jobs.check_history(place, past, as_of=today(), out=out)
        _tell_check(checked, console)
        write_json(_check_json(checked), json)
        return 1 if checked.findings else 0
    done = jobs.import_history(place, past, as_of=today(), at=now(), person=user(), stamp=stamp())
    _tell(done, console)
    write_json(_json(done), json, booked=True)
    return 0


def _tell(done: Imported, console: Console) -> None:
    state = "以前已经导入过，这次没有重复记" if done.already else "已导入"
    console.say(f"{state}：{done.rows:,} 笔，{yuan_text(done.amount_fen)} 元")
    for head in done.batches:
        line = f"{head.id}　{head.trainings:,} 人次，{head.lines:,} 条，{yuan_text(head.amount_fen)} 元"
        console.say(line, indent=2)
    _passed_over(done.passed_over, console)
    if done.backup is not None:
        console.say("导入前的台账备份在：")
        console.path(done.backup)


def _tell_check(checked: Checked, console: Console) -> None:
    rows = {(finding.place.sheet, finding.place.row) for finding in checked.findings}
    console.say(f"核对 {checked.rows:,} 行，有问题的 {len(rows):,} 行。" + ("" if rows else "可以导入。"))
    _passed_over(checked.passed_over, console)
    console.say("问题清单：")
    console.path(checked.output)


def _passed_over(sheets: tuple[str, ...], console: Console) -> None:
    if sheets:
        console.say(f"没有读取的工作表（隐藏的，或没有以往台账的表头）：{'、'.join(sheets)}")


def _json(done: Imported) -> dict[str, object]:
    batches = [
        {"id": head.id, "month": head.month, "lines": head.lines, "amount_fen": head.amount_fen}
        for head in done.batches
    ]
    return envelope(
        "ledger import-history",
        rows=done.rows,
        amount_fen=done.amount_fen,
        batches=batches,
        already=done.already,
        passed_over=list(done.passed_over),
        backup=str(done.backup) if done.backup else None,
    )


def _check_json(checked: Checked) -> dict[str, object]:
    findings = [
        {
            "code": finding.code,
            "sheet": finding.place.sheet,
            "row": finding.place.row,
            "column": finding.place.column,
            "message": finding.message,
        }
        for finding in checked.findings
    ]
    return envelope("ledger import-history", rows=checked.rows, findings=findings, outputs=[str(checked.output)])
