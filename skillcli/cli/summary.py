"""The outcome of a run as a clerk reads it on the screen: verdicts, money, what is wrong and what to do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field  # no Struct: help pages load this module, see core.finding
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skillcli.core.finding import NO_LINE, Severity, Verdict
from skillcli.core.money import yuan_text

if TYPE_CHECKING:
    from skillcli.cli.console import Console
    from skillcli.jobs.outcome import Outcome

PLACES = 5
_ORDER = {str(severity): place for place, severity in enumerate(Severity)}


@dataclass
class Group:
    """All findings of one rule and weight: how many, the first places, what one of them says."""

    code: str
    severity: str
    message: str
    count: int = 0
    places: list[dict[str, Any]] = field(default_factory=list)


def show_outcome(outcome: Outcome, console: Console) -> None:
    """Print the summary of ``validate`` or ``pay``; of a run with an unusable file, only what is
    wrong with it, on stderr."""
    if outcome.file_refused:
        _show_refusal(outcome, console)
        return
    counts = outcome.counts()
    console.say(f"政策：{outcome.policy.title}（{outcome.policy.id}）　以 {outcome.as_of} 为准")
    if outcome.batch is not None:
        from skillcli.ledger.batch import TITLES

        state = "以前已经入账，这次没有重复记" if outcome.already_booked else "已入账"
        console.say(f"批次：{outcome.batch.id}（{TITLES[outcome.batch.status]}）　{state}")
        if outcome.already_booked and (counts[Verdict.HELD] or counts[Verdict.UNDECIDED]):
            console.say(
                "以后又有了口径、目录、核实结果或特殊审批的，请运行 skillcli pay --pending --month 年-月。", indent=2
            )
    if outcome.submission is not None:
        console.say(f"报送方式：{outcome.submission.words}")
    sheets = len(outcome.roster.sheets)
    files = len({sheet.path for sheet in outcome.roster.sheets})
    console.say(f"花名册：{files} 个文件，{sheets} 张工作表，{counts['rows']:,} 行")
    console.say(f"补贴明细：{counts['lines']:,} 条")
    for verdict in reversed(Verdict):
        if counts[verdict]:
            console.say(f"{verdict} {counts[verdict]:,} 条", indent=2)
    if counts[NO_LINE]:
        console.say(f"没有可享受补贴的培训 {counts[NO_LINE]:,} 人次", indent=2)
    word = "可付" if outcome.command == "validate" else "拟补贴"
    console.say(f"{word}金额：{yuan_text(outcome.amount_fen)} 元")
    for each in outcome.overdrawn:
        console.warn(f"资金不足，需核实：{each}。")
    if not console.quiet:  # what nobody sees is not looked for
        _show_findings(outcome, console)
    if outcome.decision.unchecked:
        console.say()
        console.say("未核对（缺少资料，请人工核对或补上资料）：")
        for check in outcome.decision.unchecked:
            console.say(f"{check.code} {check.why}", indent=2)
    show_outputs(outcome.outputs, console)


def _show_refusal(outcome: Outcome, console: Console) -> None:
    for finding in outcome.roster.findings:
        if finding.severity is Severity.FILE:
            sheet = f"“{finding.place.sheet}”" if finding.place.sheet else ""
            console.fail(f"{finding.place.file}{sheet}：{finding.message}（{finding.code}）", finding.remedy)
    console.fail("有文件不能用，什么也没有写出，也没有入账。", "请改正上面的文件，再运行同一条命令。")


def show_outputs(outputs: tuple[Path, ...], console: Console) -> None:
    """Where the workbooks lie."""
    if outputs:
        console.say()
        console.say("写出的文件：")
        for path in outputs:
            console.path(path)


def _show_findings(outcome: Outcome, console: Console) -> None:
    groups = group(outcome.all_findings(most=PLACES))
    if not groups:
        return
    counts = outcome.finding_counts()
    for found in groups:
        found.count = counts[found.severity, found.code]
    remedies = _remedies()
    console.say()
    console.say("发现的问题（按规则归并，详见工作簿）：")
    for found in groups:
        title, remedy = remedies.get(found.code, ("", ""))
        head = f"{found.code} {title}" if title else found.code
        console.say(f"{head}　{Severity(found.severity).label} {found.count:,} 处", indent=2)
        if found.code == "F09":
            continue
        console.say(f"例：{found.message}", indent=6)
        console.say(f"位置：{'；'.join(_places(found))}", indent=6)
        if remedy:
            console.say(f"处理：{remedy}", indent=6)


def group(findings: Iterable[dict[str, Any]]) -> list[Group]:
    """Findings by rule and weight, heaviest first, then by code."""
    groups: dict[tuple[str, str], Group] = {}
    for finding in findings:
        key = finding["severity"], finding["code"]
        found = groups.setdefault(key, Group(finding["code"], finding["severity"], finding["message"]))
        found.count += 1
        if len(found.places) < PLACES:
            found.places.append(finding)
    return sorted(groups.values(), key=lambda g: (_ORDER[g.severity], g.code))


def _places(found: Group) -> Iterator[str]:
    """``三月.xlsx 花名册 第 5、8 行``, one entry a sheet; how many are not shown."""
    sheets: dict[str, list[str]] = {}
    for place in found.places:
        name = " ".join(part for part in (Path(place["file"]).name, place["sheet"]) if part)
        rows = sheets.setdefault(name, [])
        if place["row"]:
            rows.append(str(place["row"]))
    for name, rows in sheets.items():
        yield f"{name} 第 {'、'.join(rows)} 行" if rows else name
    if found.count > len(found.places):
        yield f"另有 {found.count - len(found.places):,} 处"


def _remedies() -> dict[str, tuple[str, str]]:
    """Rule code → what it checks and what to do."""
    from skillcli.jobs.file_codes import FILE_CODES
    from skillcli.rules import RULES

    words = {code.code: (code.title, code.remedy) for code in FILE_CODES}
    return words | {rule.code: (rule.title, re.sub(r"[{].*?[}]", "…", rule.remedy)) for rule in RULES}
