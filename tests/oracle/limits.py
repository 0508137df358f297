"""Limits on a person, each decided in winner order: D02-D05, D07, D08."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from oracle.case import Case, Past
from oracle.facts import OJT, Row, bare_occupation, level_key
from oracle.line import YUAN

YEARLY = 3
OJT_MONTHS = 6


def _standing(ranked: list[Case]) -> list[Case]:
    """Trainings that take part: identified, no error of their own, no second claim of the same training."""
    return [c for c in ranked if c.person and not c.own_error and not c.loser]


def _repeat_key(row: Row, person: str | None) -> tuple[Any, ...]:
    return person, bare_occupation(row["occupation"]), level_key(row)


def enjoyed(ranked: list[Case], ledger: Sequence[Past]) -> None:
    """Linkou: subsidies enjoyed. Payable and paid group lines count; living falls with the group line (D04)."""
    had: dict[Any, list[Past | None]] = defaultdict(list)
    yearly: dict[Any, list[Past | None]] = defaultdict(list)
    for past in ledger:
        if past.paid:
            had[_repeat_key(past.paid, past.person)].append(past)
            yearly[past.person, past.paid["issued_on"].year].append(past)
    for case in _standing(ranked):
        line, issued = case.group_line, case.row["issued_on"]
        if line is None or ("D01", "error") in line.found:
            continue
        key = _repeat_key(case.row, case.person)
        again = [p for p in had[key] if p is None or p is not case.past]
        this_year = [] if issued is None else yearly[case.person, issued.year]
        refused = False
        if again:
            line.say("D02", "error")
            refused = True
        if len([p for p in this_year if p is None or p is not case.past]) >= YEARLY:
            line.say("D03", "error")
            refused = True
        if refused:
            for other in case.lines:
                if other.line == "living":
                    other.say("D04", "error")
        elif case.verdict(line) == "拟补贴":
            had[key].append(None)
            yearly[case.person, issued.year].append(None)


def attended(ranked: list[Case], ledger: Sequence[Past], readings: dict[str, Any]) -> None:
    """Taiyuan: trainings attended, whatever became of them. D02 and D03 refuse every line."""
    failed_count = readings.get("failed_attendance_counts", True)
    seen: dict[str | None, list[tuple[tuple[int, int], Row, Case | Past]]] = defaultdict(list)
    for past in ledger:
        if past.attended:
            seen[past.person].append(((past.batch_order, past.rank), past.row, past))
    last = max((p.batch_order for p in ledger), default=0) + 1
    mine: list[tuple[Case, tuple[int, int]]] = []
    for case in _standing(ranked):
        if not case.lines or case.row["training_kind"] == OJT:
            continue
        if case.row["result"] != "合格" and not failed_count:
            continue
        case.attended = True
        rank = (last, case.rank)
        if case.past is not None and case.past.attended:  # no second attendance: its rank stays, its facts are the new
            rank = (case.past.batch_order, case.past.rank)
            seen[case.person] = [entry for entry in seen[case.person] if entry[2] is not case.past]
        mine.append((case, rank))
        seen[case.person].append((rank, case.row, case))
    for case, rank in mine:
        before = [row for r, row, who in seen[case.person] if r < rank and who is not case]
        if any(_repeat_key(r, case.person) == _repeat_key(case.row, case.person) for r in before):
            case.found.append(("D02", "error"))
        if sum(_attended_year(r) == _attended_year(case.row) for r in before) >= YEARLY:
            case.found.append(("D03", "error"))


def _attended_year(row: Row) -> int:
    """Year of 发证日期 when 合格 (and known), else of 结课日期."""
    day = row["issued_on"] if row["result"] == "合格" and row["issued_on"] else row["end"]
    return int(day.year)


def ojt(ranked: list[Case], ledger: Sequence[Past]) -> None:
    """Six months of 以工代训 in a life (D05); an overlap in time sends the later to a person (D08)."""
    used: dict[str | None, int] = defaultdict(int)
    times: dict[str | None, list[tuple[Row, Past | None]]] = defaultdict(list)
    again = [case.past for case in ranked if not case.own_error]
    for past in ledger:
        used[past.person] += past.live.get("ojt", 0)
        anew = "ojt" in past.waiting and any(past is p for p in again)  # judged anew in this run
        if not past.loser and "ojt" in past.live.keys() | past.waiting and not anew:
            times[past.person].append((past.row, past))
    for case in _standing(ranked):
        line = next((x for x in case.lines if x.line == "ojt"), None)
        if line is None or case.verdict(line) == "不予补贴":
            continue
        free = OJT_MONTHS - used[case.person]
        if free <= 0:
            line.say("D05", "error")
            continue
        others = [r for r, past in times[case.person] if past is None or past is not case.past]
        if any(r["start"] <= case.row["end"] and case.row["start"] <= r["end"] for r in others):
            line.say("D08", "hold")
        if line.months > free:
            line.say("D05", "warning")
            line.months = free
            line.amount = 500 * YUAN * free
        times[case.person].append((case.row, None))
        if case.verdict(line) == "拟补贴":
            used[case.person] += line.months


def placement(ranked: list[Case], ledger: Sequence[Past]) -> None:
    """Once per person (D07): payable and paid lines count."""
    given = {past.person for past in ledger if "placement" in past.live}
    for case in _standing(ranked):
        line = next((x for x in case.lines if x.line == "placement"), None)
        if line is None or case.verdict(line) == "不予补贴":
            continue
        if case.person in given:
            line.say("D07", "error")
        elif case.verdict(line) == "拟补贴":
            given.add(case.person)
