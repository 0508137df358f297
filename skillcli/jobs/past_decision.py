"""What earlier years' rows come to in the ledger: trainings, their paid lines, and the days of payment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from msgspec import Struct
from msgspec.structs import replace

from skillcli.core.finding import Severity, Verdict
from skillcli.rules.amounts import UNITS
from skillcli.rules.facts import derive
from skillcli.rules.payees import Payees, payee_kinds
from skillcli.rules.sequence import winner_order
from skillcli.schema.catalogue import Catalogue
from skillcli.schema.decision import FINDING_DTYPES, LINE_DTYPES, TRAINING_DTYPES, Decision
from skillcli.schema.inputs import ROSTER
from skillcli.schema.roster import EXTRA_COLUMNS, Roster, RosterSheet
from skillcli.schema.vocabulary import fold

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from skillcli.jobs.past_rows import PastRows
    from skillcli.policy.model import Line, Policy

TOGETHER = "F09"
"""Code of the remark that a line stands on a row of its own."""


class Paid(Struct, frozen=True):
    """One month's rows as a roster and a decision; ``paid_on``: day of each line (index ``lid``)."""

    roster: Roster
    decision: Decision
    paid_on: pd.Series


def month_of(days: pd.Series) -> pd.Series:
    """``2020-03`` of each day, missing where the day is."""
    text: pd.Series = days.dt.strftime("%Y-%m").astype("str").where(days.notna())
    return text


def line_ids(policy: Policy, written: pd.Series) -> pd.Series:
    """The policy line that each cell names by its title or id; missing where none is named."""
    known = {fold(name): line.id for line in policy.lines if not line.for_units for name in (line.title, line.id)}
    return written.map({text: known.get(fold(text)) for text in written.dropna().unique()}).astype("str")


def roster_of(rows: PastRows, positions: NDArray[np.int64]) -> Roster:
    """Some rows of a list as a roster, numbered anew."""
    frame = rows.frame.iloc[positions].reset_index(drop=True).rename_axis("rid")
    frame["training_kind_written"] = frame["training_kind"]
    anew = pd.Series(np.arange(len(positions)), index=positions)
    sound = rows.faults[rows.faults["rid"].isin(positions)]
    sources = np.sort(frame["source"].unique())
    counts = frame["source"].value_counts()
    frame["source"] = frame["source"].map(pd.Series(np.arange(len(sources)), index=sources)).astype("int64")
    return Roster(
        frame[[*ROSTER.keys, *EXTRA_COLUMNS]],
        sound.assign(rid=sound["rid"].map(anew).astype("int64")).reset_index(drop=True),
        (),
        tuple(_sheet(rows, int(source), int(counts[source])) for source in sources),
        frozenset(key for key in ROSTER.keys if rows.frame[key].notna().any()),
    )


def _sheet(rows: PastRows, source: int, count: int) -> RosterSheet:
    sheet = rows.sheets[source]
    left = sheet.rows - count
    return replace(sheet, rows=count, passed_over={"拨付日期在其他月份": left} if left else {})


def decided(rows: PastRows, policy: Policy, positions: NDArray[np.int64], *, apart: bool = False) -> Paid:
    """The rows at these positions (without fault) as booked: rows of one training together (``apart``: each
    by itself), every line payable with its stated amount."""
    whole = roster_of(rows, positions)
    facts = derive(whole, policy)
    given = rows.frame.iloc[positions].reset_index(drop=True)
    given = given[["amount_fen", "paid_on"]].assign(line=line_ids(policy, rows.frame["line"]).iloc[positions].array)
    rid = facts.index.to_series()
    own = rid if apart else rid.groupby(facts["class_hash"]).transform("min")
    first = own.eq(rid)
    kept = facts.index[first]
    anew = pd.Series(np.arange(len(kept)), index=kept)
    lines = _lines(policy, facts, given.assign(rid=own.map(anew).astype("int64")))
    order = _order(policy, lines)
    trainings = _trainings(policy, facts.loc[kept].reset_index(drop=True).rename_axis("rid"))
    sound = whole.faults[whole.faults["rid"].isin(kept)]
    roster = replace(
        whole,
        frame=whole.frame.loc[kept].reset_index(drop=True).rename_axis("rid"),
        faults=sound.assign(rid=sound["rid"].map(anew).astype("int64")).reset_index(drop=True),
    )
    lines = lines.loc[order]
    decision = Decision(
        trainings=trainings,
        lines=lines[list(LINE_DTYPES)].reset_index(drop=True).rename_axis("lid").astype(LINE_DTYPES),
        findings=_remarks(lines, whole.frame["row"], first),
        unchecked=(),
        rulings_used=(),
    )
    return Paid(roster, decision, lines["paid_on"].reset_index(drop=True).rename_axis("lid"))


