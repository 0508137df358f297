"""What auditors are given of the ledger (审计资料): one sheet a table of it, in plain Chinese."""

from __future__ import annotations

from skillcli.schema.column import Column, Kind, Table
from skillcli.schema.inputs import ROSTER

LINE_NO = Column("line_no", "批次行号", Kind.CERTIFICATE)
"""Made of batch and number; of rows that belong to a line."""
_SEQ = Column("seq", "流水号", Kind.WHOLE)
_BATCH = Column("batch_id", "批次", Kind.TEXT)
_TID = Column("tid", "培训编号", Kind.WHOLE)
_TITLES = {
    "id": "编号",
    "kind": "种类",
    "month": "月份",
    "policy": "政策",
    "policy_sha256": "政策校验值",
    "as_of": "判定日期",
    "tool": "工具",
    "rulings": "当时的口径",
    "trainings": "培训数",
    "lines": "明细数",
    "payable": "拟补贴数",
    "amount_fen": "金额",
    "status": "状态",
    "at": "时间",
    "person": "经办",
    "document": "文号",
    "code": "规则",
    "severity": "程度",
    "key": "项目",
    "line": "补贴项目",
    "found": "内容",
    "message": "问题",
    "clause": "依据条款",
    "verdict": "结论",
    "proposed_fen": "测算金额",
    "standard_fen": "标准",
    "quantity": "数量",
    "unit": "单位",
    "payee_kind": "收款方类型",
    "payee": "收款方",
    "fund": "资金渠道",
    "codes": "规则代码",
    "result": "结果",
    "day": "日期",
    "reason": "原因",
    "path": "文件",
    "sha256": "文件校验值",
    "sheet": "工作表",
    "rows": "行数",
    "header_row": "表头行",
    "passed_over": "略过的行",
    "title": "名称",
    "mode": "收回方式",
    "row": "行号",
    "step": "步",
    "left_fen": "余额",
    "receivable": "应退款编号",
    "settled_fen": "已付部分",
    "frees": "是否恢复次数",
    "excess": "多拨应退款编号",
    "paid_fen": "到账",
    "failed_fen": "未到账",
    "root_id": "所补批次",
    "bank": "开户银行",
    "account": "银行账号",
    "same_certificate": "同证编号",
    "same_class": "同班编号",
    "withdrawn_fen": "未付撤回部分",
    "class_no": "班级编号",
    "heads": "人数",
    "ratio": "比例（万分之一）",
    "category": "人员类别",
    "advance": "先行拨付编号",
    "lines_fen": "明细金额",
    "netted_fen": "抵扣",
    "excess_fen": "多拨",
    "value": "口径",
    "decided_by": "认定人",
    "decided_on": "认定日期",
    "import_id": "导入编号",
    "place": "序号",
    "cells": "内容",
    "subject": "事项",
    "prev": "前一笔链值",
    "payload": "内容校验值",
    "head": "链值",
    "rid": "表内序号",
    "attended": "计为参训",
    "loser": "重复申报",
    "year": "计次年度",
    "who": "人员编号",
}
_KINDS = {"amount_fen", "proposed_fen", "standard_fen", "left_fen", "settled_fen", "withdrawn_fen", "lines_fen"}
_KINDS |= {"netted_fen", "excess_fen", "paid_fen", "failed_fen"}
_WHOLE = {"id", "trainings", "lines", "payable", "quantity", "rows", "header_row", "row", "step", "receivable", "heads"}
_WHOLE |= {"ratio", "advance", "import_id", "place", "rid", "attended", "loser", "year", "who", "frees"}
_WHOLE |= {"excess", "same_certificate", "same_class"}
_LONG = {"policy_sha256", "sha256", "prev", "payload", "head"}


def _columns(text: str) -> tuple[Column, ...]:
    special = {"seq": _SEQ, "batch_id": _BATCH, "tid": _TID, "line_no": LINE_NO}
    return tuple(special.get(key) or Column(key, _TITLES[key], _kind(key)) for key in text.split())


def _kind(key: str) -> Kind:
    if key in _KINDS:
        return Kind.MONEY
    if key in _WHOLE:
        return Kind.WHOLE
    if key == "day":
        return Kind.DATE
    if key == "account":
        return Kind.ACCOUNT
    return Kind.CERTIFICATE if key in _LONG else Kind.TEXT


EXTRACT: dict[str, Table] = {
    "batch": Table(
        "extract",
        "批次",
        _columns("seq batch_id kind month policy policy_sha256 as_of tool rulings trainings lines payable amount_fen"),
    ),
    "batch_event": Table("extract", "批次状态", _columns("seq batch_id status at person document")),
    "source": Table("extract", "来源文件", _columns("seq batch_id path sha256 sheet header_row rows passed_over")),
    "training": Table(
        "extract",
        "培训",
        (
            *_columns("seq batch_id tid who same_certificate same_class"),
            *ROSTER.columns,
            *_columns("row attended loser year verdict"),
        ),
    ),
    "line": Table(
        "extract",
        "补贴明细",
        _columns(
            "seq batch_id line_no tid line verdict amount_fen proposed_fen standard_fen quantity unit payee_kind payee "
            "fund clause codes"
        ),
    ),
    "finding": Table("extract", "问题", _columns("seq batch_id tid code severity key line found message clause")),
    "payout": Table("extract", "支付结果", _columns("seq batch_id line_no result amount_fen day reason")),
    "repay": Table("extract", "补发", _columns("seq batch_id line_no amount_fen bank account")),
    "repay_of": Table("extract", "补发批次", _columns("seq batch_id root_id")),
    "return_file": Table("extract", "回盘文件", _columns("seq batch_id path sha256 rows paid_fen failed_fen")),
    "release": Table("extract", "退回登记", _columns("seq line_no reason document")),
    "reversal": Table(
        "extract", "追回", _columns("seq line_no receivable settled_fen withdrawn_fen frees reason document")
    ),
    "receivable": Table(
        "extract", "应退款", _columns("seq id kind title payee_kind payee mode amount_fen reason document")
    ),
    "receivable_move": Table(
        "extract",
        "应退款账户",
        _columns("seq receivable step kind amount_fen left_fen batch_id line_no day document"),
    ),
    "advance": Table(
        "extract",
        "先行拨付",
        _columns("seq id receivable policy class_no heads standard_fen ratio category clause day"),
    ),
    "settlement": Table(
        "extract", "先行拨付结算", _columns("seq advance excess lines lines_fen netted_fen excess_fen document")
    ),
    "ruling": Table("extract", "政策口径", _columns("seq policy key value decided_by document decided_on")),
    "sheet_import": Table("extract", "导入的表", _columns("seq id kind sheet path sha256 rows")),
    "sheet_row": Table("extract", "导入的行", _columns("seq import_id place cells")),
    "policy_text": Table("extract", "政策文件", _columns("seq policy sha256")),
    "journal": Table("extract", "流水", _columns("seq kind at person subject prev payload head")),
}
"""Table of the ledger → the sheet it becomes. ``导入的行`` holds catalogues, lists, special approvals and answers,
cell by cell under the column keys of their sheets. ``who``: a number that stands for one person throughout;
``same_certificate``, ``same_class``: a number that the trainings of one certificate, of one class of one person share."""
