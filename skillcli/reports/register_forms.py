"""The blank workbooks of the registers: what to know, and how a filled-in row looks."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from skillcli.schema.column import Table
from skillcli.schema.registers import (
    CLASSES,
    EXEMPTIONS,
    FUNDS,
    INSPECTIONS,
    OBJECTIONS,
    PUBLICATIONS,
    STAFF_FUNDS,
    TASKS,
    Register,
)

Row = Mapping[str, str]


class FormText(Struct, frozen=True):
    """A kind of workbook: its tables, sentences of guidance, example rows by sheet title."""

    title: str
    tables: tuple[Table, ...]
    guide: tuple[str, ...]
    examples: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)


_ALL = (
    "登记只增不改：同一条再次导入、内容有变的，以新的为准；登记错了的，同一行“作废”填“是”再导入一次。",
    "填好后用 skillcli register import 导入；有一格不对，整个文件都不导入，问题标在副本里。",
)


def _form(register: Register, guide: tuple[str, ...], *examples: Row) -> FormText:
    table = register.table
    titles = "、".join(f"“{table[key].title}”" for key in register.key)
    same = f"{titles}都相同的是同一条登记。" if len(register.key) > 1 else f"{titles}相同的是同一条登记。"
    return FormText(table.title, (table,), (*guide, same, *_ALL), {table.title: examples})


REGISTER_FORMS: Mapping[str, FormText] = {
    CLASSES.table.kind: _form(
        CLASSES,
        ("一行填一个班。花名册里的班级编号、培训机构要与这里一致；人数超过计划、日期在登记之外的，拨付时列为待核实。",),
        {
            "class_no": "2020-001",
            "institution": "某某职业培训学校",
            "occupation": "中式烹调师",
            "level": "初级工",
            "planned": "40",
            "start": "2020-03-02",
            "end": "2020-03-16",
            "place": "某某镇文化站",
            "teacher": "示例甲",
            "syllabus": "某人社函〔2020〕2号",
            "filed_on": "2020-02-20",
        },
    ),
    TASKS.table.kind: _form(
        TASKS,
        ("一行填一个单位一年的任务。单位可以是镇、县（市、区），也可以是主管部门；两种分解各自合计，不相加。",),
        {"year": "2020", "unit": "某某镇", "goal": "300", "document": "某政办发〔2020〕1号"},
        {"year": "2020", "unit": "农业农村局", "goal": "500", "document": "某政办发〔2020〕1号"},
    ),
    FUNDS.table.kind: _form(
        FUNDS,
        (
            "一行填一笔：下达（指标文件）、到位（钱到账）、捐赠，或非补贴支出（教材、师资、监管、竞赛、宣传等）。",
            "补贴支出不填，由台账自己统计。金额都填正数。",
        ),
        {
            "fund": "就业补助资金",
            "kind": "下达",
            "amount_fen": "500000.00",
            "document": "某财社〔2020〕3号",
            "day": "2020-01-20",
        },
        {
            "fund": "就业补助资金",
            "kind": "非补贴支出",
            "amount_fen": "12000.00",
            "document": "某人社函〔2020〕9号",
            "day": "2020-05-20",
            "purpose": "第三方评估",
        },
    ),
    INSPECTIONS.table.kind: _form(
        INSPECTIONS,
        ("一行填一次检查。最近一次检查不合格的班，拨付时列为待核实；整改后复查合格的，另填一行。",),
        {
            "class_no": "2020-001",
            "institution": "某某职业培训学校",
            "method": "实地检查",
            "day": "2020-03-06",
            "inspector": "示例甲、示例乙",
            "result": "不合格",
            "mended": "到课人数不足，已要求补课",
        },
    ),
    OBJECTIONS.table.kind: _form(
        OBJECTIONS,
        ("一行填公示期间收到的一件异议。办结后写处理结果和办结日期再导入一次。不要写身份证号、电话、账号。",),
        {
            "number": "2020-01",
            "batch": "2020-03-1",
            "day": "2020-04-12",
            "matter": "反映某班有人没有到课",
            "outcome": "不成立",
            "ended_on": "2020-04-15",
            "document": "某人社函〔2020〕6号",
        },
    ),
    PUBLICATIONS.table.kind: _form(
        PUBLICATIONS,
        ("一行填一次公开：公开了什么、哪天、在哪里。",),
        {
            "content": "2020年第一季度补贴资金使用情况",
            "day": "2020-04-10",
            "until": "2020-04-16",
            "how": "政府网站",
            "where": "某某县人民政府网站通知公告栏",
        },
    ),
    EXEMPTIONS.table.kind: _form(
        EXEMPTIONS,
        ("一行填一所技工院校一年的情况：免学费、鉴定费、住宿费、教材费、服装费，享受国家助学金。只登记，不拨付。",),
        {
            "year": "2020",
            "school": "某某技工学校",
            "students": "35",
            "fee_1": "105000.00",
            "fee_2": "7000.00",
            "fee_3": "28000.00",
            "fee_4": "14000.00",
            "fee_5": "10500.00",
            "grant_fen": "70000.00",
        },
    ),
    STAFF_FUNDS.table.kind: _form(
        STAFF_FUNDS,
        ("一行填一家企业一年的职工教育经费。一线职工培训是使用金额中的一部分。只登记，不拨付。",),
        {
            "year": "2020",
            "employer": "某某机械有限公司",
            "wages_fen": "8000000.00",
            "set_aside_fen": "640000.00",
            "spent_fen": "500000.00",
            "front_fen": "320000.00",
        },
    ),
}
