"""The blank workbooks: which tables, what to know, and how a filled-in row looks.

A further kind is one more entry of ``_KINDS``. All people and numbers of the examples are
invented; their identity numbers lie in an area that does not exist (990000).
"""

from __future__ import annotations

from collections.abc import Mapping

from skillcli.core.errors import ClerkError
from skillcli.core.identity import check_digit
from skillcli.policy.model import Policy
from skillcli.reports.readings import value_text
from skillcli.reports.register_forms import REGISTER_FORMS, FormText, Row
from skillcli.schema import inputs, vocabulary
from skillcli.schema.column import Column, Kind, Table
from skillcli.schema.grants import GRANTS
from skillcli.schema.past import HISTORY
from skillcli.schema.placement import PLACEMENT
from skillcli.xlsx.template import Entry, Field, Form, FormSheet

_ENTRIES = {Kind.DATE: Entry.DATE, Kind.WHOLE: Entry.WHOLE, Kind.MONEY: Entry.MONEY, Kind.PERCENT: Entry.PERCENT}
_HINTS = {
    Kind.DATE: "写作 2020-03-01。",
    Kind.MONEY: "单位为元。",
    Kind.PERCENT: "写作 95%。",
    Kind.WHOLE: "填整数。",
    Kind.USCC: "18 位，按文本录入。",
    Kind.REGION: "填地名或 6 位行政区划代码。",
}


def form_kinds() -> tuple[str, ...]:
    """Names of the templates there are."""
    return tuple(_KINDS)


def form(kind: str, policy: Policy | None = None) -> Form:
    """The blank workbook of a kind. With a ``policy`` the readings form lists its open questions.

    Raises ClerkError on an unknown kind.
    """
    if kind not in _KINDS:
        raise ClerkError(f"没有名为 {kind!r} 的模板。", f"可用的模板：{'、'.join(_KINDS)}。")
    text = _KINDS[kind]
    guide = text.guide
    rows: dict[str, tuple[Row, ...]] = {}
    if kind == inputs.READINGS.kind and policy is not None:
        rows[inputs.READINGS.title] = _open_readings(policy)
        guide = (*guide, *_questions(policy))
    sheets = tuple(
        FormSheet(
            table.title,
            tuple(map(_field, table.columns)),
            _values(table, text.examples.get(table.title, ())),
            _values(table, rows.get(table.title, ())),
        )
        for table in text.tables
    )
    return Form(text.title, sheets, guide)


def _field(column: Column) -> Field:
    words: tuple[str, ...] = ()
    if column.kind is Kind.YES_NO:
        words = vocabulary.words("yes_no")
    elif column.kind in (Kind.WORD, Kind.WORDS):
        words = vocabulary.words(column.words)
    note = column.note or _HINTS.get(column.kind, "")
    if column.kind.guarded and not column.note:
        note = "先把单元格设为“文本”再录入。"
    entry = _ENTRIES.get(column.kind, Entry.TEXT)
    return Field(column.title, entry, column.required, note, words, column.kind is Kind.WORDS)


def _values(table: Table, rows: tuple[Row, ...]) -> tuple[tuple[str, ...], ...]:
    unknown = {key for row in rows for key in row} - set(table.keys)
    if unknown:
        raise KeyError(f"{table.title} has no columns {sorted(unknown)}")
    return tuple(tuple(row.get(key, "") for key in table.keys) for row in rows)


def _open_readings(policy: Policy) -> tuple[Row, ...]:
    open_keys = [reading.key for reading in policy.readings if policy.value(reading.key) is None]
    return tuple({"policy": policy.id, "key": key} for key in open_keys)


def _questions(policy: Policy) -> tuple[str, ...]:
    """Every reading of the policy as a sentence: key, question, what may be filled in, default."""
    sentences = []
    for reading in policy.readings:
        choices = "；".join(f"{word}＝{meaning}" for word, meaning in reading.choices.items() if word != meaning)
        default = "无默认值" if reading.default is None else f"默认：{value_text(reading, reading.default)}"
        choice = f"可填：{choices}。" if choices else ""
        sentences.append(f"口径键 {reading.key}（{reading.clause}）：{reading.question}{choice}{default}。")
    return tuple(sentences)


def _identity(day: str, order: int) -> str:
    first17 = f"990000{day}{order:03d}"
    return first17 + check_digit(first17)


