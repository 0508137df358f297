"""Grants to units (项目补助): a month's sheet judged against the ledger and booked as a batch of kind ``grants``."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pandas as pd
from stdnum.cn import uscc as codes

from skillcli.core import period
from skillcli.core.errors import ClerkError
from skillcli.core.finding import Finding, Place, Severity
from skillcli.jobs import hearing
from skillcli.jobs.outcome import Outcome
from skillcli.jobs.pay import ATTEMPTS, Run, again, refuse_read_only
from skillcli.jobs.policies import policy_of
from skillcli.jobs.progress import Progress, Silent
from skillcli.jobs.sheets import read_filled, refuse_faults
from skillcli.ledger.batch import LedgerMoved
from skillcli.policy.load import load_national
from skillcli.rules.grants import derive_grants, items, judge_grants, keys
from skillcli.schema.grants import GRANTS, ROSTER_KEYS
from skillcli.schema.roster import Roster, RosterSheet, empty_faults, empty_frame

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from skillcli.intake.tables import TableRead
    from skillcli.jobs.workspace import Workspace
    from skillcli.ledger.ledger import Ledger
    from skillcli.policy.model import Policy

GRANTS_KIND = "grants"


def pay_grants(
    workspace: Workspace,
    path: Path,
    month: str,
    *,
    as_of: date,
    at: str,
    person: str,
    progress: Progress | None = None,
) -> Outcome:
    """Book the grants of a workbook as one draft batch and write its payment workbook.

    The same file for the same month is the same batch, unless the office has decided an amount since.
    Raises ClerkError where nothing was booked (a blank required cell, an item the policy does not know …),
    BookedNotWritten where only the workbook failed.
    """
    from skillcli.ledger.ledger import Ledger

    period.month(month)
    progress = progress or Silent()
    progress.stage("读取项目补助")
    read = read_filled(path, (GRANTS,))[GRANTS.title]
    with Ledger.open(workspace.ledger) as ledger:
        policy = policy_of(workspace, ledger)
        refuse_faults(path, sorted(_faults(path, read, policy), key=lambda finding: finding.place.row))
        roster = _roster(path, read)
        digest = _digest(read, policy)
        known = ledger.find_batch(policy.id, month, digest)
        if known is not None:
            return again(ledger, workspace, known, progress)
        refuse_read_only(ledger)
        run = Run(workspace, policy, roster, month, as_of, at, person, progress, GRANTS_KIND, digest)
        for _ in range(ATTEMPTS):
            try:
                return run.book(ledger, _hear(roster, policy, ledger, as_of, progress))
            except LedgerMoved:
                continue
    raise ClerkError("台账正被别人连续使用，本次没有入账。", "请稍后再运行同一条命令。")


def _hear(roster: Roster, policy: Policy, ledger: Ledger, as_of: date, progress: Progress) -> hearing.Hearing:
    progress.stage("审核")
    facts = derive_grants(roster, policy)
    head = ledger.head()
    history = ledger.history(keys(facts))
    decision = judge_grants(roster, policy, load_national(), history, pd.Timestamp(as_of), facts)
    return hearing.Hearing(decision, head, hearing.imported(ledger))


def _faults(path: Path, read: TableRead, policy: Policy) -> Iterator[Finding]:
    """Cells without which a grant cannot be judged at all."""
    frame = read.frame
    known = items(policy)

    def told(bad: pd.Series, code: str, sentence: pd.Series | str) -> Iterator[Finding]:
        texts = sentence if isinstance(sentence, pd.Series) else pd.Series(sentence, index=frame.index)
        for row, text in zip(frame.loc[bad, "row"], texts[bad], strict=True):
            yield Finding(code, Severity.ERROR, Place(str(path), read.sheet, int(row)), str(text))

    for column in GRANTS.columns:
        if column.required:
            yield from told(frame[column.key].isna(), "F08", f"“{column.title}”是空白。")
    strange = frame["item"].notna() & ~frame["item"].isin(list(known))
    allowed = "、".join(known) or "无"
    yield from told(strange, "E00", "“" + frame["item"].fillna("") + f"”不是本政策的补助项目；应为：{allowed}。")
    wrong = [isinstance(code, str) and not codes.is_valid(code) for code in frame["uscc"]]
    yield from told(pd.Series(wrong, index=frame.index, dtype="bool"), "F08", "统一社会信用代码不对，请核对。")


def _roster(path: Path, read: TableRead) -> Roster:
    """The grants in the columns of a roster (``schema.grants.ROSTER_KEYS``)."""
    given = read.frame
    frame = empty_frame(len(given))
    columns = {key: given[own].set_axis(frame.index) for own, key in ROSTER_KEYS.items()}
    row = given["row"].set_axis(frame.index)
    frame = frame.assign(**columns, name=columns["employer"], row=row)
    sheet = RosterSheet(str(path), read.sha256, read.sheet, read.header_row, len(frame))
    return Roster(frame, empty_faults(), (), (sheet,), frozenset(ROSTER_KEYS.values()))


def _digest(read: TableRead, policy: Policy) -> str:
    """The file, and what the office has decided on the amounts it asks for."""
    asked = {
        rate.reading: str(policy.value(rate.reading))
        for line in policy.lines
        if line.for_units
        for step in line.amount.steps
        for rate in step.rates
        if rate.reading
    }
    parts = [GRANTS_KIND, read.sha256, *(f"{key}={value}" for key, value in sorted(asked.items()))]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
