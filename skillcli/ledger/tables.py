"""The ledger's tables.

``alembic`` builds and changes them (``migrations/versions``); this page is what the current
version looks like, and a test holds the two together. Three kinds of columns: whole numbers
(money in fen, days since 1970-01-01, yes/no as 1/0, hashes), text, and *words*: text that repeats,
kept once in ``word`` and referred to by number, which makes rows short and reading them back quick.

Every row carries ``seq``, the transaction of ``journal`` that wrote it. Numbered rows (``id``) of
one transaction are contiguous, so the chain is checked by reading each table once, in order.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import CheckConstraint, Column, Index, Table, UniqueConstraint

from skillcli.ledger import money_tables as money_tables  # puts its tables into METADATA
from skillcli.ledger.define import METADATA, packed, table, text, whole, word
from skillcli.schema.column import Kind
from skillcli.schema.inputs import ROSTER

VERSION = "0003"
"""Newest migration; a ledger of a version not listed in ``KNOWN`` comes from a newer program."""
KNOWN = ("0001", "0002", "0003")

INLINE_KINDS = (Kind.ID, Kind.ACCOUNT, Kind.CERTIFICATE, Kind.PHONE)
INLINE = ("name", "employment_card", "certificate_n")
"""Text that hardly repeats: kept in the row itself."""


def _roster_columns() -> Iterator[Column[Any]]:
    for column in ROSTER.columns:
        if column.kind.dtype != "str":
            yield whole(column.key, null=True)
        elif column.kind in INLINE_KINDS or column.key in INLINE:
            yield text(column.key, null=True)
        else:
            yield word(column.key)


JOURNAL = table(
    "journal",
    whole("seq", primary=True),
    text("kind"),
    text("at"),
    text("person"),
    text("subject"),
    text("prev"),
    text("payload"),
    text("head", unique=True),
)
"""One row a transaction. ``payload`` is the digest of its ``part`` rows, ``head`` the link."""

PART = table(
    "part",
    whole("seq", primary=True),
    text("table_name", primary=True),
    whole("block", primary=True),
    whole("first"),
    whole("rows"),
    text("digest"),
)
"""Digest of each block of rows that a transaction wrote into one table: rows ``first`` … ``first``
+ ``rows`` - 1."""

WORD = table("word", whole("id", primary=True), whole("seq"), whole("hash"), text("text"), Index("word_hash", "hash"))
"""``hash`` finds a text of any length; two texts may share one."""

BATCH = table(
    "batch",
    whole("seq", primary=True),
    text("id", unique=True),
    text("kind"),
    text("month"),
    whole("number"),
    text("policy"),
    text("policy_sha256"),
    text("as_of"),
    text("files_digest"),
    text("tool"),
    text("columns"),
    text("unchecked"),
    text("rulings_used"),
    text("rulings"),
    whole("trainings"),
    whole("lines"),
    whole("payable"),
    whole("amount_fen"),
    UniqueConstraint("month", "number"),
)
"""A batch, known inside the ledger by the transaction that booked it."""

BATCH_EVENT = table(
    "batch_event",
    whole("id", primary=True),
    whole("seq"),
    whole("batch"),
    text("status"),
    text("at"),
    text("person"),
    text("document"),
    Index("batch_event_batch", "batch"),
)

POLICY_TEXT = table(
    "policy_text", whole("id", primary=True), whole("seq"), text("sha256", unique=True), text("policy"), text("text")
)

SOURCE = table(
    "source",
    whole("id", primary=True),
    whole("seq"),
    whole("place"),
    text("path"),
    text("sha256"),
    text("sheet"),
    whole("header_row"),
    whole("rows"),
    text("passed_over"),
    UniqueConstraint("seq", "place"),
)
"""The sheets a batch was read from; ``place`` is the position in ``Roster.sheets``."""

TRAINING = table(
    "training",
    whole("tid", primary=True),
    whole("seq"),
    whole("rid"),
    whole("person"),
    whole("certificate_hash"),
    whole("certificate_claim"),
    whole("class_hash"),
    whole("account_hash"),
    whole("rank"),
    whole("attended"),
    whole("loser"),
    whole("year"),
    word("institution_n"),
    word("employer_n"),
    word("occupation_n"),
    text("certificate_n", null=True),
    word("level_key"),
    word("verdict"),
    whole("source"),
    whole("row"),
    word("training_kind_written"),
    *_roster_columns(),
)
"""Every training of every batch. Inside a batch ``tid`` follows the person, so that what belongs
together lies together, while a new batch is only ever appended."""

LOOKUP = table("lookup", text("key", primary=True), whole("first", primary=True), packed("data"))
"""Keys of consecutive trainings, of which ``first`` is the first number, by column of ``training`` (since version 3);
``data``: 32 bits of each (``lookup.folded``), lowest byte first. They follow from ``training``, and are kept apart from its
rows so that keys are looked up among all batches without an index, which large batches would write anew."""
LOOKUP_KEYS = {"person": "人员", "certificate_hash": "证书", "account_hash": "账号", "class_no": "班级"}
"""Columns of ``training`` that are looked up, and what they are."""

LINE = table(
    "line",
    whole("id", primary=True),
    whole("seq"),
    whole("number"),
    whole("tid"),
    word("line", null=False),
    word("verdict", null=False),
    whole("amount_fen"),
    whole("proposed_fen", null=True),
    whole("standard_fen", null=True),
    whole("quantity", null=True),
    word("unit"),
    word("payee_kind"),
    word("payee"),
    word("fund"),
    word("clause"),
    word("codes"),
    word("group"),
    CheckConstraint("amount_fen >= 0"),
    UniqueConstraint("tid", "line"),
)
"""Every line; ``number`` 1…m in the batch makes the 批次行号."""

FINDING = table(
    "finding",
    whole("id", primary=True),
    whole("seq"),
    whole("tid"),
    word("code", null=False),
    word("severity", null=False),
    word("key"),
    word("line"),
    word("found"),
    word("message"),
    word("clause"),
    Index("finding_tid", "tid"),
)

FAULT = table(
    "fault",
    whole("id", primary=True),
    whole("seq"),
    whole("tid"),
    word("key", null=False),
    word("fault", null=False),
    word("shown"),
)
"""Cells that gave no value (``Roster.faults``)."""

REMARK = table(
    "remark",
    whole("id", primary=True),
    whole("seq"),
    text("code"),
    text("severity"),
    text("file"),
    text("sheet"),
    whole("row"),
    text("column"),
    text("line"),
    text("message"),
    text("found"),
    text("remedy"),
    text("clause"),
)
"""What intake itself had to say (``Roster.findings``)."""

CLAIM = table(
    "claim",
    whole("id", primary=True),
    whole("seq"),
    word("subject", null=False),
    whole("key"),
    whole("round"),
    whole("line"),
    UniqueConstraint("key", "subject", "round"),
)
"""What makes paying twice impossible: a payable line claims its class, its certificate and
whatever else the policy grants once. ``subject`` names policy, scope (the line's group, else its
id) and the kind of key: ``linkou-2019 training class``; ``round`` is how often the key had been released before."""

RELEASE = table(
    "release",
    whole("id", primary=True),
    whole("seq"),
    whole("line", unique=True),
    text("reason"),
    text("document"),
)
"""A payable line given back (void, reversal), at most once."""

SHEET_IMPORT = table(
    "sheet_import",
    whole("id", primary=True),
    whole("seq"),
    text("kind"),
    text("sheet"),
    text("path"),
    text("sha256"),
    whole("rows"),
)
"""One import of a catalogue or list; a later import of the same sheet replaces it."""

SHEET_ROW = table(
    "sheet_row",
    whole("id", primary=True),
    whole("seq"),
    whole("import_id"),
    whole("place"),
    text("cells"),
    Index("sheet_row_import", "import_id"),
)

RULING = table(
    "ruling",
    whole("id", primary=True),
    whole("seq"),
    text("policy"),
    text("key"),
    text("value"),
    text("decided_by"),
    text("document"),
    text("decided_on", null=True),
)

CHAINED = tuple(each for each in METADATA.sorted_tables if each not in (JOURNAL, PART, LOOKUP))
"""Tables whose rows a transaction's payload covers; look-ups follow from them and are held against them."""


def number(table: Table) -> str:
    """Name of the column that numbers a chained table's rows."""
    return str(next(iter(table.primary_key.columns)).name)
