"""Sheets of the life of the money: what is kept back, what came back, what is owed."""

from __future__ import annotations

from skillcli.schema.column import Column, Kind, Table
from skillcli.schema.inputs import ROSTER

_NUMBER = Column("number", "序号", Kind.WHOLE)
_LINE_NO = Column("line_no", "批次行号", Kind.CERTIFICATE, True)
_PAYEE_KIND = Column("payee_kind", "收款方类型", Kind.TEXT)
_PAYEE = Column("payee", "收款方", Kind.TEXT)
_LINE = Column("line_title", "补贴项目", Kind.TEXT)
_FUND = Column("fund", "资金渠道", Kind.TEXT)
_AMOUNT = Column("amount_fen", "金额（元）", Kind.MONEY)
_DUE = Column("due_fen", "应付（元）", Kind.MONEY)
_KEPT = Column("kept_fen", "抵扣（元）", Kind.MONEY)
_PAID = Column("paid_fen", "实付（元）", Kind.MONEY)
_DOCUMENT = Column("document", "文号", Kind.TEXT)
_REASON = Column("reason", "理由", Kind.TEXT)

NETTED = Table("payment", "抵扣", (_NUMBER, _PAYEE_KIND, _PAYEE, ROSTER["id_number"], _FUND, _DUE, _KEPT, _PAID))
"""One row a payee from whom something is kept back, and fund."""
NETTED_LINES = Table(
    "payment",
    "抵扣明细",
    (_LINE_NO, _PAYEE, _LINE, _FUND, Column("title", "抵扣什么", Kind.TEXT), _DUE, _KEPT),
)
TRANSFERS = Table("payment", "全批合计", (_FUND, Column("lines", "条数", Kind.WHOLE), _DUE, _KEPT, _PAID))

_FAILED = (_NUMBER, _LINE_NO, _PAYEE_KIND, _PAYEE, ROSTER["id_number"], ROSTER["bank"], ROSTER["account"])
RETURNED = Table(
    "returned",
    "退票",
    (
        *_FAILED,
        _LINE,
        _FUND,
        _AMOUNT,
        Column("reason", "失败原因", Kind.TEXT),
        Column("day", "退票日期", Kind.DATE),
        Column("new_bank", "新开户银行", Kind.TEXT),
        Column("new_account", "新银行账号", Kind.ACCOUNT),
    ),
)
"""Failed transfers that nobody has repeated; the clerk fills in the last two columns."""
REPAID = Table("repaid", "补发名单", (*_FAILED, _LINE, _FUND, _AMOUNT, Column("changed", "备注", Kind.TEXT)))
REPAID_SUMMARY = Table(
    "repaid", "补发汇总", (_NUMBER, _PAYEE_KIND, _PAYEE, _LINE, _FUND, Column("times", "笔数", Kind.WHOLE), _AMOUNT)
)

ADVANCED = Table(
    "advance",
    "先行拨付",
    (
        Column("class_no", "班级编号", Kind.TEXT),
        _PAYEE_KIND,
        _PAYEE,
        Column("heads", "人数", Kind.WHOLE),
        Column("standard_fen", "补贴标准（元）", Kind.MONEY),
        Column("ratio", "拨付比例", Kind.PERCENT),
        _AMOUNT,
        Column("day", "拨付日期", Kind.DATE),
        Column("clause", "依据条款", Kind.TEXT),
        _DOCUMENT,
    ),
)
SETTLED = Table(
    "settlement",
    "先行拨付结算",
    (
        Column("item", "项目", Kind.TEXT),
        Column("count", "条数", Kind.WHOLE),
        _AMOUNT,
        Column("remark", "备注", Kind.TEXT),
    ),
)

OWED = Table(
    "owed",
    "追回台账",
    (
        _NUMBER,
        Column("receivable", "编号", Kind.WHOLE),
        Column("kind", "类别", Kind.TEXT),
        Column("title", "事项", Kind.TEXT),
        _PAYEE,
        Column("due_fen", "应退（元）", Kind.MONEY),
        Column("kept_fen", "已抵扣（元）", Kind.MONEY),
        Column("repaid_fen", "已退回（元）", Kind.MONEY),
        Column("left_fen", "尚欠（元）", Kind.MONEY),
        Column("mode", "方式", Kind.TEXT),
        _REASON,
        _DOCUMENT,
    ),
)
