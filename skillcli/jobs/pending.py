"""Judging waiting lines again (``pay --pending``): from the ledger alone, without their rosters.

A held or undecided line, or one refused only beyond a limit, is taken up with today's readings,
catalogues, lists, answers and special approvals. What is payable or refused now goes into a batch of its own;
what still waits stays where it is.
"""

from __future__ import annotations

import hashlib
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from msgspec import Struct
from msgspec.structs import replace

from skillcli.core import period
from skillcli.core.errors import ClerkError
from skillcli.core.finding import Verdict
from skillcli.jobs import hearing
from skillcli.jobs.exceptions import answers, read_value
from skillcli.jobs.outcome import Outcome
from skillcli.jobs.parking import renumbered
from skillcli.jobs.pay import ATTEMPTS, Run
from skillcli.jobs.policies import policy_of
from skillcli.jobs.progress import Progress, Silent
from skillcli.ledger.batch import LedgerMoved
from skillcli.ledger.waiting import PENDING
from skillcli.schema.inputs import ROSTER
from skillcli.schema.roster import EXTRA_COLUMNS, Roster

if TYPE_CHECKING:
    from skillcli.jobs.workspace import Workspace
    from skillcli.ledger.ledger import Ledger
    from skillcli.ledger.waiting import Waiting
    from skillcli.policy.model import Policy
    from skillcli.schema.decision import Decision

DECIDED = (Verdict.PAYABLE.value, Verdict.SPECIAL.value, Verdict.REFUSED.value)


class _Docket(Struct, frozen=True):
    """The waiting trainings as a roster: ``tids`` (position = rid) and the (rid, line) that wait, with the
    批次行号 under which each waits."""

    roster: Roster
    tids: tuple[int, ...]
    waits: pd.DataFrame


def pay_pending(
    workspace: Workspace, month: str, *, as_of: date, at: str, person: str, progress: Progress | None = None
) -> Outcome:
    """Judge every waiting line again and book what is decided now as a batch of ``month``.

    Nothing is booked where nothing is decided: the outcome then has no batch, and its lines are
    those that still wait. Raises ClerkError where nothing was booked for a fault, BookedNotWritten where
    only the workbook failed.
    """
    from skillcli.ledger.ledger import Ledger

    period.month(month)
    progress = progress or Silent()
    with Ledger.open(workspace.ledger) as ledger:
        policy = policy_of(workspace, ledger)
        for _ in range(ATTEMPTS):
            progress.stage("取出待核实、待明确的明细")
            docket = _docket(ledger, policy)
            if docket is None:
                raise ClerkError("台账里没有待核实、待明确的明细。", "不用处理。")
            heard = hearing.hear(docket.roster, policy, ledger, as_of, progress)
            roster, decision = _decided_now(docket, heard.decision)
            if not len(decision.lines):
                waiting = _only(docket, heard.decision)
                return Outcome("pay", policy, as_of, docket.roster, waiting)
            run = Run(workspace, policy, roster, month, as_of, at, person, progress, PENDING, _digest(docket, decision))
            try:
                return run.book(ledger, replace(heard, decision=decision))
            except LedgerMoved:
                continue
    raise ClerkError("台账正被别人连续使用，本次没有入账。", "请稍后再运行同一条命令。")


def _docket(ledger: Ledger, policy: Policy) -> _Docket | None:
    found = ledger.waiting(policy.limit.overridable)
    lines = found.story.lines[found.story.lines["line_no"].isin(found.lines)]
    # grants wait for their own sheet to be sent again
    lines = lines[~lines["line"].isin([line.id for line in policy.lines if line.for_units])]
    if lines.empty:
        return None
    tids = np.sort(lines["tid"].unique())
    trainings = found.story.trainings.set_index("tid").loc[tids]
    rid = pd.Series(np.arange(len(tids)), index=tids)
    waits = pd.DataFrame(
        {
            "rid": lines["tid"].map(rid).to_numpy(),
            "line": lines["line"].to_numpy(),
            "line_no": lines["line_no"].to_numpy(),
        }
    )
    return _Docket(roster_of(ledger, found, trainings, rid), tuple(tids.tolist()), waits)


