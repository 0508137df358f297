"""Taking in what the office decided on open questions (政策口径), by workbook."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from skillcli.core.errors import ClerkError
from skillcli.core.finding import Finding, Place, Severity
from skillcli.jobs.policies import policy_of, written_rulings
from skillcli.jobs.sheets import read_filled, refuse_faults
from skillcli.jobs.workspace import FILE, Workspace
from skillcli.policy.describe import shown
from skillcli.policy.load import load_policy, ruling_from_text, shipped
from skillcli.policy.model import Ruling
from skillcli.schema.inputs import READINGS

if TYPE_CHECKING:
    from skillcli.ledger.ledger import Ledger
    from skillcli.policy.model import Policy


class Change(Struct, frozen=True):
    """One reading decided anew: what was in force (decision or default, "" for none), what is now."""

    policy: str
    key: str
    title: str
    before: str
    after: str


def import_rulings(workspace: Workspace, path: Path, *, at: str, person: str) -> tuple[Change, ...]:
    """Record the decisions of a workbook in the ledger; those already recorded are passed over.

    Raises ClerkError when a row names an unknown policy or key, a value that does not fit, or
    lacks who decided, on which paper and when; nothing is recorded then.
    """
    from skillcli.ledger.ledger import Ledger

    read = read_filled(path, (READINGS,))[READINGS.title]
    with Ledger.open(workspace.ledger) as ledger:
        policies = _policies(workspace, ledger)
        rows = [row for row in read.frame.to_dict("records") if not _is_open(row)]
        faults: list[Finding] = []
        decided: dict[tuple[str, str], Ruling] = {}
        for row in rows:
            place = Place(str(path), read.sheet, int(row["row"]))
            try:
                policy, key, ruling = _decision(row, policies)
                _refuse_contradiction(workspace, policies[policy], key, ruling)
            except ClerkError as error:
                faults.append(Finding("E09", Severity.ERROR, place, str(error), remedy=error.remedy))
                continue
            if decided.setdefault((policy, key), ruling) != ruling:
                faults.append(
                    Finding("E09", Severity.ERROR, place, f"口径 {key} 前面已写过，内容不一样。", remedy="请只留一行。")
                )
        refuse_faults(path, faults)
        changes = list(_changes(decided, policies))
        for policy in dict.fromkeys(change.policy for change in changes):
            news = {change.key: decided[policy, change.key] for change in changes if change.policy == policy}
            ledger.import_rulings(policy, news, at=at, person=person)
    return tuple(changes)


def _policies(workspace: Workspace, ledger: Ledger) -> dict[str, Policy]:
    """The policies a workbook may name, with what is decided on them: the workspace's and the
    shipped ones."""
    import msgspec

    own = policy_of(workspace, ledger)
    others = (load_policy(name) for name in shipped() if name != own.id)
    return {own.id: own} | {
        other.id: msgspec.structs.replace(other, rulings=ledger.rulings(other.id)) for other in others
    }


def _decision(row: dict[Any, Any], policies: dict[str, Policy]) -> tuple[str, str, Ruling]:
    """One row as (policy id, reading key, ruling). Raises ClerkError."""
    texts = {key: _text(row[key]) for key in READINGS.keys if key != "decided_on"}
    for key in READINGS.keys:
        if _is_missing(row[key]) or texts.get(key) == "":
            raise ClerkError(f"“{READINGS[key].title}”是空白。", "请填写。")
    policy = policies.get(texts["policy"])
    if policy is None:
        raise ClerkError(f"没有政策 {texts['policy']}。", f"可写：{'、'.join(policies)}。")
    known = {reading.key: reading for reading in policy.readings}
    reading = known.get(texts["key"])
    if reading is None:
        raise ClerkError(f"政策 {policy.id} 没有口径 {texts['key']}。", f"可写：{'、'.join(known)}。")
    value = ruling_from_text(reading, texts["value"])
    return (
        policy.id,
        reading.key,
        Ruling(
            value=value,
            decided_by=texts["decided_by"],
            document=texts["document"],
            decided_on=row["decided_on"].date(),
        ),
    )


def _refuse_contradiction(workspace: Workspace, policy: Policy, key: str, ruling: Ruling) -> None:
    """A reading decided in ``skillcli.toml`` cannot be decided otherwise in the ledger."""
    if key in written_rulings(policy, workspace) and policy.rulings[key].value != ruling.value:
        raise ClerkError(
            f"口径 {key} 已写在 {FILE} 里，内容不一样。",
            f'请先从 {FILE} 里删去 [rulings."{policy.id}"."{key}"] 一节。',
        )


def _is_open(row: dict[Any, Any]) -> bool:
    """A line of the blank workbook about which nothing has been decided."""
    return all(_is_missing(row[key]) for key in ("value", "decided_by", "document", "decided_on"))


def _is_missing(value: object) -> bool:
    return value is None or value != value  # NaN and NaT differ from themselves


def _text(value: object) -> str:
    return "" if _is_missing(value) else str(value).strip()


def _changes(decided: dict[tuple[str, str], Ruling], policies: dict[str, Policy]) -> Iterator[Change]:
    for (policy_id, key), ruling in decided.items():
        policy = policies[policy_id]
        if policy.rulings.get(key) == ruling:
            continue
        reading = policy.reading(key)
        yield Change(policy_id, key, reading.title, shown(reading, policy.value(key)), shown(reading, ruling.value))
