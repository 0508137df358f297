"""``skillcli batch``: approving, sending, paying and closing a batch."""

from __future__ import annotations

from typing import Annotated

import typer

from skillcli.cli.batch import BatchId, Document, tell_step
from skillcli.cli.console import Console
from skillcli.cli.options import JsonTarget, Quiet, WorkspaceDir, parse_day, today
from skillcli.cli.output import envelope, write_json
from skillcli.cli.payment import payment_json, show_payment
from skillcli.cli.place import now, user, workspace
from skillcli.core.errors import ClerkError

By = Annotated[str, typer.Option("--by", metavar="姓名", help="批准人，不能是入账的经办人。不写则为当前用户。")]
PaidOn = Annotated[str | None, typer.Option("--date", metavar="日期", help="支付日期，不写则为今天。")]


def approve(
    batch: BatchId,
    by: By = "",
    document: Document = "",
    workspace_dir: WorkspaceDir = None,
    json: JsonTarget = None,
    quiet: Quiet = False,
) -> None:
    """批准一个批次。公示期满、领导审批后运行；批准后不能再作废。

    批准人和入账的经办人不能是同一个人：由批准人自己运行，或用 --by 写明批准人。
    没有先运行 skillcli batch publish 的，同时记下已经公示。

    例：
      skillcli batch approve 2020-03-1 --by 李科长 --document 纪要〔2020〕5号
    """
    from skillcli.jobs import batches

    place = workspace(workspace_dir)
    head = batches.approve(place, batch, by=by, at=now(), person=user(), document=document)
    tell_step(head, "batch approve", json, quiet)


def send(
    batch: BatchId,
    document: Document = "",
    workspace_dir: WorkspaceDir = None,
    json: JsonTarget = None,
    quiet: Quiet = False,
) -> None:
    """记下一个批准了的批次已经报送财政或银行付款。

    例：
      skillcli batch send 2020-03-1 --document 请款函〔2020〕6号
    """
    from skillcli.jobs import batches

    head = batches.send(workspace(workspace_dir), batch, at=now(), person=user(), document=document)
    tell_step(head, "batch send", json, quiet)


def paid(
    batch: BatchId,
    day: PaidOn = None,
    document: Document = "",
    workspace_dir: WorkspaceDir = None,
    json: JsonTarget = None,
    quiet: Quiet = False,
) -> None:
    """记下一个批次的款项全部已经支付。有退票的先用 skillcli returns 登记，再运行本命令记其余的。

    没有先运行 skillcli batch send 的，同时记下已经报送。

    例：
      skillcli batch paid 2020-03-1 --date 2020-04-20
    """
    from skillcli.jobs.returns import pay_all

    when = parse_day(day)
    if when > today():
        raise ClerkError(f"支付日期 {when} 在今天（{today()}）之后。", "请核对日期。")
    done = pay_all(workspace(workspace_dir), batch, day=when, at=now(), person=user(), document=document)
    show_payment(done, Console(quiet=quiet, json_target=json))
    write_json(envelope("batch paid", **payment_json(done)), json, booked=True)


def close(
    batch: BatchId,
    document: Document = "",
    workspace_dir: WorkspaceDir = None,
    json: JsonTarget = None,
    quiet: Quiet = False,
) -> None:
    """办结一个已经支付的批次。还有退票没有补发的也可以办结，以后不能再登记支付结果。

    例：
      skillcli batch close 2020-03-1
    """
    from skillcli.jobs import batches

    head = batches.close(workspace(workspace_dir), batch, at=now(), person=user(), document=document)
    tell_step(head, "batch close", json, quiet)
