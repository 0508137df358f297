"""A judged run, written down as a table: what reports are made from."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import msgspec
import pandas as pd

from skillcli.core.finding import Finding, Place, Severity
from skillcli.core.identity import check_digit
from skillcli.policy.model import Amount, AmountStep, Limit, Line, NotComputed, PayeeRoute, Policy, Reading, Ruling
from skillcli.reports.facts import InputFile, RuleText, RunFacts
from skillcli.schema.decision import FINDING_DTYPES, LINE_DTYPES, TRAINING_DTYPES, Decision, Unchecked
from skillcli.schema.roster import Roster, RosterSheet, check_frame, check_roster, empty_faults, empty_frame

# 姓名 | 培训机构 | 用人单位 | 培训类型 | 职业 | 等级 | 开户银行 | 账号
TRAININGS = """
韩梅梅 | 林口县阳光职业培训学校 |            | 就业技能培训     | 中式烹调师 | 初级工 | 农业银行林口支行 | 6228480000000000012
韩梅梅 | 林口县阳光职业培训学校 |            | 就业技能培训     | 中式烹调师 | 初级工 | 农业银行林口支行 | 6228480000000000012
古丽·阿依 | 林口县阳光职业培训学校 |            | 就业技能培训     | 保育员     | 中级工 |               | 6228480000000000020
张𠮷䶮 |                   | 林口县木业有限公司 | 岗前培训         | 叉车司机   |        |               |
=李四  | 林口县新天地培训学校   | 林口县木业有限公司 | 岗位技能提升培训 | 电工       | 高级工 |               |
王五   | 林口县新天地培训学校   |            | 创业培训         | 创业       |        | 工商银行       | 6222020000000000011
赵六   | 林口县新天地培训学校   |            | 企业新型学徒制培训 | 焊工     |        |               |
钱七   | 林口县新天地培训学校   |            | 就业技能培训     | 育婴员     |        |               |
"""
# 培训 | 项目 | 结论 | 金额 | 测算 | 标准 | 数量 | 单位 | 收款方类型 | 收款方 | 资金 | 条款 | 规则
LINES = """
0 | free   | 拟补贴   | 120000 | 120000 | 120000 | 1  | 人 | 培训机构 | 林口县阳光职业培训学校 | 就业补助资金 | 四（一）1 | A12
0 | living | 拟补贴   | 22501  | 22501  | 1500   | 15 | 天 | 个人     | 韩梅梅               | 就业补助资金 | 四（三） | A09
1 | free   | 不予补贴 | 0      | 120000 | 120000 | 1  | 人 | 培训机构 | 林口县阳光职业培训学校 |              | 四（一）1 | C05 D01 T05
1 | living | 不予补贴 | 0      | 22500  | 1500   | 15 | 天 | 个人     | 韩梅梅               |              | 四（三） | D01
2 | free   | 待明确   | 0      |        |        |    |    | 培训机构 | 林口县阳光职业培训学校 |              | 四（一）1 | A01
2 | living | 特殊审批 | 15000  | 15000  | 1500   | 10 | 天 | 个人     | 古丽·阿依             |              | 四（三） | D03
3 | prejob | 拟补贴   | 100000 | 100000 | 100000 | 1  | 人 | 用人单位 | 林口县木业有限公司     |              | 四（二）2 | A05
4 | staff  | 待核实   | 0      | 200000 | 200000 | 1  | 人 | 用人单位 | 林口县木业有限公司     |              | 四（二）1 | P10 T10
5 | free   | 不予补贴 | 0      |        |        |    |    | 培训机构 | 林口县新天地培训学校   |              | 四（一）1 | P04
6 | apprentice | 待明确 | 0    | 400000 | 400000 | 1  | 年 | 用人单位 | 林口县木业有限公司     |              | 四（二）1 | E09
"""
# 规则 | 程度 | 培训 | 栏目 | 项目 | 内容 | 问题 | 条款
FINDINGS = """
P04 | error   | 5 | id_number   |        | 990***********0028 | 身份证号 990***********0028 的校验码不对，应重新核对原件。 | GB 11643
P10 | hold    | 4 | id_number   |        | 990***********0033 | 同一身份证号对应两个姓名：=李四、李四。 | GB 11643
T05 | warning | 1 | start       |        | 2020-01-05 | 与 花名册.xlsx 表1 第 4 行的培训时间重叠。 | 四（四）1
T10 | hold    | 4 | institution |        | 林口县新天地培训学校 | 不在 2020-01-05 有效的机构目录里。 | 三（二）1
C05 | error   | 1 | issued_on   | free   | 2020-01-01 | 发证日期 2020-01-01 早于开班日期 2020-01-05。 | 四（一）1
D01 | error   | 1 |             |        |  | 与 花名册.xlsx 表1 第 4 行是同一次培训，重复申报。 | 四（四）1
D03 | error   | 2 |             | living |  | 2020 年已享受 3 次。 | 四（四）1
A01 | ruling  | 2 | occupation  | free   | 保育员 | 目录里没有保育员中级工的收费标准。 | 四（一）1
A05 | warning | 3 |             | prejob |  | 岗前培训补贴没有明确资金渠道。 | 五（二）
A09 | warning | 0 | account     |        | ***************0012 | 银行卡号不符合卡号校验规则。 | GB/T 15694
A12 | warning | 0 | institution |        | 林口县阳光职业培训学校 | 机构目录里没有该机构的银行账号。 | 四（四）2
E00 | info    | 7 |             |        |  | 没有对应的补贴项目，最接近的是免费培训补贴，缺人员类别。 | 四（一）1
E09 | ruling  | 6 |             | apprentice | apprentice_yearly | 口径 apprentice_yearly 没有明确：新型学徒制每人每年补贴多少。 | 四（二）1
"""

RULES = {
    "P04": RuleText("身份证号校验码", "请核对身份证原件后改正。"),
    "P10": RuleText("一个身份证号两个姓名", "请核实后在核实结果里填写。"),
    "T05": RuleText("培训时间重叠", "请核实是否同时参加。"),
    "T10": RuleText("机构在目录内", "请补充机构目录。"),
    "C05": RuleText("发证不早于开班", "请核对日期。"),
    "D01": RuleText("重复申报同一次培训", "请删去重复的行。"),
    "D03": RuleText("年度次数上限", "如需例外，请走特殊审批。"),
    "A01": RuleText("收费标准", "请补充收费标准目录。"),
    "A05": RuleText("资金渠道", "请明确资金渠道。"),
    "A09": RuleText("银行账号格式", "请核对银行卡。"),
    "A12": RuleText("机构账号", "请补充机构目录的账号。"),
    "E00": RuleText("符合的补贴项目", "请核对人员类别和培训类型。"),
    "E09": RuleText("口径未明确", "请把口径填入政策口径工作簿后导入。"),
}


def identity(number: int) -> str:
    """A well-formed identity number of an area that does not exist."""
    first17 = f"99000019900101{number:03d}"
    return first17 + check_digit(first17)


def cells(text: str) -> list[list[str | None]]:
    """The rows of a case table; an empty cell is None."""
    rows = [[cell.strip() or None for cell in line.split("|")] for line in text.strip().splitlines()]
    assert len({len(row) for row in rows}) == 1, "a row of the case table has too many or too few cells"
    return rows


def typed(rows: list[list[str | None]], keys: list[str], dtypes: dict[str, str]) -> pd.DataFrame:
    """The rows of a case table as a frame with the schema's dtypes; blanks in str columns are ""."""
    frame = pd.DataFrame(rows, columns=pd.Index(keys), dtype="str")
    for key, dtype in dtypes.items():
        column = frame[key] if key in frame else pd.Series(None, index=frame.index, dtype="str")
        if dtype == "str":
            frame[key] = column.fillna("")
        elif dtype == "bool":
            frame[key] = column == "1"
        elif dtype == "Int64":
            frame[key] = pd.to_numeric(column).astype("Int64")
        else:
            frame[key] = pd.to_numeric(column.fillna("0")).astype(dtype)
    return frame[list(dtypes)]


