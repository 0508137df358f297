"""``skillcli pay``."""

from __future__ import annotations

from collections.abc import Mapping
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
Strict = Annotated[bool, typer.Option("--strict", help="有一行不予补贴或待核实，就整批不入账（退出状态 2）。")]
Partial = Annotated[
    bool, typer.Option("--partial", help="填写有错的行不入批次，另写成待修正花名册，改好后再报；其余照常入账。")
]
Kind = Annotated[
    str,
    typer.Option(
        "--kind",
        metavar="报送方式",
        help="full 整份报送（默认）、supplement 补充报送、correction 更正报送。没写到的人不会因此撤回。",
    ),
]
Corrects = Annotated[str, typer.Option("--corrects", metavar="批次号", help="更正报送更正的是哪个批次。")]
Duplicates = Annotated[
    int | None,
    typer.Option("--allow-duplicates", metavar="行数", help="确认有这么多行是以前申报过的，继续入账（照例不再补贴）。"),
]
Removals = Annotated[
    int | None,
    typer.Option("--confirm-removals", metavar="行数", help="更正报送：确认原批次有这么多行在新花名册里没有了。"),
]


def pay(
    month: Month,
    rosters: MaybeRosters = None,
    pending: Pending = False,
    strict: Strict = False,
    partial: Partial = False,
    kind: Kind = "full",
    corrects: Corrects = "",
    allow_duplicates: Duplicates = None,
    confirm_removals: Removals = None,
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

    一般情况下，不予补贴、待核实的行也记入批次，其余照付。加 --strict 则有一行这样就什么也不入账；
    加 --partial 则把身份证号、日期等填写有错的行留出来写成待修正花名册，不记为不予补贴，改好后直接报送这个文件。

    花名册里以前申报过的行太多时（skillcli.toml 的 [pay] duplicate_share），先停下来，核对后写
    --allow-duplicates 和行数再继续。

    更正报送（--kind correction --corrects 批次号）先用 skillcli batch diff 看增减。原批次有、新花名册没有的行，
    要用 --confirm-removals 写明行数，另写出减少名单：补贴照旧在账上，由经办人作废批次或逐行追回，
    从不自动撤回。改了内容的行按同一次培训查重，已入账的不会重复补贴。

    退出状态：0 全部拟补贴；1 有不予补贴、待核实、待明确或留出待修正的；2 没有入账，请先改正；
    4 已入账，但工作簿没有写出。

    例：
      skillcli pay 花名册/三月.xlsx --month 2020-03
      skillcli pay 甲校.xlsx 乙校.xlsx --month 2020-03 --as-of 2020-04-01
      skillcli pay 三月.xlsx --month 2020-03 --partial
      skillcli pay 更正.xlsx --month 2020-04 --kind correction --corrects 2020-03-1
      skillcli pay --pending --month 2020-04
    """
    if pending == bool(rosters):
        raise ClerkError(
            "--pending 和花名册只能写一样。" if pending else "没有写花名册。",
            "写花名册文件；或者只写 --pending，重新审核以前待核实、待明确的明细。",
        )
    _refuse_with_pending(
        pending,
        {
            "--sheet": sheet,
            "--strict": strict,
            "--partial": partial,
            "--kind": kind != "full",
            "--corrects": corrects,
            "--allow-duplicates": allow_duplicates is not None,
            "--confirm-removals": confirm_removals is not None,
        },
    )
    from skillcli.intake.process import ahead

    with ahead(rosters or ()):
        from skillcli.jobs.custody import too_large

        day = parse_day(as_of)
        place = workspace(workspace_dir)
        console = Console(quiet=quiet, json_target=json)
        at = now()
        _warn_of_clock(place, at, console)
        with console.progress() as progress:
            if rosters:
                from skillcli.jobs.pay import pay as job
                from skillcli.jobs.submission import Terms

                terms = Terms(kind, corrects.strip(), strict, partial, allow_duplicates, confirm_removals)
                outcome = job(
                    rosters, place, month, as_of=day, at=at, person=user(), progress=progress, sheet=sheet, terms=terms
                )
            else:
                from skillcli.jobs.pending import pay_pending

                outcome = pay_pending(place, month, as_of=day, at=at, person=user(), progress=progress)
    show_outcome(outcome, console)
    if outcome.batch is not None and too_large(place):
        console.say("台账已经很大，拨付前不再自动备份，请定期运行 skillcli ledger backup。")
    write_json(outcome.to_json() if json else {}, json, booked=outcome.batch is not None)
    return outcome.exit_code


def _refuse_with_pending(pending: bool, given: Mapping[str, object]) -> None:
    named = [name for name, value in given.items() if value]
    if pending and named:
        raise ClerkError(f"--pending 不读花名册，不能写 {'、'.join(named)}。", f"请去掉 {'、'.join(named)}。")


def _warn_of_clock(place: Workspace, at: str, console: Console) -> None:
    from skillcli.jobs.custody import clock_behind

    newest = clock_behind(place, at)
    if newest:
        console.warn(f"本机时间早于台账最后一笔的时间（{newest}），请校准时钟。台账仍按入账先后记。")
