"""``skillcli ledger``: keeping the ledger safe."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from skillcli.cli.console import Console
from skillcli.cli.options import JsonTarget, Quiet, WorkspaceDir
from skillcli.cli.output import envelope, write_json
from skillcli.cli.place import now, stamp, user, workspace
from skillcli.core.errors import ClerkError

if TYPE_CHECKING:
    from skillcli.jobs.printed_head import PrintedHead

Target = Annotated[
    Path | None, typer.Argument(metavar="备份文件", help="写到哪里。不写则放在台账旁的“备份”文件夹，以时间命名。")
]


Quick = Annotated[
    bool, typer.Option("--quick", help="只重读最近一个核对点以后写入的行；以前的行不重读，会说明有多少。")
]
Head = Annotated[
    list[str] | None,
    typer.Option(
        "--head",
        metavar="链头|工作簿",
        help="以前印出的链头（至少前 12 位），或印有链头的工作簿：看台账里还有没有它。可以写多次。",
    ),
]
Note = Annotated[bool, typer.Option("--checkpoint", help="全部核对无误后，在台账里记一个核对点，供 --quick 使用。")]


def verify(
    quick: Quick = False,
    checkpoint: Note = False,
    head: Head = None,
    workspace_dir: WorkspaceDir = None,
    json: JsonTarget = None,
    quiet: Quiet = False,
) -> int:
    """核对台账：重算每一笔的链和合计，找出任何被改动、增加或删去的行。

    平时全部重读。台账很大时，可以每年全部核对一次并记核对点，每月只核对以后写入的行；核对点以前的行若在
    记点以后被改动，只有全部核对才能发现。

    最新的几笔连同流水一起被删去，或整个台账被换成旧的，链上看不出来：要和以前印出的链头比对，它在每份拨付表、
    报告的“说明”表上，也由 skillcli batch show 显示。退出状态：0 完好；1 有问题。

    例：
      skillcli ledger verify
      skillcli ledger verify --checkpoint
      skillcli ledger verify --quick
      skillcli ledger verify --head 输出/2020-03-1/2020-03-1-拨付.xlsx
    """
    from skillcli.jobs.custody import verify as check

    if quick and checkpoint:
        raise ClerkError("--quick 和 --checkpoint 不能同时用：核对点要在全部核对以后才能记。", "请去掉其中一个。")
    place = workspace(workspace_dir)
    found, printed = check(place, quick=quick, note=(now(), user()) if checkpoint else None, heads=head or ())
    console = Console(quiet=quiet, json_target=json)
    since = found.checkpoint
    if since:
        console.say(
            f"第 1–{since.upto} 笔的 {found.passed_over:,} 行本次没有重读：{since.at[:10]} 由 {since.person} 核对过。"
            "要全部重读，请运行 skillcli ledger verify。"
        )
    elif quick:
        console.say("台账里还没有核对点，已全部重读。")
    if found.ok:
        console.say(f"台账完好：{found.transactions:,} 笔，{found.rows:,} 行，链头 {found.head}")
        for each in printed:
            console.say(_told(each, found.last))
        if checkpoint and found.last:
            console.say("已在台账里记下核对点。")
    else:
        console.warn(f"台账有 {len(found.problems)} 处问题：")
        for problem in found.problems:
            console.warn(problem)
    write_json(
        envelope(
            "ledger verify",
            ok=found.ok,
            problems=list(found.problems),
            head=found.head,
            transactions=found.transactions,
            rows=found.rows,
            not_reread=found.passed_over,
            printed_heads=[
                {"head": each.text, "source": each.source, "transaction": each.entry and each.entry.seq}
                for each in printed
            ],
            checkpoint=since and {"transaction": since.upto, "at": since.at, "person": since.person},
        ),
        json,
    )
    return 0 if found.ok else 1


def _told(printed: PrintedHead, last: int) -> str:
    """That the ledger knows a head, and how much came after it."""
    source = f"{printed.source} 上的" if printed.source else ""
    if printed.entry is None:
        return f"{source}链头 {printed.text} 是空台账的，以后记了 {last:,} 笔。"
    seq, day, person = printed.entry.seq, printed.entry.at[:10], printed.entry.person
    return f"{source}链头 {printed.text} 在台账里：第 {seq:,} 笔，{day} {person}记；以后又记了 {last - seq:,} 笔。"


def backup(
    target: Target = None, workspace_dir: WorkspaceDir = None, json: JsonTarget = None, quiet: Quiet = False
) -> None:
    """备份台账：随时可以运行，有人正在入账也不影响。

    每次拨付以前会自动备份一份到“备份”文件夹（台账超过 256 MB 的除外），保留最近 10 份；重要的月份请另外备份到别的盘。
    恢复用 skillcli ledger restore。台账在 PostgreSQL 服务器上的，用服务器的 pg_dump。

    例：
      skillcli ledger backup
      skillcli ledger backup D:/备份/ledger-2020-03.db
    """
    from skillcli.jobs.custody import backup as copy

    path = copy(workspace(workspace_dir), target, stamp=stamp())
    console = Console(quiet=quiet, json_target=json)
    console.say("已备份到：")
    console.path(path)
    write_json(envelope("ledger backup", outputs=[str(path)]), json)


Backup = Annotated[
    Path, typer.Argument(metavar="备份文件", help="skillcli ledger backup 写的，或拨付前自动备份的文件。")
]
Lose = Annotated[
    int | None, typer.Option("--lose", metavar="批次数", help="确认丢掉备份以后入账的这么多个批次，要和提示的数一致。")
]


def restore(
    backup: Backup,
    lose: Lose = None,
    workspace_dir: WorkspaceDir = None,
    json: JsonTarget = None,
    quiet: Quiet = False,
) -> None:
    """恢复台账：先核对备份的链，再换回备份，现在的台账另存为 备份/恢复前-时间。

    备份被改动过、已损坏，或是更新版本的程序写的，不恢复。现在的台账里有备份没有的批次，也不恢复，
    除非用 --lose 写明要丢掉几个批次。中途断电或被中断，台账不是恢复前就是恢复后，不会只恢复一半。
    台账在 PostgreSQL 服务器上的，用服务器的 pg_restore。

    例：
      skillcli ledger restore 台账/备份/ledger-20200415-093000.db
      skillcli ledger restore 台账/备份/ledger-20200415-093000.db --lose 1
    """
    from skillcli.jobs.restoring import restore as back

    done = back(workspace(workspace_dir), backup, lose=lose, stamp=stamp())
    console = Console(quiet=quiet, json_target=json)
    if done.already:
        console.say("现在的台账和这份备份一样，没有改动。")
    else:
        console.say(f"台账已恢复：{done.transactions:,} 笔，{done.batches:,} 个批次，链头 {done.head}")
    if done.damaged and done.aside is not None:
        console.warn("原来的台账已损坏，读不出来；备份以后入过账的，请对照工作簿重新入账。")
    if done.lost:
        console.say(f"丢掉的批次：{'、'.join(done.lost)}")
    if done.aside is not None:
        console.say("原来的台账另存在：")
        console.path(done.aside)
    write_json(
        envelope(
            "ledger restore",
            backup=str(done.backup),
            head=done.head,
            transactions=done.transactions,
            batches=done.batches,
            lost=list(done.lost),
            lost_transactions=done.entries,
            damaged=done.damaged,
            already=done.already,
            aside=str(done.aside) if done.aside else None,
        ),
        json,
        booked=True,
    )