_TRAINED: Row = {
    "name": "示例甲",
    "id_number": _identity("19850312", 101),
    "sex": "男",
    "phone": "13900000001",
    "categories": "贫困劳动力、农村转移就业劳动者",
    "household": "农村",
    "town": "某某镇",
    "pension": "否",
    "institution": "某某职业培训学校",
    "class_no": "2020-001",
    "training_kind": "就业技能培训",
    "occupation": "中式烹调师",
    "level": "初级工",
    "start": "2020-03-02",
    "end": "2020-03-16",
    "hours": "120",
    "days": "15",
    "attendance": "95%",
    "result": "合格",
    "certificate_kind": "职业资格证书",
    "certificate_no": "2099000000500001",
    "issued_on": "2020-03-25",
    "payer": "机构垫付",
    "bank": "某某银行某某支行",
    "account": "6200000000000000005",
    "placed": "是",
    "employed_on": "2020-04-10",
    "employed_region": "某某县",
    "employed_at": "某某餐饮有限公司",
}
_EMPLOYED: Row = {
    "name": "示例乙",
    "id_number": _identity("19901123", 202),
    "sex": "女",
    "phone": "13900000002",
    "categories": "企业职工",
    "household": "城镇",
    "institution": "某某职业培训学校",
    "training_kind": "岗位技能提升培训",
    "occupation": "电工",
    "level": "高级工",
    "start": "2020-05-06",
    "end": "2020-05-20",
    "hours": "88",
    "result": "合格",
    "certificate_kind": "职业技能等级证书",
    "certificate_no": "S000099000000203000001",
    "issued_on": "2020-06-01",
    "employer": "某某机械有限公司",
    "employer_insured": "是",
}
_ON_THE_JOB: Row = {
    "name": "示例·丙",
    "id_number": _identity("19780605", 303),
    "sex": "男",
    "categories": "就业困难人员",
    "institution": "",
    "training_kind": "以工代训",
    "occupation": "",
    "start": "2020-04-01",
    "end": "2020-06-30",
    "result": "",
    "employer": "某某木业有限公司",
    "employer_insured": "是",
    "ojt_months": "3",
}

