"""The batches of a ledger as a clerk asks for them, and the steps of their life."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from skillcli.core.finding import Verdict
from skillcli.jobs.workspace import Workspace
from skillcli.ledger.batch import Status

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.ledger.batch import BatchHead


@dataclass(frozen=True)
class BatchStory:
    """One batch: its head, the steps of its life (``status``, ``at``, ``person``, ``document``),
    lines and fen by verdict, and where its workbooks lie (None: not written here)."""

    head: BatchHead
    events: pd.DataFrame
    verdicts: dict[str, tuple[int, int]]
    folder: Path | None


def listing(workspace: Workspace) -> pd.DataFrame:
    """One row a batch in the order booked (``Ledger.batches``)."""
    from skillcli.ledger.ledger import Ledger

    with Ledger.open(workspace.ledger) as ledger:
        return ledger.batches()


def tell(workspace: Workspace, batch_id: str) -> BatchStory:
    """Everything on one batch. Raises ClerkError when there is none of that id."""
    from skillcli.ledger.ledger import Ledger

    with Ledger.open(workspace.ledger) as ledger:
        loaded = ledger.load_batch(batch_id)
        events = ledger.batch_events(batch_id)
    groups = loaded.decision.lines.groupby("verdict")["amount_fen"]
    counts, sums = groups.size().to_dict(), groups.sum().to_dict()
    verdicts = {str(v): (int(counts[v]), int(sums[v])) for v in map(str, Verdict) if v in counts}
    folder = workspace.output / loaded.head.id
    return BatchStory(loaded.head, events, verdicts, folder if folder.is_dir() else None)


def publish(workspace: Workspace, batch_id: str, *, at: str, person: str, document: str) -> BatchHead:
    """Record that the public list is out. Raises ClerkError where that step is not next."""
    return _step(workspace, batch_id, Status.PUBLISHED, at=at, person=person, document=document)


def approve(workspace: Workspace, batch_id: str, *, at: str, person: str, document: str) -> BatchHead:
    """Record the approval; of a draft also that its public list is done, which it presupposes.

    Raises ClerkError where the batch cannot be approved any more.
    """
    from skillcli.ledger.ledger import Ledger

    with Ledger.open(workspace.ledger) as ledger:
        if ledger.batch(batch_id).status == Status.DRAFT:
            ledger.set_status(batch_id, Status.PUBLISHED, at=at, person=person, document=document)
        return ledger.set_status(batch_id, Status.APPROVED, at=at, person=person, document=document)


def void(workspace: Workspace, batch_id: str, *, at: str, person: str, document: str) -> BatchHead:
    """Void a batch that is not approved yet: its lines are free again, its record stays.

    Raises ClerkError where it cannot be voided any more.
    """
    return _step(workspace, batch_id, Status.VOID, at=at, person=person, document=document)


def _step(workspace: Workspace, batch_id: str, status: str, *, at: str, person: str, document: str) -> BatchHead:
    from skillcli.ledger.ledger import Ledger

    with Ledger.open(workspace.ledger) as ledger:
        return ledger.set_status(batch_id, status, at=at, person=person, document=document)
