"""The office's catalogue as lists of dicts; ``None`` = that sheet was never imported."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from oracle.facts import OJT, STAFF_KINDS, Row, bare_occupation, squeeze

Entry = dict[str, Any]


@dataclass(frozen=True)
class Catalogue:
    items: list[Entry] | None = None
    shortage: list[Entry] | None = None
    bodies: list[Entry] | None = None


def in_force(entry: Entry, day: date) -> bool:
    """A blank date is open; both ends belong to the validity."""
    first, last = entry.get("valid_from"), entry.get("valid_to")
    return (first is None or first <= day) and (last is None or day <= last)


def entry_for(entries: list[Entry] | None, occupation: str | None, level: str | None, day: date | None) -> Entry | None:
    """The row in force: exact 职业（工种） first, else without the bracket if unique; exact level beats blank."""
    if not entries or not occupation or day is None:
        return None
    fit = [e for e in entries if in_force(e, day) and e.get("level") in (None, "", "无等级", level)]
    named = [e for e in fit if squeeze(e["occupation"]) == squeeze(occupation)]
    if not named:
        near = [e for e in fit if bare_occupation(e["occupation"]) == bare_occupation(occupation)]
        if len({squeeze(e["occupation"]) for e in near}) == 1:
            named = near
    if not named:
        return None
    return max(named, key=lambda e: (e.get("level") == level and level is not None, e.get("valid_from") or date.min))


def admitted(bodies: list[Entry], row: Row) -> bool:
    """Whether 培训机构 (以工代训 and staff kinds: or 用人单位) stands in the catalogue with 文号 and 有效期 on 开班."""
    names = [row["institution"]]
    if row["training_kind"] == OJT or row["training_kind"] in STAFF_KINDS:
        names.append(row["employer"])
    wanted = {squeeze(n) for n in names if n}
    return any(
        squeeze(b["institution"]) in wanted
        and in_force(b, row["start"])
        and b.get("document")
        and (b.get("valid_from") or b.get("valid_to"))
        for b in bodies
    )
