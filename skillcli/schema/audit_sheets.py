"""The workbook 审计疑点: its sheets and their columns."""

from __future__ import annotations

from skillcli.schema.column import Column, Kind, Table
from skillcli.schema.inputs import ROSTER
from skillcli.schema.outputs import EXPLANATION as EXPLANATION

_NUMBER = Column("number", "序号", Kind.WHOLE)
_TITLE = Column("title", "疑点", Kind.TEXT)
_REMEDY = Column("remedy", "核查办法", Kind.TEXT)
_BATCH = Column("batch_id", "批次", Kind.TEXT)
_FILE = Column("file", "来源文件", Kind.TEXT)
_SHEET = Column("sheet", "工作表", Kind.TEXT)
_ROW = Column("row", "行号", Kind.WHOLE)
_AMOUNT = Column("amount_fen", "涉及补贴（元）", Kind.MONEY)
_RESULT = Column("result", "核实情况", Kind.TEXT)
_LINES = Column("lines", "条数", Kind.WHOLE)

SUMMARY = Table(
    "audit",
    "汇总",
    (
        _NUMBER,
        _TITLE,
        Column("groups", "件数", Kind.WHOLE),
        Column("records", "涉及行数", Kind.WHOLE),
        Column("institutions", "涉及机构", Kind.WHOLE),
        _AMOUNT,
        _REMEDY,
    ),
)
FOUND = Table(
    "audit",
    "疑点",
    (
        Column("group_number", "件号", Kind.WHOLE),
        _TITLE,
        Column("message", "情况", Kind.TEXT),
        *(ROSTER[key] for key in ("name", "id_number", "institution", "class_no", "occupation", "certificate_no")),
        _AMOUNT,
        _BATCH,
        _FILE,
        _SHEET,
        _ROW,
        _RESULT,
    ),
)
SAMPLE = Table(
    "audit",
    "抽样核查",
    (
        _NUMBER,
        Column("line_no", "批次行号", Kind.CERTIFICATE),
        ROSTER["institution"],
        Column("line_title", "补贴项目", Kind.TEXT),
        *(ROSTER[key] for key in ("name", "id_number", "phone", "class_no", "occupation", "start", "end")),
        Column("amount_fen", "补贴金额（元）", Kind.MONEY),
        Column("result", "回访情况", Kind.TEXT),
    ),
)
STRATA = Table(
    "audit",
    "抽样分布",
    (
        ROSTER["institution"],
        Column("line_title", "补贴项目", Kind.TEXT),
        _LINES,
        Column("amount_fen", "补贴金额（元）", Kind.MONEY),
        Column("taken", "抽取条数", Kind.WHOLE),
    ),
)
FIGURES = Table(
    "audit",
    "标准",
    (
        Column("title", "标准", Kind.TEXT),
        Column("value", "数值", Kind.TEXT),
        Column("valid_from", "起用日期", Kind.DATE),
        Column("basis", "依据", Kind.TEXT),
    ),
)
