"""Judging grants to units (项目补助): their price, their period, and that no unit has an item twice."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from msgspec import structs

from skillcli.core.money import fen
from skillcli.rules import RULES, sequence
from skillcli.rules.case import Case
from skillcli.rules.derive_cells import as_day
from skillcli.rules.facts import derive, hashed, joined, normal
from skillcli.rules.judge import Court, places
from skillcli.rules.sequence import PAYABLE
from skillcli.rules.t03 import date_in_future
from skillcli.rules.t06 import outside_period
from skillcli.schema.catalogue import Catalogue
from skillcli.schema.decision import FINDING_DTYPES, LINE_DTYPES, TRAINING_DTYPES
from skillcli.schema.history import Keys
from skillcli.schema.roster import check_frame

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from skillcli.policy.model import AmountStep, Line, National, Policy, Rate
    from skillcli.schema.decision import Decision
    from skillcli.schema.history import History
    from skillcli.schema.roster import Roster

HEARD = ("A05", "E09", "E12")
"""General rules that hold for grants too."""
UNIT = "项"
_RECOGNISED = "认定日期"
_READ_ON = "issued_on"


def items(policy: Policy) -> dict[str, Line]:
    """Item → the line that grants it, in the policy's order."""
    return {
        rate.item: line for line in policy.lines if line.for_units for step in line.amount.steps for rate in step.rates
    }


def derive_grants(roster: Roster, policy: Policy) -> pd.DataFrame:
    """The facts of ``facts.derive`` with a grant's own identities: ``class_hash`` of the unit's name and item,
    ``certificate_claim`` of its 统一社会信用代码 and item (0 without one), both with the 认定文号 where the item is given
    once per document. Under the same numbers (``certificate_hash``, ``account_hash``) the ledger finds them."""
    facts = derive(roster, policy)
    once = {
        rate.item: rate.once_per
        for line in policy.lines
        if line.for_units
        for step in line.amount.steps
        for rate in step.rates
    }
    by_document = facts["occupation"].map(once).eq("document")
    scope = [facts["occupation"], facts["certificate_n"].where(by_document)]
    unit, uscc = normal(facts["employer"]), normal(facts["employer_uscc"], upper=True)
    by_name = hashed(joined(pd.Series("grant unit", index=facts.index), unit, *scope), unit.isna())
    by_code = hashed(joined(pd.Series("grant code", index=facts.index), uscc, *scope), uscc.isna())
    return facts.assign(
        class_hash=by_name, certificate_claim=by_code, certificate_hash=by_name, account_hash=by_code, year=0
    )


def keys(trainings: pd.DataFrame) -> Keys:
    """What the ledger is asked for."""

    def distinct(name: str) -> NDArray[np.int64]:
        values: NDArray[np.int64] = np.unique(trainings[name].to_numpy(dtype=np.int64))
        known: NDArray[np.int64] = values[values != 0]
        return known

    return Keys(np.empty(0, dtype=np.int64), distinct("certificate_hash"), distinct("account_hash"))


def judge_grants(
    roster: Roster, policy: Policy, national: National, history: History, as_of: pd.Timestamp, trainings: pd.DataFrame
) -> Decision:
    """Decide every grant of a run; one line a row. ``trainings``: ``derive_grants``.

    Every item is one of the policy's (``items``); raises KeyError on another.
    """
    lines, asked = _priced(policy, trainings)
    case = Case(
        policy=policy,
        national=national,
        as_of=as_of,
        trainings=trainings.assign(own_error=False, loser=False, attended=False, rank=_rank(trainings)),
        faults=roster.faults,
        lines=lines,
        history=history,
        catalogue=Catalogue(),
        columns=roster.columns,
        places=places(roster),
    )
    court = Court(case)
    general = [rule for rule in RULES if rule.code in HEARD]
    court.hear(
        [*general, structs.replace(date_in_future, flag=_in_future), structs.replace(outside_period, flag=_outside)]
    )
    # one line a row, in the order of rows
    refused = court.case.lines["state"].eq(sequence.REFUSED).to_numpy(dtype=bool)
    ranked = court.case.trainings.assign(own_error=refused)
    same = sequence.same_training(ranked, ranked["rank"].to_numpy(), refused)
    winner = pd.Series(same, index=ranked.index)
    booked = sequence.booked(court.case, court.past)
    known = (booked["line_no"] + "（" + booked["place"] + "）").reindex(lines.index).fillna("")
    court.case = replace(
        court.case,
        trainings=ranked.assign(winner=winner, loser=winner.ge(0)),
        lines=court.case.lines.assign(booked_as=known),
    )
    court.hear([rule for rule in RULES if rule.code == "D06"])
    decision = court.decision((), tuple(key for key in asked if policy.value(key) is not None))
    check_frame(decision.trainings, TRAINING_DTYPES, "trainings")
    check_frame(decision.lines, LINE_DTYPES, "lines")
    check_frame(decision.findings, FINDING_DTYPES, "findings")
    return decision


