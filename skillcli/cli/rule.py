"""``skillcli rule``: what a code means, without loading a frame library."""

from __future__ import annotations

import re
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from skillcli.cli.console import Console
from skillcli.cli.options import JsonTarget, PolicyId, Quiet, WorkspaceDir
from skillcli.cli.output import envelope, write_json
from skillcli.cli.place import workspace_or_none
from skillcli.core.errors import ClerkError
from skillcli.core.finding import Severity

if TYPE_CHECKING:
    from skillcli.jobs.figures import Figure
    from skillcli.jobs.file_codes import FileCode
    from skillcli.policy.model import Policy
    from skillcli.rules.rule import Rule

Code = Annotated[str, typer.Argument(metavar="规则号", help="问题清单里的规则号，例如 D03。")]


def rule(
    code: Code,
    policy: PolicyId = None,
    workspace: WorkspaceDir = None,
    json: JsonTarget = None,
    quiet: Quiet = False,
) -> None:
    """说明一条规则：查什么，依据哪一条，现在的数字是多少，怎么处理。

    在工作区里运行，或写了 --policy 时，还显示该政策下的条款、数字和口径。

    例：
      skillcli rule D03
      skillcli rule T09 --policy taiyuan-2019
    """
    found = _rule(code.upper())
    chosen = _policy(policy, workspace)
    console = Console(quiet=quiet, json_target=json)
    weight, clause, numbers = _in_force(found, chosen)
    console.say(f"{found.code} {found.title}")
    console.say(f"轻重：{_weight_title(weight)}")
    console.say(f"提示：{re.sub(r'[{].*?[}]', '…', found.message)}")
    console.say(f"处理：{found.remedy}")
    if found.reads:
        console.say(f"看的栏目：{'、'.join(_titles(found.reads))}")
    if clause:
        console.say(f"依据：{clause}")
    if chosen is None:
        console.say("要看某个政策下的条款和数字，请加 --policy 政策编号，或在工作区里运行。")
    else:
        console.say(f"政策：{chosen.title}（{chosen.id}）")
    for figure in numbers:
        console.say(f"{figure.what}：{figure.value}　依据 {figure.clause}", indent=2)
    write_json(
        envelope(
            "rule",
            code=found.code,
            title=found.title,
            severity=weight,
            message=found.message,
            remedy=found.remedy,
            reads=list(found.reads),
            clause=clause,
            policy=chosen.id if chosen else None,
            figures=[{"what": f.what, "value": f.value, "clause": f.clause} for f in numbers],
        ),
        json,
    )


def _rule(code: str) -> Rule | FileCode:
    from skillcli.jobs.file_codes import FILE_CODES
    from skillcli.rules import RETIRED, RULES

    everything: tuple[Rule | FileCode, ...] = (*RULES, *FILE_CODES)
    for found in everything:
        if found.code == code:
            return found
    if code in RETIRED:
        raise ClerkError(f"规则 {code} 已停用。{RETIRED[code]}")
    near = get_close_matches(code, [one.code for one in everything], n=5, cutoff=0.6)
    raise ClerkError(
        f"没有规则 {code}。" + (f"相近的有：{'、'.join(near)}。" if near else ""),
        "规则号见问题清单的“规则”一栏，写作一个字母加两位数字，例如 D03。",
    )


def _policy(named: str | None, given: Path | None) -> Policy | None:
    from skillcli.jobs.policies import choose

    place = workspace_or_none(given)
    return None if named is None and place is None else choose(named, place, Path.cwd())


def _in_force(found: Rule | FileCode, policy: Policy | None) -> tuple[str, str, tuple[Figure, ...]]:
    """Severity, clause and numbers of a rule, under a policy where one is known."""
    if policy is None:
        return str(found.severity), found.basis, ()
    from skillcli.jobs.figures import figures
    from skillcli.policy.load import load_national

    severity = policy.severity(found.code, found.severity)
    return severity, policy.clause(found.code, found.basis), figures(found.code, policy, load_national())


def _weight_title(severity: str) -> str:
    return "这个政策下不核对" if severity == "none" else Severity(severity).label


def _titles(keys: tuple[str, ...]) -> list[str]:
    from skillcli.schema.inputs import ROSTER

    return [ROSTER[key].title for key in keys]
