"""Employment follow-up (就业跟踪): one row a person, what became of them after the training."""

from __future__ import annotations

from skillcli.schema.column import Column, Kind, Table
from skillcli.schema.inputs import ROSTER

PLACEMENT = Table(
    "placement",
    "就业跟踪",
    (
        ROSTER["name"],
        ROSTER["id_number"],
        Column("certificate_no", "证书编号", Kind.CERTIFICATE, aliases=ROSTER["certificate_no"].aliases),
        ROSTER["placed"],
        Column("employed_on", "就业日期", Kind.DATE, True, ROSTER["employed_on"].aliases, note="没有就业的空着。"),
        ROSTER["employed_region"],
        ROSTER["employed_at"],
        Column("income_before", "培训前月收入", Kind.MONEY, aliases=("培训前收入", "训前月收入")),
        Column("income_after", "培训后月收入", Kind.MONEY, aliases=("培训后收入", "训后月收入", "现月收入")),
    ),
)
EMPLOYMENT = ("placed", "employed_on", "employed_region", "employed_at")
"""Columns that a follow-up fills in on the training it is about."""

FOLLOWED = Table(
    "followed",
    "就业跟踪登记",
    (
        Column("policy", "政策", Kind.TEXT, True),
        Column("tid", "培训编号", Kind.WHOLE, True),
        Column("end", "结课日期", Kind.DATE),
        Column("employed_on", "就业日期", Kind.DATE),
        Column("income_before", "培训前月收入", Kind.MONEY),
        Column("income_after", "培训后月收入", Kind.MONEY),
        Column("outcome", "跟踪结果", Kind.TEXT),
    ),
)
"""No workbook of the clerk's: what ``skillcli placement`` learned of each training, kept for reports. A later list
says the last word on a training."""