def roster() -> Roster:
    keys = ["name", "institution", "employer", "training_kind", "occupation", "level", "bank", "account"]
    rows = cells(TRAININGS)
    frame = empty_frame(len(rows))
    for position, key in enumerate(keys):
        frame[key] = pd.Series([row[position] for row in rows], dtype="str")
    people = [0, 0, 1, 2, 3, 4, 5, 6]
    frame["id_number"] = pd.Series([identity(person + 1) for person in people], dtype="str")
    frame["town"] = pd.Series(["林口镇", "林口镇", "古城镇", None, None, "刁翎镇", None, None], dtype="str")
    frame["certificate_no"] = pd.Series([f"S{n:021d}" for n in range(len(rows))], dtype="str")
    frame["source"] = pd.Series([0, 0, 0, 0, 1, 1, 1, 1], dtype="int64")
    frame["row"] = pd.Series([4, 5, 6, 7, 3, 4, 5, 6], dtype="int64")
    sheets = (
        RosterSheet("上报/花名册.xlsx", "ab" * 32, "表1", 3, 4, {"空行": 1, "合计行": 1}),
        RosterSheet("上报/新天地.xlsx", "cd" * 32, "Sheet1", 2, 4),
    )
    note = Finding("F09", Severity.INFO, Place("上报/花名册.xlsx", "表1"), "略过 1 个合计行。")
    result = Roster(frame, empty_faults(), (note,), sheets)
    check_roster(result)
    return result


