"""``skillcli report`` and ``skillcli tie-out``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from skillcli.cli.console import Console
from skillcli.cli.options import AsOf, JsonTarget, Quiet, WorkspaceDir, parse_day
from skillcli.cli.output import envelope, write_json
from skillcli.cli.place import now, user, workspace
from skillcli.cli.summary import show_outputs
from skillcli.core import period
from skillcli.core.errors import ClerkError
from skillcli.core.money import yuan_text

if TYPE_CHECKING:
    from pathlib import Path

    from skillcli.core.period import Period
    from skillcli.jobs.report import Written
    from skillcli.reports.period_facts import Clock

Quarter = Annotated[str, typer.Argument(metavar="季度", help="例如 2020Q1。")]
Year = Annotated[str, typer.Argument(metavar="年度", help="例如 2020。")]
First = Annotated[str, typer.Argument(metavar="起始日期", help="例如 2020-01-01。")]
Last = Annotated[str, typer.Argument(metavar="截止日期", help="例如 2020-03-31，当天包括在内。")]
Days = Annotated[str, typer.Argument(metavar="期间", help="季度 2020Q1、年度 2020 或月份 2020-03。")]
ClockName = Annotated[
    str | None,
    typer.Option(
        "--clock",
        metavar="日期口径",
        help="人次和金额都按哪个日期归入本期：training 结课日期，certificate 发证日期，payment 支付日期，"
        "booked 拨付月份。不写则人次按发证日期，金额按拨付月份。",
    ),
]
AsIssued = Annotated[
    str | None,
    typer.Option("--as-issued", metavar="日期", help="重出那一天当时的报告，此后的作废、追回都不算在内。"),
]


def quarterly(
    quarter: Quarter,
    clock: ClockName = None,
    as_issued: AsIssued = None,
    as_of: AsOf = None,
    workspace_dir: WorkspaceDir = None,
    json: JsonTarget = None,
    quiet: Quiet = False,
) -> None:
    """季度报告：只凭台账统计，写成 输出/报告/ 里的一个工作簿。

    先核对台账的链，核对不上就不出。此后有作废、追回、补审的，再出一次会按新的情况重算，
    并在“数据调整说明”里逐项列出与上次报告的差异。

    例：
      skillcli report quarterly 2020Q1
      skillcli report quarterly 2020Q1 --as-issued 2020-04-10
    """
    _report("quarterly", period.quarter(quarter), clock, as_issued, as_of, workspace_dir, json, quiet)


def annual(
    year: Year,
    clock: ClockName = None,
    as_issued: AsIssued = None,
    as_of: AsOf = None,
    workspace_dir: WorkspaceDir = None,
    json: JsonTarget = None,
    quiet: Quiet = False,
) -> None:
    """年度报告：内容同季度报告，另有绩效自评表。

    例：
      skillcli report annual 2020
    """
    _report("annual", period.year(year), clock, as_issued, as_of, workspace_dir, json, quiet)


def any_period(
    first: First,
    last: Last,
    clock: ClockName = None,
    as_issued: AsIssued = None,
    as_of: AsOf = None,
    workspace_dir: WorkspaceDir = None,
    json: JsonTarget = None,
    quiet: Quiet = False,
) -> None:
    """任意一段日期的报告，首尾两天都包括在内。

    例：
      skillcli report period 2020-01-01 2020-03-31
      skillcli report period 2019-07-01 2020-06-30 --clock certificate
    """
    days = period.between(parse_day(first), parse_day(last))
    _report("period", days, clock, as_issued, as_of, workspace_dir, json, quiet)


def _report(
    kind: str,
    days: Period,
    clock: str | None,
    as_issued: str | None,
    as_of: str | None,
    workspace_dir: Path | None,
    json: str | None,
    quiet: bool,
) -> None:
    from skillcli.ledger.beside import ahead

    if as_issued is not None and as_of is not None:
        raise ClerkError("--as-issued 和 --as-of 只能写一个。", "重出当时的报告只写 --as-issued。")
    console = Console(quiet=quiet, json_target=json)
    place = workspace(workspace_dir)
    with ahead(place.ledger), console.progress() as progress:
        from skillcli.jobs.report import report as job

        written = job(
            place,
            kind,
            days,
            clock=_clock(clock),
            as_of=parse_day(as_of),
            at=now(),
            person=user(),
            as_issued=None if as_issued is None else parse_day(as_issued),
            progress=progress,
        )
    _show(written, console)
    write_json(_envelope(kind, written), json)


def _clock(name: str | None) -> Clock:
    from skillcli.reports.period_facts import Clock

    if name is None:
        return Clock.USUAL
    known = [clock for clock in Clock if clock]
    if name not in known:
        words = "、".join(f"{clock}（{clock.words}）" for clock in known)
        raise ClerkError(f"没有“{name}”这种日期口径。", f"可用的：{words}。")
    return Clock(name)


def _show(written: Written, console: Console) -> None:
    figures = written.report.totals
    console.say(f"{written.facts.period.title}　{written.facts.policy.title}")
    console.say(
        f"补贴 {figures['subsidised']:,} 人次，{figures['persons']:,} 人，{figures['lines']:,} 条，"
        f"金额 {yuan_text(figures['amount_fen'])} 元，其中已支付 {yuan_text(figures['paid_fen'])} 元"
    )
    for line in _director(written):
        console.say(line)
    if written.differences:
        console.say(f"与上次出的同一报告有 {written.differences:,} 处数字不同，见“数据调整说明”")
    if written.same_bytes is not None:
        console.say(
            "与当时的文件逐字节相同" if written.same_bytes else "与当时的文件不完全相同（工具版本不同时会这样）"
        )
    checked = written.checked
    if checked.checkpoint is not None:
        console.say(
            f"台账已核对：链条和报告统计的列全部重新核对，明细行重读 {checked.rows:,} 行；第 {checked.checkpoint.upto} 笔以前的 "
            f"{checked.passed_over:,} 行以当时的核对点为准（要全部重读，请运行 skillcli ledger verify）"
        )
    show_outputs((written.path,), console)


def _director(written: Written) -> Iterator[str]:
    """What a director asks for besides the money: targets, pass rate, what still waits, employment."""
    made, figures = written.report, written.report.totals
    for target in made.targets:
        goal, rate = target["goal"], target["rate"]
        share = f"，完成率 {rate / 100:.2f}%" if isinstance(rate, int) else ""
        known = f"目标 {goal:,} 人次" if isinstance(goal, int) else "文件未定目标"
        yield f"{target['title']}：{known}，累计完成 {target['done']:,} 人次{share}"
    submitted, passed = figures["submitted"], figures["passed"]
    rate_of = f"，合格率 {passed / submitted * 100:.2f}%" if submitted else ""
    yield f"申报 {submitted:,} 人次，合格 {passed:,} 人次{rate_of}"
    waiting = made.waiting
    yield f"待核实、待明确 {waiting['lines']:,} 条，能测算的金额 {yuan_text(waiting['stake_fen'])} 元"
    found = made.employment
    if found is None:
        yield "就业率：未填（没有登记就业跟踪名单）"
    else:
        employed = found["employed"] / found["trainees"] * 100
        yield f"就业率 {employed:.2f}%（应跟踪 {found['trainees']:,} 人，就业 {found['employed']:,} 人）"


def _envelope(kind: str, written: Written) -> dict[str, object]:
    facts = written.facts
    return envelope(
        f"report {kind}",
        policy={"id": facts.policy.id, "sha256": facts.policy.sha256},
        period={"first": facts.period.first.isoformat(), "last": facts.period.last.isoformat()},
        clock={"people": facts.clock.people, "money": facts.clock.money},
        as_of=facts.as_of.isoformat(),
        ledger={"position": facts.entries.position, "head": facts.entries.head},
        totals=written.report.totals,
        targets=written.report.targets,
        waiting=written.report.waiting,
        employment=written.report.employment,
        differences=written.differences,
        same_bytes=written.same_bytes,
        sha256=written.sha256,
        outputs=[str(written.path)],
    )


def tie_out(
    days: Days,
    as_of: AsOf = None,
    workspace_dir: WorkspaceDir = None,
    json: JsonTarget = None,
    quiet: Quiet = False,
) -> int:
    """对账：证明报告、台账、各批次的拨付表分文不差；有差别的，逐项指出在哪里、差多少。

    台账先自己核对一遍。已写出的拨付表和报告会重新读回来比对，没有写出的注明未比对。

    退出状态：0 全部一致；1 有不一致的。

    例：
      skillcli tie-out 2020Q1
      skillcli tie-out 2020-03
    """
    from skillcli.jobs.tie_out import tie_out as job

    console = Console(quiet=quiet, json_target=json)
    with console.progress() as progress:
        found = job(workspace(workspace_dir), period.written(days), as_of=parse_day(as_of), progress=progress)
    back = f"，另有拨付后追回 {yuan_text(found.back_fen)} 元" if found.back_fen else ""
    console.say(f"{found.facts.period.title}　台账：补贴 {yuan_text(found.amount_fen)} 元{back}")
    for problem in found.problems:
        console.warn(f"台账：{problem}")
    for check in found.checks:
        (console.say if check.ok else console.warn)(check.sentence)
    console.say("全部一致。" if found.ok else "有不一致的地方，见上。")
    write_json(
        envelope(
            "tie-out",
            ok=found.ok,
            problems=list(found.problems),
            amount_fen=found.amount_fen,
            back_fen=found.back_fen,
            checks=[
                {
                    "what": check.what,
                    "ok": check.ok,
                    "compared": check.compared,
                    "ledger_fen": check.ledger_fen,
                    "found_fen": check.found_fen,
                    "remark": check.remark,
                }
                for check in found.checks
            ],
        ),
        json,
    )
    return 0 if found.ok else 1
