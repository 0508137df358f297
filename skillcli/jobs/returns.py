"""The bank's answer: what arrived, what failed, and the list of what is to be paid again."""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import TYPE_CHECKING

import pandas as pd
from msgspec import Struct
from msgspec.structs import replace

from skillcli.core.errors import ClerkError
from skillcli.core.finding import Finding, Place, Severity
from skillcli.jobs.matching import match
from skillcli.jobs.money import Paper, money_facts, payees, until_settled
from skillcli.jobs.sheets import read_filled, refuse_faults
from skillcli.ledger.payments import FAILED, OPEN, OUTCOME_DTYPES, PAID
from skillcli.reports.facts import InputFile
from skillcli.reports.money import returned_book
from skillcli.schema.inputs import RETURNS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from skillcli.intake.tables import TableRead
    from skillcli.jobs.workspace import Workspace
    from skillcli.ledger.batch import BatchHead
    from skillcli.ledger.ledger import Ledger

RETURNED = "退票"


class Payment(Struct, frozen=True):
    """How a batch stands after its payment was recorded. Counts and fen of its lines: ``paid``, ``failed`` (and not
    repeated), ``open`` (nothing heard). ``already``: this file was taken in before."""

    batch: BatchHead
    paid: int
    paid_fen: int
    failed: int
    failed_fen: int
    open: int
    open_fen: int
    outputs: tuple[Path, ...] = ()
    already: bool = False


def take_returns(workspace: Workspace, path: Path, batch_id: str, *, as_of: date, at: str, person: str) -> Payment:
    """Take in a return file, whole or not at all, and write the list of failed transfers.

    The same file again changes nothing. Raises ClerkError with every cell that is wrong, BookedNotWritten where only
    the workbook failed.
    """
    from skillcli.ledger.ledger import Ledger

    read = read_filled(path, [RETURNS])[RETURNS.title]
    with Ledger.open(workspace.ledger) as ledger:

        def take() -> Payment:
            head = ledger.head()
            batch = ledger.batch(batch_id)
            if ledger.money.returned(batch.id, read.sha256):
                return replace(_write(ledger, workspace, batch), already=True)
            known = payees(ledger, batch)
            outcome = _matched(path, read, known, batch, as_of)
            paper = Paper("回盘已登记", f"skillcli batch show {batch.id} --write")

            files = [*ledger.money.return_files(batch.id), (str(path), read.sha256)]

            def write(now: BatchHead, new_head: str) -> None:
                stage_returned(paper, workspace, now, after(known, outcome), files, new_head)

            try:
                ledger.money.record(
                    batch.id,
                    outcome,
                    day=as_of,
                    head=head,
                    at=at,
                    person=person,
                    document=path.name,
                    file=(str(path), read.sha256),
                    before_commit=write,
                )
            except BaseException:
                paper.discard()
                raise
            outputs = paper.publish()
            return payment_of(ledger.batch(batch.id), ledger.money.transfers(batch.id), outputs)

        return until_settled(take)


def pay_all(workspace: Workspace, batch_id: str, *, day: date, at: str, person: str, document: str) -> Payment:
    """Record that all transfers of a batch of which nothing was heard have arrived, on ``day``. Raises ClerkError."""
    from skillcli.ledger.ledger import Ledger

    with Ledger.open(workspace.ledger) as ledger:

        def record() -> Payment:
            head = ledger.head()
            batch = ledger.batch(batch_id)
            known = ledger.money.transfers(batch.id)
            waiting = known[known["state"].eq(OPEN) & ~known["reversed"]]
            if waiting.empty and len(known):
                raise ClerkError(f"批次 {batch.id} 没有还要登记支付的补贴。", "用 skillcli batch show 查看。")
            rows = waiting.assign(result=PAID, day=pd.Timestamp(day), reason="")
            outcome = rows[list(OUTCOME_DTYPES)].astype(OUTCOME_DTYPES)
            now = ledger.money.record(batch.id, outcome, day=day, head=head, at=at, person=person, document=document)
            return payment_of(now, ledger.money.transfers(batch.id), ())

        return until_settled(record)


def write_returned(ledger: Ledger, workspace: Workspace, batch: BatchHead) -> tuple[Path, ...]:
    """The list of failed transfers of a batch, from the ledger alone; nothing where there is none."""
    return _write(ledger, workspace, batch).outputs


def _write(ledger: Ledger, workspace: Workspace, batch: BatchHead) -> Payment:
    paper = Paper("回盘已登记", f"skillcli batch show {batch.id} --write")
    known = payees(ledger, batch)
    money = ledger.money
    stage_returned(paper, workspace, batch, known, money.return_files(batch.id), money.heard_head(batch.id))
    return payment_of(batch, known, paper.publish())


def _matched(path: Path, read: TableRead, known: pd.DataFrame, batch: BatchHead, as_of: date) -> pd.DataFrame:
    outcome, problems = match(read.frame, known, batch.id, pd.Timestamp(as_of))
    rows = read.frame["row"]
    refuse_faults(
        path,
        (
            Finding(
                "F08",
                Severity.ERROR,
                Place(str(path), read.sheet, int(rows.iloc[problem.row]), RETURNS[problem.key].title),
                f"“{RETURNS[problem.key].title}”：{problem.message}。",
                remedy=f"请{problem.remedy}。",
            )
            for problem in problems
        ),
    )
    return outcome


def after(known: pd.DataFrame, outcome: pd.DataFrame) -> pd.DataFrame:
    """The transfers as they stand once the outcome is recorded."""
    said = known[["line"]].merge(outcome, on="line", how="left", validate="1:1").set_axis(known.index)
    heard = said["result"].notna()
    return known.assign(
        state=known["state"].where(~heard, said["result"]),
        day=known["day"].where(~heard, said["day"]),
        reason=known["reason"].where(~heard, said["reason"]),
        repaid_in=known["repaid_in"].where(~heard, ""),
    )


def to_repeat(known: pd.DataFrame) -> pd.DataFrame:
    """The failed transfers that nobody has repeated."""
    return known[known["state"].eq(FAILED) & ~known["reversed"] & known["repaid_in"].eq("")]


def stage_returned(
    paper: Paper,
    workspace: Workspace,
    batch: BatchHead,
    known: pd.DataFrame,
    files: Sequence[tuple[str, str]],
    head: str,
) -> None:
    """Stage ``<batch>-退票.xlsx`` when some transfer failed."""
    rows = to_repeat(known)
    if rows.empty:
        return
    inputs = [InputFile("银行回盘", PurePath(name).name, sha256) for name, sha256 in files]
    facts = money_facts(workspace, batch.policy_id, head, rows["day"].max().date(), inputs)
    frame = rows.assign(amount_fen=rows["transfer_fen"], new_bank="", new_account="")
    paper.stage(returned_book(batch.id, frame, facts), workspace.output / batch.id, f"{batch.id}-{RETURNED}.xlsx")


def payment_of(batch: BatchHead, known: pd.DataFrame, outputs: tuple[Path, ...]) -> Payment:
    """How a batch stands. ``known``: its transfers (``ledger.payments.TRANSFER_DTYPES``)."""
    paid, failed = known[known["state"].eq(PAID)], to_repeat(known)
    waiting = known[known["state"].eq(OPEN)]
    return Payment(
        batch,
        len(paid),
        int(paid["transfer_fen"].sum()),
        len(failed),
        int(failed["transfer_fen"].sum()),
        len(waiting),
        int(waiting["transfer_fen"].sum()),
        outputs,
    )
