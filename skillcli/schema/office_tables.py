"""Sheets of the period reports that the office's registers fill, and the sheet that is sent upward."""

from __future__ import annotations

from skillcli.schema.column import Column, Kind, Table

_FUND = Column("fund", "资金渠道", Kind.TEXT)
_REMARK = Column("remark", "备注", Kind.TEXT)
_INSTITUTION = Column("institution", "培训机构", Kind.TEXT)
_ITEM = Column("item", "项目", Kind.TEXT)

FUND_BALANCE = Table(
    "report",
    "资金结余",
    (
        _FUND,
        Column("granted_fen", "累计下达（元）", Kind.MONEY),
        Column("arrived_fen", "累计到位（元）", Kind.MONEY),
        Column("donated_fen", "累计捐赠（元）", Kind.MONEY),
        Column("spent_fen", "累计补贴支出（元）", Kind.MONEY),
        Column("other_fen", "累计非补贴支出（元）", Kind.MONEY),
        Column("left_fen", "结余（元）", Kind.MONEY),
        Column("rate", "执行率", Kind.PERCENT),
        _REMARK,
    ),
)
FLOW = Table(
    "report",
    "全流程",
    (
        _INSTITUTION,
        Column("classes", "备案班数", Kind.WHOLE),
        Column("planned", "备案人数", Kind.WHOLE),
        Column("submitted", "参训人次", Kind.WHOLE),
        Column("passed", "合格人次", Kind.WHOLE),
        Column("certified", "取证人次", Kind.WHOLE),
        Column("claimed", "申报条数", Kind.WHOLE),
        Column("refused", "核减条数", Kind.WHOLE),
        Column("waiting", "待核实待明确", Kind.WHOLE),
        Column("approved", "核准条数", Kind.WHOLE),
        Column("approved_fen", "核准金额（元）", Kind.MONEY),
        Column("paid_fen", "拨付金额（元）", Kind.MONEY),
        Column("back", "退回条数", Kind.WHOLE),
        Column("back_fen", "退回金额（元）", Kind.MONEY),
    ),
)
SKILLS = Table(
    "report",
    "高技能和急需紧缺",
    (
        Column("label", "技能等级", Kind.TEXT),
        Column("certified", "取证人次", Kind.WHOLE),
        Column("people", "取证人数", Kind.WHOLE),
        Column("subsidised", "补贴人次", Kind.WHOLE),
        Column("short", "其中急需紧缺取证人次", Kind.WHOLE),
        Column("short_people", "其中急需紧缺取证人数", Kind.WHOLE),
    ),
)
INSPECTED = Table(
    "report",
    "班级检查",
    (
        _INSTITUTION,
        Column("classes", "备案班数", Kind.WHOLE),
        Column("inspected", "检查班数", Kind.WHOLE),
        Column("times", "检查次数", Kind.WHOLE),
        Column("failed", "不合格班数", Kind.WHOLE),
        Column("mended", "其中复查合格", Kind.WHOLE),
        Column("open", "未复查合格", Kind.WHOLE),
    ),
)
OBJECTIONS = Table(
    "report",
    "异议处理",
    (
        Column("number", "编号", Kind.TEXT),
        Column("batch", "批次", Kind.TEXT),
        Column("day", "提出日期", Kind.DATE),
        Column("matter", "异议内容", Kind.TEXT),
        Column("outcome", "处理结果", Kind.TEXT),
        Column("ended_on", "办结日期", Kind.DATE),
        Column("document", "文号", Kind.TEXT),
    ),
)
RECOVERIES = Table(
    "report",
    "追回情况",
    (
        Column("kind", "原因类别", Kind.TEXT),
        Column("lines", "追回条数", Kind.WHOLE),
        Column("referred", "其中移送条数", Kind.WHOLE),
        Column("due_fen", "应追（元）", Kind.MONEY),
        Column("netted_fen", "已抵扣（元）", Kind.MONEY),
        Column("repaid_fen", "已退回（元）", Kind.MONEY),
        Column("left_fen", "尚欠（元）", Kind.MONEY),
        Column("withdrawn_fen", "另有未付撤回（元）", Kind.MONEY),
    ),
)
ROLL = Table("report", "实名制比对", (_ITEM, Column("persons", "人数", Kind.WHOLE), _REMARK))
ROLL_ONLY = Table(
    "report",
    "只在实名制的人",
    (Column("number", "序号", Kind.WHOLE), Column("name", "姓名", Kind.TEXT), Column("id_number", "身份证号", Kind.ID)),
)
PUBLISHED = Table(
    "report",
    "公开登记",
    (
        Column("number", "序号", Kind.WHOLE),
        Column("content", "公开内容", Kind.TEXT),
        Column("day", "公开日期", Kind.DATE),
        Column("until", "截止日期", Kind.DATE),
        Column("how", "公开方式", Kind.TEXT),
        Column("where", "公开地点", Kind.TEXT),
        Column("batch", "批次", Kind.TEXT),
        Column("document", "文号", Kind.TEXT),
    ),
)
STAFF_FUNDS = Table(
    "report",
    "职工教育经费",
    (
        Column("employer", "企业", Kind.TEXT),
        Column("wages_fen", "工资薪金总额（元）", Kind.MONEY),
        Column("limit_fen", "税前扣除限额（元）", Kind.MONEY),
        Column("set_aside_fen", "提取（元）", Kind.MONEY),
        Column("spent_fen", "使用（元）", Kind.MONEY),
        Column("front_fen", "其中一线职工（元）", Kind.MONEY),
        Column("rate", "一线占比", Kind.PERCENT),
        _REMARK,
    ),
)
EXEMPTIONS = Table(
    "report",
    "五免一助",
    (
        Column("school", "学校", Kind.TEXT),
        Column("students", "学生人数", Kind.WHOLE),
        Column("fee_1", "免学费（元）", Kind.MONEY),
        Column("fee_2", "免鉴定费（元）", Kind.MONEY),
        Column("fee_3", "免住宿费（元）", Kind.MONEY),
        Column("fee_4", "免教材费（元）", Kind.MONEY),
        Column("fee_5", "免服装费（元）", Kind.MONEY),
        Column("grant_fen", "国家助学金（元）", Kind.MONEY),
    ),
)