def roster_of(ledger: Ledger, found: Waiting, trainings: pd.DataFrame, rid: pd.Series) -> Roster:
    """The trainings as they stood in their rosters, with the answers given since."""
    keys = [*ROSTER.keys, *EXTRA_COLUMNS]
    frame = trainings[keys].reset_index(drop=True).rename_axis("rid")
    origin = list(zip(trainings["seq"].tolist(), trainings["source"].tolist(), strict=True))
    places = {place: number for number, place in enumerate(dict.fromkeys(origin))}
    frame["source"] = pd.Series([places[place] for place in origin], dtype="int64")
    counts = pd.Series(origin).map(places).value_counts()
    sheets = tuple(
        replace(found.sheets[place], rows=int(counts[number]), passed_over={}) for place, number in places.items()
    )
    faults = found.faults[found.faults["tid"].isin(rid.index)]
    faults = faults.assign(rid=faults["tid"].map(rid)).drop(columns="tid")[["rid", "key", "fault", "shown"]]
    columns = frozenset().union(*(found.columns[int(seq)] for seq in trainings["seq"].unique()))
    frame, faults, answered = _answered(ledger, frame, faults.reset_index(drop=True), rid)
    return Roster(frame, faults, (), sheets, columns | answered)


def _answered(
    ledger: Ledger, frame: pd.DataFrame, faults: pd.DataFrame, rid: pd.Series
) -> tuple[pd.DataFrame, pd.DataFrame, frozenset[str]]:
    """The frame with the cells that were answered; their faults are gone."""
    given = answers(ledger)
    given = given[given["tid"].isin(rid.index)].drop_duplicates(["tid", "key"], keep="last")
    for key, of_key in given.groupby("key"):
        column = ROSTER[str(key)]
        where = of_key["tid"].map(rid).to_numpy()
        values = [read_value(column, str(text))[0] for text in of_key["value"]]
        changed = frame[column.key].copy()
        changed.iloc[where] = values
        frame = frame.assign(**{column.key: pd.Series(changed, dtype=column.kind.dtype)})
        faults = faults[~(faults["key"].eq(column.key) & faults["rid"].isin(where))]
    return frame, faults.reset_index(drop=True), frozenset(str(key) for key in given["key"].unique())


def _decided_now(docket: _Docket, decision: Decision) -> tuple[Roster, Decision]:
    """The part that is payable or refused now, trainings numbered anew."""
    lines = decision.lines.reset_index().merge(docket.waits, on=["rid", "line"], how="inner", validate="1:1")
    lines = lines[lines["verdict"].isin(DECIDED) & ~_same_refusal(lines, decision)]
    return part(docket.roster, decision, lines["lid"].to_numpy())


def _same_refusal(lines: pd.DataFrame, decision: Decision) -> pd.Series:
    """Refused lines that nothing has changed about: still beyond the limit, no approval."""
    beyond = lines["codes"].str.split(" ").map(lambda codes: "D03" in codes or "D04" in codes).astype("bool")
    return lines["verdict"].eq(Verdict.REFUSED.value) & beyond


def _only(docket: _Docket, decision: Decision) -> Decision:
    """The decision without the lines that do not wait (paid or refused before)."""
    lines = decision.lines.reset_index().merge(docket.waits, on=["rid", "line"], how="inner", validate="1:1")
    kept = decision.lines.loc[lines["lid"].sort_values()].reset_index(drop=True).rename_axis("lid")
    return replace(decision, lines=kept)


def part(roster: Roster, decision: Decision, lids: np.ndarray) -> tuple[Roster, Decision]:
    """The trainings of these lines, with these lines only; rids and sources numbered anew."""
    lines = decision.lines.loc[np.sort(lids)]
    rids = np.sort(lines["rid"].unique())
    anew = pd.Series(np.arange(len(rids)), index=rids)
    frame = roster.frame.loc[rids].reset_index(drop=True).rename_axis("rid")
    sources = np.sort(frame["source"].unique())
    counts = frame["source"].value_counts()
    frame["source"] = frame["source"].map(pd.Series(np.arange(len(sources)), index=sources)).astype("int64")
    sheets = tuple(replace(roster.sheets[source], rows=int(counts[source])) for source in sources)
    faults = roster.faults[roster.faults["rid"].isin(rids)]
    findings = decision.findings[decision.findings["rid"].isin(rids)]
    kept_lines = pd.MultiIndex.from_frame(lines[["rid", "line"]])
    aimed = pd.MultiIndex.from_frame(findings[["rid", "line"]])
    findings = findings[findings["line"].eq("") | aimed.isin(kept_lines)]
    return (
        Roster(frame, renumbered(faults, anew), (), sheets, roster.columns),
        replace(
            decision,
            trainings=decision.trainings.loc[rids].reset_index(drop=True).rename_axis("rid"),
            lines=renumbered(lines, anew).rename_axis("lid"),
            findings=renumbered(findings, anew),
        ),
    )


def _digest(docket: _Docket, decision: Decision) -> str:
    """What makes two such runs the same: the lines decided, known by the trainings they wait at."""
    parts = sorted(docket.waits["line_no"]) + sorted(decision.lines["line"])
    return hashlib.sha256("\n".join(["pending", *parts]).encode()).hexdigest()
