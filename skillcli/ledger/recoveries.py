"""Lines taken back, with the kind of reason, and what came of the money."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd
from msgspec import Struct
from sqlalchemy import Connection, func, select

from skillcli.ledger import batches, chain, claims, imports
from skillcli.ledger.batch import BatchHead, Status, line_no
from skillcli.ledger.money_tables import RECEIVABLE_MOVE, REVERSAL
from skillcli.ledger.tables import BATCH, JOURNAL, LINE, SHEET_IMPORT, SHEET_ROW, TRAINING, WORD
from skillcli.schema.entries import RECOVERY_DTYPES
from skillcli.schema.recovery import RECOVERY
from skillcli.schema.registers import folded

if TYPE_CHECKING:
    from sqlalchemy import ScalarSelect

    from skillcli.ledger.ledger import Ledger
    from skillcli.ledger.transaction import Transaction


def read(ledger: Ledger, policy_id: str, position: int) -> pd.DataFrame:
    """One row a line of the policy taken back by transaction ``position`` (``RECOVERY_DTYPES``), in that order."""
    with ledger._reading() as connection:
        query = (
            select(
                BATCH.c.id,
                LINE.c.number,
                WORD.c.text.label("payee"),
                REVERSAL.c.reason,
                REVERSAL.c.document,
                JOURNAL.c.at,
                REVERSAL.c.settled_fen,
                REVERSAL.c.withdrawn_fen,
                _moved(position, "netted", "freed").label("netted_fen"),
                _moved(position, "repaid").label("repaid_fen"),
            )
            .join(LINE, LINE.c.id == REVERSAL.c.line)
            .join(BATCH, BATCH.c.seq == LINE.c.seq)
            .join(JOURNAL, JOURNAL.c.seq == REVERSAL.c.seq)
            .outerjoin(WORD, WORD.c.id == LINE.c.payee)
            .where(REVERSAL.c.seq <= position, BATCH.c.policy == policy_id)
            .order_by(REVERSAL.c.id)
        )
        found = connection.execute(query).all()
        notes = _notes(connection, position)
    rows = []
    for row in found:
        name = line_no(row.id, row.number)
        kind, referral = notes.get(name, ("", ""))
        day = pd.Timestamp(chain.china_day(row.at))
        rows.append(
            (name, row.payee or "", kind, referral, row.reason, row.document, day)
            + (row.settled_fen, row.withdrawn_fen, -(row.netted_fen or 0), -(row.repaid_fen or 0))
        )
    return pd.DataFrame(rows, columns=list(RECOVERY_DTYPES)).astype(RECOVERY_DTYPES)


def _moved(position: int, *kinds: str) -> ScalarSelect[int]:
    moves = RECEIVABLE_MOVE.c
    return (
        select(func.sum(moves.amount_fen))
        .where(moves.receivable == REVERSAL.c.receivable, moves.kind.in_(kinds), moves.seq <= position)
        .scalar_subquery()
    )


def _notes(connection: Connection, position: int) -> dict[str, tuple[str, str]]:
    """批次行号 → kind of reason and 移送文号."""
    query = (
        select(SHEET_ROW.c.cells)
        .join(SHEET_IMPORT, SHEET_IMPORT.c.id == SHEET_ROW.c.import_id)
        .where(SHEET_IMPORT.c.kind == RECOVERY.kind, SHEET_IMPORT.c.seq <= position)
        .order_by(SHEET_ROW.c.id)
    )
    cells = (json.loads(text) for text in connection.execute(query).scalars())
    return {row["line_no"]: (row["kind"], row.get("referral", "")) for row in cells}


class Paid(Struct, frozen=True):
    """A line whose money left, not taken back yet."""

    line_no: str
    payee: str
    amount_fen: int


def paid_lines(ledger: Ledger, policy_id: str, class_no: str, institution: str) -> list[Paid]:
    """The payable lines of the policy's batches that were sent for payment, of one class and (or) one institution ("" =
    any), without those taken back already; names and numbers compared by ``registers.folded``. In the order booked."""
    sent = (Status.SENT, Status.PARTLY_PAID, Status.PAID, Status.CLOSED)
    with ledger._reading() as connection:
        standing = [h.seq for h in _heads(connection, policy_id) if h.status in sent]
        chosen = [
            TRAINING.c[column].in_(_alike(connection, column, wanted))
            for column, wanted in (("class_no", class_no), ("institution", institution))
            if wanted
        ]
        payable = select(WORD.c.id).where(WORD.c.text.in_(claims.PAYABLE)).scalar_subquery()
        query = (
            select(BATCH.c.id, LINE.c.number, LINE.c.amount_fen, WORD.c.text)
            .join(BATCH, BATCH.c.seq == LINE.c.seq)
            .join(TRAINING, TRAINING.c.tid == LINE.c.tid)
            .outerjoin(WORD, WORD.c.id == LINE.c.payee)
            .where(LINE.c.seq.in_(standing), LINE.c.verdict.in_(payable), *chosen)
            .where(LINE.c.id.not_in(select(REVERSAL.c.line)))
            .order_by(LINE.c.id)
        )
        rows = connection.execute(query).all()
    return [Paid(line_no(row.id, row.number), row.text or "", row.amount_fen) for row in rows]


def _heads(connection: Connection, policy_id: str) -> list[BatchHead]:
    ids = connection.execute(select(BATCH.c.id).where(BATCH.c.policy == policy_id).order_by(BATCH.c.seq)).scalars()
    return [batches.head(connection, batch_id) for batch_id in list(ids)]


def _alike(connection: Connection, column: str, wanted: str) -> list[int]:
    """The words of a column of trainings that read like ``wanted``."""
    used = select(TRAINING.c[column]).distinct().scalar_subquery()
    found = connection.execute(select(WORD.c.id, WORD.c.text).where(WORD.c.id.in_(used))).all()
    texts = folded(pd.Series([wanted, *(row.text for row in found)], dtype="str"))
    return [row.id for row, text in zip(found, texts.iloc[1:], strict=True) if text == texts.iloc[0]]


def write(transaction: Transaction, line_nos: Sequence[str], kind: str, referral: str) -> None:
    """Keep the kind of reason and the 移送文号 of lines taken back in this transaction."""
    frame = pd.DataFrame({"line_no": list(line_nos), "kind": kind, "referral": referral or None})
    imports.write(transaction, RECOVERY, frame.astype(imports.dtypes(RECOVERY)), "", "")
