"""The numbers behind a rule are the policy's own, with their clause."""

from __future__ import annotations

import pytest

from skillcli.jobs.figures import figures
from skillcli.policy.load import load_national, load_policy, shipped
from skillcli.policy.model import Ruling
from skillcli.rules import RULES


@pytest.mark.parametrize(
    ("policy", "code", "value", "clause"),
    [
        ("linkou-2019", "D03", "最多 3 次", "四（四）1"),
        ("taiyuan-2019", "D03", "最多 3 次", "三（三）"),
        ("linkou-2019", "D05", "每人终身最多 6 个月", "四（二）3"),
        ("linkou-2019", "E03", "1 年内释放", "四（一）3"),
        ("linkou-2019", "E06", "结课后 6 个月内就业", "四（四）3"),
        ("taiyuan-2019", "E07", "2019-07-01 起发的证书", "三（三）"),
        ("linkou-2019", "T06", "2019-01-01 至 2021-12-31", "一（二）"),
        ("taiyuan-2019", "A01", "最高 1000 元", "二（三）"),
        ("taiyuan-2019", "P13", "16（默认）", "二（三）"),
        ("taiyuan-2019", "T09", "未定（不核对）", "三（四）"),
        ("taiyuan-2019", "P15", "未定", "二（三）"),
        ("linkou-2019", "C06", "90 天", "全国通行"),
        ("linkou-2019", "P14", "至 63 周岁", "2024-09-13 延迟退休决定：男职工"),
    ],
)
def test_a_figure_and_its_clause(policy: str, code: str, value: str, clause: str) -> None:
    found = figures(code, load_policy(policy), load_national())
    assert [f for f in found if value in f.value and f.clause == clause], found


def test_a_decision_of_the_office_is_shown_as_such() -> None:
    policy = load_policy("taiyuan-2019", {"minimum_attendance": Ruling(value=80)})
    (found,) = figures("T09", policy, load_national())
    assert found.value == "80%（办公室认定）"


@pytest.mark.parametrize("policy", shipped())
def test_every_rule_can_be_shown_under_every_policy(policy: str) -> None:
    chosen, national = load_policy(policy), load_national()
    for rule in RULES:
        for figure in figures(rule.code, chosen, national):
            assert figure.what
            assert figure.value
            assert figure.clause
