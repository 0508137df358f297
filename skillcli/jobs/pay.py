"""The monthly batch: judge rosters against the ledger, reserve what is payable, write the workbooks.

Order of things, so that a crash at any moment leaves all or nothing: the workbooks are written to
temporary names and forced to disk inside the ledger's transaction, before COMMIT; they get their names
after it. A batch without its workbooks can be written again from the ledger alone.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from msgspec.structs import replace

from skillcli import __version__
from skillcli.core import period
from skillcli.core.errors import BookedNotWritten, ClerkError
from skillcli.core.finding import Verdict
from skillcli.core.runtime import give_back
from skillcli.jobs import hearing
from skillcli.jobs.custody import back_up_before
from skillcli.jobs.exceptions import approved
from skillcli.jobs.money import netting
from skillcli.jobs.outcome import Outcome
from skillcli.jobs.overdraft import overdrawn
from skillcli.jobs.policies import policy_of
from skillcli.jobs.progress import Progress, Silent
from skillcli.jobs.submission import PAY_KIND, Submission, Terms, admit, submission_of
from skillcli.ledger.batch import EXTRA_CLAIM_DTYPES, LedgerMoved, NewBatch, files_digest, line_no
from skillcli.policy.load import policy_file, policy_from_text
from skillcli.reports.payment import payment_book
from skillcli.schema.submission import PARKED, REMOVED
from skillcli.xlsx.write import stage

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from skillcli.jobs.workspace import Workspace
    from skillcli.ledger.batch import BatchHead
    from skillcli.ledger.ledger import Ledger
    from skillcli.policy.model import Policy
    from skillcli.reports.facts import RunFacts
    from skillcli.schema.decision import Decision
    from skillcli.schema.roster import Roster
    from skillcli.xlsx.stage import Staged

ATTEMPTS = 5
"""How often a run is judged again because somebody else booked in the meantime."""
PAYMENT = "拨付"


def pay(
    rosters: Sequence[Path],
    workspace: Workspace,
    month: str,
    *,
    as_of: date,
    at: str,
    person: str,
    progress: Progress | None = None,
    sheet: str | None = None,
    terms: Terms | None = None,
) -> Outcome:
    """Book the month's rosters as one draft batch and write its payment workbook.

    The same files for the same month are the same batch: it is found, nothing is booked, and its
    workbook is written again. ``at`` is the moment (UTC text), ``person`` who runs it. ``sheet``: only
    the sheet of this name of each file, which is then part of what makes two runs the same batch.
    ``terms``: how the rosters are handed in, and what stops the run.

    Raises ClerkError where nothing was booked, BookedNotWritten where only the workbook failed.
    """
    from skillcli.ledger.ledger import Ledger

    period.month(month)
    progress = progress or Silent()
    roster = hearing.read(rosters, workspace, progress, sheet)
    digest = files_digest([each.sha256 for each in roster.sheets] + [f"sheet {sheet}"] * (sheet is not None))
    with Ledger.open(workspace.ledger) as ledger:
        policy = policy_of(workspace, ledger)
        if hearing.refused(roster):
            heard = hearing.hear(roster, policy, ledger, as_of, progress)
            return Outcome("pay", policy, as_of, roster, heard.decision)
        known = ledger.find_batch(policy.id, month, digest)
        if known is None:
            refuse_read_only(ledger)
            for _ in range(ATTEMPTS):
                heard = hearing.hear(roster, policy, ledger, as_of, progress)
                handed_in, rows, heard = admit(ledger, workspace, roster, heard, terms or Terms(), policy)
                run = Run(workspace, policy, rows, month, as_of, at, person, progress, PAY_KIND, digest, handed_in)
                try:
                    return run.book(ledger, heard)
                except LedgerMoved:
                    continue
            raise ClerkError("台账正被别人连续使用，本次没有入账。", "请稍后再运行同一条命令。")
        return again(ledger, workspace, known, progress)


def write_again(workspace: Workspace, batch_id: str, progress: Progress | None = None) -> tuple[Path, ...]:
    """Write a booked batch's workbooks again, from the ledger alone. Raises ClerkError."""
    from skillcli.ledger.ledger import Ledger

    with Ledger.open(workspace.ledger) as ledger:
        return again(ledger, workspace, ledger.batch(batch_id), progress or Silent()).outputs


