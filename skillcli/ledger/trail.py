"""Where the money of single lines went: kept back, paid, failed, paid again, taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import Connection, select

from skillcli.core.money import yuan_text
from skillcli.ledger import batches
from skillcli.ledger.batch import split_line_no
from skillcli.ledger.money_tables import PAYOUT, RECEIVABLE, RECEIVABLE_MOVE, REVERSAL
from skillcli.ledger.tables import BATCH, LINE
from skillcli.ledger.transaction import span

_EPOCH = date(1970, 1, 1)


def of_lines(connection: Connection, line_nos: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """批次行号 → what happened to its money, in order, one plain Chinese sentence each."""
    numbers: dict[str, int] = {}
    first: dict[str, int] = {}
    for text in line_nos:
        batch_id, number = split_line_no(text)
        if batch_id not in first:
            first[batch_id], _ = span(connection, LINE, batches.head(connection, batch_id).seq)
        numbers[text] = first[batch_id] + number - 1
    told: dict[int, list[tuple[int, str]]] = {line: [] for line in numbers.values()}
    for line, seq, sentence in (*_kept(connection, told), *_heard(connection, told), *_taken_back(connection, told)):
        told[line].append((seq, sentence))
    return {text: tuple(sentence for _, sentence in sorted(told[line])) for text, line in numbers.items()}


def _kept(connection: Connection, lines: dict[int, list[tuple[int, str]]]) -> list[tuple[int, int, str]]:
    table = RECEIVABLE_MOVE
    query = (
        select(table.c.line, table.c.seq, table.c.kind, table.c.amount_fen, RECEIVABLE.c.title)
        .join(RECEIVABLE, RECEIVABLE.c.id == table.c.receivable)
        .where(table.c.line.in_(lines), table.c.kind.in_(("netted", "freed")))
    )
    words = {"netted": "抵扣", "freed": "批次作废，恢复抵扣"}
    return [
        (row.line, row.seq, f"{words[row.kind]} {yuan_text(abs(row.amount_fen))} 元（{row.title}）")
        for row in connection.execute(query)
    ]


def _heard(connection: Connection, lines: dict[int, list[tuple[int, str]]]) -> list[tuple[int, int, str]]:
    query = (
        select(
            PAYOUT.c.line, PAYOUT.c.seq, PAYOUT.c.result, PAYOUT.c.amount_fen, PAYOUT.c.day, PAYOUT.c.reason, BATCH.c.id
        )
        .join(BATCH, BATCH.c.seq == PAYOUT.c.batch)
        .where(PAYOUT.c.line.in_(lines))
    )
    found = []
    for row in connection.execute(query):
        day = _EPOCH + timedelta(days=row.day)
        what = "已支付" if row.result == "paid" else f"退票（{row.reason}）"
        found.append((row.line, row.seq, f"{day} {what} {yuan_text(row.amount_fen)} 元，批次 {row.id}"))
    return found


def _taken_back(connection: Connection, lines: dict[int, list[tuple[int, str]]]) -> list[tuple[int, int, str]]:
    found = []
    for row in connection.execute(select(REVERSAL).where(REVERSAL.c.line.in_(lines))):
        parts = [f"应退 {yuan_text(row.settled_fen)} 元"] if row.settled_fen else []
        parts += [f"不再付 {yuan_text(row.withdrawn_fen)} 元"] if row.withdrawn_fen else []
        found.append((row.line, row.seq, f"追回：{row.reason}，{row.document}，{'，'.join(parts)}"))
    return found
