"""Every sheet the product writes: its columns, in order, with their titles.

The keys are those of the frames from which reports are made; a column that repeats a roster's is
the roster's own.
"""

from __future__ import annotations

from skillcli.schema.column import Column, Kind, Table
from skillcli.schema.grants import GRANTS
from skillcli.schema.inputs import ROSTER

NO_FUND = "资金渠道待明确"
"""What stands for the fund of a line while nobody has named one (policy page, section 3)."""


def _roster(*keys: str) -> tuple[Column, ...]:
    return tuple(ROSTER[key] for key in keys)


_NUMBER = Column("number", "序号", Kind.WHOLE)
_LINE_NO = Column("line_no", "批次行号", Kind.CERTIFICATE)
_PAYEE_KIND = Column("payee_kind", "收款方类型", Kind.TEXT)
_PAYEE = Column("payee", "收款方", Kind.TEXT)
_LINE = Column("line_title", "补贴项目", Kind.TEXT)
_FUND = Column("fund", "资金渠道", Kind.TEXT)
_AMOUNT = Column("amount_fen", "金额（元）", Kind.MONEY)
_STANDARD = Column("standard_fen", "标准", Kind.MONEY)
_QUANTITY = Column("quantity", "数量", Kind.WHOLE)
_RULE = Column("rule", "规则", Kind.TEXT)
_REASON = Column("reason", "原因", Kind.TEXT)
_REMEDY = Column("remedy", "处理办法", Kind.TEXT)
_CLAUSE = Column("clause", "依据条款", Kind.TEXT)
_FILE = Column("file", "来源文件", Kind.TEXT)
_SHEET = Column("sheet", "工作表", Kind.TEXT)
_ROW = Column("row", "行号", Kind.WHOLE)
_PLACE = (_FILE, _SHEET, _ROW)
_LINES = Column("lines", "条数", Kind.WHOLE)
_TIMES = Column("times", "人次", Kind.WHOLE)
_QUESTION = Column("question", "问题", Kind.TEXT)
_KEY = Column("key", "口径键", Kind.TEXT)
_VERDICT = Column("verdict", "结论", Kind.TEXT)

PAYMENT_SUMMARY = Table(
    "payment",
    "拨付汇总",
    (_NUMBER, _PAYEE_KIND, _PAYEE, _LINE, _FUND, _TIMES, Column("persons", "人数", Kind.WHOLE), _AMOUNT),
)
PAYMENT_LINES = Table(
    "payment",
    "拨付明细",
    (
        _NUMBER,
        _LINE_NO,
        _PAYEE_KIND,
        _PAYEE,
        *_roster("name", "id_number", "town", "institution", "class_no", "training_kind", "occupation", "level"),
        ROSTER["certificate_no"],
        _LINE,
        _STANDARD,
        _QUANTITY,
        _AMOUNT,
        _FUND,
        _CLAUSE,
        *_PLACE,
    ),
)
PERSONAL_LIST = Table(
    "payment",
    "个人补贴发放花名册",
    (_NUMBER, *_roster("name", "id_number", "bank", "account"), _LINE, _AMOUNT, ROSTER["remark"]),
)
REDUCTION = Table(
    "payment",
    "申报核减情况",
    (
        ROSTER["institution"],
        Column("times", "申报人次", Kind.WHOLE),
        Column("lines", "申报条数", Kind.WHOLE),
        Column("held", "待核实", Kind.WHOLE),
        Column("undecided", "待明确", Kind.WHOLE),
        Column("payable", "拟补贴条数", Kind.WHOLE),
        Column("amount_fen", "拟补贴金额（元）", Kind.MONEY),
    ),
)
"""One column a refusal code stands between 申报条数 and 待核实, its code the title."""

GRANT_LIST = Table(
    "payment",
    GRANTS.title,
    (
        _NUMBER,
        _LINE_NO,
        *GRANTS.columns,
        _VERDICT,
        Column("amount_fen", "金额（元）", Kind.MONEY),
        _FUND,
        _REASON,
        _CLAUSE,
        *_PLACE,
    ),
)

