"""Findings a training earns by itself, without any other row (steps 1-5 of the order of decision)."""

from __future__ import annotations

from datetime import date
from typing import Any

from oracle.catalogue import Catalogue, admitted
from oracle.facts import OJT, REQUIRED, Row, add_months, blank, impossible_name, span

Found = list[tuple[str, str]]
"""(code, severity)"""

FIRST_DAY, LAST_DAY = date(2019, 1, 1), date(2021, 12, 31)


def of_training(
    row: Row, id_fault: str, birth: date | None, city: str, catalogue: Catalogue, readings: dict[str, Any], as_of: date
) -> Found:
    """Findings aimed at the whole training."""
    found: Found = []
    faults: dict[str, str] = row.get("faults") or {}
    broken = {k for k, f in faults.items() if f in ("error_value", "formula")}

    def say(code: str, when: bool, severity: str = "error") -> None:
        if when:
            found.append((code, severity))

    def empty(key: str) -> bool:
        return blank(row[key]) and key not in broken

    say("F08", any(k in broken for k in REQUIRED))
    say("P01", empty("name") or (not blank(row["name"]) and impossible_name(row["name"])))
    if faults.get("id_number") in ("number", "scientific"):
        say("P06", True)
    elif "id_number" not in broken and id_fault:
        say(id_fault, True, "hold" if id_fault == "P07" else "error")
    say("P15", row["pension"] is True, "error" if city == "linkou-2019" else "hold")

    start, end, issued = row["start"], row["end"], row["issued_on"]
    say("T01", empty("start") or empty("end"))
    say("T02", bool(start and end and end < start))
    say("T03", any(d is not None and d > as_of for d in (start, end, issued)))
    sane = bool(start and end and end >= start)
    say("T04", bool(sane and row["days"] and row["days"] > span(row)))
    say("T06", bool(end) and not FIRST_DAY <= end <= LAST_DAY, "hold")
    if birth and start:
        say("P13", start < add_months(birth, 12 * int(readings.get("minimum_age", 16))), "hold")
    ojt = row["training_kind"] == OJT
    named = not blank(row["institution"]) or (ojt and not blank(row["employer"]))
    if catalogue.bodies is not None and start and named:
        say("T10", not admitted(catalogue.bodies, row), "hold")
    say("T12", empty("training_kind"))
    say("T13", faults.get("level") == "unknown")
    say("T15", empty("categories") or faults.get("categories") == "unknown")
    say("T16", not ojt and empty("institution"))
    say("T17", not ojt and empty("occupation"))
    say("C05", bool(issued and start and issued < start))
    say("C07", faults.get("certificate_no") in ("number", "scientific"))
    return found


def of_pass(row: Row) -> Found:
    """Findings aimed at the lines that need 合格."""
    return [("T08", "error")] if row["result"] != "合格" else []


def of_certificate(row: Row) -> Found:
    """Findings aimed at the lines that need a certificate."""
    if row["result"] != "合格" or row["training_kind"] == OJT:
        return []
    faults: dict[str, str] = row.get("faults") or {}
    found: Found = []
    if blank(row["certificate_no"]) and "certificate_no" not in faults:
        found.append(("C01", "error"))
    if blank(row["certificate_kind"]) and faults.get("certificate_kind") not in ("error_value", "formula"):
        found.append(("C02", "hold" if faults.get("certificate_kind") == "unknown" else "error"))
    if row["issued_on"] is None and faults.get("issued_on") not in ("error_value", "formula"):
        found.append(("C04", "error"))
    return found
