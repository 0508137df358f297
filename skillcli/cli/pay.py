"""``skillcli pay``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from skillcli.cli.console import Console
from skillcli.cli.options import AsOf, JsonTarget, MaybeRosters, Month, Quiet, SheetName, WorkspaceDir, parse_day
from skillcli.cli.output import write_json
from skillcli.cli.place import now, user, workspace
from skillcli.cli.summary import show_outcome
from skillcli.core.errors import ClerkError

if TYPE_CHECKING:
    from skillcli.jobs.workspace import Workspace

Pending = Annotated[bool, typer.Option("--pending", help="不读花名册，只把以前批次里待核实、待明确的明细重新审核。")]


def pay(
    month: Month,
    rosters: MaybeRosters = None,
    pending: Pending = False,
    sheet: SheetName = None,
    as_of: AsOf = None,
    workspace_dir: WorkspaceDir = None,
    json: JsonTarget = None,
    quiet: Quiet = False,
) -> int:
    """每月拨付：审核花名册，对照台账查重，入账成一个批次，写出拨付表。

    同样的文件、同一个月再运行一次，还是同一个批次，不会重复入账。批次先是草稿，
    经 skillcli batch approve 批准。工作簿写在工作区的 输出/批次号/ 里。

    加 --pending 则不用花名册：导入新的口径、目录、核实结果、特殊审批以后，把以前待核实、
    待明确的明细重新审核，能定下来的另成一个批次。

    退出状态：0 全部拟补贴；1 有不予补贴、待核实或待明确的；2 没有入账，请先改正；
    4 已入账，但工作簿没有写出。

    例：
      skillcli pay 花名册/三月.xlsx --month 2020-03
      skillcli pay 甲校.xlsx 乙校.xlsx --month 2020-03 --as-of 2020-04-01
      skillcli pay --pending --month 2020-04
    """
    if pending == bool(rosters):
        raise ClerkError(
            "--pending 和花名册只能写一样。" if pending else "没有写花名册。",
            "写花名册文件；或者只写 --pending，重新审核以前待核实、待明确的明细。",
        )
    if pending and sheet is not None:
        raise ClerkError("--pending 不读花名册，不能写 --sheet。", "请去掉 --sheet。")
    day = parse_day(as_of)
    place = workspace(workspace_dir)
    console = Console(quiet=quiet, json_target=json)
    at = now()
    _warn_of_clock(place, at, console)
    with console.progress() as progress:
        if rosters:
            from skillcli.jobs.pay import pay as job

            outcome = job(rosters, place, month, as_of=day, at=at, person=user(), progress=progress, sheet=sheet)
        else:
            from skillcli.jobs.pending import pay_pending

            outcome = pay_pending(place, month, as_of=day, at=at, person=user(), progress=progress)
    show_outcome(outcome, console)
    write_json(outcome.to_json() if json else {}, json, booked=outcome.batch is not None)
    return outcome.exit_code


def _warn_of_clock(place: Workspace, at: str, console: Console) -> None:
    from skillcli.jobs.custody import clock_behind

    newest = clock_behind(place, at)
    if newest:
        console.warn(f"本机时间早于台账最后一笔的时间（{newest}），请校准时钟。台账仍按入账先后记。")