def refuse_read_only(ledger: Ledger) -> None:
    if not ledger.writable:
        raise ClerkError(f"台账 {ledger.where} 只能读，不能写入，不能入账。", "请检查文件和文件夹的写权限。")


class Run:
    """One run of ``pay``: a roster to book. ``kind`` and ``digest`` as in ``NewBatch``; ``submission``: how it was
    handed in, of rosters."""

    def __init__(
        self,
        workspace: Workspace,
        policy: Policy,
        roster: Roster,
        month: str,
        as_of: date,
        at: str,
        person: str,
        progress: Progress,
        kind: str = PAY_KIND,
        digest: str = "",
        submission: Submission | None = None,
    ) -> None:
        self.workspace, self.policy, self.roster, self.month = workspace, policy, roster, month
        self.as_of, self.at, self.person, self.progress = as_of, at, person, progress
        self.kind, self.digest, self.submission = kind, digest, submission

    def book(self, ledger: Ledger, heard: hearing.Hearing) -> Outcome:
        """Book what was heard and write it. Raises LedgerMoved when somebody else booked meanwhile."""
        facts = hearing.run_facts(self.roster, self.policy, self.as_of, heard, self.workspace.agency)
        kept = netting(ledger, self.roster, heard.decision)
        facts = replace(facts, netting=kept, submission=self.submission.words if self.submission else "")
        facts = replace(facts, overdrawn=overdrawn(ledger, heard.decision))
        facts = replace(facts, approved=approved(ledger, heard.decision, self.as_of))
        batch = NewBatch(
            roster=self.roster,
            decision=heard.decision,
            policy=self.policy,
            month=self.month,
            as_of=self.as_of,
            at=self.at,
            person=self.person,
            tool=__version__,
            head=heard.head,
            extra_claims=once_a_person(self.policy, heard.decision),
            netting=kept,
            policy_text=policy_file(self.workspace.policy),
            files_digest=self.digest,
            kind=self.kind,
            sheets=self.submission.sheets() if self.submission else (),
        )
        staged: list[Staged] = []

        def write_first(head: BatchHead) -> None:
            self.progress.stage("写出拨付表")
            staged.extend(_stage(_booked(facts, head), self.workspace, head, self.submission))

        back_up_before(self.workspace, ledger, self.at)
        self.progress.stage("入账")
        try:
            head = ledger.book(batch, before_commit=write_first)
        except BaseException:
            for each in staged:
                each.discard()
            raise
        if not head.new:
            return again(ledger, self.workspace, head, self.progress)
        outputs = _publish(staged, head)
        outcome = _outcome(self.policy, self.roster, heard.decision, head, outputs)
        return replace(outcome, submission=self.submission, overdrawn=facts.overdrawn)


def once_a_person(policy: Policy, decision: Decision) -> pd.DataFrame:
    """The claims of lines that are given once per person (D07): the ledger's own guard."""
    once = [
        line.id
        for line in policy.lines
        if line.placement is not None and policy.value(line.placement.once_per) == "person"
    ]
    payable = [Verdict.PAYABLE.value, Verdict.SPECIAL.value]
    lines = decision.lines[decision.lines["line"].isin(once) & decision.lines["verdict"].isin(payable)]
    claims = pd.DataFrame(
        {
            "lid": lines.index.to_numpy(dtype=np.int64),
            "kind": "person",
            "key": decision.trainings["person"].loc[lines["rid"]].to_numpy(),
        }
    )
    return claims.astype(EXTRA_CLAIM_DTYPES)


