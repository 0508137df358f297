"""``skillcli advance`` and ``skillcli settle``: paying ahead for a class, and its final account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from skillcli.cli.console import Console
from skillcli.cli.options import JsonTarget, Quiet, WorkspaceDir, parse_day, today
from skillcli.cli.output import envelope, write_json
from skillcli.cli.place import now, user, workspace
from skillcli.cli.summary import show_outputs
from skillcli.cli.yuan import parse_percent, parse_yuan
from skillcli.core.errors import ClerkError
from skillcli.core.money import yuan_text

if TYPE_CHECKING:
    from skillcli.jobs.advance import Outcome

ClassNo = Annotated[str, typer.Argument(metavar="班级编号", help="开班登记的班级编号，和花名册里写的一样。")]
Institution = Annotated[str, typer.Option("--institution", metavar="名称", help="培训机构全称。不写则按开班登记。")]
Employer = Annotated[str, typer.Option("--employer", metavar="名称", help="补贴付给用人单位的班，写用人单位全称。")]
Heads = Annotated[
    int | None, typer.Option("--heads", metavar="人数", help="计划人数。不写则按开班登记；不能多于登记的人数。")
]
Standard = Annotated[
    str | None,
    typer.Option("--standard", metavar="元", help="每人补贴标准，单位元。不写则按目录里这个班级职业的收费标准。"),
]
Ratio = Annotated[
    str | None, typer.Option("--ratio", metavar="百分数", help="拨付比例，例如 50。不写则按政策的默认比例。")
]
Category = Annotated[
    str, typer.Option("--category", metavar="人员类别", help="政策另定比例的人员，例如 去产能失业人员。")
]
Day = Annotated[str | None, typer.Option("--date", metavar="日期", help="拨付日期，不写则为今天。")]
Document = Annotated[str, typer.Option("--document", metavar="文号", help="审批单的文号，记入台账。")]
Net = Annotated[bool, typer.Option("--net/--demand", help="多出的部分从下次拨付中抵扣（默认），或要求退回。")]


def advance(
    class_no: ClassNo,
    heads: Heads = None,
    standard: Standard = None,
    institution: Institution = "",
    employer: Employer = "",
    ratio: Ratio = None,
    category: Category = "",
    day: Day = None,
    document: Document = "",
    workspace_dir: WorkspaceDir = None,
    json: JsonTarget = None,
    quiet: Quiet = False,
) -> int:
    """先行拨付：按计划人数、标准和比例，先付给承担培训的单位一部分补贴。

    登记过的班级（skillcli register import 开班登记）只写班级编号：单位、计划人数按登记，标准按目录
    在开班日期的收费标准；没有登记的，要写明单位、人数和标准。

    比例不能低于政策的规定。一个班只能先行拨付一次；以后这个班的补贴入账时自动抵扣，
    培训结束后用 skillcli settle 结算，多出的应退回。

    例：
      skillcli advance 2020-001
      skillcli advance 2020-001 --institution 某某学校 --heads 45 --standard 5000
    """
    from skillcli.jobs import advance as job

    if institution.strip() and employer.strip():
        raise ClerkError(
            "--institution 和 --employer 只能写一个。", "付给培训机构写 --institution，付给用人单位写 --employer。"
        )
    done = job.advance(
        workspace(workspace_dir),
        class_no,
        payee_kind=job.EMPLOYER if employer.strip() else job.INSTITUTION,
        payee=institution or employer,
        heads=heads,
        standard=None if standard is None else parse_yuan(standard, "--standard"),
        percent=parse_percent(ratio, "--ratio"),
        category=category.strip(),
        day=parse_day(day),
        today=today(),
        document=document.strip(),
        at=now(),
        person=user(),
    )
    account = done.account
    console = Console(quiet=quiet, json_target=json)
    state = "以前已经登记，这次没有重复记" if done.already else "已登记"
    console.say(f"先行拨付{state}：班级 {account.class_no}　{account.payee}")
    console.say(
        f"{account.heads:,} 人 × {yuan_text(account.standard_fen)} 元 × {account.ratio / 100:g}%"
        f" ＝ {yuan_text(account.amount_fen)} 元（依据 {account.clause}）",
        indent=2,
    )
    if done.registered is not None:
        console.say(f"开班登记：计划 {done.registered.planned:,} 人　{done.registered.occupation}".rstrip(), indent=2)
    else:
        console.say("这个班级不在开班登记里，人数和标准按命令所写。", indent=2)
    show_outputs(done.outputs, console)
    registered = None if done.registered is None else {"planned": done.registered.planned}
    write_json(envelope("advance", **_account(done), registered=registered), json, booked=True)
    return 0


def settle(
    class_no: ClassNo,
    institution: Annotated[
        str, typer.Option("--institution", metavar="名称", help="几个单位的班级编号相同时写明。")
    ] = "",
    net: Net = True,
    document: Document = "",
    workspace_dir: WorkspaceDir = None,
    json: JsonTarget = None,
    quiet: Quiet = False,
) -> int:
    """结算先行拨付：这个班的补贴已经抵扣了多少，多出的记为应退回。

    应退回的默认从这个单位的下次拨付中抵扣；加 --demand 则要求退回。

    例：
      skillcli settle 2020-001 --document 结算〔2020〕3号
    """
    from skillcli.jobs import advance as job

    done = job.settle(
        workspace(workspace_dir),
        class_no,
        payee=institution,
        mode="net" if net else "demand",
        document=document.strip(),
        at=now(),
        person=user(),
    )
    account = done.account
    console = Console(quiet=quiet, json_target=json)
    state = "以前已经结算，这次没有重复记" if done.already else "已结算"
    console.say(f"先行拨付{state}：班级 {account.class_no}　{account.payee}")
    console.say(f"先行拨付 {yuan_text(account.amount_fen)} 元", indent=2)
    console.say(f"本班补贴 {account.lines:,} 条，{yuan_text(account.lines_fen)} 元", indent=2)
    console.say(
        f"已抵扣 {yuan_text(account.netted_fen)} 元，另付 {yuan_text(account.lines_fen - account.netted_fen)} 元",
        indent=2,
    )
    if account.excess_fen:
        how = "从下次拨付中抵扣" if net else "要求退回"
        console.say(f"应退回 {yuan_text(account.excess_fen)} 元，{how}（编号 {account.excess}）", indent=2)
    show_outputs(done.outputs, console)
    write_json(envelope("settle", **_account(done)), json, booked=True)
    return 0


def _account(done: Outcome) -> dict[str, object]:
    account = done.account
    kept = ("class_no", "payee_kind", "payee", "heads", "standard_fen", "ratio", "amount_fen", "clause")
    sums = ("lines", "lines_fen", "netted_fen", "left_fen", "settled", "excess_fen", "excess")
    return {
        **{("class" if key == "class_no" else key): getattr(account, key) for key in kept + sums},
        "date": account.day.isoformat(),
        "already": done.already,
        "outputs": [str(path) for path in done.outputs],
    }
