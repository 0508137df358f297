"""Every fault a policy file can have is refused, each shown by one change to a file that is right."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillcli.core.errors import ClerkError
from skillcli.policy.load import check_file, load_policy, shipped

CITY = Path(__file__).with_name("invented-city.toml")
RIGHT = CITY.read_text(encoding="utf-8")

# What stands in the right file → what is put there ⇒ the key accused ⇒ what the sentence says
FAULTS = {
    "unknown key, nearest named": ('fund = "就业补助资金"\npassing', 'funds = "就业补助资金"\npassing', "lines.inside.funds", "最接近的是“fund”"),
    "unknown key at the top": ('report_unit = "街道"', 'report_unit = "街道"\nreport_units = 1', "report_units", "最接近的是“report_unit”"),
    "hash written by hand": ('report_unit = "街道"', 'report_unit = "街道"\nsha256 = "0"', "sha256", "不是这里的键"),
    "key missing": ('title = "岗前培训补贴"\n', "", "lines.induction.title", "缺少这个键"),
    "clause missing": ('clause = "第四条", yuan = 600.50', "yuan = 600.50", "lines.induction.amount.steps[2].clause", "缺少这个键"),
    "clause blank": ('title = "基地补助"\nclause = "第八条"', 'title = "基地补助"\nclause = ""', "lines.base.clause", "可写：第一条、第二条"),
    "clause not listed": ('unique_clause = "第七条"', 'unique_clause = "第十条"', "limit.unique_clause", "“第十条”不是clauses 里列出的条款"),
    "clause not cited": ('role = "report"\n', "", "clauses.第九条", "没有一处引用"),
    "clause listed twice": ('number = "第九条"', 'number = "第八条"', "clauses", "“第八条”写了 2 次"),
    "clause without summary": ('summary = "办法的目的。"', 'summary = " "', "clauses.第一条.summary", "是空白"),
    "role unknown": ('role = "background"', 'role = "背景"', "clauses.第一条.role", "可写：background、report、rule"),
    "text for a number": ("yuan = 400", 'yuan = "400"', "lines.work.amount.steps[1].yuan", "写作 “400”，应为数"),
    "true for a number": ("percent = 40\n", "percent = true\n", "advances[1].percent", "写作 true，应为整数"),
    "fraction for a whole number": ("lifetime_months = 12", "lifetime_months = 12.5", "lines.work.amount.lifetime_months", "应为整数"),
    "not a number": ("yuan = 400", "yuan = nan", "lines.work.amount.steps[1].yuan", "应为数"),
    "text for a date": ("valid_to = 2023-12-31", 'valid_to = "2023-12-31"', "valid_to", "应为日期，例如 2019-01-01"),
    "time for a date": ("valid_to = 2023-12-31", "valid_to = 2023-12-31T00:00:00", "valid_to", "应为日期"),
    "table for a list": ('funds = ["就业补助资金", "市级技能资金"]', 'funds = "就业补助资金"', "funds", "应为方括号里的一列"),
    "list for a table": ("release = { categories", "release = [1] #", "lines.inside.release", "应为一张表"),
    "neither yes nor key": ("passing = \"daily_requires_pass\"", "passing = 1", "lines.daily.passing", "应为 true 或 false或加引号的文字"),
    "amount kind unknown": ('kind = "per_month"', 'kind = "monthly"', "lines.work.amount.kind", "per_month"),
    "id malformed": ('id = "qinghe-2022"', 'id = "青禾"', "id", "例如 taiyuan-2019"),
    "title blank": ('title = "青禾市职业培训补贴办法（虚构，供测试）"', 'title = ""', "title", "是空白"),
    "region malformed": ('region = "439900"', 'region = "4399"', "region", "六位行政区划代码"),
    "valid_to before valid_from": ("valid_to = 2023-12-31", "valid_to = 2021-12-31", "valid_to", "早于 valid_from 2022-01-01"),
    "report unit blank": ('report_unit = "街道"', 'report_unit = ""', "report_unit", "是空白"),
    "fund listed twice": ('"就业补助资金", "市级技能资金"]', '"就业补助资金", "就业补助资金", "市级技能资金"]', "funds", "写了 2 次"),
    "implication of an unknown category": ('"残疾人" = ["就业困难人员"]', '"残疾" = ["就业困难人员"]', "implies.残疾", "最接近的是“残疾人”"),
    "implication of itself": ('"残疾人" = ["就业困难人员"]', '"残疾人" = ["残疾人"]', "implies.残疾人", "不必带出自己"),
    "category unknown": ('"下岗失业人员", "退役军人"] }]', '"下岗人员", "退役军人"] }]', "person_groups.jobless.any[1].categories", "“下岗人员”不是人员类别"),
    "category twice": ('"下岗失业人员", "退役军人"] }]', '"退役军人", "退役军人"] }]', "person_groups.jobless.any[1].categories", "写了两次"),
    "household unknown": ('{ household = "农村" }', '{ household = "乡下" }', "person_groups.rural.any[1].household", "可写：农村、城镇"),
    "nobody in a group": ('any = [{ household = "农村" }]', "any = []", "person_groups.rural.any", "没有人属于这个人群"),
    "excluded category unknown": ('without = ["企业职工"]\n\n[[person', 'without = ["职员"]\n\n[[person', "person_groups.jobless.without", "“职员”不是人员类别"),
    "group id twice": ('id = "rural"', 'id = "staff"', "person_groups", "“staff”写了 2 次"),
    "group id malformed": ('id = "rural"\n', 'id = "农村"\n', "person_groups.农村.id", "小写字母"),
    "kind unknown in a group": ('kinds = ["就业技能培训", "创业培训"]', 'kinds = ["就业培训", "创业培训"]', "kind_groups.open_kinds.kinds", "“就业培训”不是培训类型"),
    "no kinds in a group": ('kinds = ["就业技能培训", "创业培训"]', "kinds = []", "kind_groups.open_kinds.kinds", "是空的"),
    "line id twice": ('id = "senior"', 'id = "upskill"', "lines", "“upskill”写了 2 次"),
    "line title twice": ('title = "学徒补贴"', 'title = "就业奖励"', "lines", "“就业奖励”写了 2 次"),
    "fund not listed": ('title = "学徒补贴"\nclause = "第四条"\ngroup = "fee"\nfund = "市级技能资金"', 'title = "学徒补贴"\nclause = "第四条"\ngroup = "fee"\nfund = "县资金"', "lines.trainee.fund", "“县资金”不是funds 里列出的资金渠道"),
    "no fund and no reading for it": ('title = "学徒补贴"\nclause = "第四条"\ngroup = "fee"\nfund = "市级技能资金"', 'title = "学徒补贴"\nclause = "第四条"\ngroup = "fee"', "lines.trainee.fund", "“fund.trainee”不是readings 里列出的口径键"),
    "person group unknown": ('groups = ["inmates"], kinds', 'groups = ["inmate"], kinds', "lines.inside.match[1].groups", "最接近的是“inmates”"),
    "excluded person group unknown": ('not_groups = ["inmates", "staff"]', 'not_groups = ["inmates", "staf"]', "lines.daily.match[1].not_groups", "最接近的是“staff”"),
    "kind group unknown": ('groups = ["inmates"], kinds = ["open_kinds"]', 'groups = ["inmates"], kinds = ["open_kind"]', "lines.inside.match[1].kinds", "最接近的是“open_kinds”"),
    "route without kinds": ('groups = ["inmates"], kinds = ["open_kinds"]', 'groups = ["inmates"]', "lines.inside.match[1].kinds", "应写明培训类型"),
    "level unknown": ('levels = ["初级工", "中级工"], blank_level', 'levels = ["初级", "中级工"], blank_level', "lines.upskill.match[1].levels", "“初级”不是技能等级"),
    "certificate unknown": ('certificates = ["职业资格证书"], blank', 'certificates = ["资格证"], blank', "lines.senior.match[1].certificates", "“资格证”不是证书类型"),
    "blank level without levels": ('groups = ["inmates"], kinds', 'groups = ["inmates"], blank_level = true, kinds', "lines.inside.match[1].blank_level", "不必写"),
    "blank certificate without certificates": ('groups = ["inmates"], kinds', 'groups = ["inmates"], blank_certificate = true, kinds', "lines.inside.match[1].blank_certificate", "不必写"),
    "flag that is no yes/no column": ('flag = "placed"', 'flag = "town"', "lines.hired.match[1].flag", "可写：pension、employer_insured、placed"),
    "price over a cap that is none": ('groups = ["inmates"], kinds', 'groups = ["inmates"], price_over = "startup", kinds', "lines.inside.match[1].price_over", "catalogue_cap"),
    "warning that is no code": ('warning = "A06"', 'warning = "注意"', "lines.senior.match[1].warning", "应为规则代码"),
    "line nobody can match": ('match = [{ groups = ["inmates"], kinds = ["open_kinds"] }]\n', "", "lines.inside.match", "没有一次培训能对上"),
    "line without payee": ('amount = { kind = "catalogue" }\npayee = [{ to = "培训机构" }]', 'amount = { kind = "catalogue" }\npayee = []', "lines.inside.payee", "应写明补给谁"),
    "payee unknown": ('amount = { kind = "catalogue" }\npayee = [{ to = "培训机构" }]', 'amount = { kind = "catalogue" }\npayee = [{ to = "机构" }]', "lines.inside.payee[1].to", "可写：个人、培训机构、用人单位"),
    "last payee on a condition": ('[{ to = "个人", payer = "个人缴费" }, { to = "培训机构" }]', '[{ to = "个人", payer = "个人缴费" }]', "lines.fee_full.payee[1]", "最后一个收款方不能带条件"),
    "payee never reached": ('[{ to = "个人", payer = "个人缴费" }, { to = "培训机构" }]', '[{ to = "个人" }, { to = "培训机构" }]', "lines.fee_full.payee[1]", "永远轮不到"),
    "payer unknown": ('payer = "个人缴费"', 'payer = "自费"', "lines.fee_full.payee[1].payer", "可写：个人缴费、机构垫付"),
    "payee category unknown": ('{ to = "用人单位", categories = ["企业职工"], kinds', '{ to = "用人单位", categories = ["职工"], kinds', "lines.diploma.payee[1].categories", "不是人员类别"),
    "unit grant with a route": ("for_units = true\n", 'for_units = true\nmatch = [{ kinds = ["open_kinds"] }]\n', "lines.base", "不写 match"),
    "unit grant not said so": ("for_units = true\n", "", "lines.base.for_units", "必须同时使用"),
    "release within no year": ("years = 2", "years = 0", "lines.inside.release.years", "应为正整数"),
    "insured exception unknown": ('except_categories = ["贫困劳动力"]', 'except_categories = ["贫困户"]', "lines.work.insured.except_categories", "不是人员类别"),
    "placement within no month": ("months = 3", "months = 0", "lines.hired.placement.months", "应为正整数"),
    "placement region malformed": ('region = "43"', 'region = "湖南"', "lines.hired.placement.region", "前 2、4 或 6 位"),
    "stacks beside no group": ('stacks = { group = "fee"', 'stacks = { group = "training"', "lines.diploma.stacks.group", "可写：fee"),
    "follows no group": ('follows = { group = "fee"', 'follows = { group = "training"', "lines.daily.follows.group", "可写：fee"),
    "follows no code": ('codes = ["D02", "D03"]', 'codes = ["D2"]', "lines.daily.follows.codes", "应为规则代码"),
    "date column unknown": ('kind = "by_certificate"\ndate = "issued_on"', 'kind = "by_certificate"\ndate = "issued"', "lines.diploma.amount.date", "最接近的是“issued_on”"),
    "date column of another kind": ('kind = "by_certificate"\ndate = "issued_on"', 'kind = "by_certificate"\ndate = "hours"', "lines.diploma.amount.date", "不是花名册里这类栏目的键"),
    "no steps": ('{ valid_from = 2022-01-01, clause = "第五条", yuan = 400 }', "", "lines.work.amount.steps", "应写明金额"),
    "figure missing": (", yuan = 400", "", "lines.work.amount.steps[1].yuan", "per_month"),
    "figure not used": ('clause = "第五条", yuan = 400', 'clause = "第五条", yuan = 400, levels = { "初级工" = 1 }', "lines.work.amount.steps[1].levels", "用不到它"),
    "figure of zero": ("yuan = 400", "yuan = 0", "lines.work.amount.steps[1].yuan", "大于 0"),
    "fractions of a fen": ("yuan = 600.50", "yuan = 600.505", "lines.induction.amount.steps[2].yuan", "最多两位小数"),
    "level table with an unknown level": ('levels = { "高级工" = 2100', 'levels = { "高级" = 2100', "lines.senior.amount.steps[1].levels", "“高级”不是技能等级"),
    "level without a figure": ('levels = { "高级工" = 2100, ', "levels = { ", "lines.senior.amount.steps[1].levels", "有的等级没有标准：高级工"),
    "route by level without levels": ('levels = ["高级工", "技师", "高级技师"], certificates', "certificates", "lines.senior.amount.steps[1].levels", "match 没有写 levels"),
    "shortage column incomplete": ('shortage = { "初级工" = 1100, "中级工" = 1600 }', 'shortage = { "初级工" = 1100 }', "lines.upskill.amount.steps[1].shortage", "每个等级两档都要有"),
    "shortage without its reading": ('no_shortage_list = "shortage_list"\n', "", "lines.upskill.amount.no_shortage_list", "必须写"),
    "per year without reading": ('{ kind = "per_year", reading = "trainee_yearly", months_a_year = 10 }', '{ kind = "per_year" }', "lines.trainee.amount.reading", "必须写 reading"),
    "year of no months": ("months_a_year = 10", "months_a_year = 0", "lines.trainee.amount.months_a_year", "应为正整数"),
    "per month without a cap": ("lifetime_months = 12\n", "", "lines.work.amount.lifetime_months", "累计最多几个月"),
    "cap of months elsewhere": ('kind = "by_certificate"\n', 'kind = "by_certificate"\nlifetime_months = 2\n', "lines.diploma.amount.lifetime_months", "只有按月补贴"),
    "rate with figure and reading": ('level = "初级工", yuan = 220', 'level = "初级工", yuan = 220, reading = "diploma_intermediate"', "lines.diploma.amount.steps[1].rates[2]", "只写一个"),
    "rate with neither": ('level = "初级工", yuan = 220', 'level = "初级工"', "lines.diploma.amount.steps[1].rates[2]", "要写一个"),
    "certificate without a rate": ('        { certificates = ["职业技能等级证书"], level = "初级工", yuan = 220 },\n', "", "lines.diploma.amount.steps[1].rates", "职业技能等级证书初级工有 0 个标准"),
    "certificate with two rates": ('level = "初级工", yuan = 220 },', 'level = "初级工", yuan = 220 },\n{ certificates = ["职业技能等级证书"], level = "初级工", yuan = 230 },', "lines.diploma.amount.steps[1].rates", "有 2 个标准"),
    "rate of an item among certificates": ('level = "初级工", yuan = 220', 'level = "初级工", item = "基地", yuan = 220', "lines.diploma.amount.steps[1].rates[2]", "项目补助写 item"),
    "grant item twice": ('item = "实训基地年度优秀"', 'item = "实训基地建设"', "lines.base.amount.steps[1].rates", "写了 2 次"),
    "steps out of order": ('{ valid_from = 2022-09-01, clause = "第五条", yuan = 40 }', '{ valid_from = 2021-09-01, clause = "第五条", yuan = 40 }', "lines.daily.amount.steps[2].valid_from", "不晚于前一步的 2022-01-01"),
    "steps on one day": ('{ valid_from = 2022-09-01, clause = "第五条", yuan = 40 }', '{ valid_from = 2022-01-01, clause = "第五条", yuan = 40 }', "lines.daily.amount.steps[2].valid_from", "不能重叠"),
    "steps that overlap": ("valid_to = 2022-06-30", "valid_to = 2022-07-31", "lines.induction.amount.steps[1].valid_to", "重叠或有空档"),
    "days without a figure": ("valid_to = 2022-06-30", "valid_to = 2022-05-31", "lines.induction.amount.steps[1].valid_to", "重叠或有空档"),
    "step that ends before it begins": ("valid_to = 2022-06-30", "valid_to = 2021-06-30", "lines.induction.amount.steps[1].valid_to", "早于 valid_from"),
    "last step that ends early": ("{ valid_from = 2022-07-01, clause", "{ valid_from = 2022-07-01, valid_to = 2022-12-31, clause", "lines.induction.amount.steps[2].valid_to", "早于政策期末 2023-12-31"),
    "limit without steps": ("steps = [\n    { valid_from = 2022-01-01, times = 2", "steps = []\nunused = [\n    { valid_from = 2022-01-01, times = 2", "limit.steps", "应写明次数"),
    "limit of zero": ("times = 2", "times = 0", "limit.steps[1].times", "应为正整数"),
    "limit steps out of order": ("{ valid_from = 2023-01-01, times = 3", "{ valid_from = 2021-01-01, times = 3", "limit.steps[2].valid_from", "不晚于"),
    "limit of no group": ('counts = "enjoyed"\ngroup = "fee"', 'counts = "enjoyed"\ngroup = "fees"', "limit.group", "最接近的是“fee”"),
    "failed attendances where nothing is attended": ('window = "lifetime"', 'window = "lifetime"\nfailed_counts = "startup"', "limit.failed_counts", "只有限制参加次数"),
    "limit that nothing counts for": ("counts = true\n", "", "limit.counts", "没有一个补贴项目"),
    "limit exception unknown": ('except_kinds = ["以工代训"]', 'except_kinds = ["代训"]', "limit.except_kinds", "不是培训类型"),
    "limit on duplicates overridable": ('overridable = ["D03"]', 'overridable = ["D03", "D02"]', "limit.overridable", "“D02”不能特殊审批"),
    "advance over everything": ("percent = 40\n", "percent = 140\n", "advances[1].percent", "1 到 100"),
    "advance default under the least": ("default_percent = 40", "default_percent = 30", "advances[1].default_percent", "40 到 100"),
    "target that ends before it begins": ('title = "就业率"\nclause = "第二条"\nfirst = 2022-01-01\nlast = 2023-12-31', 'title = "就业率"\nclause = "第二条"\nfirst = 2022-01-01\nlast = 2021-12-31', "targets.jobs.last", "早于 first"),
    "target in the wrong unit": ('unit = "人次"', 'unit = "%"', "targets.all.unit", "应为“人次”"),
    "target over a hundred percent": ("value = 30\n", "value = 130\n", "targets.jobs.value", "超出范围"),
    "target measure unknown": ('measure = "employment"', 'measure = "jobs"', "targets.jobs.measure", "employment"),
    "reading key twice": ('key = "startup"', 'key = "hired_per"', "readings", "“hired_per”写了 2 次"),
    "reading not asked": ('readings = ["startup"]', "readings = []", "readings.startup", "没有一处用到"),
    "reading of a general rule missing": ('key = "minimum_age"', 'key = "least_age"', "readings", "“minimum_age”不是readings 里列出的口径键"),
    "reading key unknown": ('readings = ["startup"]', 'readings = ["start_up"]', "lines.fee_capped.match[2].readings", "最接近的是“startup”"),
    "reading of the wrong kind": ('price_over = "jobless_above_cap"', 'price_over = "trainee_yearly"', "lines.fee_capped.match[1].price_over", "这里需要 yes_no"),
    "period date unknown": ('period_date = "period_date"', 'period_date = "period"', "period_date", "最接近的是“period_date”"),
    "period date of no column": ('start = "开班日期", end', 'begin = "开班日期", start = "开班", end', "readings.period_date.choices", "“begin”不是花名册里这类栏目的键"),
    "choices other than the program knows": ('choices = { base = "一般标准"', 'choices = { usual = "常规标准", base = "一般标准"', "readings.shortage_list.choices", "base、raised"),
    "choice without choices": ('choices = { person = "每人一次", training = "每次培训一次" }\n', "", "readings.hired_per.choices", "要写出选项"),
    "choices on a yes/no": ('question = "领取养老金的人是否不予补贴？"', 'question = "领取养老金的人是否不予补贴？"\nchoices = { a = "甲" }', "readings.pensioners.choices", "不写选项"),
    "minimum on a yes/no": ('question = "领取养老金的人是否不予补贴？"', 'question = "领取养老金的人是否不予补贴？"\nminimum = 1', "readings.pensioners.minimum", "才写"),
    "question blank": ('question = "领取养老金的人是否不予补贴？"', 'question = ""', "readings.pensioners.question", "是空白"),
    "default of the wrong kind": ("default = 80", 'default = "八成"', "readings.minimum_attendance.default", "应为百分数"),
    "default no choice": ('default = "base"', 'default = "low"', "readings.shortage_list.default", "一般标准（base）"),
    "default below the minimum": ("default = 5000", "default = 2999", "readings.trainee_yearly.default", "不小于 3000"),
    "default of true for a number": ("default = 40\n", "default = true\n", "readings.maximum_class.default", "应为整数"),
    "default fraction for a whole number": ("default = 40\n", "default = 40.5\n", "readings.maximum_class.default", "应为整数"),
    "default percent as a fraction": ("default = 80", "default = 0.8", "readings.minimum_attendance.default", "百分之八十写 80"),
    "default of an unknown kind of training": ('default = ["劳动预备制培训"]', 'default = ["夜校"]', "readings.more_kinds.default", "“夜校”不是培训类型"),
    "default of a fund not listed": ('default = "市级技能资金"', 'default = "省资金"', "readings.fund.diploma.default", "可写：就业补助资金、市级技能资金"),
    "proposal below the minimum": ("proposal = 300", "proposal = 0", "readings.diploma_intermediate.proposal", "不小于 1"),
    "rule that is no code": ("D03 = { clause", "D3 = { clause", "rules.D3", "大写字母加两位数字"),
    "rule severity unknown": ('T11 = { clause = "第三条", severity = "error" }', 'T11 = { clause = "第三条", severity = "stop" }', "rules.T11.severity", "error、hold、info、none、warning"),
    "rule reading without its severities": (', yes_severity = "error", no_severity = "none"', "", "rules.P15", "三项"),
    "rule reading unknown": ('reading = "pensioners"', 'reading = "pension"', "rules.P15.reading", "最接近的是“pensioners”"),
}  # fmt: skip


def broken(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "city.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_file_that_is_right_is_right() -> None:
    assert check_file(CITY) == []


@pytest.mark.parametrize("name", FAULTS)
def test_the_fault_is_named_with_its_key_and_what_may_stand_there(name: str, tmp_path: Path) -> None:
    before, after, where, says = FAULTS[name]
    assert before in RIGHT, "the case no longer fits the file"
    times = -1 if name == "limit that nothing counts for" else 1
    path = broken(tmp_path, RIGHT.replace(before, after, times))
    faults = check_file(path)
    assert any(fault.startswith(f"{where}：") and says in fault for fault in faults), faults
    with pytest.raises(ClerkError, match="city.toml 不能用") as refused:
        load_policy(path)
    assert faults[0] in str(refused.value)
    assert refused.value.exit_code == 2


def test_all_faults_are_told_at_once_those_of_shape_and_those_of_meaning(tmp_path: Path) -> None:
    text = RIGHT
    for name in ("unknown key at the top", "text for a number", "category unknown", "steps on one day", "rule that is no code"):  # fmt: skip
        text = text.replace(*FAULTS[name][:2], 1)
    faults = check_file(broken(tmp_path, text))
    assert len(faults) == 5
    assert [fault.split("：")[0] for fault in faults] == [
        "report_units",
        "lines.work.amount.steps[1].yuan",
        "person_groups.jobless.any[1].categories",
        "lines.daily.amount.steps[2].valid_from",
        "rules.D3",
    ]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"id = 'a'\nid = 'b'\n", "第 2 行第 9 列附近"),
        (b"[[lines]\n", "不是合格的 TOML"),
        (RIGHT.encode("gb18030"), "不是 UTF-8 编码"),
        (b"\xff\xfe\x00", "不是 UTF-8 编码"),
    ],
)
def test_a_file_that_is_no_toml_is_a_sentence(data: bytes, says: str, tmp_path: Path) -> None:
    path = tmp_path / "city.toml"
    path.write_bytes(data)
    (fault,) = check_file(path)
    assert says in fault
    with pytest.raises(ClerkError, match="city.toml"):
        load_policy(path)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(0, len(RIGHT.splitlines()) - 1), min_size=1, max_size=4),
    st.sampled_from(["1", '"x"', "true", "[]", "{}", "0001-01-01", "9999-12-31", "nan", "-5", "[1]", "[{}]", '""']),
)
def test_whatever_is_written_the_answer_is_a_list_of_faults_or_a_policy(lines: list[int], value: str) -> None:
    text = RIGHT.splitlines()
    for number in lines:
        text[number] = re.sub(r"= .*", f"= {value}", text[number], count=1)
    with tempfile.TemporaryDirectory() as folder:
        path = broken(Path(folder), "\n".join(text))
        faults = check_file(path)
        assert all("：" in fault or "TOML" in fault for fault in faults)
        if faults:
            with pytest.raises(ClerkError):
                load_policy(path)
        else:
            assert load_policy(path).lines


def test_an_empty_file_is_told_every_key_it_lacks(tmp_path: Path) -> None:
    faults = check_file(broken(tmp_path, ""))
    lacking = {fault.split("：")[0] for fault in faults if "缺少这个键" in fault}
    assert {"id", "title", "region", "valid_from", "clauses", "lines", "limit", "readings", "funds"} <= lacking


def test_byte_order_mark_and_windows_line_ends_are_fine(tmp_path: Path) -> None:
    path = tmp_path / "city.toml"
    path.write_bytes(b"\xef\xbb\xbf" + RIGHT.replace("\n", "\r\n").encode())
    assert load_policy(path).id == "qinghe-2022"


def test_an_unknown_policy_names_those_there_are() -> None:
    with pytest.raises(ClerkError, match="最接近的是“taiyuan-2019”") as refused:
        load_policy("taiyuan-2020")
    assert all(name in str(refused.value) for name in shipped())


def test_a_missing_file_and_a_folder_are_sentences(tmp_path: Path) -> None:
    with pytest.raises(ClerkError, match="没有这个文件"):
        load_policy(tmp_path / "none.toml")
    with pytest.raises(ClerkError, match="这是一个文件夹"):
        check_file(tmp_path)
