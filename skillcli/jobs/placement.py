"""就业跟踪: a follow-up list joined to the trainings of the ledger.

What it tells of employment and income becomes rates; who was placed by the institution (推荐就业 是) has the
placement subsidy judged on the training it is about, by the same judge as every roster. Booked like a batch
of waiting lines: the trainings stand in the ledger already, only their placement line is new.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from msgspec import Struct
from msgspec.structs import replace

from skillcli.core import period
from skillcli.core.errors import ClerkError
from skillcli.core.finding import Finding, Place, Severity
from skillcli.core.identity import Fault, examine
from skillcli.jobs import hearing
from skillcli.jobs.follow_up import follow_up
from skillcli.jobs.pay import ATTEMPTS, Run, again, refuse_read_only
from skillcli.jobs.pending import part, roster_of
from skillcli.jobs.policies import policy_of
from skillcli.jobs.progress import Progress, Silent
from skillcli.jobs.sheets import read_filled, refuse_faults
from skillcli.ledger.batch import LedgerMoved
from skillcli.ledger.followed import followed, keep
from skillcli.ledger.waiting import PENDING
from skillcli.policy.load import load_national
from skillcli.reports.employment import rates
from skillcli.reports.placement import placement_book
from skillcli.rules.facts import normal
from skillcli.schema.placement import EMPLOYMENT, FOLLOWED, PLACEMENT
from skillcli.xlsx.write import stage

if TYPE_CHECKING:
    from datetime import date

    from skillcli.intake.tables import TableRead
    from skillcli.jobs.outcome import Outcome
    from skillcli.jobs.workspace import Workspace
    from skillcli.ledger.ledger import Ledger
    from skillcli.policy.model import Policy
    from skillcli.schema.decision import Decision
    from skillcli.schema.roster import Roster

BOOK = "-就业跟踪结果.xlsx"


class Followed(Struct, frozen=True):
    """``rates``: ``outputs.FOLLOW_UP_RATES``; ``rows`` read, ``unknown`` of them without a training in the ledger;
    ``outcome``: the booked placement lines, None where there was none to judge; ``output``: the workbook."""

    rates: pd.DataFrame
    rows: int
    unknown: int
    outcome: Outcome | None
    output: Path


def place(
    workspace: Workspace,
    path: Path,
    month: str,
    *,
    as_of: date,
    at: str,
    person: str,
    progress: Progress | None = None,
) -> Followed:
    """Join a follow-up list, book the placement lines it gives rise to, write 就业跟踪结果 beside the batches.

    The same list for the same month books nothing again. Raises ClerkError naming the rows whose identity number
    cannot be used, BookedNotWritten where only a workbook failed.
    """
    from skillcli.ledger.ledger import Ledger

    period.month(month)
    progress = progress or Silent()
    progress.stage("读取就业跟踪")
    read = read_filled(path, (PLACEMENT,))[PLACEMENT.title]
    rows = _sound(path, read)
    with Ledger.open(workspace.ledger) as ledger:
        policy = policy_of(workspace, ledger)
        outcome = _book(workspace, ledger, policy, rows, read, month, as_of, at, person, progress)
        found = followed(ledger, rows["person"].tolist())
        told = follow_up(rows, found.story, outcome, load_national().employment_months)
        if ledger.writable:
            keep(ledger, _kept(told, policy), str(path), read.sha256, at=at, person=person)
        trainings = ledger.reporting.entries(policy.id, ledger.reporting.position()).trainings
        known = rates(told, trainings, policy)
        book = placement_book(known, told, policy, workspace.agency, (str(path), read.sha256), ledger.head(), as_of)
    output = stage(book, workspace.output / PLACEMENT.title, f"{path.stem}{BOOK}").publish()
    return Followed(known, len(rows), int(told["end"].isna().sum()), outcome, output)


def _kept(told: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """What of a follow-up is kept for reports: the rows about a training in the ledger."""
    own = told[told["tid"].notna()].assign(policy=policy.id)
    return own[list(FOLLOWED.keys)].astype({column.key: column.kind.dtype for column in FOLLOWED.columns})


def _sound(path: Path, read: TableRead) -> pd.DataFrame:
    fault, person, _ = examine(read.frame["id_number"].to_numpy(dtype=object))
    bad = ~np.isin(fault, [Fault.NONE, Fault.FIFTEEN])
    sentence = "身份证号不是有效的号码，请更正。"
    refuse_faults(
        path,
        [
            Finding("P03", Severity.ERROR, Place(str(path), read.sheet, int(row)), sentence)
            for row in read.frame.loc[bad, "row"]
        ],
    )
    return read.frame.assign(person=person, certificate_n=normal(read.frame["certificate_no"], upper=True))


def _book(
    workspace: Workspace,
    ledger: Ledger,
    policy: Policy,
    rows: pd.DataFrame,
    read: TableRead,
    month: str,
    as_of: date,
    at: str,
    person: str,
    progress: Progress,
) -> Outcome | None:
    digest = hashlib.sha256(f"{PLACEMENT.kind}\n{read.sha256}".encode()).hexdigest()
    known = ledger.find_batch(policy.id, month, digest)
    if known is not None:
        return again(ledger, workspace, known, progress)
    for _ in range(ATTEMPTS):
        roster = _roster(ledger, rows)
        if roster is None:
            return None
        heard = hearing.hear(roster, policy, ledger, as_of, progress)
        roster, decision = _placed_only(policy, roster, heard.decision)
        if not len(decision.lines):
            return None
        refuse_read_only(ledger)
        run = Run(workspace, policy, roster, month, as_of, at, person, progress, PENDING, digest)
        try:
            return run.book(ledger, replace(heard, decision=decision))
        except LedgerMoved:
            continue
    raise ClerkError("台账正被别人连续使用，本次没有入账。", "请稍后再运行同一条命令。")


def _roster(ledger: Ledger, rows: pd.DataFrame) -> Roster | None:
    """The trainings of those who were placed, with the list's employment filled in; None without any."""
    from skillcli.jobs.follow_up import about

    placed = rows[rows["placed"].fillna(False).astype("bool")]
    if placed.empty:
        return None
    found = followed(ledger, placed["person"].tolist())
    chosen = about(placed, found.story.trainings)
    chosen = chosen[chosen["tid"].notna()].drop_duplicates("tid").sort_values("tid")
    if chosen.empty:
        return None
    tids = chosen["tid"].astype("int64").to_numpy()
    rid = pd.Series(np.arange(len(tids)), index=tids)
    roster = roster_of(ledger, found, found.story.trainings.set_index("tid").loc[tids], rid)
    given = placed.loc[chosen.index]
    frame = roster.frame.assign(
        **{key: given[key].set_axis(roster.frame.index).astype(roster.frame[key].dtype) for key in EMPLOYMENT}
    )
    faults = roster.faults[~roster.faults["key"].isin(EMPLOYMENT)].reset_index(drop=True)
    return replace(roster, frame=frame, faults=faults, columns=roster.columns | set(EMPLOYMENT))


def _placed_only(policy: Policy, roster: Roster, decision: Decision) -> tuple[Roster, Decision]:
    ours = [line.id for line in policy.lines if line.placement is not None]
    lids = decision.lines.index[decision.lines["line"].isin(ours)].to_numpy()
    return part(roster, decision, lids)
