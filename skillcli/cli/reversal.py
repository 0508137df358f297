"""``skillcli reverse`` and ``skillcli debt``: taking a paid line back, and what payees owe."""

from __future__ import annotations

from typing import Annotated

import typer

from skillcli.cli.console import Console
from skillcli.cli.options import AsOf, JsonTarget, Quiet, WorkspaceDir, parse_day, today
from skillcli.cli.output import envelope, write_json
from skillcli.cli.place import now, user, workspace
from skillcli.cli.summary import show_outputs
from skillcli.cli.yuan import parse_yuan
from skillcli.core.errors import ClerkError
from skillcli.core.money import fen, yuan_text

LineNo = Annotated[str | None, typer.Argument(metavar="批次行号", help="例如 2020-03-1/000123，见拨付明细。")]
ClassNo = Annotated[str, typer.Option("--class", metavar="班级编号", help="追回这个班级的全部。")]
Institution = Annotated[str, typer.Option("--institution", metavar="机构", help="追回这家机构的全部；可与班级同写。")]
ReasonKind = Annotated[str, typer.Option("--kind", metavar="类别", help="原因类别：骗取、失误或政策调整。")]
Referral = Annotated[str, typer.Option("--referral", metavar="文号", help="骗取的，移送文号。")]
Yes = Annotated[bool, typer.Option("--yes", help="按班级或机构追回的，确认入账。")]
Reason = Annotated[str, typer.Option("--reason", metavar="理由", help="为什么追回。")]
Document = Annotated[str, typer.Option("--document", metavar="文号", help="追回决定的文号。")]
Demand = Annotated[bool, typer.Option("--net/--demand", help="从下次拨付中抵扣（默认），或要求退回。")]
Write = Annotated[bool, typer.Option("--write", help="写出追回台账工作簿。")]
Number = Annotated[int, typer.Argument(metavar="编号", help="应退款的编号，见 skillcli debt list。")]
Amount = Annotated[str, typer.Option("--amount", metavar="元", help="退回了多少元。")]
Day = Annotated[str | None, typer.Option("--date", metavar="日期", help="退回的日期，不写则为今天。")]


def reverse(
    reason: Reason,
    document: Document,
    line: LineNo = None,
    class_no: ClassNo = "",
    institution: Institution = "",
    kind: ReasonKind = "",
    referral: Referral = "",
    net: Demand = True,
    yes: Yes = False,
    workspace_dir: WorkspaceDir = None,
    json: JsonTarget = None,
    quiet: Quiet = False,
) -> int:
    """追回已经拨付的补贴：一条，或一个班级、一家机构的全部。一条只能追回一次，必须写明理由和文号。

    追回的钱默认从这个收款方的下次拨付中抵扣；加 --demand 则要求退回，退回后用 skillcli debt repaid 登记。
    政策没有另定的，追回后不再占用次数和同一职业（工种）同一等级的名额。按班级或机构追回的，先列出
    条数和金额；核对后加 --yes 才入账，要么全部追回，要么一条也不追回。

    例：
      skillcli reverse 2020-03-1/000123 --reason 虚假培训 --document 追〔2020〕5号
      skillcli reverse --class 2020-001 --kind 骗取 --referral 移〔2020〕1号
        --reason 虚假培训 --document 追〔2020〕6号 --yes
    """
    from msgspec.structs import asdict

    from skillcli.jobs.reversal import lines_of, reverse_all

    place = workspace(workspace_dir)
    console = Console(quiet=quiet, json_target=json)
    several = bool(class_no or institution)
    if several == (line is not None):
        raise ClerkError("批次行号与 --class、--institution 只能写一样。", "追回一条写批次行号，追回一批写班级或机构。")
    if several and not kind:
        raise ClerkError("按班级或机构追回要写原因类别。", "加 --kind 骗取、--kind 失误 或 --kind 政策调整。")
    lines = [line] if line is not None else []
    if several:
        found = lines_of(place, class_no, institution)
        total = sum(each.amount_fen for each in found)
        console.say(f"可追回 {len(found):,} 条，{yuan_text(total)} 元，收款方 {len({p.payee for p in found}):,} 个")
        if not yes:
            console.say("没有入账。核对无误的，请加 --yes 再运行。")
            records = [asdict(each) for each in found]
            write_json(envelope("reverse", booked=False, lines=records, amount_fen=total), json)
            return 0
        lines = [each.line_no for each in found]
    mode = "net" if net else "demand"
    done = reverse_all(
        place,
        lines,
        reason=reason,
        document=document,
        kind=kind,
        referral=referral,
        mode=mode,
        at=now(),
        person=user(),
    )
    how = "从下次拨付中抵扣" if net else "要求退回"
    if several:
        settled, withdrawn = sum(r.settled_fen for r in done), sum(r.withdrawn_fen for r in done)
        console.say(f"已追回 {len(done):,} 条，应退 {yuan_text(settled)} 元，{how}")
        if withdrawn:
            console.say(f"退票没有付出的 {yuan_text(withdrawn)} 元不再补发", indent=2)
        write_json(envelope("reverse", booked=True, reversals=[asdict(each) for each in done]), json, booked=True)
        return 0
    (one,) = done
    console.say(f"已追回：{one.line_no}　{one.payee}")
    if one.settled_fen:
        console.say(f"应退 {yuan_text(one.settled_fen)} 元，{how}（编号 {one.receivable}）", indent=2)
    if one.withdrawn_fen:
        console.say(f"退票没有付出的 {yuan_text(one.withdrawn_fen)} 元不再补发", indent=2)
    console.say("不再占用次数和职业等级" if one.frees else "仍占用次数和职业等级", indent=2)
    write_json(envelope("reverse", reversal=asdict(one)), json, booked=True)
    return 0


