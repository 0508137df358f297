"""One subsidy line of one training, and the amounts that both cities reckon alike."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from oracle.catalogue import Catalogue, entry_for
from oracle.facts import Row, level_of, span

YUAN = 100


@dataclass
class Line:
    """A line that matched; ``found`` are (code, severity) aimed at it; ``amount`` in fen, None unknown."""

    line: str
    payee_kind: str
    needs_pass: bool
    needs_certificate: bool
    group: bool = False
    amount: int | None = None
    months: int = 0
    found: list[tuple[str, str]] = field(default_factory=list)

    def say(self, code: str, severity: str) -> None:
        self.found.append((code, severity))


@dataclass(frozen=True)
class Setting:
    """What the office has: catalogue, readings (key → value; money in fen), the run's date."""

    catalogue: Catalogue
    readings: dict[str, Any]
    as_of: date


def ask(line: Line, setting: Setting, key: str) -> Any:
    """The reading ``key``; none recorded ⇒ E09, a recorded no ⇒ E12."""
    value = setting.readings.get(key)
    if value is None:
        line.say("E09", "ruling")
    elif value is False:
        line.say("E12", "error")
    return value


def price(line: Line, row: Row, setting: Setting, cap: int | None = None) -> int | None:
    """收费标准 of the catalogue as the line's amount; none ⇒ A01. Returns the uncapped price."""
    entry = entry_for(setting.catalogue.items, row["occupation"], level_of(row), row["start"])
    if entry is None:
        line.say("A01", "ruling")
        return None
    full: int = entry["price_fen"]
    line.amount = full if cap is None else min(full, cap)
    return full


def days_of(line: Line, row: Row) -> int | None:
    """Training days of a living allowance: 培训天数, else ceil(课时 / 8)."""
    if row["days"] and row["days"] > 0:
        return int(row["days"])
    if not row["hours"] or row["hours"] <= 0:
        line.say("A04", "hold")
        return None
    days = -(-row["hours"] // 8)
    line.say("A03", "warning")
    if row["start"] and row["end"] and row["end"] >= row["start"] and days > span(row):
        line.say("A04", "hold")
    return int(days)


def living(row: Row, setting: Setting, ordinary_kind: bool) -> Line:
    """15 yuan a day to the person; ``ordinary_kind`` False: a kind the clause does not plainly reach."""
    line = Line("living", "个人", needs_pass=True, needs_certificate=False)
    days = days_of(line, row)
    line.amount = None if days is None else 15 * YUAN * days
    if not ordinary_kind:
        ask(line, setting, "living_in_staff_training")
    return line


def fee_payee(row: Row) -> str:
    return "个人" if row["payer"] == "个人缴费" else "培训机构"
