"""The shipped policies say what the texts say: every figure, written down here a second time."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest

from skillcli.policy.check import citations
from skillcli.policy.load import check_file, load_policy, shipped
from skillcli.policy.model import Line, Policy

LINKOU = load_policy("linkou-2019")
TAIYUAN = load_policy("taiyuan-2019")
BOTH = pytest.mark.parametrize("policy", [LINKOU, TAIYUAN], ids=lambda policy: policy.id)

# policy · line · clause · kind of amount · figures (yuan) · payees · group · passing · certificate
LINES = """
linkou-2019  | custodial   | 四（一）3 | catalogue         |                                                     | 培训机构        | training | yes | yes
linkou-2019  | project     | 四（一）2 | catalogue         |                                                     | 培训机构        | training | yes | yes
linkou-2019  | free        | 四（一）1 | catalogue         |                                                     | 个人 培训机构   | training | yes | yes
linkou-2019  | staff       | 四（二）1 | by_level_shortage | 1000 1500 2000 2500 3000 1200 1800 2500 3500 4500   | 用人单位        | training | yes | yes
linkou-2019  | apprentice  | 四（二）1 | per_year          | ?apprentice_yearly                                  | 用人单位        | training | yes | yes
linkou-2019  | prejob      | 四（二）2 | fixed             | 1000                                                | 用人单位        | training | yes | yes
linkou-2019  | transfer    | 四（二）2 | fixed             | 1500                                                | 用人单位        | training | yes | yes
linkou-2019  | ojt         | 四（二）3 | per_month         | 500                                                 | 用人单位        |          | no  | no
linkou-2019  | living      | 四（三）  | per_day           | 15                                                  | 个人            |          | yes | no
linkou-2019  | placement   | 四（四）3 | fixed             | 200                                                 | 培训机构        |          | no  | no
linkou-2019  | grant       | 三（一）2 | grant_item        | ?grant_amount ?grant_amount                         |                 |          | no  | no
taiyuan-2019 | prejob      | 二（二）2 | fixed             | 300                                                 | 用人单位        | training | yes | yes
taiyuan-2019 | general     | 二（三）  | catalogue_cap     | 1000                                                | 个人 培训机构   | training | yes | yes
taiyuan-2019 | senior      | 二（七）  | by_level          | 2000 3000                                           | 用人单位        | training | yes | yes
taiyuan-2019 | certificate | 三（三）  | by_certificate    | 150 300 ?certificate_intermediate 600               | 用人单位 培训机构 |        | yes | yes
taiyuan-2019 | living      | 二（四）  | per_day           | 15                                                  | 个人            |          | yes | no
taiyuan-2019 | grant       | 二（七）  | grant_item        | 1000000 100000 200000 300000 200000 50000           |                 |          | no  | no
"""


def figures(line: Line) -> list[str]:
    """Every figure of a line in the order of the file; ``?key`` where a reading decides."""
    found = [f"?{line.amount.reading}"] if line.amount.reading else []
    for step in line.amount.steps:
        found += [] if step.yuan is None else [str(step.yuan)]
        found += [str(yuan) for yuan in (*step.levels.values(), *step.shortage.values())]
        found += [str(rate.yuan) if rate.yuan is not None else f"?{rate.reading}" for rate in step.rates]
    return found


def test_the_lines_are_those_of_the_texts_in_their_order_with_their_figures() -> None:
    written = [[cell.strip() for cell in row.split("|")] for row in LINES.strip().splitlines()]
    stated = [
        [
            policy.id,
            line.id,
            line.clause,
            line.amount.kind,
            " ".join(figures(line)),
            " ".join(payee.to for payee in line.payee),
            line.group,
            "yes" if policy.holds(line.passing) else "no",
            "yes" if policy.holds(line.certificate) else "no",
        ]
        for policy in (LINKOU, TAIYUAN)
        for line in policy.lines
    ]
    assert stated == written


def test_levels_carry_their_own_figure() -> None:
    staff = LINKOU.line("staff").amount.steps[0]
    assert {level: (int(staff.levels[level]), int(staff.shortage[level])) for level in staff.levels} == {
        "初级工": (1000, 1200),
        "中级工": (1500, 1800),
        "高级工": (2000, 2500),
        "技师": (2500, 3500),
        "高级技师": (3000, 4500),
    }
    assert TAIYUAN.line("senior").amount.steps[0].levels == {"技师": Decimal(2000), "高级技师": Decimal(3000)}
    rates = {(rate.level, *rate.certificates): rate.yuan for rate in TAIYUAN.line("certificate").amount.steps[0].rates}
    graded = ("职业资格证书", "职业技能等级证书")
    assert rates == {
        ("", "专项职业能力证书"): Decimal(150),
        ("初级工", *graded): Decimal(300),
        ("中级工", *graded): None,
        ("高级工", *graded): Decimal(600),
    }


def test_grant_items_of_taiyuan_and_how_often_a_unit_gets_them() -> None:
    rates = TAIYUAN.line("grant").amount.steps[0].rates
    assert [(rate.item, int(rate.yuan or 0), rate.once_per) for rate in rates] == [
        ("市级高技能人才实训基地建设", 1_000_000, "unit"),
        ("市级技能大师工作室建设", 100_000, "unit"),
        ("技能大师工作室成长为省级", 200_000, "unit"),
        ("技能大师工作室成长为国家级", 300_000, "unit"),
        ("基地评估成绩优秀", 200_000, "document"),
        ("工作室评估成绩优秀", 50_000, "document"),
    ]


def test_conditions_of_single_lines() -> None:
    custodial, ojt, placement = (LINKOU.line(name) for name in ("custodial", "ojt", "placement"))
    assert custodial.release is not None
    assert (custodial.release.categories, custodial.release.without, custodial.release.years) == (
        ["服刑人员"],
        ["戒毒人员"],
        1,
    )
    assert ojt.amount.lifetime_months == 6
    assert ojt.insured is not None
    assert ojt.insured.except_categories == ["贫困劳动力"]
    assert placement.placement is not None
    assert (placement.placement.months, placement.placement.region) == (6, "23")
    certificate = TAIYUAN.line("certificate")
    assert certificate.issued_from is not None
    assert certificate.issued_from.day == date(2019, 7, 1)
    assert certificate.stacks is not None
    assert certificate.stacks.reading == "certificate_stacks"
    assert [line.id for line in TAIYUAN.lines if line.follows] == []
    assert [line.id for line in LINKOU.lines if line.follows] == ["living"]


def test_limits_advances_and_what_counts() -> None:
    assert (LINKOU.limit.counts, LINKOU.limit.window, LINKOU.limit.steps[0].times) == ("enjoyed", "year", 3)
    assert (TAIYUAN.limit.counts, TAIYUAN.limit.window, TAIYUAN.limit.steps[0].times) == ("attended", "year", 3)
    assert {line.id for line in LINKOU.lines if line.counts} == {
        line.id for line in LINKOU.lines if line.group == "training"
    }
    assert {line.id for line in TAIYUAN.lines if not line.counts} == {"grant"}
    assert LINKOU.limit.overridable == TAIYUAN.limit.overridable == ["D03"]
    assert [(a.percent, a.default_percent, a.categories) for a in LINKOU.advances] == [
        (50, 50, []),
        (70, 70, ["转岗职工", "去产能失业人员"]),
    ]
    assert TAIYUAN.advances == []


def test_targets() -> None:
    def stated(policy: Policy) -> list[tuple[str, int, int, str]]:
        return [(t.measure, t.first.year, t.last.year, str(t.value)) for t in policy.targets]

    assert stated(LINKOU) == [
        ("trainings", 2019, 2021, "15000"),
        ("trainings", 2019, 2019, "4000"),
        ("trainings", 2020, 2020, "None"),
        ("trainings", 2021, 2021, "None"),
        ("skilled", 2019, 2021, "25"),
        ("high_skilled", 2019, 2021, "30"),
    ]
    assert stated(TAIYUAN) == [
        ("trainings", 2019, 2021, "200000"),
        ("employment", 2019, 2019, "25"),
        ("employment", 2020, 2020, "25"),
        ("employment", 2021, 2021, "25"),
        ("income", 2019, 2021, "None"),
        ("skilled", 2019, 2021, "25"),
        ("high_skilled", 2019, 2021, "30"),
    ]
    assert {tuple(t.without) for t in TAIYUAN.targets if t.measure == "employment"} == {("企业职工",)}


OPEN = {
    "linkou-2019": "project_other_groups free_other_workers no_shortage_catalogue apprentice_yearly "
    "living_in_staff_training grant_amount",
    "taiyuan-2019": "general_other_groups general_covers_startup general_poor_above_cap certificate_intermediate "
    "certificate_stacks living_in_staff_training exclude_pensioners",
}
DEFAULTS = {
    "linkou-2019": {
        "period_date": "end",
        "counts_to_target": "payable",
        "living_requires_pass": True,
        "living_follows_training": True,
        "placement_per": "person",
        "hours_per_day": 8,
        "minimum_age": 16,
        "require_employment_card": False,
    },
    "taiyuan-2019": {
        "period_date": "end",
        "counts_to_target": "payable",
        "prejob_other_kinds": [],
        "senior_accepts_level_certificate": True,
        "living_requires_pass": True,
        "certificate_required.prejob": True,
        "certificate_required.general": True,
        "failed_attendance_counts": True,
        "hours_per_day": 8,
        "minimum_age": 16,
        "require_employment_card": False,
    },
}


@BOTH
def test_only_what_the_text_leaves_open_is_open_and_defaults_are_those_of_the_contract(policy: Policy) -> None:
    undecided = [r.key for r in policy.readings if r.default is None and not r.optional]
    assert undecided == OPEN[policy.id].split()
    assert {r.key: r.default for r in policy.readings if r.default is not None} == DEFAULTS[policy.id]
    optional = {r.key for r in policy.readings if r.optional}
    assert optional == {"minimum_attendance", "maximum_class"} | {
        f"fund.{line.id}" for line in policy.lines if not line.fund
    }


def test_an_apprentice_year_is_never_under_the_floor_of_the_text() -> None:
    reading = LINKOU.reading("apprentice_yearly")
    assert (reading.minimum, reading.proposal, reading.default) == (Decimal(4000), Decimal(4000), None)


def test_pensioners_are_refused_in_linkou_and_looked_at_in_taiyuan() -> None:
    assert LINKOU.severity("P15", "hold") == "error"
    assert LINKOU.clause("P15") == "二（一）"
    assert TAIYUAN.severity("P15", "hold") == "hold"


def test_funds_named_by_the_text() -> None:
    assert {line.id: line.fund for line in TAIYUAN.lines if line.fund} == {
        "prejob": "市财政资金",
        "senior": "人才经费",
        "living": "就业补助资金",
        "grant": "人才经费",
    }
    assert {line.id: line.fund for line in LINKOU.lines if line.fund} == {"grant": "就业补助资金"}
    assert LINKOU.fund(LINKOU.line("staff")) == ""


@BOTH
def test_every_clause_is_cited_or_said_to_be_background_or_report(policy: Policy) -> None:
    cited = {number for _, number in citations(policy)}
    assert len(cited) > 8
    for clause in policy.clauses:
        assert (clause.number in cited) or clause.role in ("background", "report"), clause.number
        assert clause.number not in cited or clause.role != "background", clause.number


@BOTH
def test_the_shipped_files_have_no_fault_and_a_figure_for_every_day(policy: Policy) -> None:
    assert policy.id in shipped()
    assert check_file(policy.id) == []
    assert (policy.valid_from, policy.valid_to) == (date(2019, 1, 1), date(2021, 12, 31))
    for line in policy.lines:
        for earlier, later in pairwise(line.amount.steps):
            assert earlier.valid_from < later.valid_from
        for step in line.amount.steps:
            assert step.valid_from <= policy.valid_to
            assert step.valid_to is None or step.valid_to >= policy.valid_to


@BOTH
def test_implications_are_those_of_the_contract(policy: Policy) -> None:
    assert policy.implies == {
        "毕业年度高校毕业生": ["高校毕业生"],
        "残疾人": ["就业困难人员"],
        "去产能失业人员": ["下岗失业人员"],
        "新生代农民工": ["农村转移就业劳动者"],
        "零就业家庭成员": ["零就业家庭"],
        "城市低保家庭": ["城乡低保家庭"],
    }
