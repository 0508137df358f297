"""What the red flags (疑点) look at: every judged training and every advance, as frames without a home.

Neither frame knows a ledger, a file or an engine. ``record`` is a number unique in the frame; a flag answers
in these numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from skillcli.schema.inputs import ROSTER

if TYPE_CHECKING:
    import pandas as pd

_OF_ROSTER = (
    "name",
    "id_number",
    "phone",
    "account",
    "domicile",
    "institution",
    "class_no",
    "occupation",
    "level",
    "start",
    "end",
    "attendance",
    "result",
    "certificate_kind",
    "certificate_no",
    "issued_on",
)

TRAINING_DTYPES = {"record": "int64", "batch": "int64", "void": "bool"} | {
    key: ROSTER[key].kind.dtype for key in _OF_ROSTER
}
"""One row a judged training, the roster's own columns as read. ``batch``: a number that grows with the order of
judging; ``void``: its batch was voided."""

PLACE_DTYPES = {"source": "int64", "row": "int64"}
"""Where the ledger keeps a training's place: sheet of its batch, and Excel row."""

LINE_DTYPES = {
    "record": "int64",
    "batch": "int64",
    "number": "int64",
    "line": "str",
    "amount_fen": "int64",
    "payee_kind": "str",
    "payee": "str",
}
"""One row a payable line that stands, of training ``record``; ``number`` counts within the batch."""

KEY_DTYPES = {
    "person": "int64",
    "who": "int64",
    "name_n": "str",
    "phone_n": "str",
    "account_n": "str",
    "address_n": "str",
    "institution_n": "str",
    "occupation_n": "str",
    "level_key": "str",
    "certificate_n": "str",
    "certificate_series": "str",
    "certificate_serial": "int64",
}
"""What ``rules.flags.keys.keyed`` adds, row by row. ``person``: key of the number, 0 where it identifies nobody; ``who``:
the same, or made of name and number as written; ``address_n``: 户籍地 where it goes down to a house; ``…_n``: the form
compared, missing where blank; ``certificate_series`` and ``certificate_serial``: the number without and as its last
digits, missing and -1 where it is none."""

ADVANCE_DTYPES = {
    "record": "int64",
    "payee": "str",
    "class_no": "str",
    "heads": "int64",
    "amount_fen": "int64",
    "left_fen": "int64",
    "day": "datetime64[s]",
    "settled": "bool",
    "waited_days": "int64",
}
"""One row an advance (先行拨付): ``left_fen`` not yet set against lines, ``settled``: the final account is made,
``waited_days``: whole days from ``day`` to the day of the audit."""

FLAGGED_DTYPES = {"flag": "str", "group": "str", "record": "int64", "message": "str"}
"""What an audit finds: one row for each record that raises a flag. Rows with the same ``flag`` and ``group`` raise it
together and share one ``message``."""


class AuditEntries(Struct, frozen=True):
    """The ledger of one policy after transaction ``position`` (``head``: the chain's link there).

    ``trainings``: ``TRAINING_DTYPES``, of voided batches too; ``places``: ``record``, ``file``, ``sheet`` (str, missing where
    it came from no file), ``row`` (int64); ``lines``: ``LINE_DTYPES``; ``advances``, ``batches``: as in ``schema.entries``.
    """

    trainings: pd.DataFrame
    places: pd.DataFrame
    lines: pd.DataFrame
    advances: pd.DataFrame
    batches: pd.DataFrame
    position: int
    head: str
