"""Which trainings have a certificate or an account, in the order of these keys (since version 3).

What stands here follows from ``training``. It is kept apart from that table's rows so that a batch's keys can be
written in order: a large batch then touches every page of a large ledger's keys once, where an index of ``training``
is filled in the order of persons and has its pages read and written many times over.
"""

from __future__ import annotations

from skillcli.ledger.define import table, whole

CERTIFICATE = table(
    "training_certificate",
    whole("certificate_hash", primary=True),
    whole("tid", primary=True),
    clustered=True,
)
ACCOUNT = table("training_account", whole("account_hash", primary=True), whole("tid", primary=True), clustered=True)

LOOKUPS = {"certificate_hash": CERTIFICATE, "account_hash": ACCOUNT}
"""Column of ``training`` → the table of its values; 0 (nothing known) is left out."""
