"""Pages: what a report counts of a batch, kept with the batch column by column beside its rows."""

from __future__ import annotations

from skillcli.schema.column import Column, Kind, Table

PAGE = Table(
    "batch_page",
    "批次列页",
    (
        Column("first", "起始编号", Kind.WHOLE, True),
        Column("rows", "行数", Kind.WHOLE, True),
        Column("data", "内容", Kind.TEXT, True),
    ),
)
"""No workbook of the clerk's: booking a batch writes it, one row a page; the import's path names the ledger's table. ``first``:
number of its first row there; ``data``: an Arrow stream in base64 of the columns ``TRAINING_PAGE`` or ``LINE_PAGE``, in order."""

TRAINING_PAGE = (
    *("person", "certificate_claim", "class_hash", "loser"),
    *("institution", "institution_n", "employer", "employer_n", "town", "department", "categories"),
    *("training_kind", "level", "certificate_kind", "result", "end", "issued_on", "employed_on"),
    *("occupation", "start", "programme"),
)
LINE_PAGE = (
    *("tid", "line", "verdict", "amount_fen", "proposed_fen", "standard_fen"),
    *("payee_kind", "payee", "fund", "codes", "group"),
)
