"""A policy told in words: complete, in text only, with the office's decisions where they stand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from skillcli.policy.describe import Section, describe_rule_setting, overview
from skillcli.policy.load import load_policy
from skillcli.policy.model import Policy, Ruling

CITY = Path(__file__).with_name("invented-city.toml")
EVERY = pytest.mark.parametrize("name", ["linkou-2019", "taiyuan-2019", CITY])


def section(policy: Policy, title: str) -> Section:
    (found,) = [section for section in overview(policy) if section.title == title]
    return found


@EVERY
def test_every_line_reading_clause_and_target_is_told(name: str | Path) -> None:
    policy = load_policy(name)
    assert [row[0] for row in section(policy, "补贴项目").rows] == [line.id for line in policy.lines]
    assert [row[0] for row in section(policy, "政策口径").rows] == [r.key for r in policy.readings]
    assert [row[0] for row in section(policy, "条款").rows] == [c.number for c in policy.clauses]
    assert len(section(policy, "目标").rows) == len(policy.targets)
    assert {row[0] for row in section(policy, "标准").rows} == {line.title for line in policy.lines}


@EVERY
def test_tables_are_square_and_all_text(name: str | Path) -> None:
    for table in overview(load_policy(name)):
        for row in table.rows:
            assert len(row) == len(table.columns)
            assert all(isinstance(cell, str) for cell in row)


def test_steps_show_the_days_they_are_in_force_and_by_which_date() -> None:
    rows = section(load_policy(CITY), "标准").rows
    assert [row[1:] for row in rows if row[0] == "岗前培训补贴"] == [
        ("500 元/人", "2022-01-01 起，2022-07-01 前（按结课日期）", "第四条"),
        ("600.50 元/人", "2022-07-01 起（按结课日期）", "第四条"),
    ]
    assert ("吸纳代训补贴", "400 元/人/月，每人累计至多 12 个月", "2022-01-01 起（按开班日期）", "第五条") in rows
    assert ("学徒补贴", "每满 10 个月：5,000 元（口径 trainee_yearly）", "", "第四条") in rows
    assert ("基地补助", "实训基地年度优秀：待明确（口径 base_award）（每单位每个认定文号一次）", "2022-01-01 起（按认定日期）", "第八条") in rows  # fmt: skip


def test_a_reading_tells_default_ruling_and_who_decided_when_on_which_paper() -> None:
    ruling = Ruling(
        value=Decimal(450), decided_by="张科长", document="并人社办〔2020〕3号", decided_on=date(2020, 3, 1)
    )
    policy = load_policy("taiyuan-2019", {"certificate_intermediate": ruling})
    rows = {row[0]: row[4:] for row in section(policy, "政策口径").rows}
    assert rows["certificate_intermediate"] == ("", "450 元", "张科长", "并人社办〔2020〕3号", "2020-03-01", "已认定")
    assert rows["certificate_stacks"] == ("", "", "", "", "", "待明确")
    assert rows["period_date"] == ("结课日期", "", "", "", "", "按默认")
    assert rows["maximum_class"] == ("", "", "", "", "", "未定（可不定）")
    apprentice = {row[0]: row[4:] for row in section(load_policy("linkou-2019"), "政策口径").rows}["apprentice_yearly"]
    assert apprentice[0] == "（参考：4,000 元）"


def test_a_line_tells_who_and_on_what_conditions() -> None:
    rows = {row[0]: row for row in section(load_policy("linkou-2019"), "补贴项目").rows}
    assert "两后生 且 农村户口" in rows["living"][3]
    assert "须口径 living_in_staff_training 为“是”" in rows["living"][3]
    assert "开班时距刑满释放不足 1 年" in rows["custodial"][4]
    assert rows["free"][5] == "个人（个人缴费），否则培训机构"
    assert rows["free"][6] == "待明确"
    assert rows["grant"][6] == "就业补助资金"


@pytest.mark.parametrize(
    ("policy", "rulings", "code", "said"),
    [
        ("linkou-2019", {}, "P15", "不予补贴；依据 二（一）"),
        ("linkou-2019", {}, "D03", "依据 四（四）1"),
        ("linkou-2019", {}, "A99", ""),
        ("taiyuan-2019", {}, "P15", "由口径 exclude_pensioners 决定：是为不予补贴，否为不检查，未定为待核实；现为“未定”"),
        ("taiyuan-2019", {"exclude_pensioners": Ruling(value=True)}, "P15", "由口径 exclude_pensioners 决定：是为不予补贴，否为不检查，未定为待核实；现为“是”"),
    ],
)  # fmt: skip
def test_how_a_general_rule_stands(policy: str, rulings: dict[str, Ruling], code: str, said: str) -> None:
    assert describe_rule_setting(load_policy(policy, rulings), code) == said
