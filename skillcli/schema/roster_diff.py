"""Sheets of the comparison of a resubmitted roster with the earlier one (花名册比对)."""

from __future__ import annotations

from skillcli.schema.column import Column, Kind, Table
from skillcli.schema.inputs import ROSTER

DIFF_SUFFIX = "-比对"
"""File name ending of the comparison."""

_WHO = tuple(
    Column(key, ROSTER[key].title, Kind.TEXT)
    for key in ("name", "id_number", "institution", "occupation", "certificate_no")
)
_PLACE = (
    Column("file", "来源文件", Kind.TEXT),
    Column("sheet", "工作表", Kind.TEXT),
    Column("row", "行号", Kind.WHOLE),
)
_OLD = Column("old_fen", "原金额（元）", Kind.MONEY)
_NEW = Column("new_fen", "新金额（元）", Kind.MONEY)
_EFFECT = Column("effect_fen", "差额（元）", Kind.MONEY)
_LINES = Column("line_nos", "在账的批次行号", Kind.TEXT)

SUMS = Table(
    "roster_diff", "汇总", (Column("kind", "类别", Kind.TEXT), Column("rows", "行数", Kind.WHOLE), _OLD, _NEW, _EFFECT)
)
ADDED = Table("roster_diff", "新增", (*_WHO, _NEW, *_PLACE))
GONE = Table("roster_diff", "减少", (*_WHO, _OLD, _LINES, *_PLACE))
CHANGED = Table(
    "roster_diff",
    "变更",
    (
        *_WHO[:3],
        Column("changes", "变更内容", Kind.TEXT),
        _OLD,
        _NEW,
        _EFFECT,
        _LINES,
        Column("remark", "备注", Kind.TEXT),
        Column("old_row", "原行号", Kind.WHOLE),
        *_PLACE,
    ),
)
"""Numbers of persons and accounts are covered in all of them."""
