"""Third version: the keys of certificates and accounts in tables of their own, filled in order.

Frozen like the first.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import sqlite

from skillcli.ledger.migrations.guards import guard

revision = "0003"
down_revision = "0002"

TABLES = {"training_certificate": "certificate_hash", "training_account": "account_hash"}


def upgrade() -> None:
    whole = sa.BigInteger().with_variant(sqlite.INTEGER(), "sqlite")
    for name, key in TABLES.items():
        columns = [
            sa.Column(each, whole, nullable=False, primary_key=True, autoincrement=False) for each in (key, "tid")
        ]
        op.create_table(name, *columns, sqlite_strict=True, sqlite_with_rowid=False)
        op.execute(
            f'INSERT INTO "{name}" ("{key}", "tid") '
            f'SELECT "{key}", "tid" FROM "training" WHERE "{key}" <> 0 ORDER BY "{key}", "tid"'
        )
        op.drop_index(f"training_{key}", "training")
        guard(op.get_bind(), name)
