"""The batches of a ledger as a clerk asks for them, and the steps of their life."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from skillcli.core.errors import ClerkError
from skillcli.core.finding import Verdict
from skillcli.jobs.returns import Payment, payment_of
from skillcli.jobs.submission import Submission, submission_of
from skillcli.jobs.workspace import Workspace
from skillcli.ledger.batch import Status
from skillcli.ledger.netting import fold
from skillcli.ledger.payments import REPAY_KIND

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.jobs.progress import Progress
    from skillcli.ledger.batch import BatchHead


class BatchStory(Struct, frozen=True):
    """One batch: its head, the steps of its life (``status``, ``at``, ``person``, ``document``),
    lines and fen by verdict, how its payment stands, and where its workbooks lie (None: not written here).
    ``repeats``: of which batch it pays the failed transfers again ("" of any other); ``submission``: how its rosters
    were handed in, None where that is not recorded."""

    head: BatchHead
    events: pd.DataFrame
    verdicts: dict[str, tuple[int, int]]
    folder: Path | None
    payment: Payment
    netted_fen: int
    repeats: str
    submission: Submission | None


def listing(workspace: Workspace) -> pd.DataFrame:
    """One row a batch in the order booked (``Ledger.batches``), and ``repeats``: the batch whose failed transfers it pays
    again ("" of any other), ``transfers`` and ``transfer_fen``: how many and how much (0 of any other)."""
    from skillcli.ledger.ledger import Ledger

    with Ledger.open(workspace.ledger) as ledger:
        frame = ledger.batches().assign(repeats="", transfers=0, transfer_fen=0)
        for place in frame.index[frame["kind"].eq(REPAY_KIND)]:
            batch_id = str(frame["id"].loc[place])
            known = ledger.money.transfers(batch_id)
            frame.loc[place, "repeats"] = ledger.money.repeats(batch_id)
            frame.loc[place, ["transfers", "transfer_fen"]] = [len(known), int(known["transfer_fen"].sum())]
        return frame


def tell(workspace: Workspace, batch_id: str) -> BatchStory:
    """Everything on one batch. Raises ClerkError when there is none of that id."""
    from skillcli.ledger.ledger import Ledger

    with Ledger.open(workspace.ledger) as ledger:
        loaded = ledger.load_batch(batch_id)
        events = ledger.batch_events(batch_id)
        transfers = ledger.money.transfers(batch_id)
        repeats = ledger.money.repeats(batch_id)
        submission = submission_of(ledger, loaded.head)
    groups = loaded.decision.lines.groupby("verdict")["amount_fen"]
    counts, sums = groups.size().to_dict(), groups.sum().to_dict()
    verdicts = {str(v): (int(counts[v]), int(sums[v])) for v in map(str, Verdict) if v in counts}
    folder = workspace.output / loaded.head.id
    return BatchStory(
        loaded.head,
        events,
        verdicts,
        folder if folder.is_dir() else None,
        payment_of(loaded.head, transfers, ()),
        int(transfers["netted_fen"].sum()),
        repeats,
        submission,
    )


def publish(workspace: Workspace, batch_id: str, *, at: str, person: str, document: str) -> BatchHead:
    """Record that the public list is out. Raises ClerkError where that step is not next."""
    return _step(workspace, batch_id, Status.PUBLISHED, at=at, person=person, document=document)


def approve(workspace: Workspace, batch_id: str, *, by: str, at: str, person: str, document: str) -> BatchHead:
    """Record the approval by ``by``, who is not the one that booked; of a draft also that its public list is done,
    which it presupposes.

    Raises ClerkError where the batch cannot be approved any more, or not by this person.
    """
    from skillcli.ledger.ledger import Ledger

    with Ledger.open(workspace.ledger) as ledger:
        batch = ledger.batch(batch_id)
        approver = by.strip() or person
        if fold(approver) == fold(batch.person):
            raise ClerkError(
                f"批次 {batch.id} 是 {batch.person} 入账的，批准的应是另一个人。",
                "由批准人自己运行，或写明批准人：--by 姓名。",
            )
        if batch.status == Status.DRAFT:
            ledger.money.step(batch_id, Status.PUBLISHED, at=at, person=person, document=document)
        return ledger.money.step(batch_id, Status.APPROVED, at=at, person=person, by=approver, document=document)


def send(workspace: Workspace, batch_id: str, *, at: str, person: str, document: str) -> BatchHead:
    """Record that an approved batch went to the treasury or the bank. Raises ClerkError."""
    return _step(workspace, batch_id, Status.SENT, at=at, person=person, document=document)


def close(workspace: Workspace, batch_id: str, *, at: str, person: str, document: str) -> BatchHead:
    """Record that a batch is done with. Raises ClerkError where it is not paid."""
    return _step(workspace, batch_id, Status.CLOSED, at=at, person=person, document=document)


def void(workspace: Workspace, batch_id: str, *, at: str, person: str, document: str) -> BatchHead:
    """Void a batch that is not approved yet: its lines are free again, its record stays.

    Raises ClerkError where it cannot be voided any more.
    """
    return _step(workspace, batch_id, Status.VOID, at=at, person=person, document=document)


def write_again(workspace: Workspace, batch_id: str, progress: Progress | None = None) -> tuple[Path, ...]:
    """Write every workbook of a batch again, from the ledger alone: the payment workbook or, of a follow-up batch, the
    list of repeated transfers; and the failed ones that wait. Raises ClerkError, BookedNotWritten."""
    from skillcli.jobs.pay import write_again as write_payment
    from skillcli.jobs.repay import write_repaid
    from skillcli.jobs.returns import write_returned
    from skillcli.ledger.ledger import Ledger

    with Ledger.open(workspace.ledger) as ledger:
        batch = ledger.batch(batch_id)
        if batch.kind == REPAY_KIND:
            first = write_repaid(ledger, workspace, batch)
        else:
            first = write_payment(workspace, batch.id, progress)
        return first + write_returned(ledger, workspace, batch)


def _step(workspace: Workspace, batch_id: str, status: str, *, at: str, person: str, document: str) -> BatchHead:
    from skillcli.ledger.ledger import Ledger

    with Ledger.open(workspace.ledger) as ledger:
        return ledger.money.step(batch_id, status, at=at, person=person, document=document)