def _rank(trainings: pd.DataFrame) -> NDArray[np.int64]:
    """Winner order over all rows: 认定日期, 认定文号, then the other values, blanks last."""
    order = trainings.reset_index(drop=True).sort_values(
        ["issued_on", "certificate_n", "employer_n", "employer_uscc", "occupation", "bank", "account"], kind="stable"
    )
    rank = np.empty(len(order), dtype=np.int64)
    rank[order.index.to_numpy()] = np.arange(len(order))
    return rank


def _priced(policy: Policy, trainings: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """One line a row with the columns of ``price.Prices.lines``, and the readings that were looked up."""
    line_of = items(policy)
    chosen = [line_of[str(item)] for item in trainings["occupation"]]
    rates = [
        _rate(line, str(item), day)
        for line, item, day in zip(chosen, trainings["occupation"], trainings[_READ_ON], strict=True)
    ]
    values = [(rate.yuan if not rate.reading else policy.value(rate.reading)) for _, rate in rates]
    amount = pd.array([fen(v) if isinstance(v, Decimal | int) and v is not False else None for v in values], "Int64")
    still = [
        "" if not rate.reading or v is not None else rate.reading for (_, rate), v in zip(rates, values, strict=True)
    ]
    no = [rate.reading if v is False else "" for (_, rate), v in zip(rates, values, strict=True)]
    size = len(trainings)
    lines = pd.DataFrame(
        {
            "rid": trainings.index.to_numpy(dtype=np.int64),
            "line": pd.Series([line.id for line in chosen], dtype="str"),
            "group": pd.Series([line.group for line in chosen], dtype="str"),
            "route": 0,
            "standard_fen": amount,
            "quantity": pd.array([1] * size, "Int64"),
            "proposed_fen": amount,
            "unit": pd.Series([UNIT] * size, dtype="str"),
            "payee_kind": pd.Series(["用人单位"] * size, dtype="str"),
            "payee": trainings["employer"].fillna("").array,
            "fund": pd.Series([policy.fund(line) for line in chosen], dtype="str"),
            "clause": pd.Series([step.clause for step, _ in rates], dtype="str"),
            "open": pd.Series(still, dtype="str"),
            "denied": pd.Series(no, dtype="str"),
            "passing": False,
            "certified": False,
            "state": PAYABLE,
            "booked_as": "",
            "override": "",
        }
    )
    asked = [rate.reading for _, rate in rates if rate.reading]
    asked += [f"fund.{line.id}" for line in chosen if not line.fund]
    return lines.rename_axis("lid"), list(dict.fromkeys(asked))


def _rate(line: Line, item: str, day: pd.Timestamp) -> tuple[AmountStep, Rate]:
    """The newest step in force on a day (the first serves earlier ones) that knows the item."""
    steps = [step for step in line.amount.steps if any(rate.item == item for rate in step.rates)]
    valid = [step for step in steps if pd.Timestamp(step.valid_from) <= day] or steps[:1]
    return valid[-1], next(rate for rate in valid[-1].rates if rate.item == item)


def _in_future(case: Case) -> pd.DataFrame:
    day = case.trainings[_READ_ON]
    late = day[day.gt(case.as_of)]
    return case.trainings.loc[late.index, []].assign(
        key="", title=_RECOGNISED, day=as_day(late), as_of=f"{case.as_of:%Y-%m-%d}"
    )


def _outside(case: Case) -> pd.DataFrame:
    first, last = pd.Timestamp(case.policy.valid_from), pd.Timestamp(case.policy.valid_to)
    day = case.trainings[_READ_ON]
    outside = day[day.lt(first) | day.gt(last)]
    return case.trainings.loc[outside.index, []].assign(
        key="", title=_RECOGNISED, day=as_day(outside), first=f"{first:%Y-%m-%d}", last=f"{last:%Y-%m-%d}"
    )
