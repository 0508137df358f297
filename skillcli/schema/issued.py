"""The register of reports that were written: what each was made from, so that it can be made again."""

from __future__ import annotations

from skillcli.schema.column import Column, Kind, Table

ISSUED = Table(
    "issued",
    "报告登记",
    (
        Column("title", "报告", Kind.TEXT, True),
        Column("first", "起", Kind.TEXT, True),
        Column("last", "止", Kind.TEXT, True),
        Column("clock", "口径", Kind.TEXT),
        Column("as_of", "日期", Kind.TEXT, True),
        Column("position", "流水", Kind.WHOLE, True),
        Column("policy", "政策", Kind.TEXT, True),
        Column("policy_sha256", "政策校验值", Kind.TEXT, True),
        Column("rulings", "口径认定", Kind.TEXT),
        Column("figures", "外部数字", Kind.TEXT),
        Column("agency", "单位", Kind.TEXT),
        Column("tool", "工具", Kind.TEXT),
        Column("sha256", "文件校验值", Kind.TEXT, True),
    ),
)
"""No workbook of the clerk's: ``skillcli report`` writes it into the ledger, one row a report."""
