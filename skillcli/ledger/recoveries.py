"""Lines taken back, with the kind of reason, and what came of the money."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pandas as pd
from sqlalchemy import Connection, func, select

from skillcli.ledger import chain
from skillcli.ledger.batch import line_no
from skillcli.ledger.money_tables import RECEIVABLE_MOVE, REVERSAL
from skillcli.ledger.tables import BATCH, JOURNAL, LINE, SHEET_IMPORT, SHEET_ROW, WORD
from skillcli.schema.entries import RECOVERY_DTYPES
from skillcli.schema.recovery import RECOVERY

if TYPE_CHECKING:
    from sqlalchemy import ScalarSelect

    from skillcli.ledger.ledger import Ledger


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