_WAITING = (
    _LINE_NO,
    *_roster("name", "id_number", "institution"),
    _LINE,
    _AMOUNT,
    _RULE,
    _REASON,
    _REMEDY,
    _CLAUSE,
    *_PLACE,
)
REFUSED = Table("payment", "不予补贴", _WAITING)
HELD = Table("payment", "待核实", _WAITING)
UNDECIDED = Table("payment", "待明确", _WAITING)
QUESTIONS = Table(
    "payment",
    "待明确口径",
    (
        _KEY,
        _QUESTION,
        _CLAUSE,
        Column("proposal", "参考值", Kind.TEXT),
        _LINES,
        Column("stake_fen", "涉及金额（元）", Kind.MONEY),
    ),
)
NO_LINE = Table(
    "payment",
    "无补贴",
    (*_roster("name", "id_number", "institution", "training_kind", "occupation"), _RULE, _REASON, *_PLACE),
)
DOUBTS = Table(
    "payment",
    "疑点",
    (
        *_roster("name", "id_number", "institution"),
        _RULE,
        Column("problem", "疑点", Kind.TEXT),
        _REMEDY,
        _CLAUSE,
        *_PLACE,
    ),
)

PROBLEMS = Table(
    "findings",
    "问题清单",
    (
        _RULE,
        Column("severity", "程度", Kind.TEXT),
        _SHEET,
        _ROW,
        ROSTER["name"],
        Column("column", "栏目", Kind.TEXT),
        Column("found", "内容", Kind.TEXT),
        Column("problem", "问题", Kind.TEXT),
        _REMEDY,
        _CLAUSE,
    ),
)
REMARK_COLUMN = "核对结果"
"""Title of the column that an annotated copy adds to the institution's sheet."""
PROBLEM_COUNTS = Table(
    "findings",
    "问题汇总",
    (
        _RULE,
        Column("title", "检查内容", Kind.TEXT),
        Column("severity", "程度", Kind.TEXT),
        Column("count", "件数", Kind.WHOLE),
        Column("rows", "涉及行数", Kind.WHOLE),
        _REMEDY,
    ),
)
ESTIMATE = Table(
    "findings",
    "补贴测算",
    (
        _LINE,
        Column("lines", "申报条数", Kind.WHOLE),
        Column("payable", "拟补贴条数", Kind.WHOLE),
        Column("amount_fen", "拟补贴金额（元）", Kind.MONEY),
        Column("refused", "不予补贴", Kind.WHOLE),
        Column("held", "待核实", Kind.WHOLE),
        Column("undecided", "待明确", Kind.WHOLE),
        Column("waiting_fen", "待核实待明确涉及金额（元）", Kind.MONEY),
    ),
)
ESTIMATE_LINES = Table(
    "findings",
    "测算明细",
    (
        *_PLACE,
        ROSTER["name"],
        _LINE,
        _STANDARD,
        _QUANTITY,
        _AMOUNT,
        _VERDICT,
        _RULE,
        _REASON,
        _REMEDY,
        _CLAUSE,
    ),
)

EXPLANATION = "说明"
FACTS = Table("explanation", "基本情况", (Column("item", "项目", Kind.TEXT), Column("content", "内容", Kind.TEXT)))
SOURCES = Table(
    "explanation",
    "来源文件",
    (
        _FILE,
        _SHEET,
        Column("header_row", "表头行", Kind.WHOLE),
        Column("rows", "数据行数", Kind.WHOLE),
        Column("passed_over", "略过的行", Kind.TEXT),
        Column("sha256", "文件校验值（SHA-256）", Kind.TEXT),
    ),
)
VERDICTS = Table(
    "explanation",
    "结论统计",
    (_VERDICT, _LINES, Column("times", "培训人次", Kind.WHOLE), _AMOUNT),
)
READINGS_USED = Table(
    "explanation",
    "本次用到的政策口径",
    (
        _KEY,
        _QUESTION,
        Column("value", "口径", Kind.TEXT),
        Column("decided_by", "认定人", Kind.TEXT),
        Column("document", "文号", Kind.TEXT),
        Column("decided_on", "日期", Kind.TEXT),
    ),
)
APPROVED = Table(
    "explanation",
    "特殊审批",
    (
        Column("line_no", "批次行号", Kind.TEXT),
        Column("reason", "理由", Kind.TEXT),
        Column("document", "文号", Kind.TEXT),
        Column("approved_by", "审批人", Kind.TEXT),
        Column("valid_to", "有效期至", Kind.TEXT),
        Column("approved_line", "审批的行", Kind.TEXT, note="审批时的批次行号。"),
    ),
)
UNCHECKED = Table("explanation", "未核对", (_RULE, Column("what", "未核对的内容和原因", Kind.TEXT)))

