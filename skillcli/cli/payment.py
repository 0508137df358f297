"""``skillcli returns`` and ``skillcli repay``: what the bank says, and paying what failed again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from skillcli.cli.console import Console
from skillcli.cli.options import AsOf, JsonTarget, Month, Quiet, WorkspaceDir, parse_day
from skillcli.cli.output import envelope, write_json
from skillcli.cli.place import now, user, workspace
from skillcli.cli.summary import show_outputs
from skillcli.core.money import yuan_text

if TYPE_CHECKING:
    from skillcli.jobs.returns import Payment

ReturnFile = Annotated[Path, typer.Argument(metavar="银行回盘.xlsx", help="按 skillcli template returns 的模板填写。")]
BatchOption = Annotated[str, typer.Option("--batch", metavar="批次号", help="回盘说的是哪个批次，例如 2020-03-1。")]
BatchId = Annotated[str, typer.Argument(metavar="批次号", help="哪个批次的退票，例如 2020-03-1。")]
Names = Annotated[
    Path | None,
    typer.Argument(metavar="退票.xlsx", help="填好新账号的退票名单，只补发表里留下的行。不写则全部按原账号补发。"),
]


def returns(
    file: ReturnFile,
    batch: BatchOption,
    as_of: AsOf = None,
    workspace_dir: WorkspaceDir = None,
    json: JsonTarget = None,
    quiet: Quiet = False,
) -> int:
    """登记银行回盘：哪些已到账，哪些退票；退票的写成补发名单。

    有一行不对（没有这个人、写了两次、多于应付、日期在今天之后、批次不对），整个文件都不登记。
    回盘里没有写到的保持未登记，以后可以再登记，或用 skillcli batch paid 全部记为已支付。

    退出状态：0 没有退票；1 有退票；2 没有登记，请先改正；4 已登记，但名单没有写出。

    例：
      skillcli returns 银行回盘.xlsx --batch 2020-03-1
    """
    from skillcli.jobs.returns import take_returns

    done = take_returns(workspace(workspace_dir), file, batch, as_of=parse_day(as_of), at=now(), person=user())
    console = Console(quiet=quiet, json_target=json)
    if done.already:
        console.say("这份回盘以前已经登记，这次没有重复记。")
    show_payment(done, console)
    write_json(envelope("returns", **payment_json(done)), json, booked=True)
    return 1 if done.failed else 0


def show_payment(done: Payment, console: Console) -> None:
    """How the payment of a batch stands, and what to do next."""
    from skillcli.ledger.batch import TITLES

    console.say(f"批次 {done.batch.id} 现为：{TITLES[done.batch.status]}")
    console.say(f"已支付 {done.paid:,} 条，{yuan_text(done.paid_fen)} 元", indent=2)
    if done.failed:
        console.say(f"退票待补发 {done.failed:,} 条，{yuan_text(done.failed_fen)} 元", indent=2)
    if done.open:
        console.say(f"还没有结果 {done.open:,} 条，{yuan_text(done.open_fen)} 元", indent=2)
    show_outputs(done.outputs, console)
    if done.failed:
        console.say(f"补发：在退票名单里填好新账号，再运行 skillcli repay {done.batch.id} 退票名单 --month 年-月")


def payment_json(done: Payment) -> dict[str, object]:
    """The same for machines."""
    return {
        "batch": {"id": done.batch.id, "month": done.batch.month, "status": done.batch.status, "head": done.batch.head},
        "paid": {"lines": done.paid, "amount_fen": done.paid_fen},
        "failed": {"lines": done.failed, "amount_fen": done.failed_fen},
        "open": {"lines": done.open, "amount_fen": done.open_fen},
        "already": done.already,
        "outputs": [str(path) for path in done.outputs],
    }


def repay(
    batch: BatchId,
    month: Month,
    names: Names = None,
    as_of: AsOf = None,
    workspace_dir: WorkspaceDir = None,
    json: JsonTarget = None,
    quiet: Quiet = False,
) -> int:
    """补发退票：把一个批次里退票的补贴另成一个批次，重新付款。

    补发批次同样要经公示、批准、报送、登记支付；不算新的补贴，不会重复入账。再运行一次还是同一个批次。

    例：
      skillcli repay 2020-03-1 --month 2020-04
      skillcli repay 2020-03-1 输出/2020-03-1/2020-03-1-退票.xlsx --month 2020-04
    """
    from skillcli.jobs.repay import repay as job

    place = workspace(workspace_dir)
    done = job(place, batch, month, names, as_of=parse_day(as_of), at=now(), person=user())
    console = Console(quiet=quiet, json_target=json)
    state = "以前已经入账，这次没有重复记" if done.already else "已入账"
    console.say(f"补发批次：{done.batch.id}（补发 {done.of} 的退票）　{state}")
    console.say(f"{done.transfers:,} 条，{yuan_text(done.amount_fen)} 元", indent=2)
    show_outputs(done.outputs, console)
    write_json(
        envelope(
            "repay",
            batch={"id": done.batch.id, "month": done.batch.month, "status": done.batch.status, "of": done.of},
            transfers=done.transfers,
            amount_fen=done.amount_fen,
            already=done.already,
            outputs=[str(path) for path in done.outputs],
        ),
        json,
        booked=True,
    )
    return 0
