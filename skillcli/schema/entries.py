"""What the ledger holds for a report: every training and line of the batches that stand, as frames."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    import pandas as pd

TRAINING_DTYPES = {
    "tid": "int64",
    "seq": "int32",
    "person": "int64",
    "identity": "int32",
    "loser": "bool",
    "institution": "category",
    "institution_n": "category",
    "employer": "category",
    "employer_n": "category",
    "town": "category",
    "department": "category",
    "categories": "category",
    "training_kind": "category",
    "level": "category",
    "certificate_kind": "category",
    "result": "category",
    "end": "category",
    "issued_on": "category",
    "employed": "bool",
    "occupation": "category",
    "start": "category",
    "programme": "category",
}
"""One row a judged training, in the order of ``tid``; a training judged in two batches has two rows.
``seq`` is its batch (``batches``); ``identity``: a number (0…), equal where two share a certificate or a class (D01, policy page §5); ``employed``: 就业日期 is filled in; the others as in the roster and in
``schema.decision``, text as categories in the order of the text, of which each occurs; ``TRAINING_DAYS`` are categories of
datetime64[s], in order: of millions of trainings few days differ."""
TRAINING_DAYS = ("end", "issued_on", "start")

LINE_DTYPES = {
    "tid": "int64",
    "seq": "int32",
    "number": "int32",
    "line": "category",
    "verdict": "category",
    "amount_fen": "int64",
    "proposed_fen": "category",
    "standard_fen": "category",
    "payee_kind": "category",
    "payee": "category",
    "fund": "category",
    "codes": "category",
    "group": "category",
    "reversed": "bool",
    "paid_on": "category",
}
"""One row a line, in the order booked; ``number`` counts within the batch; ``proposed_fen`` and ``standard_fen`` are categories
of whole numbers, missing where there is none. ``reversed``: taken back; ``paid_on``: the
day its money arrived and stayed (category of datetime64[s]), missing where it has not."""

REASON_DTYPES = {
    "tid": "int64",
    "line": "str",
    "code": "str",
    "severity": "str",
    "found": "str",
    "message": "str",
    "clause": "str",
}
"""Findings that keep lines from being paid (severity error, hold, ruling); ``line`` "" aims at the training; ``found``
and ``message`` of those that wait for a ruling only."""

BATCH_DTYPES = {
    "seq": "int64",
    "id": "str",
    "kind": "str",
    "month": "str",
    "status": "str",
    "booked_on": "datetime64[s]",
    "trainings": "int64",
    "lines": "int64",
    "payable": "int64",
    "amount_fen": "int64",
}
"""One row a batch of the policy, void ones included, in the order booked; ``booked_on``: the day, in China."""

ADVANCE_DTYPES = {
    "class_no": "str",
    "payee": "str",
    "heads": "int64",
    "amount_fen": "int64",
    "day": "datetime64[s]",
    "document": "str",
    "netted_fen": "int64",
    "left_fen": "int64",
    "settled": "bool",
    "excess_fen": "int64",
}
"""One row an advance: ``netted_fen`` set against lines, ``left_fen`` not yet, ``excess_fen`` found to be too much."""

RECOVERY_DTYPES = {
    "line_no": "str",
    "payee": "str",
    "kind": "str",
    "referral": "str",
    "reason": "str",
    "document": "str",
    "day": "datetime64[s]",
    "settled_fen": "int64",
    "withdrawn_fen": "int64",
    "netted_fen": "int64",
    "repaid_fen": "int64",
}
"""One row a line taken back: ``kind`` of the reason and ``referral`` (移送文号), "" where not recorded; ``day`` it was
booked, in China; ``settled_fen`` is owed back, of which ``netted_fen`` was taken off and ``repaid_fen`` came back;
``withdrawn_fen`` had never been paid out."""

EVENT_DTYPES = {"seq": "int64", "kind": "str", "at": "str", "person": "str", "subject": "str"}
"""One row a transaction of the journal."""


class Entries(Struct, frozen=True):
    """The ledger of one policy as it stood after transaction ``position`` (``head``: the chain's link there).

    ``trainings``, ``lines``, ``reasons``: of batches that are not void; ``batches``: all. What happened later (a
    batch voided, a line paid or taken back) is not in them.
    """

    trainings: pd.DataFrame
    lines: pd.DataFrame
    reasons: pd.DataFrame
    batches: pd.DataFrame
    advances: pd.DataFrame
    position: int
    head: str
