"""``skillcli audit``: red flags over the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from skillcli.cli.audit_across import EngineName, Ledgers, Memory, Scheduler, Scratch, Workers, across
from skillcli.cli.console import Console
from skillcli.cli.options import AsOf, JsonTarget, Quiet, WorkspaceDir, parse_day
from skillcli.cli.output import envelope, write_json
from skillcli.cli.place import workspace
from skillcli.cli.summary import show_outputs
from skillcli.core import period
from skillcli.core.errors import ClerkError
from skillcli.core.money import yuan_text

if TYPE_CHECKING:
    from skillcli.jobs.audit import Audited

Days = Annotated[
    str | None, typer.Argument(metavar="期间", help="季度 2020Q1、年度 2020 或月份 2020-03。不写则整本台账。")
]
Months = Annotated[
    list[str] | None, typer.Option("--month", metavar="年-月", help="只列涉及这个月批次的疑点，可以写几个。")
]
Out = Annotated[Path | None, typer.Option("--out", metavar="目录", help="写到哪个文件夹。不写则为 输出/审计。")]
Sample = Annotated[int | None, typer.Option("--sample", metavar="条数", min=0, help="电话抽查抽取多少条。")]
Seed = Annotated[
    int | None, typer.Option("--seed", metavar="种子", min=0, help="抽样的随机种子；同样的台账和种子抽出同样的名单。")
]


def audit(
    days: Days = None,
    months: Months = None,
    sample: Sample = None,
    seed: Seed = None,
    out: Out = None,
    ledgers: Ledgers = None,
    engine: EngineName = None,
    scheduler: Scheduler = None,
    workers: Workers = None,
    memory: Memory = None,
    scratch: Scratch = None,
    as_of: AsOf = None,
    workspace_dir: WorkspaceDir = None,
    json: JsonTarget = None,
    quiet: Quiet = False,
) -> int:
    """审计疑点：在整本台账里查找需要核实的情况，并抽出电话回访名单。

    查：短期集中发证、大班全部合格、全班出勤率相同、多人共用电话、账号、地址，同期在培人数过多，
    连号证书夹有其他机构，同一人职业名称相近，同名且身份证号只差一位，同一班级重报时换人，
    先行拨付长期未结算。疑点只供核实，不改变任何结论。写了期间或月份的，比对仍看整本台账，
    只列出涉及这些月份批次的疑点。

    省、市核查多个地方的台账：各地用 skillcli ledger export 文件夹 --parquet --reveal 导出，用 --ledgers
    指出各地的文件夹（或放着它们的上一级文件夹），另查一人两地重复、一证两地、时间重叠、超过次数和月数。
    --engine one 用一个进程，pool 用本机多个进程（二百万条以上），dask 用本机或多台机器的集群，结果逐行相同。

    退出状态：0 没有疑点；1 有疑点；2 没有写出，请先改正。

    例：
      skillcli audit
      skillcli audit 2020Q1 --sample 100 --seed 7
      skillcli audit --month 2020-03 --month 2020-04
      skillcli audit --ledgers 各地导出 --engine pool
      skillcli audit --ledgers 各地导出 --engine dask --scheduler tcp://主机:8786
    """
    if ledgers or engine or scheduler or workers or memory or scratch:
        if days or months or sample is not None or seed is not None:
            raise ClerkError("核查多个地方的台账时不分期间，也不抽样。", "去掉期间、--month、--sample 和 --seed。")
        return across(ledgers, engine, scheduler, workers, memory, scratch, out, as_of, json, quiet)
    from skillcli.jobs.audit import audit as job

    chosen, span = _chosen(days, months)
    console = Console(quiet=quiet, json_target=json)
    with console.progress() as progress:
        found = job(
            workspace(workspace_dir),
            chosen,
            span=span,
            as_of=parse_day(as_of),
            wanted=sample,
            seed=seed,
            out=out,
            progress=progress,
        )
    _show(found, console)
    write_json(_envelope(found), json)
    return 1 if len(found.rows) else 0


def _chosen(days: str | None, months: list[str] | None) -> tuple[list[str], str]:
    """The months and how they are called; none for the whole ledger. Raises ClerkError."""
    if days is not None and months:
        raise ClerkError("期间和 --month 只能写一个。", "整季整年写期间，单独几个月写 --month。")
    if months:
        for each in months:
            period.month(each)
        return months, "、".join(sorted(set(months)))
    if days is None:
        return [], "整本台账"
    return period.months(period.written(days)), days.upper()


def _show(found: Audited, console: Console) -> None:
    facts = found.facts
    console.say(f"{facts.span}　{facts.policy.title}　以 {facts.as_of} 为准")
    for name, count in found.groups.items():
        if count:
            console.say(f"{facts.flags[name].title} {count:,} 件", indent=2)
    total = sum(found.groups.values())
    console.say(f"疑点，需核实：共 {total:,} 件，涉及补贴 {yuan_text(found.amount_fen)} 元" if total else "没有疑点。")
    console.say(f"电话抽查 {len(facts.sample):,} 条（共 {len(facts.population):,} 条），随机种子 {facts.seed}")
    show_outputs((found.path,), console)


def _envelope(found: Audited) -> dict[str, object]:
    facts = found.facts
    return envelope(
        "audit",
        policy={"id": facts.policy.id, "sha256": facts.policy.sha256},
        as_of=facts.as_of.isoformat(),
        span=facts.span,
        ledger={"position": facts.entries.position, "head": facts.entries.head},
        counts=found.groups,
        amount_fen=found.amount_fen,
        flags=_flags(found),
        sample={
            "lines": facts.sample["line_no"].tolist(),
            "population": len(facts.population),
            "seed": facts.seed,
        },
        outputs=[str(found.path)],
    )


def _flags(found: Audited) -> Iterator[dict[str, Any]]:
    """One entry a flag raised, with where its rows stand; nobody is named."""
    for _, rows in found.rows.groupby("group_number"):
        heads = rows.iloc[0]
        places = rows[["batch_id", "file", "sheet", "row"]].astype(object)
        records = places.where(places.notna(), None).to_dict("records")
        yield {"flag": heads["flag"], "message": heads["message"], "rows": records}
