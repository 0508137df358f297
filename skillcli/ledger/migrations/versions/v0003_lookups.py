"""Third version: the keys by which trainings are looked up, column by column in 32 bits, instead of indexes.

Frozen like the first.
"""

from __future__ import annotations

import numpy as np
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import sqlite

from skillcli.ledger.migrations.guards import guard

revision = "0003"
down_revision = "0002"

KEYS = ("person", "certificate_hash", "account_hash", "class_no")
INDEXES = ("training_person", "training_certificate_hash", "training_account_hash")
SIZE = 262_144


def upgrade() -> None:
    whole = sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite")
    lookup = op.create_table(
        "lookup",
        sa.Column("key", sa.Text, nullable=False, primary_key=True),
        sa.Column("first", whole, nullable=False, primary_key=True, autoincrement=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sqlite_strict=True,
    )
    connection = op.get_bind()
    spans = connection.exec_driver_sql(
        'SELECT MIN("first"), MAX("first" + "rows") FROM "part" WHERE "table_name" = \'training\' GROUP BY "seq" ORDER BY 1'
    ).all()
    for begin, end in spans:
        for first in range(begin, end, SIZE):
            last = min(first + SIZE, end) - 1
            for key in KEYS:
                rows = connection.exec_driver_sql(
                    f'SELECT COALESCE("{key}", 0) FROM "training" WHERE "tid" BETWEEN {first} AND {last} ORDER BY "tid"'
                )
                packed = _packed(np.array(rows.scalars().all(), dtype=np.int64))
                connection.execute(lookup.insert(), {"key": key, "first": first, "data": packed})
    for name in INDEXES:
        op.drop_index(name, "training")
    guard(connection, "lookup")


def _packed(keys: np.ndarray[tuple[int], np.dtype[np.int64]]) -> bytes:
    short = (keys ^ (keys >> 32)).astype("<u4")
    short[(short == 0) & (keys != 0)] = 1
    return short.tobytes()
