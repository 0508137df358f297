"""The office's registers (台账): what it files, sets, receives, inspects and publishes beside the payments.

A register only ever adds up. Its ``key`` names an entry: a row of the same key in a later import is a new
version of the entry, and one that says 作废 takes it out; what was imported before stays as it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from skillcli.schema.column import Column, Kind, Table
from skillcli.schema.inputs import ROSTER

if TYPE_CHECKING:
    import pandas as pd

GRANTED, ARRIVED, DONATED, OTHER_USE = "下达", "到位", "捐赠", "非补贴支出"
"""Kinds of entries of the fund register (vocabulary ``fund_entry``)."""
PASSED, FAILED = "合格", "不合格"
"""Results of an inspection (vocabulary ``result``)."""
UPHELD, DISMISSED = "成立", "不成立"
"""How an objection ended (vocabulary ``objection``); blank: not yet."""

WITHDRAWN = "withdrawn"
_WITHDRAWN = Column(
    WITHDRAWN, "作废", Kind.YES_NO, words="yes_no", note="登记错了要作废的，同一行填“是”再导入一次；平时空着。"
)


def _own(key: str, required: bool = False, note: str = "") -> Column:
    """A roster column as a register has it."""
    column = ROSTER[key]
    return Column(key, column.title, column.kind, required, column.aliases, column.words, note)


class Register(Struct, frozen=True):
    """One register. ``key``: the columns whose values, blanks and width aside, name an entry; ``needed``: those that
    may not be blank in a row."""

    table: Table
    key: tuple[str, ...]
    needed: tuple[str, ...]

    def keys(self, frame: pd.DataFrame) -> pd.Series:
        """The key of each row as one text (str); rows of one text are the same entry."""
        return in_one([folded(frame[key]) for key in self.key])


def in_one(texts: list[pd.Series]) -> pd.Series:
    """Texts side by side as one (str), with a separator that no cell can hold."""
    whole = texts[0]
    for text in texts[1:]:
        whole = whole + "\x1f" + text
    return whole


def folded(values: pd.Series) -> pd.Series:
    """Values as they are compared (str, missing as ""): NFKC, upper case, without blanks."""
    if values.dtype.kind == "M":
        days: pd.Series = values.dt.strftime("%Y-%m-%d").astype("str").fillna("")
        return days
    text = values.astype("str").fillna("")
    plain: pd.Series = text.str.normalize("NFKC").str.replace(r"\s+", "", regex=True).str.upper()
    return plain


def _register(kind: str, title: str, key: str, needed: str, *columns: Column) -> Register:
    table = Table(kind, title, (*columns, _WITHDRAWN))
    return Register(table, tuple(key.split()), tuple(needed.split()))


_YEAR = Column("year", "年度", Kind.WHOLE, True, note="四位数，例如 2020。")
_DOCUMENT = Column("document", "文号", Kind.TEXT)
_REMARK = Column("remark", "备注", Kind.TEXT)

CLASSES = _register(
    "classes",
    "开班登记",
    "class_no institution",
    "class_no institution planned",
    _own("class_no", True),
    _own("institution", True),
    _own("occupation"),
    _own("level"),
    Column("planned", "计划人数", Kind.WHOLE, True, ("备案人数", "班级人数", "人数")),
    _own("start"),
    _own("end"),
    Column("place", "地点", Kind.TEXT, aliases=("培训地点", "上课地点")),
    Column("teacher", "教师", Kind.TEXT, aliases=("任课教师", "授课教师")),
    Column("syllabus", "大纲审核文号", Kind.TEXT, aliases=("大纲审核", "教学大纲审核文号")),
    Column("filed_on", "备案日期", Kind.DATE, aliases=("登记日期", "开班备案日期")),
)
TASKS = _register(
    "tasks",
    "任务分解",
    "year unit",
    "year unit goal",
    _YEAR,
    Column(
        "unit",
        "单位",
        Kind.TEXT,
        True,
        ("镇", "乡镇", "县区", "部门", "主管部门", "责任单位"),
        note="镇、县（市、区）或主管部门的名称，与花名册里的写法一致。",
    ),
    Column("goal", "任务人次", Kind.WHOLE, True, ("目标人次", "任务数", "目标任务")),
    _DOCUMENT,
)
FUNDS = _register(
    "funds",
    "资金台账",
    "fund kind document day purpose",
    "fund kind amount_fen day",
    Column("fund", "资金渠道", Kind.TEXT, True, ("资金来源",), note="政策里的资金渠道名称。"),
    Column("kind", "类别", Kind.WORD, True, words="fund_entry"),
    Column("amount_fen", "金额", Kind.MONEY, True, ("金额(元)",)),
    _DOCUMENT,
    Column("day", "日期", Kind.DATE, True, ("下达日期", "到位日期", "支出日期")),
    Column("purpose", "用途", Kind.TEXT, note="同一文号、同一天有几笔的，用途写得不一样，才算几笔。"),
)
INSPECTIONS = _register(
    "inspections",
    "检查登记",
    "class_no institution day method",
    "class_no day result",
    _own("class_no", True),
    _own("institution", note="同一个班级编号有几家机构在用的，写明是哪一家。"),
    Column("method", "检查方式", Kind.TEXT, note="实地检查、视频调阅、系统检测等。"),
    Column("day", "日期", Kind.DATE, True, ("检查日期",)),
    Column("inspector", "检查人", Kind.TEXT, aliases=("检查人员",)),
    Column("result", "结果", Kind.WORD, True, ("检查结果",), "result"),
    Column("mended", "整改情况", Kind.TEXT, aliases=("整改",), note="整改后复查的，另填一行复查的结果。"),
)
OBJECTIONS = _register(
    "objections",
    "异议登记",
    "number",
    "number batch day matter",
    Column("number", "编号", Kind.TEXT, True, ("异议编号",), note="本单位自编，不重复。"),
    Column("batch", "批次", Kind.TEXT, True, ("批次号",), note="公示的批次，例如 2020-03-1。"),
    Column("day", "提出日期", Kind.DATE, True),
    Column("matter", "异议内容", Kind.TEXT, True, ("内容", "事项"), note="不要写身份证号、电话、账号。"),
    Column("line_no", "批次行号", Kind.TEXT, note="针对某一条的，例如 2020-03-1/000123。"),
    Column("outcome", "处理结果", Kind.WORD, words="objection", note="没有办结的空着。"),
    Column("ended_on", "办结日期", Kind.DATE),
    _DOCUMENT,
)
PUBLICATIONS = _register(
    "publications",
    "公开登记",
    "content day where",
    "content day where",
    Column("content", "公开内容", Kind.TEXT, True, ("内容",), note="公示名单、任务完成情况、资金使用情况、目录等。"),
    Column("day", "公开日期", Kind.DATE, True, ("公开时间", "发布日期")),
    Column("until", "截止日期", Kind.DATE, aliases=("公示截止日期",)),
    Column("how", "公开方式", Kind.TEXT, note="网站、公告栏等。"),
    Column("where", "公开地点", Kind.TEXT, True, ("网址", "地点", "公开地点或网址")),
    Column("batch", "批次", Kind.TEXT, aliases=("批次号",), note="公示拨付批次的，写批次。"),
    _DOCUMENT,
)
_FEES = ("学费", "鉴定费", "住宿费", "教材费", "服装费")
EXEMPTIONS = _register(
    "exemptions",
    "五免一助",
    "year school",
    "year school students",
    _YEAR,
    Column("school", "学校", Kind.TEXT, True, ("技工院校", "院校")),
    Column("students", "学生人数", Kind.WHOLE, True, ("人数",), note="就读技工院校的建档立卡贫困家庭学生。"),
    *(Column(f"fee_{place}", f"免{name}", Kind.MONEY) for place, name in enumerate(_FEES, 1)),
    Column("grant_fen", "国家助学金", Kind.MONEY, aliases=("助学金",)),
    _DOCUMENT,
)
STAFF_FUNDS = _register(
    "staff-funds",
    "职工教育经费",
    "year employer",
    "year employer wages_fen spent_fen front_fen",
    _YEAR,
    Column("employer", "企业", Kind.TEXT, True, ("企业名称", "单位名称")),
    Column("uscc", "统一社会信用代码", Kind.USCC),
    Column("wages_fen", "工资薪金总额", Kind.MONEY, True),
    Column("set_aside_fen", "提取金额", Kind.MONEY, aliases=("计提金额",)),
    Column("spent_fen", "使用金额", Kind.MONEY, True, ("支出金额",)),
    Column("front_fen", "一线职工培训", Kind.MONEY, True, ("用于一线职工培训",), note="使用金额中用于一线职工培训的。"),
    _REMARK,
)

REGISTERS: tuple[Register, ...] = (
    CLASSES,
    TASKS,
    FUNDS,
    INSPECTIONS,
    OBJECTIONS,
    PUBLICATIONS,
    EXEMPTIONS,
    STAFF_FUNDS,
)
IMPORT_DTYPES = {
    "seq": "int64",
    "at": "str",
    "person": "str",
    "kind": "str",
    "sheet": "str",
    "path": "str",
    "sha256": "str",
    "rows": "int64",
}
"""One row an import: when and by whom, which register, from which file, how many rows."""


UNCONSULTED = frozenset(each.table.kind for each in (TASKS, OBJECTIONS, PUBLICATIONS, EXEMPTIONS, STAFF_FUNDS))
"""Kinds of registers that no batch is judged by; only reports read them."""
