"""What the office decides reaches the policy in the type of its question, or is refused in a sentence."""

from __future__ import annotations

import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillcli.core.errors import ClerkError
from skillcli.policy.load import load_policy, parse_rulings, ruling_from_text
from skillcli.policy.model import Reading, Ruling, Value

CITY = load_policy(Path(__file__).with_name("invented-city.toml"))
TAIYUAN = load_policy("taiyuan-2019")
LINKOU = load_policy("linkou-2019")

# 口径键 (of the invented city) · what the cell says · what it means
TEXTS: list[tuple[str, str, Value]] = [
    ("startup", "是", True),
    ("startup", " 否 ", False),
    ("startup", "true", True),
    ("startup", "FALSE", False),
    ("startup", "１", True),
    ("trainee_yearly", "4500", Decimal(4500)),
    ("trainee_yearly", "4,500.50元", Decimal("4500.50")),
    ("trainee_yearly", "４５００ 元/人", Decimal(4500)),
    ("minimum_attendance", "80%", Decimal(80)),
    ("minimum_attendance", "85", Decimal(85)),
    ("hours_per_day", "7", 7),
    ("hired_per", "person", "person"),
    ("hired_per", "每次培训一次", "training"),
    ("period_date", "结课日期", "end"),
    ("fund.fee_capped", "市级技能资金", "市级技能资金"),
    ("more_kinds", "岗前培训、创业技能培训，岗前培训", ["岗前培训", "创业培训"]),
    ("more_kinds", "无", []),
]

WRONG = [
    ("startup", "也许", "应为是或否"),
    ("startup", "", "是空白"),
    ("trainee_yearly", "2999", "不小于 3000"),
    ("trainee_yearly", "四千", "应为金额（元），不小于 3000"),
    ("trainee_yearly", "-4500", "应为金额"),
    ("trainee_yearly", "4500.505", "最多两位小数"),
    ("minimum_attendance", "0.8", "百分之八十写 80"),
    ("minimum_attendance", "120%", "百分之八十写 80"),
    ("hours_per_day", "7.5", "应为整数"),
    ("hours_per_day", "0", "不小于 1"),
    ("hired_per", "每年一次", "每人一次（person）、每次培训一次（training）"),
    ("fund.fee_capped", "省级资金", "可写：就业补助资金、市级技能资金"),
    ("more_kinds", "夜校", "“夜校”不是培训类型"),
]


@pytest.mark.parametrize(("key", "text", "means"), TEXTS)
def test_a_cell_of_the_workbook_is_read(key: str, text: str, means: Value) -> None:
    value = ruling_from_text(CITY.reading(key), text)
    assert value == means
    assert type(value) is type(means)


@pytest.mark.parametrize(("key", "text", "says"), WRONG)
def test_a_cell_that_does_not_fit_is_refused_with_what_may_be_written(key: str, text: str, says: str) -> None:
    with pytest.raises(ClerkError, match=f"口径 {key}") as refused:
        ruling_from_text(CITY.reading(key), text)
    assert says in str(refused.value)


@given(st.decimals(min_value=3000, max_value=10**7, places=2))
def test_every_amount_in_fen_survives_the_cell(amount: Decimal) -> None:
    assert ruling_from_text(CITY.reading("trainee_yearly"), f"{amount:,} 元") == amount


@given(st.text(max_size=12))
def test_no_cell_raises_anything_but_a_sentence(text: str) -> None:
    for reading in CITY.readings:
        refusal = refused(reading, text)
        assert refusal is None or f"口径 {reading.key}" in refusal


def refused(reading: Reading, text: str) -> str | None:
    """The sentence that refuses a cell, None where it is taken."""
    try:
        ruling_from_text(reading, text)
    except ClerkError as error:
        return str(error)
    return None


TABLE = """
certificate_stacks = true
certificate_intermediate = { value = 450, decided_by = "张科长", document = "并人社办〔2020〕3号", decided_on = 2020-03-01 }
exclude_pensioners = "否"
certificate_required.prejob = false
"certificate_required.general" = { value = "否" }
"fund.general" = "就业补助资金"
"""


def test_the_table_of_the_configuration_file_is_read() -> None:
    rulings = parse_rulings(TAIYUAN, tomllib.loads(TABLE, parse_float=Decimal))
    assert rulings == {
        "certificate_stacks": Ruling(value=True),
        "certificate_intermediate": Ruling(
            value=Decimal(450), decided_by="张科长", document="并人社办〔2020〕3号", decided_on=date(2020, 3, 1)
        ),
        "exclude_pensioners": Ruling(value=False),
        "certificate_required.prejob": Ruling(value=False),
        "certificate_required.general": Ruling(value=False),
        "fund.general": Ruling(value="就业补助资金"),
    }
    decided = load_policy("taiyuan-2019", rulings)
    assert decided.value("certificate_intermediate") == Decimal(450)
    assert decided.severity("P15", "hold") == "none"
    assert decided.holds(decided.line("prejob").certificate) is False
    assert decided.fund(decided.line("general")) == "就业补助资金"
    assert decided.sha256 == TAIYUAN.sha256


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ("certificate_stack = true", "最接近的是“certificate_stacks”"),
        ("certificate_intermediate = 0", "不小于 1"),
        ("certificate_intermediate = true", "写作 true，应为金额"),
        ("certificate_stacks = 1", "写作 1，应为是或否"),
        ("certificate_stacks = { decided_by = '张三' }", "缺少 value"),
        ("certificate_stacks = { value = true, by = '张三' }", "“by”不是这里的键"),
        ("certificate_stacks = { value = true, decided_on = '2020-03-01' }", "decided_on 写作“2020-03-01”，应为日期"),
        ("certificate_stacks = { value = true, document = 3 }", "document 应为加引号的文字"),
        ('"fund.general" = "省级资金"', "可写：就业补助资金、市财政资金"),
        ("prejob_other_kinds = ['夜校']", "“夜校”不是培训类型"),
    ],
)
def test_a_ruling_that_does_not_fit_is_refused_with_file_and_key(table: str, says: str) -> None:
    with pytest.raises(ClerkError, match='skillcli.toml 的 rulings."taiyuan-2019"') as refused:
        parse_rulings(TAIYUAN, tomllib.loads(table, parse_float=Decimal))
    assert says in str(refused.value)


def test_an_apprentice_year_under_the_floor_is_refused() -> None:
    with pytest.raises(ClerkError, match="不小于 4000"):
        parse_rulings(LINKOU, {"apprentice_yearly": 3999})
    assert parse_rulings(LINKOU, {"apprentice_yearly": 4000})["apprentice_yearly"].value == Decimal(4000)


@pytest.mark.parametrize(
    ("rulings", "says"),
    [
        ({"certificate_stack": Ruling(value=True)}, "最接近的是“certificate_stacks”"),
        ({"certificate_stacks": Ruling(value="yes")}, "口径 certificate_stacks 写作 yes"),
    ],
)
def test_a_policy_takes_no_ruling_that_does_not_fit(rulings: dict[str, Ruling], says: str) -> None:
    with pytest.raises(ClerkError) as refused:
        load_policy("taiyuan-2019", rulings)
    assert says in str(refused.value)
