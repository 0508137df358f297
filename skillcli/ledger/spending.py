"""What the ledger has spent or reserved, by fund, and what it has paid in advance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from skillcli.ledger import bulk, words
from skillcli.ledger.receivables import ADVANCED, EXCESS
from skillcli.ledger.tables import LINE

if TYPE_CHECKING:
    from skillcli.ledger.ledger import Ledger


def by_fund(ledger: Ledger, upto: int | None = None) -> dict[str, int]:
    """Fund → fen of the lines that stand as of transaction ``upto`` (None: now): of no void batch and not taken back;
    lines whose fund nobody named are left out."""
    if upto is None:
        upto = ledger.reporting.position()
    statement = (
        'SELECT l."fund", SUM(l."amount_fen") FROM "line" l '
        f'WHERE l."seq" <= {upto} AND l."amount_fen" > 0 AND l."seq" NOT IN '
        f'(SELECT "batch" FROM "batch_event" WHERE "status" = \'void\' AND "seq" <= {upto}) '
        f'AND l."id" NOT IN (SELECT "line" FROM "reversal" WHERE "seq" <= {upto}) GROUP BY l."fund"'
    )
    with ledger._reading() as connection:
        kinds = bulk.kinds(LINE, ["fund"]) | {"amount": pa.int64()}
        columns = bulk.fetch(connection, statement, kinds)
        words.decode(connection, columns, ["fund"])
    pairs = zip(columns["fund"].to_pylist(), columns["amount"].to_pylist(), strict=True)
    return {fund: int(amount) for fund, amount in pairs if fund}


def advanced(ledger: Ledger, upto: int | None = None) -> int:
    """Fen paid in advance that no line has taken up and nobody has paid back, as of transaction ``upto`` (None: now). An
    advance names no fund."""
    if upto is None:
        upto = ledger.reporting.position()
    statement = (
        'SELECT COALESCE(SUM(m."amount_fen"), 0) FROM "receivable_move" m JOIN "receivable" r ON r."id" = m."receivable" '
        f"WHERE r.\"kind\" IN ('{ADVANCED}', '{EXCESS}') AND m.\"seq\" <= {upto}"
    )
    with ledger._reading() as connection:
        return int(bulk.fetch(connection, statement, {"left": pa.int64()})["left"][0].as_py())
