"""The first version: journal, words, batches, trainings, lines, findings, claims, imports, rulings.

Frozen: a ledger of version 1 looks like this for ever. A column is written ``name:kind`` with kind
w (whole number) or t (text); ``!`` marks the primary key, ``?`` what may be missing.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import sqlite

from skillcli.ledger.migrations.guards import guard

revision = "0001"
down_revision = None

TABLES = {
    "batch": (
        "seq:w! id:t kind:t month:t number:w policy:t policy_sha256:t as_of:t files_digest:t tool:t columns:t "
        "unchecked:t rulings_used:t rulings:t trainings:w lines:w payable:w amount_fen:w"
    ),
    "batch_event": ("id:w! seq:w batch:w status:t at:t person:t document:t"),
    "claim": ("id:w! seq:w subject:w key:w round:w line:w"),
    "fault": ("id:w! seq:w tid:w key:w fault:w shown:w?"),
    "finding": ("id:w! seq:w tid:w code:w severity:w key:w? line:w? found:w? message:w? clause:w?"),
    "journal": ("seq:w! kind:t at:t person:t subject:t prev:t payload:t head:t"),
    "line": (
        "id:w! seq:w number:w tid:w line:w verdict:w amount_fen:w proposed_fen:w? standard_fen:w? quantity:w? "
        "unit:w? payee_kind:w? payee:w? fund:w? clause:w? codes:w? group:w?"
    ),
    "part": ("seq:w! table_name:t! block:w! first:w rows:w digest:t"),
    "policy_text": ("id:w! seq:w sha256:t policy:t text:t"),
    "release": ("id:w! seq:w line:w reason:t document:t"),
    "remark": (
        "id:w! seq:w code:t severity:t file:t sheet:t row:w column:t line:t message:t found:t remedy:t clause:t"
    ),
    "ruling": ("id:w! seq:w policy:t key:t value:t decided_by:t document:t decided_on:t?"),
    "sheet_import": ("id:w! seq:w kind:t sheet:t path:t sha256:t rows:w"),
    "sheet_row": ("id:w! seq:w import_id:w place:w cells:t"),
    "source": ("id:w! seq:w place:w path:t sha256:t sheet:t header_row:w rows:w passed_over:t"),
    "training": (
        "tid:w! seq:w rid:w person:w certificate_hash:w certificate_claim:w class_hash:w account_hash:w rank:w "
        "attended:w loser:w year:w institution_n:w? employer_n:w? occupation_n:w? certificate_n:t? level_key:w? "
        "verdict:w? source:w row:w training_kind_written:w? name:t? id_number:t? sex:w? phone:t? categories:w? "
        "household:w? town:w? pension:w? employment_card:t? institution:w? class_no:w? training_kind:w? "
        "occupation:w? level:w? start:w? end:w? hours:w? days:w? attendance:w? result:w? certificate_kind:w? "
        "certificate_no:t? issued_on:w? employer:w? employer_uscc:w? employer_insured:w? ojt_months:w? fee:w? "
        "payer:w? bank:w? account:t? placed:w? employed_on:w? employed_region:w? employed_at:w? release_on:w? "
        "issuer:w? department:w? programme:w? domicile:w? remark:w?"
    ),
    "word": ("id:w! seq:w hash:w text:t"),
}

UNIQUE = (
    ("batch", ("id",)),
    ("batch", ("month", "number")),
    ("claim", ("key", "subject", "round")),
    ("journal", ("head",)),
    ("line", ("tid", "line")),
    ("policy_text", ("sha256",)),
    ("release", ("line",)),
    ("source", ("seq", "place")),
)
INDEXES = (
    ("batch_event_batch", "batch_event", "batch", False),
    ("finding_tid", "finding", "tid", False),
    ("sheet_row_import", "sheet_row", "import_id", False),
    ("training_account_hash", "training", "account_hash", True),
    ("training_certificate_hash", "training", "certificate_hash", True),
    ("training_person", "training", "person", False),
    ("word_hash", "word", "hash", False),
)
"""Name, table, column, and whether rows with 0 stay out of it."""


def upgrade() -> None:
    for name, columns in TABLES.items():
        unique = [sa.UniqueConstraint(*keys) for table, keys in UNIQUE if table == name]
        check = [sa.CheckConstraint("amount_fen >= 0")] if name == "line" else []
        op.create_table(name, *map(_column, columns.split()), *unique, *check, sqlite_strict=True)
        guard(op.get_bind(), name)
    for name, table, column, without_zero in INDEXES:
        where = sa.text(f'"{column}" <> 0') if without_zero else None
        op.create_index(name, table, [column], sqlite_where=where, postgresql_where=where)


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
