"""Sheets of the reports of a quarter, a year or any period: their columns, in order, with their titles."""

from __future__ import annotations

from skillcli.schema.column import Column, Kind, Table

WAN = ("amount_wan", "stake_wan")
"""Keys of columns that hold fen and are shown in 万元."""

_CLAUSE = Column("clause", "依据条款", Kind.TEXT)
_REMARK = Column("remark", "备注", Kind.TEXT)
_GOAL = Column("goal", "目标（人次）", Kind.WHOLE)
_NOW = Column("now", "本期完成", Kind.WHOLE)
_YEAR = Column("year", "本年累计", Kind.WHOLE)
_DONE = Column("done", "累计完成", Kind.WHOLE)
_RATE = Column("rate", "完成率", Kind.PERCENT)
_GAP = Column("gap", "差额", Kind.WHOLE)
_AMOUNT = Column("amount_fen", "金额（元）", Kind.MONEY)
_WAN = Column("amount_wan", "金额（万元）", Kind.MONEY)
_PAID = Column("paid_fen", "已支付（元）", Kind.MONEY)
_TIMES = Column("subsidised", "补贴人次", Kind.WHOLE)
_PERSONS = Column("persons", "补贴人数", Kind.WHOLE)
_SUBMITTED = Column("submitted", "申报人次", Kind.WHOLE)
_PASSED = Column("passed", "合格人次", Kind.WHOLE)
_CERTIFIED = Column("certified", "取证人次", Kind.WHOLE)
_LINES = Column("lines", "补贴条数", Kind.WHOLE)
_CLAIMED = Column("claimed", "申报条数", Kind.WHOLE)
_RULE = Column("rule", "规则", Kind.TEXT)
_WHAT = Column("what", "内容", Kind.TEXT)
_STAKE = Column("stake_fen", "涉及金额（元）", Kind.MONEY)
_COUNT = Column("count", "条数", Kind.WHOLE)
_FUND = Column("fund", "资金渠道", Kind.TEXT)
_LINE = Column("line_title", "补贴项目", Kind.TEXT)

COVER = Table("report", "封面", (Column("item", "项目", Kind.TEXT), Column("content", "内容", Kind.TEXT)))
OVERVIEW = Table(
    "report",
    "总体情况",
    (
        Column("item", "指标", Kind.TEXT),
        _SUBMITTED,
        _PASSED,
        _CERTIFIED,
        _TIMES,
        _PERSONS,
        _LINES,
        _AMOUNT,
        _WAN,
        _PAID,
    ),
)

TARGETS = Table(
    "report",
    "目标任务完成情况",
    (
        Column("title", "目标任务", Kind.TEXT),
        _CLAUSE,
        Column("span", "起止", Kind.TEXT),
        _GOAL,
        _NOW,
        _YEAR,
        _DONE,
        _RATE,
        _GAP,
        _REMARK,
    ),
)
UNIT_TARGETS = (_GOAL, _NOW, _YEAR, _DONE, _RATE, _GAP, _REMARK)
"""Behind the column that names the unit."""
RATIOS = Table(
    "report",
    "比例目标",
    (
        Column("title", "指标", Kind.TEXT),
        _CLAUSE,
        Column("span", "起止", Kind.TEXT),
        Column("goal", "目标值", Kind.PERCENT),
        Column("part", "分子", Kind.WHOLE),
        Column("whole", "分母", Kind.WHOLE),
        Column("rate", "完成值", Kind.PERCENT),
        Column("gap", "差额", Kind.PERCENT),
        _REMARK,
    ),
)

BREAKDOWN = (_SUBMITTED, _PASSED, _CERTIFIED, _TIMES, _PERSONS, _LINES, _AMOUNT, _WAN, _PAID)
"""Behind the column that names the group."""
PROJECTS = Table(
    "report",
    "按补贴项目",
    (
        _LINE,
        _CLAUSE,
        _TIMES,
        _PERSONS,
        _CLAIMED,
        _LINES,
        _AMOUNT,
        _WAN,
        _PAID,
        Column("back_fen", "另有追回（元）", Kind.MONEY),
    ),
)
MONTHS = Table(
    "report",
    "按月",
    (
        Column("month", "月份", Kind.TEXT),
        _TIMES,
        _PERSONS,
        _LINES,
        _AMOUNT,
        _WAN,
        Column("total_fen", "累计金额（元）", Kind.MONEY),
        _PAID,
    ),
)

INSTITUTIONS = Table(
    "report",
    "按培训机构",
    (
        Column("institution", "培训机构", Kind.TEXT),
        _SUBMITTED,
        _PASSED,
        _TIMES,
        _PERSONS,
        _CLAIMED,
        Column("held", "待核实", Kind.WHOLE),
        Column("undecided", "待明确", Kind.WHOLE),
        Column("back", "已追回", Kind.WHOLE),
        _LINES,
        _AMOUNT,
        _PAID,
    ),
)
"""One column a refusal code (of the commonest, then one for all others) stands between 申报条数 and 待核实, its code the title."""
INSTITUTION_REFUSALS = Table(
    "report", "各机构核减原因", (Column("institution", "培训机构", Kind.TEXT), _RULE, _WHAT, _COUNT)
)
BRIDGE = Table("report", "申报到补贴", (Column("step", "环节", Kind.TEXT), _COUNT, _STAKE))
REFUSALS = Table(
    "report",
    "核减原因",
    (
        _RULE,
        _WHAT,
        _COUNT,
        Column("times", "涉及人次", Kind.WHOLE),
        Column("persons", "涉及人数", Kind.WHOLE),
        _STAKE,
    ),
)