def decision() -> Decision:
    line_keys = ["rid", "line", "verdict", "amount_fen", "proposed_fen", "standard_fen", "quantity", "unit"]
    line_keys += ["payee_kind", "payee", "fund", "clause", "codes"]
    lines = typed(cells(LINES), line_keys, LINE_DTYPES).rename_axis("lid")
    finding_keys = ["code", "severity", "rid", "key", "line", "found", "message", "clause"]
    findings = typed(cells(FINDINGS), finding_keys, FINDING_DTYPES)
    findings = findings.sort_values(["rid", "code", "line"], ignore_index=True)
    frame = roster().frame
    trainings = typed([["0"] for _ in frame.index], ["person"], TRAINING_DTYPES).rename_axis("rid")
    trainings["person"] = frame["id_number"].str[:17].astype("int64")
    trainings.loc[5, "person"] = 0
    trainings["institution_n"] = frame["institution"].fillna("")
    trainings["employer_n"] = frame["employer"].fillna("")
    for made, dtypes, name in ((lines, LINE_DTYPES, "lines"), (findings, FINDING_DTYPES, "findings")):
        check_frame(made, dtypes, name)
    check_frame(trainings, TRAINING_DTYPES, "trainings")
    unchecked = (Unchecked("T11", "没有导入培训项目目录。"), Unchecked("D01", "没有台账，只在本次文件内查重。"))
    return Decision(trainings, lines, findings, unchecked, ("apprentice_yearly", "living_requires_pass", "period_date"))


def policy() -> Policy:
    def line(line_id: str, title: str) -> Line:
        step = AmountStep(valid_from=date(2019, 1, 1), clause="四", yuan=Decimal(1))
        return Line(
            id=line_id,
            title=title,
            clause="四",
            amount=Amount(kind="fixed", steps=[step]),
            payee=[PayeeRoute(to="个人")],
        )

    def reading(key: str, question: str, kind: str, **more: object) -> Reading:
        basis = {
            "key": key,
            "title": key,
            "question": question,
            "basis": "通行做法",
            "clause": "四（二）1",
            "kind": kind,
        }
        return msgspec.convert(basis | more, Reading)

    return Policy(
        id="linkou-2019",
        title="林口县职业技能提升行动实施方案",
        number="林政办规〔2019〕4号",
        region="231025",
        valid_from=date(2019, 1, 1),
        valid_to=date(2021, 12, 31),
        checked_on=date(2026, 1, 1),
        report_unit="town",
        period_date="period_date",
        implies={},
        clauses=[],
        person_groups=[],
        kind_groups=[],
        lines=[
            line("free", "免费培训补贴"),
            line("staff", "企业职工技能培训补贴"),
            line("apprentice", "新型学徒制培训补贴"),
            line("prejob", "岗前培训补贴"),
            line("living", "生活费补贴"),
        ],
        limit=Limit(counts="enjoyed", window="year", steps=[], unique_clause="四（四）1"),
        readings=[
            reading("apprentice_yearly", "新型学徒制每人每年补贴多少？", "yuan", proposal=Decimal(4000)),
            reading("living_requires_pass", "生活费是否要求考核合格？", "yes_no", default=True),
            reading(
                "period_date", "按哪个日期判断是否在政策期内？", "choice", default="end", choices={"end": "结课日期"}
            ),
        ],
        funds=["就业补助资金"],
        not_computed=[NotComputed(clause="四（二）2", what="“符合条件的”企业，花名册看不出来。")],
        sha256="ef" * 32,
        rulings={
            "period_date": Ruling(
                value="end", decided_by="王科长", document="林人社函〔2020〕1号", decided_on=date(2020, 1, 2)
            )
        },
    )


def facts() -> RunFacts:
    """The run of the tables above as batch 2020-03-1."""
    judged = decision()
    numbers = "2020-03-1/" + pd.Series(judged.lines.index + 1, index=judged.lines.index).astype("str").str.zfill(6)
    return RunFacts(
        roster=roster(),
        decision=judged,
        policy=policy(),
        as_of=date(2020, 4, 1),
        tool_version="0.1.0",
        rules=RULES,
        batch="2020-03-1",
        month="2020-03",
        head="12" * 32,
        agency="林口县人力资源和社会保障局",
        line_numbers=numbers.astype("str"),
        other_inputs=(InputFile("目录", "机构目录.xlsx", "34" * 32),),
    )
