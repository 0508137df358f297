"""Earlier years' payments taken into the ledger: batches of kind ``history``, live, paid and closed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from skillcli.core.errors import ClerkError
from skillcli.ledger import batches, booking, codec
from skillcli.ledger.batch import BatchHead, LedgerMoved, NewBatch, Status
from skillcli.ledger.money_tables import PAYOUT
from skillcli.ledger.payments import PAID
from skillcli.ledger.tables import BATCH_EVENT, LINE
from skillcli.ledger.transaction import Transaction

if TYPE_CHECKING:
    import pandas as pd
    from sqlalchemy import Connection

    from skillcli.ledger.ledger import Ledger

HISTORY_KIND = "history"
DOCUMENT = "以往台账导入"


class PastMonth(Struct, frozen=True):
    """What was paid in one month: the batch, and the day of each of its lines (index ``lid``,
    ``datetime64[s]``, none missing)."""

    batch: NewBatch
    paid_on: pd.Series


class Past:
    """The ledger's side door for what happened before it was begun."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def book(self, months: Sequence[PastMonth]) -> tuple[BatchHead, ...]:
        """Book all months or none, each as a batch of its own, paid and closed.

        Months of the same file, policy and month that stand already are returned as they are (``new``
        False). Raises LedgerMoved when the ledger's head is not the first batch's ``head`` any more,
        ClerkError when a line was paid or reserved before, or when only some months of the file stand.
        """
        for month in months:
            booking.check(month.batch)
            if not month.paid_on.index.equals(month.batch.decision.lines.index):
                raise ValueError("days of payment and lines differ")
        with self._ledger._writing() as connection:
            known = [batches.find(connection, m.batch.policy.id, m.batch.month, m.batch.digest) for m in months]
            standing = tuple(head for head in known if head is not None)
            if len(standing) == len(months):
                return standing
            if standing:
                raise ClerkError(
                    f"这个文件只有一部分月份已在台账里（{'、'.join(head.id for head in standing)}）。",
                    "请停止使用，运行 skillcli ledger verify 查看详情。",
                )
            done: list[BatchHead] = []
            for month in months:
                done.append(_write(connection, month, done[-1].head if done else month.batch.head))
            return tuple(done)


def _write(connection: Connection, month: PastMonth, head: str) -> BatchHead:
    batch = month.batch
    transaction = Transaction(connection, kind=HISTORY_KIND, at=batch.at, person=batch.person)
    if transaction.prev != head:
        raise LedgerMoved(transaction.prev)
    batch_id = booking.write(transaction, batch)
    count = len(month.paid_on)
    first = transaction.next_id(LINE) - count
    transaction.add(
        PAYOUT,
        {
            "batch": codec.repeat(transaction.seq, count),
            "line": codec.numbers(range(first, first + count)),
            "result": codec.repeat(PAID, count),
            "amount_fen": codec.to_arrow(batch.decision.lines["amount_fen"]),
            "day": codec.to_arrow(month.paid_on),
            "reason": codec.repeat("", count),
        },
    )
    transaction.add_row(
        BATCH_EVENT,
        batch=transaction.seq,
        status=Status.CLOSED,
        at=batch.at,
        person=batch.person,
        document=DOCUMENT,
    )
    transaction.close()
    return replace(batches.head(connection, batch_id), new=True)
