"""Batches from outside: one row each, and the steps of their life."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd
from sqlalchemy import Connection, select

from skillcli.core.errors import ClerkError
from skillcli.ledger import claims, codec, readings, receivables
from skillcli.ledger.batch import BatchHead, Status, check_transition
from skillcli.ledger.tables import BATCH, BATCH_EVENT, JOURNAL, LINE, RELEASE, WORD
from skillcli.ledger.transaction import Transaction, span

_FRAME_DTYPES = {"as_of": "datetime64[s]"} | dict.fromkeys(
    ("seq", "trainings", "lines", "payable", "amount_fen"), "int64"
)


def heads(connection: Connection, batch_id: str | None = None) -> list[BatchHead]:
    """All batches (or the one named) in the order they were booked."""
    query = select(BATCH, JOURNAL.c.at, JOURNAL.c.person, JOURNAL.c.head).outerjoin(
        JOURNAL, JOURNAL.c.seq == BATCH.c.seq
    )
    events = select(BATCH_EVENT).order_by(BATCH_EVENT.c.id)
    if batch_id is not None:
        query = query.where(BATCH.c.id == batch_id)
        events = events.where(
            BATCH_EVENT.c.batch == select(BATCH.c.seq).where(BATCH.c.id == batch_id).scalar_subquery()
        )
    newest = {event.batch: event for event in connection.execute(events)}
    return [
        BatchHead(
            id=row.id,
            seq=row.seq,
            kind=row.kind,
            month=row.month,
            policy_id=row.policy,
            policy_sha256=row.policy_sha256,
            as_of=date.fromisoformat(row.as_of),
            files_digest=row.files_digest,
            tool=row.tool,
            head=row.head or "",
            at=newest[row.seq].at if row.at is None else row.at,
            person=newest[row.seq].person if row.person is None else row.person,
            status=newest[row.seq].status,
            status_at=newest[row.seq].at,
            document=newest[row.seq].document,
            trainings=row.trainings,
            lines=row.lines,
            payable=row.payable,
            amount_fen=row.amount_fen,
            rulings=readings.from_json(row.rulings),
        )
        for row in connection.execute(query.order_by(BATCH.c.seq))
    ]


def head(connection: Connection, batch_id: str) -> BatchHead:
    """Raises ClerkError when there is no such batch."""
    found = heads(connection, batch_id.strip())
    if not found:
        raise ClerkError(f"台账里没有批次 {batch_id}。", "用 skillcli batch list 查看已有批次。")
    return found[0]


def find(connection: Connection, policy_id: str, month: str, files_digest: str) -> BatchHead | None:
    """The batch of these files, this month and policy, unless void."""
    query = select(BATCH.c.id).where(
        BATCH.c.policy == policy_id, BATCH.c.month == month, BATCH.c.files_digest == files_digest
    )
    for batch_id in connection.execute(query.order_by(BATCH.c.seq.desc())).scalars():
        found = head(connection, batch_id)
        if found.status != Status.VOID:
            return found
    return None


def frame(connection: Connection) -> pd.DataFrame:
    """One row a batch, columns as in ``BatchHead`` but for ``rulings`` and ``new``."""
    found = heads(connection)
    names = [name for name in BatchHead.__struct_fields__ if name not in ("rulings", "new")]
    return pd.DataFrame(
        {
            name: pd.Series([getattr(batch, name) for batch in found], dtype=_FRAME_DTYPES.get(name, "str"))
            for name in names
        }
    )


def events(connection: Connection, batch_id: str) -> pd.DataFrame:
    """The steps of a batch's life: ``status``, ``at``, ``person``, ``document`` (str)."""
    batch = head(connection, batch_id)
    names = ("status", "at", "person", "document")
    query = select(*(BATCH_EVENT.c[name] for name in names)).where(BATCH_EVENT.c.batch == batch.seq)
    rows = connection.execute(query.order_by(BATCH_EVENT.c.id)).all()
    return pd.DataFrame({name: pd.Series([row[i] for row in rows], dtype="str") for i, name in enumerate(names)})


def set_status(transaction: Transaction, batch_id: str, status: str, document: str, by: str = "") -> None:
    """Take a batch one step further on the responsibility of ``by`` (default: who runs it). Void gives its payable lines
    back, and what it had netted is owed again. Raises ClerkError."""
    batch = head(transaction.connection, batch_id)
    check_transition(batch.id, batch.status, status)
    transaction.add_row(
        BATCH_EVENT,
        batch=batch.seq,
        status=status,
        at=transaction.at,
        person=by or transaction.person,
        document=document,
    )
    if status == Status.VOID:
        _release_lines(transaction, batch.seq, document)
        receivables.free(transaction, batch.seq, document)


def _release_lines(transaction: Transaction, seq: int, document: str) -> None:
    first, last = span(transaction.connection, LINE, seq)
    payable = (
        select(LINE.c.id)
        .join(WORD, WORD.c.id == LINE.c.verdict)
        .where(
            LINE.c.id.between(first, last), WORD.c.text.in_(claims.PAYABLE), LINE.c.id.not_in(select(RELEASE.c.line))
        )
    )
    release(transaction, transaction.connection.execute(payable.order_by(LINE.c.id)).scalars().all(), "作废", document)


def release(transaction: Transaction, lines: Sequence[int], reason: str, document: str) -> None:
    """Give lines back, so that what they claimed may be claimed again."""
    count = len(lines)
    transaction.add(
        RELEASE,
        {
            "line": codec.numbers(list(lines)),
            "reason": codec.repeat(reason, count),
            "document": codec.repeat(document, count),
        },
    )
