"""What is kept with a line taken back (追回): why, and where the case was referred."""

from __future__ import annotations

from skillcli.schema.column import Column, Kind, Table

FRAUD, MISTAKE, POLICY = "骗取", "失误", "政策调整"
REASON_KINDS = (FRAUD, MISTAKE, POLICY)
"""Kinds of reason: 套取、骗取 (to be prosecuted), an honest mistake (to be forgiven), a change of policy."""

RECOVERY = Table(
    "recovery",
    "追回登记",
    (
        Column("line_no", "批次行号", Kind.TEXT, True),
        Column("kind", "原因类别", Kind.TEXT, True),
        Column("referral", "移送文号", Kind.TEXT),
    ),
)
"""No workbook of the clerk's: ``skillcli reverse`` writes it into the ledger, one row a line."""
