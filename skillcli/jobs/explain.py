"""The whole story of a person, a certificate or a line: every decision, clause and step of the amount."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from skillcli.core.errors import ClerkError
from skillcli.core.finding import Severity
from skillcli.core.identity import Fault, examine, mask
from skillcli.core.money import yuan_text
from skillcli.jobs.workspace import Workspace

if TYPE_CHECKING:
    from skillcli.ledger.ledger import Ledger
    from skillcli.ledger.story import Story
    from skillcli.policy.model import Policy

_LINE_NO = re.compile(r"\d{4}-\d{2}-\d+/\d+")


class ToldLine(Struct, frozen=True):
    """One subsidy line: ``steps`` is how its amount came about, in words; ``trail`` what became of its money."""

    line_no: str
    line: str
    title: str
    verdict: str
    live: bool
    amount_fen: int
    steps: str
    payee: str
    fund: str
    clause: str
    trail: tuple[str, ...] = ()


class ToldFinding(Struct, frozen=True):
    """One finding on a training; ``line`` is the title of the line it aims at, "" the training."""

    code: str
    severity: str
    line: str
    message: str
    clause: str


class ToldTraining(Struct, frozen=True):
    """One training with its lines and findings; ``person`` is the masked number."""

    batch: str
    status: str
    place: str
    person: str
    name: str
    what: str
    verdict: str
    lines: tuple[ToldLine, ...]
    findings: tuple[ToldFinding, ...]


def explain(workspace: Workspace, wanted: str, *, name: str = "") -> tuple[ToldTraining, ...]:
    """Every training behind ``wanted``, oldest batch first.

    ``wanted``: a whole identity number, its last four characters together with ``name``, a
    certificate number, or a 批次行号. ``name`` narrows any of them. Raises ClerkError when the
    ledger knows nothing of it.
    """
    from skillcli.ledger.ledger import Ledger

    with Ledger.open(workspace.ledger) as ledger:
        story = _find(ledger, wanted.strip(), name.strip())
        if not len(story.trainings):
            raise ClerkError(
                f"台账里没有找到 {_shown(wanted.strip())}。",
                "请核对号码。可写：完整身份证号、证书编号、批次行号（例如 2020-03-1/000123），"
                "或身份证号后四位加 --name 姓名。",
            )
        titles = _titles(workspace, ledger, set(story.trainings["policy"]))
        known = story.lines["tid"].isin(story.trainings["tid"])
        return tuple(_tell(story, titles, ledger.money.trail(story.lines.loc[known, "line_no"].tolist())))


def _find(ledger: Ledger, wanted: str, name: str) -> Story:
    import numpy as np

    if _LINE_NO.fullmatch(wanted):
        return _named(ledger.line_story(wanted), name)
    number = wanted.upper()
    if re.fullmatch(r"\d{3}[\dX]", number):
        if not name:
            raise ClerkError("只写身份证号后四位还不够。", "请再加上 --name 姓名。")
        return ledger.name_story(name, number)
    fault, person, _ = examine(np.array([number], dtype=object))
    if fault[0] in (Fault.NONE, Fault.FIFTEEN):
        story = _named(ledger.person_story(int(person[0])), name)
        if len(story.trainings):
            return story
    return _named(ledger.certificate_story(wanted), name)


def _named(story: Story, name: str) -> Story:
    """Only the trainings of people of that name ("": of anybody)."""
    if not name:
        return story
    return replace(story, trainings=story.trainings[story.trainings["name"] == name])


def _shown(wanted: str) -> str:
    return mask(wanted) if re.fullmatch(r"[\dXx]{15,18}", wanted) else wanted


def _titles(workspace: Workspace, ledger: Ledger, policies: set[str]) -> dict[str, dict[str, str]]:
    """Policy id → line id → title, for the policies at hand; an unknown policy keeps its ids."""
    from skillcli.jobs.policies import policy_of
    from skillcli.policy.load import load_policy, shipped

    own = policy_of(workspace, ledger)
    found: dict[str, Policy] = {name: load_policy(name) for name in policies & set(shipped())}
    found[own.id] = own
    return {policy.id: {line.id: line.title for line in policy.lines} for policy in found.values()}


def _tell(
    story: Story, titles: dict[str, dict[str, str]], trails: dict[str, tuple[str, ...]]
) -> Iterator[ToldTraining]:
    lines = _by_training(story.lines)
    findings = _by_training(story.findings)
    for training in story.trainings.to_dict("records"):
        known = titles.get(training["policy"], {})
        yield ToldTraining(
            batch=training["batch"],
            status=training["status"],
            place=f"{training['file']} {training['sheet']} 第 {training['row']} 行",
            person=mask(_text(training["id_number"])),
            name=_text(training["name"]),
            what=_what(training),
            verdict=_text(training["verdict"]),
            lines=tuple(_line(line, known, trails) for line in lines.get(training["tid"], [])),
            findings=tuple(_finding(finding, known) for finding in findings.get(training["tid"], [])),
        )


def _by_training(frame: Any) -> dict[int, list[dict[str, Any]]]:
    groups: dict[int, list[dict[str, Any]]] = {}
    for record in frame.to_dict("records"):
        groups.setdefault(record["tid"], []).append(record)
    return groups


def _what(training: dict[Any, Any]) -> str:
    """``培训机构 职业 等级 2020-03-01 至 2020-03-15 合格 证书…``, what is known of it."""
    days = [f"{day:%Y-%m-%d}" for day in (training["start"], training["end"]) if day == day]
    parts = [
        _text(training[key])
        for key in ("training_kind", "institution", "employer", "occupation", "level", "result", "certificate_kind")
    ]
    certificate = _text(training["certificate_no"])
    parts[5:5] = [" 至 ".join(days)]
    return " ".join(part for part in (*parts, certificate and _shown(certificate)) if part)


def _line(line: dict[Any, Any], titles: dict[str, str], trails: dict[str, tuple[str, ...]]) -> ToldLine:
    return ToldLine(
        line_no=line["line_no"],
        line=line["line"],
        title=titles.get(line["line"], line["line"]),
        verdict=line["verdict"],
        live=bool(line["live"]),
        amount_fen=int(line["amount_fen"]),
        steps=steps(line),
        payee=" ".join(part for part in (_text(line["payee_kind"]), _text(line["payee"])) if part),
        fund=_text(line["fund"]),
        clause=_text(line["clause"]),
        trail=trails[line["line_no"]],
    )


def steps(line: dict[Any, Any]) -> str:
    """How a line's amount came about: standard × quantity = amount, and what is really paid."""
    standard, quantity, proposed = (_whole(line[key]) for key in ("standard_fen", "quantity", "proposed_fen"))
    amount = int(line["amount_fen"])
    if standard is None:
        return "金额未定"
    unit = _text(line["unit"]) or "人"
    text = f"标准 {yuan_text(standard)} 元"
    if quantity is not None:
        product = standard * quantity
        text += f" × {quantity} {unit} = {yuan_text(product)} 元"
        if proposed is not None and proposed != product:
            text += f"，限额后 {yuan_text(proposed)} 元"
    if amount == 0 and proposed:
        return text + f"；应为 {yuan_text(proposed)} 元，未付"
    return text + f"；实计 {yuan_text(amount)} 元"


def _finding(finding: dict[Any, Any], titles: dict[str, str]) -> ToldFinding:
    line = _text(finding["line"])
    return ToldFinding(
        code=finding["code"],
        severity=Severity(finding["severity"]).label,
        line=titles.get(line, line),
        message=_text(finding["message"]),
        clause=_text(finding["clause"]),
    )


def _whole(value: Any) -> int | None:
    return int(value) if isinstance(value, int) else None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
