"""One training under judgement, and one the ledger already knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from oracle.facts import OJT, Row, bare_occupation, certificate_form, level_of, squeeze
from oracle.line import Line


@dataclass(frozen=True)
class Past:
    """A training of an earlier batch. ``live``: reserved or paid lines → months; ``group``: its lines of the group
    training; ``waiting``: its lines that were 待核实 or 待明确; ``paid``: the row as it stood when its group line was reserved."""

    row: Row
    person: str | None
    batch_order: int
    rank: int
    attended: bool
    loser: bool
    live: dict[str, int]
    group: set[str]
    waiting: set[str]
    paid: Row | None = None


@dataclass
class Case:
    """``found``: (code, severity) aimed at the whole training; ``rank``: place in the winner order."""

    row: Row
    person: str | None
    people: set[str]
    found: list[tuple[str, str]]
    lines: list[Line]
    rank: int = -1
    loser: bool = False
    attended: bool = False
    past: Past | None = None

    @property
    def own_error(self) -> bool:
        """An error aimed at the whole training before duplicates and limits (D01-D03) were looked at."""
        return any(severity == "error" and code not in ("D01", "D02", "D03") for code, severity in self.found)

    @property
    def group_line(self) -> Line | None:
        return next((x for x in self.lines if x.group), None)

    def verdict(self, line: Line) -> str:
        heavy = {severity for _, severity in self.found + line.found}
        for severity, word in (("error", "不予补贴"), ("hold", "待核实"), ("ruling", "待明确")):
            if severity in heavy:
                return word
        return "拟补贴"


def same_keys(row: Row, person: str) -> list[tuple[Any, ...]]:
    """Under which keys two rows are the same training (D01)."""
    occupation = bare_occupation(row["occupation"])
    keys: list[tuple[Any, ...]] = []
    if row["certificate_no"] and row["certificate_kind"]:
        special = row["certificate_kind"] == "特种作业操作证"
        keys.append(
            (
                person,
                row["certificate_kind"],
                certificate_form(row["certificate_no"]),
                occupation if special else "",
            )
        )
    on_job = row["training_kind"] == OJT
    body = squeeze(row["employer"] if on_job else row["institution"])
    keys.append((person, on_job, body, occupation, level_of(row), row["start"], row["end"]))
    return keys