FOLLOW_UP_RATES = Table(
    "placement",
    "就业率与增收率",
    (
        Column("year", "结课年度", Kind.TEXT),
        Column("trainees", "应跟踪人数", Kind.WHOLE),
        Column("tracked", "已跟踪人数", Kind.WHOLE),
        Column("tracked_share", "跟踪率", Kind.PERCENT),
        Column("employed", "就业人数", Kind.WHOLE),
        Column("rate", "就业率", Kind.PERCENT),
        Column("goal", "目标", Kind.PERCENT),
        Column("reached", "是否达到", Kind.TEXT),
        Column("known_income", "收入填全人数", Kind.WHOLE),
        Column("raised", "增收人数", Kind.WHOLE),
        Column("raised_rate", "增收率", Kind.PERCENT),
    ),
)
FOLLOW_UP_GROUPS = Table(
    "placement",
    "按人员类别",
    (
        Column("label", "人员类别", Kind.TEXT),
        *(column for column in FOLLOW_UP_RATES.columns if column.key not in ("year", "goal", "reached")),
    ),
)
FOLLOW_UP = Table(
    "placement",
    "跟踪明细",
    (
        _ROW,
        *_roster("name", "id_number", "institution", "occupation"),
        Column("end", "结课日期", Kind.DATE),
        Column("employed_on", "就业日期", Kind.DATE),
        *_roster("employed_region", "employed_at"),
        Column("outcome", "跟踪结果", Kind.TEXT),
        Column("verdict", "就业服务补助", Kind.TEXT),
        _AMOUNT,
        _REASON,
    ),
)
EXTRACT_COUNTS = Table(
    "extract", "各表行数", (Column("sheet", "工作表", Kind.TEXT), Column("rows", "行数", Kind.WHOLE))
)
EXTRACT_POLICIES = Table(
    "extract", "政策文件", (Column("policy", "政策", Kind.TEXT), Column("sha256", "文件校验值（SHA-256）", Kind.TEXT))
)

PUBLIC_LIST = Table(
    "publication",
    "公示",
    (
        _NUMBER,
        ROSTER["name"],
        Column("masked_id", "身份证号（隐去部分号码）", Kind.TEXT),
        *_roster("institution", "occupation", "level"),
        ROSTER["certificate_no"],
        _LINE,
        Column("amount_fen", "补贴金额（元）", Kind.MONEY),
    ),
)
PUBLIC_UNNAMED = Table(
    "publication",
    "不公开姓名的培训",
    (
        ROSTER["institution"],
        _LINE,
        Column("persons", "人数", Kind.WHOLE),
        Column("amount_fen", "补贴金额（元）", Kind.MONEY),
    ),
)
OBJECTIONS = Table(
    "publication",
    "异议登记",
    (
        _NUMBER,
        Column("on", "日期", Kind.TEXT),
        Column("by", "提出人和联系方式", Kind.TEXT),
        Column("about", "异议内容（公示序号）", Kind.TEXT),
        Column("handled", "核实情况", Kind.TEXT),
        Column("outcome", "处理结果", Kind.TEXT),
        Column("handler", "经办人", Kind.TEXT),
    ),
)
