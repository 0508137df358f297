"""Grants to units (项目补助): one row a unit and item."""

from __future__ import annotations

from skillcli.schema.column import Column, Kind, Table

GRANTS = Table(
    "grants",
    "项目补助",
    (
        Column("unit", "单位名称", Kind.TEXT, True, ("单位", "申报单位", "企业名称", "项目单位")),
        Column("uscc", "统一社会信用代码", Kind.USCC, aliases=("统一信用代码", "社会信用代码", "信用代码")),
        Column(
            "item",
            "补助项目",
            Kind.TEXT,
            True,
            ("项目", "项目名称", "补助名称"),
            note="写政策里的项目名称，用 skillcli policy show 查看。",
        ),
        Column("document", "认定文号", Kind.CERTIFICATE, True, ("文号", "认定文件", "批准文号")),
        Column("recognised_on", "认定日期", Kind.DATE, True, ("批准日期", "认定时间")),
        Column("bank", "开户银行", Kind.TEXT, aliases=("开户行",)),
        Column("account", "银行账号", Kind.ACCOUNT, aliases=("账号", "银行账户", "收款账号")),
    ),
)
ROSTER_KEYS = {
    "unit": "employer",
    "uscc": "employer_uscc",
    "item": "occupation",
    "document": "certificate_no",
    "recognised_on": "issued_on",
    "bank": "bank",
    "account": "account",
}
"""Where a grant's cells stand in the frame of a roster, so that one ledger keeps both; ``name`` is the unit
too, and no row has a person."""
