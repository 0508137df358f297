"""Rows against each other and against the ledger, and the verdicts (policy page, section 5)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from oracle import limits, linkou, own, taiyuan
from oracle.case import Case, Past, same_keys
from oracle.catalogue import Catalogue
from oracle.facts import OJT, Row, certificate_form, closure, identity, level_of, name_form, order_key
from oracle.line import Line, Setting

CITIES = {"linkou-2019": linkou.lines, "taiyuan-2019": taiyuan.lines}
NO_LINE = "无补贴"


@dataclass(frozen=True)
class Outcome:
    """One line of one training; ``line`` is "" for a training without a line (verdict 无补贴)."""

    rid: int
    line: str
    verdict: str
    amount_fen: int = 0
    proposed_fen: int | None = None
    payee_kind: str = ""
    payee: str = ""
    codes: frozenset[str] = field(default_factory=frozenset)


def judge(
    rows: list[Row],
    city: str,
    catalogue: Catalogue,
    readings: dict[str, Any],
    as_of: date,
    ledger: Sequence[Past] = (),
) -> list[Outcome]:
    """Every line of every row, in the order of the rows.

    A row holds the canonical keys of the input page (dates as ``date``, ``categories`` a list, money in fen), its
    ``rid`` and, where a cell gave no value, ``faults``: key → why. ``readings``: key → value, money in fen.
    """
    return [o for case in decide(rows, city, catalogue, readings, as_of, ledger) for o in outcomes(case)]


def decide(
    rows: list[Row],
    city: str,
    catalogue: Catalogue,
    readings: dict[str, Any],
    as_of: date,
    ledger: Sequence[Past] = (),
) -> list[Case]:
    setting = Setting(catalogue, readings, as_of)
    cases = [_case(row, city, setting) for row in rows]
    _shared_numbers(cases, ledger)
    ranked = sorted(cases, key=lambda c: (c.own_error, order_key(c.row, c.person)))
    for position, case in enumerate(ranked):
        case.rank = position
    _claimed_again(ranked, ledger)
    if city == "linkou-2019":
        limits.ojt(ranked, ledger)
        limits.enjoyed(ranked, ledger)
        limits.placement(ranked, ledger)
    else:
        limits.attended(ranked, ledger, readings)
        _certificate_stacks(cases, readings)
    return cases


def remember(cases: list[Case], ledger: Sequence[Past], batch_order: int) -> list[Past]:
    """The ledger after the cases were booked, every payable line reserved.

    A training sent again stays one training, with the facts of its newest sending and the rank of its first judging.
    """
    after = list(ledger)
    place = {id(past): at for at, past in enumerate(ledger)}
    for case in cases:
        live = {x.line: x.months for x in case.lines if case.verdict(x) == "拟补贴"}
        waiting = {x.line for x in case.lines if case.verdict(x) in ("待核实", "待明确")}
        group = {x.line for x in case.lines if x.group}
        past, paid = case.past, case.row if group & live.keys() else None
        if past is None:
            one = (batch_order, case.rank, case.attended)
            after.append(Past(case.row, case.person, *one, case.loser, live, group, waiting, paid))
            continue
        after.append(Past(case.row, case.person, batch_order, case.rank, False, True, {}, set(), set()))
        if case.own_error:
            continue
        at, first = place[id(past)], past.attended or not case.attended
        after[at] = replace(
            after[at],
            row=case.row,
            paid=past.paid or paid,
            batch_order=past.batch_order if first else batch_order,
            rank=past.rank if first else case.rank,
            attended=past.attended or case.attended,
            live=after[at].live | live,
            group=after[at].group | group,
            waiting=waiting - after[at].live.keys(),
        )
    return after


def outcomes(case: Case) -> list[Outcome]:
    training = {code for code, _ in case.found}
    if not case.lines:
        return [Outcome(case.row["rid"], "", NO_LINE, codes=frozenset(training))]
    out = []
    for line in case.lines:
        verdict = case.verdict(line)
        paid = (line.amount or 0) if verdict == "拟补贴" else 0
        payee = {"个人": "name", "用人单位": "employer", "培训机构": "institution"}[line.payee_kind]
        codes = frozenset(training | {code for code, _ in line.found})
        out.append(
            Outcome(
                case.row["rid"],
                line.line,
                verdict,
                paid,
                line.amount,
                line.payee_kind,
                case.row[payee] or "",
                codes,
            )
        )
    return out


def _case(row: Row, city: str, setting: Setting) -> Case:
    faults = row.get("faults") or {}
    id_fault, person, birth = identity(row["id_number"])
    found = own.of_training(row, id_fault, birth, city, setting.catalogue, setting.readings, setting.as_of)
    lines = CITIES[city](row, setting)
    if any(x.line == "staff" for x in lines) and level_of(row) is None and "level" not in faults:
        found.append(("T13", "error"))
    for line in lines:
        line.found += own.of_pass(row) if line.needs_pass else []
        line.found += own.of_certificate(row) if line.needs_certificate else []
        _payee(line, row, faults)
    return Case(row, person, closure(row["categories"]), found, lines)


def _payee(line: Line, row: Row, faults: dict[str, str]) -> None:
    if line.payee_kind == "个人":
        if faults.get("account") in ("number", "scientific"):
            line.say("A11", "error")
        elif not row["account"]:
            line.say("A07", "hold")
    if line.payee_kind == "用人单位" and not row["employer"]:
        line.say("A08", "hold")


def _shared_numbers(cases: list[Case], ledger: Sequence[Past]) -> None:
    """C03, P10, A10: facts without an order. A number that failed identifies nobody and takes no part."""
    holders, names, owners = defaultdict(set), defaultdict(set), defaultdict(set)
    known = [(c.row, c.person) for c in cases] + [(p.row, p.person) for p in ledger]
    for row, person in known:
        if person is None:
            continue
        if row["certificate_no"]:
            holders[_certificate(row)].add(person)
        if row["name"]:
            names[person].add(name_form(row["name"]))
        if row["account"]:
            owners[row["account"]].add(person)
    for case in cases:
        row = case.row
        if case.person is None:
            continue
        if row["certificate_no"] and len(holders[_certificate(row)]) > 1:
            case.found.append(("C03", "error"))
        if row["name"] and len(names[case.person]) > 1:
            case.found.append(("P10", "hold"))
        if row["account"] and len(owners[row["account"]]) > 1:
            for line in case.lines:
                if line.payee_kind == "个人":
                    line.say("A10", "hold")


def _certificate(row: Row) -> tuple[Any, str]:
    return row["certificate_kind"], certificate_form(row["certificate_no"])


def _claimed_again(ranked: list[Case], ledger: Sequence[Past]) -> None:
    """D01 within the run (the whole training) and against the ledger (line by line)."""
    won: set[Any] = set()
    earlier: dict[Any, Past] = {}
    for past in ledger:
        if not past.loser and past.person:
            for key in same_keys(past.row, past.person):
                earlier.setdefault(key, past)
    for case in ranked:
        if case.person is None:
            continue
        keys = same_keys(case.row, case.person)
        if any(key in won for key in keys):
            case.loser = True
            case.found.append(("D01", "error"))
            continue
        if not case.own_error:
            won.update(keys)
        case.past = next((earlier[key] for key in keys if key in earlier), None)
        if case.past is None:
            continue
        group_live = bool(set(case.past.live) & case.past.group)
        for line in case.lines:
            if line.line in case.past.live or (line.group and group_live):
                line.say("D01", "error")


def _certificate_stacks(cases: list[Case], readings: dict[str, Any]) -> None:
    """取证补贴 beside a group line that is not refused needs a reading."""
    for case in cases:
        for line in case.lines:
            beside = any(x.group and case.verdict(x) != "不予补贴" for x in case.lines)
            beside = beside or bool(case.past and set(case.past.live) & case.past.group)
            if line.line == "certificate" and beside and case.row["training_kind"] != OJT:
                if readings.get("certificate_stacks") is None:
                    line.say("E09", "ruling")
                elif readings["certificate_stacks"] is False:
                    line.say("E12", "error")