def _order(policy: Policy, lines: pd.DataFrame) -> pd.Index:
    """By training, then the policy's order of lines."""
    places = {line.id: place for place, line in enumerate(policy.lines)}
    return lines.assign(place=lines["line"].map(places)).sort_values(["rid", "place"], kind="stable").index


def _lines(policy: Policy, facts: pd.DataFrame, given: pd.DataFrame) -> pd.DataFrame:
    """One row a row of the list, columns of ``LINE_DTYPES`` and ``paid_on``."""
    payees = Payees(facts, Catalogue())
    parts = []
    for line in policy.lines:
        where = np.flatnonzero(given["line"].eq(line.id).to_numpy())
        if not where.size:
            continue
        rows, trainings = given.iloc[where], facts.iloc[where]
        kinds, kind = payee_kinds(policy, line, trainings)
        payee_kind = np.array(kinds, dtype=object)[kind]
        quantity = _quantity(line, trainings)
        amount = rows["amount_fen"].astype("int64")
        even = quantity.gt(0) & (amount % quantity.where(quantity.gt(0), 1)).eq(0)
        parts.append(
            rows.assign(
                amount_fen=amount,
                proposed_fen=amount,
                standard_fen=(amount // quantity.where(quantity.gt(0), 1)).where(even).astype("Int64"),
                quantity=quantity,
                unit=UNITS.get(line.amount.kind, "人"),
                payee_kind=payee_kind,
                payee=pd.Series(payees.names(payee_kind, where).to_pylist(), index=rows.index, dtype="str"),
                fund=policy.fund(line),
                clause=line.clause,
                group=line.group,
            )
        )
    return pd.concat(parts).sort_index().assign(verdict=Verdict.PAYABLE.value, codes="")


def _quantity(line: Line, trainings: pd.DataFrame) -> pd.Series:
    """Months, days, years or 1 that the amount stands for; missing where the row does not tell."""
    if line.amount.kind == "per_month":
        return months(trainings)
    if line.amount.kind == "per_day":
        return trainings["training_days"]
    if line.amount.kind == "per_year":
        years = trainings["span_months"] // line.amount.months_a_year
        return years.where(years.gt(0)).astype("Int64")
    return pd.Series(1, index=trainings.index, dtype="Int64")


def months(trainings: pd.DataFrame) -> pd.Series:
    """以工代训月数, else the whole months 开班…结课; missing where neither is one or more."""
    span = trainings["span_months"].astype("Int64")
    counted = trainings["ojt_months"].fillna(span)
    return counted.where(counted.gt(0))


def _trainings(policy: Policy, facts: pd.DataFrame) -> pd.DataFrame:
    limit = policy.limit
    attended = ~facts["training_kind"].isin(limit.except_kinds)
    if limit.failed_counts and policy.holds(limit.failed_counts) is False:
        attended &= facts["passed"]
    made = facts.assign(
        rank=winner_order(facts, np.zeros(len(facts), dtype=bool)),
        attended=attended.astype("bool"),
        loser=False,
        verdict=Verdict.PAYABLE.value,
    )
    return made[list(TRAINING_DTYPES)].astype(TRAINING_DTYPES)


def _remarks(lines: pd.DataFrame, row: pd.Series, first: pd.Series) -> pd.DataFrame:
    """One remark for every line that stands on another row than its training."""
    beside = lines[~first.loc[lines.index]]
    frame = pd.DataFrame(
        {
            "code": TOGETHER,
            "severity": Severity.INFO.value,
            "rid": beside["rid"],
            "key": "",
            "line": beside["line"],
            "found": "",
            "message": "此项补贴在台账第 " + row.loc[beside.index].astype("str") + " 行，与本行是同一次培训。",
            "clause": "",
        }
    )
    return frame.reset_index(drop=True).astype(FINDING_DTYPES)
