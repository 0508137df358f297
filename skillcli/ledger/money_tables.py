"""Tables of the life of the money after a batch is booked (since version 2).

Days are whole days since 1970-01-01, money is fen. ``line`` is the number of a row of table
``line``, ``batch`` the transaction that booked a batch.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, UniqueConstraint

from skillcli.ledger.define import table, text, whole

PAYOUT = table(
    "payout",
    whole("id", primary=True),
    whole("seq"),
    whole("batch"),
    whole("line"),
    text("result"),
    whole("amount_fen"),
    whole("day"),
    text("reason"),
    CheckConstraint("amount_fen >= 0"),
    CheckConstraint("result IN ('paid', 'failed')"),
    UniqueConstraint("line", "batch", "result"),
    Index("payout_batch", "batch"),
)
"""What became of a line's transfer in one batch. ``failed`` after ``paid`` is money that came back
later; ``amount_fen`` is what was transferred, the line less what was netted."""

REPAY = table(
    "repay",
    whole("id", primary=True),
    whole("seq"),
    whole("failed"),
    whole("again"),
    whole("line"),
    whole("amount_fen"),
    text("bank", null=True),
    text("account", null=True),
    CheckConstraint("amount_fen > 0"),
    UniqueConstraint("failed", "again"),
    Index("repay_line", "line"),
    Index("repay_seq", "seq"),
)
"""A failed transfer (``failed``: its row of ``payout``) taken up by a follow-up batch, at most once;
``again`` counts the follow-up batches that were voided. ``account``: where the money goes now,
missing where that has not changed."""

REPAY_OF = table("repay_of", whole("id", primary=True), whole("seq", unique=True), whole("batch"), whole("root"))
"""Of which batch a follow-up batch repeats the failed transfers; ``root`` is the one whose lines they are."""

RETURN_FILE = table(
    "return_file",
    whole("id", primary=True),
    whole("seq"),
    whole("batch"),
    text("path"),
    text("sha256"),
    whole("rows"),
    whole("paid_fen"),
    whole("failed_fen"),
    UniqueConstraint("batch", "sha256"),
)
"""The bank's return files as taken in."""

RECEIVABLE = table(
    "receivable",
    whole("id", primary=True),
    whole("seq"),
    text("kind"),
    text("title"),
    text("payee_kind"),
    text("payee"),
    text("payee_key"),
    text("scope"),
    text("mode"),
    whole("amount_fen"),
    text("reason"),
    text("document"),
    CheckConstraint("amount_fen > 0"),
    CheckConstraint("kind IN ('reversal', 'advance', 'excess')"),
    CheckConstraint("mode IN ('net', 'demand')"),
    Index("receivable_payee", "payee_key"),
)
"""Money a payee has to give back or to earn: a reversed line, an advance, what an advance was too
much. ``scope``: key of the class whose lines alone an advance is set against, "" otherwise.
``mode``: taken off the payee's next payment, or demanded."""

RECEIVABLE_MOVE = table(
    "receivable_move",
    whole("id", primary=True),
    whole("seq"),
    whole("receivable"),
    whole("step"),
    text("kind"),
    whole("amount_fen"),
    whole("left_fen"),
    whole("batch", null=True),
    whole("line", null=True),
    whole("day", null=True),
    text("document"),
    CheckConstraint("left_fen >= 0"),
    CheckConstraint("kind IN ('opened', 'netted', 'freed', 'repaid', 'settled')"),
    UniqueConstraint("receivable", "step"),
    Index("receivable_move_batch", "batch"),
)
"""The account of a receivable: every step with what is left after it, which is never below zero.
``netted`` off a line of a batch, ``freed`` when that batch is voided, ``repaid`` in money,
``settled``: turned into an ``excess``."""

REVERSAL = table(
    "reversal",
    whole("id", primary=True),
    whole("seq"),
    whole("line", unique=True),
    whole("receivable", null=True, unique=True),
    whole("settled_fen"),
    whole("withdrawn_fen"),
    whole("frees"),
    text("reason"),
    text("document"),
    CheckConstraint("settled_fen >= 0 AND withdrawn_fen >= 0"),
)
"""A line taken back, at most once, linked one to one with the receivable it made: ``settled_fen``
had been paid or netted, ``withdrawn_fen`` had not left the house."""

ADVANCE = table(
    "advance",
    whole("id", primary=True),
    whole("seq"),
    whole("receivable", unique=True),
    text("policy"),
    text("policy_sha256"),
    text("class_no"),
    text("class_key"),
    text("payee_key"),
    whole("heads"),
    whole("standard_fen"),
    whole("ratio"),
    text("category"),
    text("clause"),
    whole("day"),
    CheckConstraint("heads > 0 AND standard_fen > 0 AND ratio BETWEEN 1 AND 10000"),
    UniqueConstraint("class_key", "payee_key"),
)
"""An advance on a registered class, one a class; ``ratio`` in hundredths of a percent."""

SETTLEMENT = table(
    "settlement",
    whole("id", primary=True),
    whole("seq"),
    whole("advance", unique=True),
    whole("excess", null=True, unique=True),
    whole("lines"),
    whole("lines_fen"),
    whole("netted_fen"),
    whole("excess_fen"),
    text("document"),
    CheckConstraint("excess_fen >= 0"),
)
"""The final account of an advance; ``excess``: the receivable made of what was too much."""