_KINDS: Mapping[str, FormText] = {
    inputs.ROSTER.kind: FormText(
        "培训花名册",
        (inputs.ROSTER,),
        (
            "一行填一人一次培训。带 * 的栏目必须保留，其余栏目没有内容可以空着。",
            "身份证号、银行账号、证书编号、联系电话必须按文本录入；从别处粘贴时选“只粘贴数值”，以免变成数字丢位。",
            "日期写作 2020-03-01。人员类别可填多个，用“、”分开。",
            "上报前请用本工具核对一遍，再把原文件上报。",
        ),
        {inputs.ROSTER.title: (_TRAINED, _EMPLOYED, _ON_THE_JOB)},
    ),
    "catalog": FormText(
        "目录",
        inputs.CATALOGUE,
        (
            "前三张工作表是培训项目的收费标准、急需紧缺职业（工种）、培训和评价机构；后四张是评价机构、专项能力考核、技能等级、职业资格目录，"
            "用来核对发证机构和证书上的职业、等级。没有的可以整张删去，相应的核对记为未核对。",
            "生效日期、失效日期空白表示不限；按开班日期取当日有效的一行。技能等级空白表示适用各等级。",
            "机构的补贴拨到“机构”表登记的账号，不用花名册里的账号。",
        ),
        {
            "培训项目": (
                {
                    "occupation": "中式烹调师",
                    "level": "初级工",
                    "price_fen": "1200.00",
                    "minimum_hours": "120",
                    "document": "某价〔2019〕1号",
                    "valid_from": "2019-01-01",
                },
                {"occupation": "育婴员", "price_fen": "1000.00", "document": "某价〔2019〕1号"},
            ),
            "急需紧缺": ({"occupation": "电工", "document": "某人社〔2019〕2号", "valid_from": "2019-01-01"},),
            "机构": (
                {
                    "institution": "某某职业培训学校",
                    "body_kind": "培训机构",
                    "admission": "审核备案",
                    "document": "某人社〔2019〕3号",
                    "bank": "某某银行某某支行",
                    "account": "6200000000000000104",
                    "valid_from": "2019-01-01",
                    "valid_to": "2021-12-31",
                },
            ),
        },
    ),
    inputs.RETURNS.kind: FormText(
        "银行回盘",
        (inputs.RETURNS,),
        (
            "银行或国库返回的支付结果，一行一笔。个人填身份证号，单位填收款方全称；金额是实际付出的钱（应付减抵扣）。",
            "同一收款方可以一行付清，也可以按资金渠道、补贴项目或一条一行。没有返回的可以不填，以后再登记。",
        ),
        {
            inputs.RETURNS.title: (
                {
                    "batch": "2020-03-1",
                    "id_number": _identity("19850312", 101),
                    "account": "6200000000000000005",
                    "amount_fen": "225.00",
                    "result": "成功",
                    "day": "2020-04-20",
                },
                {
                    "batch": "2020-03-1",
                    "payee": "某某职业培训学校",
                    "amount_fen": "12000.00",
                    "result": "失败",
                    "reason": "账号与户名不符",
                    "day": "2020-04-20",
                },
            )
        },
    ),
    inputs.READINGS.kind: FormText(
        "政策口径",
        (inputs.READINGS,),
        (
            "政策文件没有说清的地方由主管部门认定。一行填一个口径：认定了什么、谁认定的、依据哪份文件、哪一天。",
            "是或否的口径填“是”“否”；金额的单位为元；选择的口径填列出的词。没有认定的行请删去。",
        ),
        {
            inputs.READINGS.title: (
                {
                    "policy": "linkou-2019",
                    "key": "living_requires_pass",
                    "value": "是",
                    "decided_by": "某某",
                    "document": "某人社函〔2020〕1号",
                    "decided_on": "2020-01-15",
                },
            )
        },
    ),
    GRANTS.kind: FormText(
        "项目补助",
        (GRANTS,),
        (
            "一行填一个单位的一个补助项目，项目名称用 skillcli policy show 查看，一字不差地填写。",
            "同一单位的同一项目只补一次（评估类按认定文号）。统一社会信用代码、银行账号按文本录入。",
        ),
        {
            GRANTS.title: (
                {
                    "unit": "某某机械有限公司",
                    "item": "市级技能大师工作室建设",
                    "document": "某人社〔2020〕9号",
                    "recognised_on": "2020-03-01",
                    "bank": "某某银行某某支行",
                    "account": "6200000000000000203",
                },
            )
        },
    ),
    PLACEMENT.kind: FormText(
        "就业跟踪",
        (PLACEMENT,),
        (
            "一行填一个参加过培训的人；跟踪了但没有就业的也要填，就业日期空着。",
            "由培训机构推荐就业、要领就业服务补助的，推荐就业填“是”，并写就业日期和就业地。",
            "收入不清楚的空着，不要填 0。",
        ),
        {
            PLACEMENT.title: (
                {
                    "name": "示例甲",
                    "id_number": _identity("19850312", 101),
                    "placed": "是",
                    "employed_on": "2020-04-10",
                    "employed_region": "某某县",
                    "employed_at": "某某餐饮有限公司",
                    "income_before": "1800.00",
                    "income_after": "2600.00",
                },
            )
        },
    ),
    HISTORY.kind: FormText(
        "以往台账",
        (HISTORY,),
        (
            "一行填一笔已经拨付的补贴；同一次培训有几项补贴的，填几行。可以按年或按月分几张工作表。",
            "补贴项目写政策里的名称，用 skillcli policy show 查看。没有的栏目可以空着，身份证号、开班和结课日期不能空。",
            "导入后每一笔都算已经拨付，以后报来的花名册都与它比对。先用 --check 核对，再正式导入。",
        ),
        {HISTORY.title: ({**_TRAINED, "line": "免费培训补贴", "amount_fen": "1200.00", "paid_on": "2020-05-20"},)},
    ),
    **REGISTER_FORMS,
    "reference": FormText(
        "比对名单",
        (inputs.REFERENCE,),
        (
            "名单来自社保、民政、教育、财政、司法等部门，一行一人。名单一栏写名单的名称，同一个文件可以放几个名单。",
            "处理一栏空白时按名单的默认：死亡、财政供养、失业保险技能提升补贴不予补贴，养老待遇按政策，服刑待核实，在校只提示。",
            "同一名称的名单再次导入，以新的为准。",
        ),
        {
            inputs.REFERENCE.title: (
                {
                    "list_name": "养老待遇",
                    "name": "示例甲",
                    "id_number": _identity("19600102", 7),
                    "event_on": "2020-01-02",
                    "remark": "示例，请删去",
                },
            )
        },
    ),
    "overrides": FormText(
        "特殊审批",
        (inputs.OVERRIDES,),
        (
            "批次行号在拨付表的“不予补贴”和“待核实”两张工作表里。",
            "只能批“待核实”和超过规定次数（D03）的行；过了有效期至的日期就不再起作用。",
        ),
        {
            inputs.OVERRIDES.title: (
                {
                    "line_no": "2020-03-1/000123",
                    "reason": "示例，请删去",
                    "document": "会议纪要〔2020〕5号",
                    "approved_by": "示例甲",
                    "valid_to": "2020-12-31",
                },
            )
        },
    ),
    "answers": FormText(
        "核实结果",
        (inputs.ANSWERS,),
        (
            "批次行号在拨付表的“待核实”工作表里；项目写花名册的栏目名。",
            "账号、身份证号先把单元格设为“文本”再录入。",
            "职业、等级、机构、开班和结课日期不能用本表改，请让机构更正花名册后重新报送。",
        ),
        {
            inputs.ANSWERS.title: (
                {
                    "line_no": "2020-03-1/000124",
                    "field": "银行账号",
                    "value": "6200000000000000000",
                    "proof": "社保卡复印件（示例，请删去）",
                    "checked_by": "示例乙",
                },
            )
        },
    ),
}