def list_debts(
    write: Write = False,
    as_of: AsOf = None,
    workspace_dir: WorkspaceDir = None,
    json: JsonTarget = None,
    quiet: Quiet = False,
) -> int:
    """列出应退款（追回、先行拨付应退）和还没有结算的先行拨付。加 --write 写出追回台账。

    例：
      skillcli debt list
      skillcli debt list --write
    """
    from msgspec.structs import asdict

    from skillcli.jobs import advance, reversal

    place = workspace(workspace_dir)
    rows, balance, outputs = reversal.debts(place, as_of=parse_day(as_of), write=write)
    advances = [each for each in advance.listing(place) if not each.settled]
    console = Console(quiet=quiet, json_target=json)
    if rows.empty:
        console.say("没有应退款。")
    records = rows[
        ["receivable", "kind", "title", "payee", "due_fen", "kept_fen", "repaid_fen", "left_fen", "mode", "document"]
    ].to_dict("records")
    for row in records:
        console.say(
            f"{row['receivable']}　{row['title']}　{row['payee']}　应退 {yuan_text(row['due_fen'])} 元，"
            f"尚欠 {yuan_text(row['left_fen'])} 元　{row['mode']}"
        )
    if advances:
        console.say("没有结算的先行拨付：")
    for each in advances:
        console.say(
            f"班级 {each.class_no}　{each.payee}　{yuan_text(each.amount_fen)} 元，"
            f"已抵扣 {yuan_text(each.netted_fen)} 元",
            indent=2,
        )
    console.say(f"尚欠合计 {yuan_text(balance.owed_fen)} 元；先行拨付未抵扣 {yuan_text(balance.advanced_fen)} 元")
    show_outputs(outputs, console)
    write_json(
        envelope(
            "debt list",
            receivables=records,
            advances=[
                {
                    "class": each.class_no,
                    "payee": each.payee,
                    "amount_fen": each.amount_fen,
                    "netted_fen": each.netted_fen,
                    "left_fen": each.left_fen,
                }
                for each in advances
            ],
            balance=asdict(balance) | {"cash_fen": balance.cash_fen},
            outputs=[str(path) for path in outputs],
        ),
        json,
    )
    return 0


def repaid(
    number: Number,
    amount: Amount,
    document: Document,
    day: Day = None,
    workspace_dir: WorkspaceDir = None,
    json: JsonTarget = None,
    quiet: Quiet = False,
) -> int:
    """登记收款方退回的款项。不能多于尚欠的金额，可以分几次。

    例：
      skillcli debt repaid 3 --amount 1500 --document 缴款书20200018
    """
    from skillcli.jobs.reversal import repaid as job

    place = workspace(workspace_dir)
    amount_fen = fen(parse_yuan(amount, "--amount"))
    left = job(place, number, amount_fen, day=parse_day(day), today=today(), document=document, at=now(), person=user())
    console = Console(quiet=quiet, json_target=json)
    console.say(f"已登记退回 {yuan_text(amount_fen)} 元，第 {number} 号尚欠 {yuan_text(left)} 元")
    write_json(envelope("debt repaid", receivable=number, amount_fen=amount_fen, left_fen=left), json, booked=True)
    return 0
