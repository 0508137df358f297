"""Second version: payouts, follow-up batches, receivables, reversals, advances.

Frozen like the first, and written in the same way.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import sqlite

from skillcli.ledger.migrations.guards import guard

revision = "0002"
down_revision = "0001"

TABLES = {
    "payout": "id:w! seq:w batch:w line:w result:t amount_fen:w day:w reason:t",
    "repay": "id:w! seq:w failed:w again:w line:w amount_fen:w bank:t? account:t?",
    "repay_of": "id:w! seq:w batch:w root:w",
    "return_file": "id:w! seq:w batch:w path:t sha256:t rows:w paid_fen:w failed_fen:w",
    "receivable": (
        "id:w! seq:w kind:t title:t payee_kind:t payee:t payee_key:t scope:t mode:t amount_fen:w reason:t document:t"
    ),
    "receivable_move": (
        "id:w! seq:w receivable:w step:w kind:t amount_fen:w left_fen:w batch:w? line:w? day:w? document:t"
    ),
    "reversal": "id:w! seq:w line:w receivable:w? settled_fen:w withdrawn_fen:w frees:w reason:t document:t",
    "advance": (
        "id:w! seq:w receivable:w policy:t policy_sha256:t class_no:t class_key:t payee_key:t heads:w "
        "standard_fen:w ratio:w category:t clause:t day:w"
    ),
    "settlement": "id:w! seq:w advance:w excess:w? lines:w lines_fen:w netted_fen:w excess_fen:w document:t",
}
UNIQUE = {
    "payout": (("line", "batch", "result"),),
    "repay": (("failed", "again"),),
    "repay_of": (("seq",),),
    "return_file": (("batch", "sha256"),),
    "receivable_move": (("receivable", "step"),),
    "reversal": (("line",), ("receivable",)),
    "advance": (("receivable",), ("class_key", "payee_key")),
    "settlement": (("advance",), ("excess",)),
}
CHECKS = {
    "payout": ("amount_fen >= 0", "result IN ('paid', 'failed')"),
    "repay": ("amount_fen > 0",),
    "receivable": ("amount_fen > 0", "kind IN ('reversal', 'advance', 'excess')", "mode IN ('net', 'demand')"),
    "receivable_move": ("left_fen >= 0", "kind IN ('opened', 'netted', 'freed', 'repaid', 'settled')"),
    "reversal": ("settled_fen >= 0 AND withdrawn_fen >= 0",),
    "advance": ("heads > 0 AND standard_fen > 0 AND ratio BETWEEN 1 AND 10000",),
    "settlement": ("excess_fen >= 0",),
}
INDEXES = (
    ("payout_batch", "payout", "batch"),
    ("repay_line", "repay", "line"),
    ("repay_seq", "repay", "seq"),
    ("receivable_payee", "receivable", "payee_key"),
    ("receivable_move_batch", "receivable_move", "batch"),
)


def upgrade() -> None:
    for name, columns in TABLES.items():
        unique = [sa.UniqueConstraint(*keys) for keys in UNIQUE.get(name, ())]
        checks = [sa.CheckConstraint(check) for check in CHECKS.get(name, ())]
        op.create_table(name, *map(_column, columns.split()), *unique, *checks, sqlite_strict=True)
        guard(op.get_bind(), name)
    for name, table, column in INDEXES:
        op.create_index(name, table, [column])


def _column(written: str) -> sa.Column[Any]:
    name, kind = written.rstrip("!?").split(":")
    whole = sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite")
    return sa.Column(
        name,
        sa.Text() if kind == "t" else whole,
        nullable=written.endswith("?"),
        primary_key=written.endswith("!"),
        autoincrement=False,
    )
