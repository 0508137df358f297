"""Earlier years' lists (以往台账): what a roster says, and what was paid for it."""

from __future__ import annotations

from msgspec.structs import replace

from skillcli.schema.column import Column, Kind, Table
from skillcli.schema.inputs import ROSTER

_OFTEN_ABSENT = ("categories", "result", "certificate_kind", "certificate_no", "issued_on")
"""Columns that a roster must have and old lists often have not; a blank cell stays blank."""

HISTORY = Table(
    "history",
    "以往台账",
    (
        *(replace(column, required=column.required and column.key not in _OFTEN_ABSENT) for column in ROSTER.columns),
        Column(
            "line",
            "补贴项目",
            Kind.TEXT,
            True,
            ("补贴名称", "补贴种类", "享受补贴项目", "补贴类别"),
            note="写补贴项目的名称或编号，用 skillcli policy show 查看。",
        ),
        Column(
            "amount_fen", "金额", Kind.MONEY, True, ("补贴金额", "拨付金额", "金额(元)", "补贴金额(元)", "实拨金额")
        ),
        Column("paid_on", "拨付日期", Kind.DATE, True, ("拨付时间", "支付日期", "发放日期", "支付时间", "发放时间")),
    ),
)
"""One row a subsidy that was paid: a training with two subsidies has two rows."""