FUNDS = Table(
    "report",
    "按资金渠道",
    (
        _FUND,
        Column("granted_fen", "下达（元）", Kind.MONEY),
        Column("arrived_fen", "到位（元）", Kind.MONEY),
        Column("donated_fen", "捐赠（元）", Kind.MONEY),
        _COUNT,
        Column("amount_fen", "支出（元）", Kind.MONEY),
        Column("amount_wan", "支出（万元）", Kind.MONEY),
        _PAID,
        Column("other_fen", "非补贴支出（元）", Kind.MONEY),
        _REMARK,
    ),
)
ADVANCES = Table(
    "report",
    "先行拨付",
    (
        Column("class_no", "班级编号", Kind.TEXT),
        Column("payee", "收款方", Kind.TEXT),
        Column("heads", "人数", Kind.WHOLE),
        Column("day", "拨付日期", Kind.DATE),
        Column("document", "文号", Kind.TEXT),
        Column("amount_fen", "先行拨付（元）", Kind.MONEY),
        Column("netted_fen", "已抵扣（元）", Kind.MONEY),
        Column("excess_fen", "结算应退（元）", Kind.MONEY),
        Column("left_fen", "未结算（元）", Kind.MONEY),
        Column("state", "状态", Kind.TEXT),
    ),
)
PUBLIC_USE = Table(
    "report",
    "补贴资金使用情况公开表",
    (
        Column("number", "序号", Kind.WHOLE),
        _LINE,
        Column("payee", "收款单位", Kind.TEXT),
        _FUND,
        Column("standard", "补贴标准（元）", Kind.TEXT),
        Column("times", "人次", Kind.WHOLE),
        Column("persons", "人数", Kind.WHOLE),
        _AMOUNT,
        _PAID,
    ),
)
QUESTIONS = Table(
    "report",
    "待明确事项",
    (
        Column("key", "口径键", Kind.TEXT),
        Column("question", "问题", Kind.TEXT),
        _CLAUSE,
        _COUNT,
        Column("persons", "涉及人数", Kind.WHOLE),
        _STAKE,
        Column("days", "最长已等（天）", Kind.WHOLE),
        Column("state", "状态", Kind.TEXT),
    ),
)
CHECKS = Table(
    "report",
    "待核实事项",
    (
        _RULE,
        _WHAT,
        _CLAUSE,
        _COUNT,
        Column("persons", "涉及人数", Kind.WHOLE),
        _STAKE,
        Column("days", "最长已等（天）", Kind.WHOLE),
        Column("state", "处理办法", Kind.TEXT),
    ),
)

_COMPARED = (
    ("now", "本期"),
    ("before", "上期"),
    ("change", "比上期增减"),
    ("year_ago", "去年同期"),
    ("year_change", "比去年同期增减"),
)


def _compared(kind: Kind) -> tuple[Column, ...]:
    columns = {key: Column(key, title, kind) for key, title in _COMPARED}
    return (
        Column("item", "指标", Kind.TEXT),
        columns["now"],
        columns["before"],
        columns["change"],
        Column("rate", "环比", Kind.PERCENT),
        columns["year_ago"],
        columns["year_change"],
        Column("year_rate", "同比", Kind.PERCENT),
    )


COMPARED_COUNTS = Table("report", "人次和条数", _compared(Kind.WHOLE))
COMPARED_MONEY = Table("report", "金额（元）", _compared(Kind.MONEY))

APPRAISAL = Table(
    "report",
    "绩效自评表",
    (
        Column("first", "一级指标", Kind.TEXT),
        Column("second", "二级指标", Kind.TEXT),
        Column("third", "三级指标", Kind.TEXT),
        Column("goal", "年度指标值", Kind.TEXT),
        Column("done", "全年完成值", Kind.TEXT),
        Column("rate", "完成率", Kind.PERCENT),
        Column("weight", "分值", Kind.TEXT),
        Column("score", "自评得分", Kind.TEXT),
        _REMARK,
    ),
)

CAUSES = Table(
    "report",
    "此后的变动",
    (
        Column("seq", "流水", Kind.WHOLE),
        Column("day", "日期", Kind.TEXT),
        Column("kind", "事项", Kind.TEXT),
        Column("subject", "对象", Kind.TEXT),
        Column("person", "经办人", Kind.TEXT),
    ),
)
DIFFERENCES = Table(
    "report",
    "逐项差异",
    (
        Column("sheet", "工作表", Kind.TEXT),
        Column("row", "行", Kind.TEXT),
        Column("column", "栏目", Kind.TEXT),
        Column("was", "上次报告", Kind.TEXT),
        Column("now", "本次报告", Kind.TEXT),
        Column("change", "增减", Kind.TEXT),
    ),
)
BATCHES = Table(
    "report",
    "所含批次",
    (
        Column("id", "批次", Kind.TEXT),
        Column("month", "月份", Kind.TEXT),
        Column("state", "状态", Kind.TEXT),
        Column("booked_on", "入账日期", Kind.DATE),
        Column("trainings", "培训人次", Kind.WHOLE),
        Column("lines", "明细条数", Kind.WHOLE),
        Column("payable", "拟补贴条数", Kind.WHOLE),
        _AMOUNT,
    ),
)
SOURCES = Table(
    "report",
    "台账以外的数字",
    (Column("item", "项目", Kind.TEXT), Column("value", "数值", Kind.TEXT), Column("source", "来源", Kind.TEXT)),
)
