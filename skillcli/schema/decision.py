"""What judging a run comes to: every training, every line, every finding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    import pandas as pd

LINE_DTYPES = {
    "rid": "int64",
    "line": "str",
    "verdict": "str",
    "amount_fen": "int64",
    "proposed_fen": "Int64",
    "standard_fen": "Int64",
    "quantity": "Int64",
    "unit": "str",
    "payee_kind": "str",
    "payee": "str",
    "fund": "str",
    "clause": "str",
    "codes": "str",
    "group": "str",
}
"""One row a subsidy line, index ``lid`` = 0…m-1 ordered by training, then by the policy's order
of lines. ``verdict`` a ``core.finding.Verdict`` value; ``amount_fen`` 0 unless payable;
``proposed_fen`` what it would be, where known; ``standard_fen`` × ``quantity`` (``unit``: 人, 天,
月, 年) are the steps of the amount; ``payee_kind`` 个人, 培训机构 or 用人单位; ``codes`` those of
the findings that aim at it, sorted, joined by a blank; ``group`` the line's group or ""."""

FINDING_DTYPES = {
    "code": "str",
    "severity": "str",
    "rid": "int64",
    "key": "str",
    "line": "str",
    "found": "str",
    "message": "str",
    "clause": "str",
}
"""One row a finding on a training, ordered by training, then code, then line. ``key`` is the
accused column's key ("" = the row); ``line`` the policy line it aims at ("" = the training)."""

TRAINING_DTYPES = {
    "person": "int64",
    "certificate_hash": "int64",
    "certificate_claim": "int64",
    "class_hash": "int64",
    "account_hash": "int64",
    "rank": "int64",
    "attended": "bool",
    "loser": "bool",
    "year": "int64",
    "institution_n": "str",
    "employer_n": "str",
    "occupation_n": "str",
    "certificate_n": "str",
    "level_key": "str",
    "verdict": "str",
}
"""One row a training (index ``rid``): the keys under which the ledger will find it again.
``certificate_hash`` (kind and number) finds the same certificate with anybody (C03);
``certificate_claim`` (person, kind, number, for 特种作业操作证 also the occupation) and ``class_hash``
(person, institution or employer, occupation, level, dates) are the two identities of a training
(D01) and the keys under which the ledger guards a claim; each is 0 where it identifies nothing.
``verdict`` is the first by precedence among its lines, or 无补贴. ``rank`` is its place in the
winner order among the person's trainings of the run (only trainings of one person are ever compared); ``year`` the natural year of a limit (0 unknown); the ``…_n`` columns and
``level_key`` are the forms compared (policy page, section 1)."""


class Unchecked(Struct, frozen=True):
    """A check that could not be made, and why (未核对)."""

    code: str
    why: str


class Decision(Struct, frozen=True):
    """Outcome of one run. ``rulings_used``: keys of the readings that mattered."""

    trainings: pd.DataFrame
    lines: pd.DataFrame
    findings: pd.DataFrame
    unchecked: tuple[Unchecked, ...]
    rulings_used: tuple[str, ...]
