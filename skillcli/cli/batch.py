"""``skillcli batch``: the batches of the ledger and the steps of their life."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from skillcli.cli.console import Console
from skillcli.cli.options import JsonTarget, Quiet, WorkspaceDir, parse_day
from skillcli.cli.output import envelope, write_json
from skillcli.cli.payment import payment_json
from skillcli.cli.place import now, user, workspace
from skillcli.cli.summary import show_outputs
from skillcli.core.money import yuan_text

if TYPE_CHECKING:
    from skillcli.jobs.batches import BatchStory
    from skillcli.ledger.batch import BatchHead

BatchId = Annotated[str, typer.Argument(metavar="批次号", help="例如 2020-03-1，见 skillcli batch list。")]
Write = Annotated[bool, typer.Option("--write", help="从台账重新写出这个批次的工作簿。")]
Document = Annotated[str, typer.Option("--document", metavar="文号", help="审批单、纪要等的文号，记入台账。")]
Start = Annotated[
    str | None, typer.Option("--from", metavar="日期", help="从哪一天开始公示，例如 2020-04-07。不写则为今天。")
]
Reason = Annotated[str, typer.Option("--document", metavar="文号", help="作废的理由或文号，记入台账。")]


def list_batches(workspace_dir: WorkspaceDir = None, json: JsonTarget = None, quiet: Quiet = False) -> None:
    """列出台账里的批次：月份、状态、条数、金额。

    例：
      skillcli batch list
    """
    from skillcli.jobs.batches import listing
    from skillcli.ledger.batch import TITLES

    frame = listing(workspace(workspace_dir))
    shown = ["id", "kind", "month", "policy_id", "status", "lines", "payable", "amount_fen"]
    records = frame[[*shown, "repeats", "transfers", "transfer_fen"]].to_dict("records")
    console = Console(quiet=quiet, json_target=json)
    if not records:
        console.say("台账里还没有批次。")
    for row in records:
        if row["repeats"]:
            money = f"补发 {row['repeats']} 的退票 {row['transfers']:,} 条　{yuan_text(row['transfer_fen'])} 元"
        else:
            money = f"{row['lines']:,} 条，拟补贴 {row['payable']:,} 条　{yuan_text(row['amount_fen'])} 元"
        console.say(f"{row['id']}　{TITLES[row['status']]}　{money}　{row['policy_id']}")
    write_json(envelope("batch list", batches=records), json)


def show(
    batch: BatchId,
    write: Write = False,
    workspace_dir: WorkspaceDir = None,
    json: JsonTarget = None,
    quiet: Quiet = False,
) -> None:
    """显示一个批次：条数和金额、每一步是谁在什么时候办的、工作簿在哪里。

    加 --write 则从台账重新写出拨付表（和退票名单、补发表），不会重复入账。

    例：
      skillcli batch show 2020-03-1
      skillcli batch show 2020-03-1 --write
    """
    from skillcli.jobs.batches import tell
    from skillcli.ledger.batch import TITLES

    place = workspace(workspace_dir)
    console = Console(quiet=quiet, json_target=json)
    outputs: tuple[Path, ...] = ()
    if write:
        from skillcli.jobs.batches import write_again

        with console.progress() as progress:
            outputs = write_again(place, batch, progress)
    story = tell(place, batch)
    head = story.head
    console.say(f"批次 {head.id}　{TITLES[head.status]}")
    console.say(f"月份：{head.month}　政策：{head.policy_id}　以 {head.as_of} 为准")
    console.say(f"台账：第 {head.seq} 笔，链头 {head.head}")
    if story.submission is not None:
        console.say(f"报送方式：{story.submission.words}")
    console.say(f"培训 {head.trainings:,} 人次，补贴明细 {head.lines:,} 条，金额 {yuan_text(head.amount_fen)} 元")
    for verdict, (count, fen) in story.verdicts.items():
        console.say(f"{verdict} {count:,} 条" + (f"，{yuan_text(fen)} 元" if fen else ""), indent=2)
    _show_money(story, console)
    console.say("经过：")
    for step in story.events.to_dict("records"):
        console.say(f"{step['at']}　{TITLES[step['status']]}　{step['person']}　{step['document']}".strip(), indent=2)
    if story.folder is None:
        console.say("工作簿：没有写在本工作区，加 --write 写出")
    else:
        console.say("工作簿：")
        console.path(story.folder)
    show_outputs(outputs, console)
    verdicts = {verdict: {"lines": count, "amount_fen": fen} for verdict, (count, fen) in story.verdicts.items()}
    content = {
        "batch": _head(head),
        "verdicts": verdicts,
        "payment": {
            key: value for key, value in payment_json(story.payment).items() if key in ("paid", "failed", "open")
        },
        "netted_fen": story.netted_fen,
        "repeats": story.repeats or None,
        "submission": story.submission.to_json() if story.submission else None,
        "events": story.events.to_dict("records"),
        "outputs": [str(path) for path in outputs],
    }
    write_json(envelope("batch show", **content), json)


def publish(
    batch: BatchId,
    start: Start = None,
    document: Document = "",
    workspace_dir: WorkspaceDir = None,
    json: JsonTarget = None,
    quiet: Quiet = False,
) -> None:
    """写出公示名单，并记下这个批次开始公示。

    名单隐去身份证号的出生日期，不含电话、账号、人员类别；服刑、戒毒人员只公示机构和人数。
    公示期按国家放假安排计算工作日。名单里有没隐去的身份证号、电话或账号，就不放出。
    已在公示的批次再运行一次，只重新写出名单。

    例：
      skillcli batch publish 2020-03-1
      skillcli batch publish 2020-03-1 --from 2020-04-07 --document 公示〔2020〕8号
    """
    from skillcli.jobs.publication import publish as release

    done = release(workspace(workspace_dir), batch, parse_day(start), at=now(), person=user(), document=document)
    console = Console(quiet=quiet, json_target=json)
    console.say(f"公示名单：{done.path}")
    console.say(f"公示时间：{done.span.first} 至 {done.span.last}")
    tell_step(done.head, "batch publish", json, quiet)


def void(
    batch: BatchId,
    document: Reason,
    workspace_dir: WorkspaceDir = None,
    json: JsonTarget = None,
    quiet: Quiet = False,
) -> None:
    """作废一个还没有批准的批次：它占用的名额和金额放回，记录仍留在台账里。

    例：
      skillcli batch void 2020-03-1 --document 花名册报错月份
    """
    from skillcli.jobs import batches

    head = batches.void(workspace(workspace_dir), batch, at=now(), person=user(), document=document)
    tell_step(head, "batch void", json, quiet)


def _show_money(story: BatchStory, console: Console) -> None:
    """What of a batch is kept back, paid, failed, waiting; of a follow-up batch which one it repeats."""
    payment = story.payment
    if story.repeats:
        console.say(f"补发批次：重新支付 {story.repeats} 的退票 {payment.paid + payment.failed + payment.open:,} 条")
    if story.netted_fen:
        due = story.netted_fen + payment.paid_fen + payment.failed_fen + payment.open_fen
        console.say(f"抵扣应退款 {yuan_text(story.netted_fen)} 元，实付 {yuan_text(due - story.netted_fen)} 元")
    for word, count, fen in (
        ("已支付", payment.paid, payment.paid_fen),
        ("退票待补发", payment.failed, payment.failed_fen),
    ):
        if count:
            console.say(f"{word} {count:,} 条，{yuan_text(fen)} 元")


def tell_step(head: BatchHead, command: str, json: str | None, quiet: bool) -> None:
    from skillcli.ledger.batch import TITLES

    Console(quiet=quiet, json_target=json).say(f"批次 {head.id} 现为：{TITLES[head.status]}")
    write_json(envelope(command, batch=_head(head)), json, booked=True)


def _head(head: BatchHead) -> dict[str, object]:
    kept = (
        "id",
        "month",
        "status",
        "seq",
        "head",
        "policy_id",
        "policy_sha256",
        "trainings",
        "lines",
        "payable",
        "amount_fen",
    )
    return {key: getattr(head, key) for key in kept} | {"as_of": head.as_of.isoformat()}