def booked_facts(ledger: Ledger, workspace: Workspace, head: BatchHead) -> RunFacts:
    """What the reports of a booked batch are made from, out of the ledger alone."""
    loaded = ledger.load_batch(head.id)
    text = loaded.policy_text or policy_file(workspace.policy)
    policy = policy_from_text(head.policy_id, text, head.rulings)
    heard = hearing.Hearing(loaded.decision, head.head, hearing.imported(ledger, upto=head.seq))
    facts = hearing.run_facts(loaded.roster, policy, head.as_of, heard, workspace.agency, head.tool)
    short = overdrawn(ledger, loaded.decision, head.seq - 1)
    facts = replace(facts, approved=approved(ledger, loaded.decision, head.as_of, head.seq))
    return _booked(replace(facts, netting=ledger.money.netting(head.id), overdrawn=short), head)


def again(ledger: Ledger, workspace: Workspace, head: BatchHead, progress: Progress) -> Outcome:
    """A batch that stands in the ledger, its workbooks written from there."""
    progress.stage("写出拨付表")
    submission = submission_of(ledger, head)
    facts = replace(booked_facts(ledger, workspace, head), submission=submission.words if submission else "")
    try:
        staged = _stage(facts, workspace, head, submission)
    except ClerkError as error:
        raise _not_written(head, error) from error
    outputs = _publish(staged, head)
    result = _outcome(facts.policy, facts.roster, facts.decision, head, outputs)
    return replace(result, already_booked=True, submission=submission, overdrawn=facts.overdrawn)


def _booked(facts: RunFacts, head: BatchHead) -> RunFacts:
    return replace(
        facts,
        batch=head.id,
        month=head.month,
        head=head.head,
        entry=head.seq,
        line_numbers=_numbers(facts.decision, head),
    )


def _numbers(decision: Decision, head: BatchHead) -> pd.Series:
    """批次行号 of every line, in order."""
    numbers = [line_no(head.id, number) for number in range(1, len(decision.lines) + 1)]
    return pd.Series(numbers, index=decision.lines.index, dtype="str")


def _stage(facts: RunFacts, workspace: Workspace, head: BatchHead, submission: Submission | None) -> list[Staged]:
    folder = workspace.output / head.id
    give_back()  # what the ledger's rows were made from
    book = payment_book(facts)
    give_back()  # what the book was made from, before its cells are
    staged = [stage(book, folder, f"{head.id}-{PAYMENT}.xlsx")]
    try:
        if submission and submission.parked is not None:
            from skillcli.jobs.parking import stage_parked

            staged.append(stage_parked(submission.parked, folder, f"{head.id}-{PARKED.title}.xlsx"))
        if submission and submission.removed is not None:
            from skillcli.reports.removal import removal_book

            book = removal_book(submission.removed, submission.corrects, submission.removals, facts)
            staged.append(stage(book, folder, f"{head.id}-{REMOVED.title}.xlsx"))
    except BaseException:
        for each in staged:
            each.discard()
        raise
    return staged


def _publish(staged: list[Staged], head: BatchHead) -> tuple[Path, ...]:
    try:
        return tuple(each.publish() for each in staged)
    except ClerkError as error:
        for each in staged:
            each.discard()
        raise _not_written(head, error) from error


def _not_written(head: BatchHead, error: ClerkError) -> BookedNotWritten:
    return BookedNotWritten(
        f"批次 {head.id} 已入账，但拨付表没有写出：{error}",
        f"{error.remedy}然后运行 skillcli batch show {head.id} --write 重新写出，不会重复入账。",
    )


def _outcome(policy: Policy, roster: Roster, decision: Decision, head: BatchHead, outputs: tuple[Path, ...]) -> Outcome:
    return Outcome(
        "pay",
        policy,
        head.as_of,
        roster,
        decision,
        batch=head,
        numbers=_numbers(decision, head),
        outputs=outputs,
    )
