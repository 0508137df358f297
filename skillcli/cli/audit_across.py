"""``skillcli audit --ledgers``: duplicates, limits, overlaps and red flags over the ledgers of many places."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from skillcli.cli.console import Console
from skillcli.cli.options import parse_day
from skillcli.cli.output import envelope, write_json
from skillcli.cli.summary import show_outputs
from skillcli.core.errors import ClerkError
from skillcli.core.money import yuan_text

if TYPE_CHECKING:
    from skillcli.jobs.audit_across import AuditedAcross

Ledgers = Annotated[
    list[Path] | None,
    typer.Option("--ledgers", metavar="文件夹", help="各地台账导出的文件夹，或放着它们的上一级文件夹，可以写几个。"),
]
EngineName = Annotated[
    str | None, typer.Option("--engine", metavar="one|pool|dask", help="怎样计算。不写则为 one，单个进程。")
]
Scheduler = Annotated[
    str | None,
    typer.Option("--scheduler", metavar="地址", help="集群调度节点，例如 tcp://10.0.0.1:8786。不写则用本机。"),
]
Workers = Annotated[
    int | None, typer.Option("--workers", metavar="个数", min=1, help="本机用几个进程。不写则每核一个。")
]
Memory = Annotated[
    str | None, typer.Option("--memory", metavar="大小", help="dask 在本机时每个进程的内存上限。不写则为 1GB。")
]
Scratch = Annotated[
    Path | None,
    typer.Option("--scratch", metavar="文件夹", help="中间文件放在哪里，用完即删。不写则为系统临时文件夹。"),
]
FOLDER = Path("审计")


def across(
    ledgers: list[Path] | None,
    engine: str | None,
    scheduler: str | None,
    workers: int | None,
    memory: str | None,
    scratch: Path | None,
    out: Path | None,
    as_of: str | None,
    json: str | None,
    quiet: bool,
) -> int:
    """Run the audit and show it; the exit status is 1 when anything was found."""
    from skillcli.jobs.audit_across import Engine, Resources, audit_across

    if not ledgers:
        raise ClerkError("没有写要核查哪些台账的导出。", "加上 --ledgers 文件夹；只查本单位台账的，不用写 --engine。")
    if engine not in (None, *Engine):
        raise ClerkError(f"--engine 写作 {engine!r}，应为 {'、'.join(Engine)} 之一。")
    given = Resources(scheduler=scheduler, workers=workers, scratch=scratch)
    if memory is not None:
        given = Resources(scheduler=scheduler, workers=workers, memory=memory, scratch=scratch)
    console = Console(quiet=quiet, json_target=json)
    with console.progress() as progress:
        found = audit_across(
            ledgers,
            engine=Engine(engine or Engine.ONE),
            as_of=parse_day(as_of),
            out=out or FOLDER,
            resources=given,
            progress=progress,
        )
    _show(found, console)
    write_json(_envelope(found), json)
    return 1 if len(found.facts.rows) else 0


def _show(found: AuditedAcross, console: Console) -> None:
    facts = found.facts
    trainings = int(facts.ledgers["trainings"].sum())
    console.say(f"{len(facts.ledgers):,} 本台账，{trainings:,} 条培训　以 {facts.as_of} 为准")
    for name, count in facts.groups.items():
        if count:
            console.say(f"{facts.titles[name].title} {count:,} 件", indent=2)
    total = sum(facts.groups.values())
    console.say(f"疑点，需核实：共 {total:,} 件，涉及补贴 {yuan_text(facts.amount_fen)} 元" if total else "没有疑点。")
    show_outputs(found.outputs, console)


def _envelope(found: AuditedAcross) -> dict[str, object]:
    facts = found.facts
    return envelope(
        "audit",
        as_of=facts.as_of.isoformat(),
        ledgers=facts.ledgers.to_dict("records"),
        counts=facts.groups,
        amount_fen=facts.amount_fen,
        flags=_flags(found),
        outputs=[str(path) for path in found.outputs],
    )


def _flags(found: AuditedAcross) -> Iterator[dict[str, Any]]:
    """One entry a matter raised, with where its rows stand; nobody is named."""
    for flag, across, rows in found.facts.matters(["message", "ledger_name", "batch_id", "row"]):
        yield {"flag": flag, "across": across, "rows": rows}