UPWARD = "上报表"
"""Name of the sheet that is sent upward and added up there."""
_SENT = (
    Column("goal", "任务人次", Kind.WHOLE),
    Column("now", "本期完成", Kind.WHOLE),
    Column("year", "本年累计", Kind.WHOLE),
    Column("done", "累计完成", Kind.WHOLE),
    Column("submitted", "申报人次", Kind.WHOLE),
    Column("passed", "合格人次", Kind.WHOLE),
    Column("certified", "取证人次", Kind.WHOLE),
    Column("subsidised", "补贴人次", Kind.WHOLE),
    Column("persons", "补贴人数", Kind.WHOLE),
    Column("lines", "补贴条数", Kind.WHOLE),
    Column("amount_fen", "补贴金额（元）", Kind.MONEY),
    Column("paid_fen", "已支付（元）", Kind.MONEY),
)
UPWARD_HEAD = Table("upward", "填报情况", (_ITEM, Column("content", "内容", Kind.TEXT)))
UPWARD_UNITS = Table("upward", "各单位", (Column("unit", "单位", Kind.TEXT), *_SENT))
UPWARD_LINES = Table(
    "upward",
    "各补贴项目",
    (
        Column("unit", "单位", Kind.TEXT),
        Column("line_title", "补贴项目", Kind.TEXT),
        Column("lines", "补贴条数", Kind.WHOLE),
        Column("amount_fen", "补贴金额（元）", Kind.MONEY),
        Column("paid_fen", "已支付（元）", Kind.MONEY),
    ),
)
UPWARD_FUNDS = Table(
    "upward",
    "各资金渠道",
    (
        _FUND,
        Column("granted_fen", "下达（元）", Kind.MONEY),
        Column("arrived_fen", "到位（元）", Kind.MONEY),
        Column("donated_fen", "捐赠（元）", Kind.MONEY),
        Column("amount_fen", "补贴支出（元）", Kind.MONEY),
        Column("other_fen", "非补贴支出（元）", Kind.MONEY),
    ),
)
UPWARD_TABLES = (UPWARD_UNITS, UPWARD_LINES, UPWARD_FUNDS)
"""What is added up; text columns name a row, the others are summed."""
UPWARD_SOURCES = Table(
    "upward",
    "合并的文件",
    (
        Column("file", "文件", Kind.TEXT),
        Column("office", "填报单位", Kind.TEXT),
        Column("rows", "行数", Kind.WHOLE),
        Column("subsidised", "补贴人次", Kind.WHOLE),
        Column("amount_fen", "补贴金额（元）", Kind.MONEY),
        Column("sha256", "文件校验值", Kind.CERTIFICATE),
    ),
)
