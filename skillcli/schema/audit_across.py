"""The workbook 审计疑点 over many ledgers: its sheets and their columns."""

from __future__ import annotations

from skillcli.schema import audit_sheets
from skillcli.schema.column import Column, Kind, Table

_ACROSS = Column("across", "跨台账", Kind.TEXT)
_LEDGER = Column("ledger_name", "台账", Kind.TEXT)

SUMMARY = Table(
    "audit",
    "汇总",
    (
        *audit_sheets.SUMMARY.columns[:3],
        Column("across_groups", "其中跨台账", Kind.WHOLE),
        *audit_sheets.SUMMARY.columns[3:],
    ),
)
FOUND = Table(
    "audit",
    "疑点",
    (
        *audit_sheets.FOUND.columns[:3],
        _ACROSS,
        *(
            column
            for column in audit_sheets.FOUND.columns[3:]
            if column.key not in ("batch_id", "file", "sheet", "row", "result")
        ),
        _LEDGER,
        *(audit_sheets.FOUND[key] for key in ("batch_id", "row", "result")),
    ),
)
LEDGERS = Table(
    "audit",
    "台账",
    (
        _LEDGER,
        Column("batches", "批次数", Kind.WHOLE),
        Column("trainings", "培训数", Kind.WHOLE),
        Column("policies", "政策", Kind.TEXT),
    ),
)
