"""A policy in the words a clerk reads: plain rows for the terminal, workbooks and documentation."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from msgspec import Struct

from skillcli.core.finding import Severity
from skillcli.policy.describe_lines import conditions, dates, payees, prices, who, yuan

if TYPE_CHECKING:
    from skillcli.policy.model import Limit, Line, Policy, Reading, RuleSetting, Target, Value

ROLES = {"rule": "计算", "report": "报表", "background": "背景"}


class Section(Struct, frozen=True):
    """One table: its title, the titles of its columns, its rows (all text, never missing)."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def overview(policy: Policy) -> list[Section]:
    """The whole policy: what is paid to whom, how much since when, limits, targets, readings with
    the office's rulings, the standing of the general rules, what is not checked, the clauses."""
    return [
        Section("政策", ("项目", "内容"), tuple(_head(policy))),
        Section(
            "补贴项目",
            ("编号", "补贴项目", "条款", "谁、参加什么", "其他条件", "收款方", "资金渠道"),
            tuple(_line(policy, line) for line in policy.lines),
        ),
        Section("标准", ("补贴项目", "标准", "起止", "条款"), tuple(_amounts(policy))),
        Section("次数限制", ("限制", "起", "条款"), tuple(_limit(policy.limit))),
        Section("先行拨付", ("适用", "不低于", "默认", "起", "条款"), tuple(_advances(policy))),
        Section("目标", ("目标", "起止", "数值", "条款"), tuple(_target(target) for target in policy.targets)),
        readings(policy),
        Section(
            "一般规则在本政策的规定",
            ("规则", "规定", "条款"),
            tuple((code, describe_rule_setting(policy, code), policy.clause(code)) for code in sorted(policy.rules)),
        ),
        Section("未核对", ("条款", "内容"), tuple((item.clause, item.what) for item in policy.not_computed)),
        Section("条款", ("条款", "大意", "用途"), tuple((c.number, c.summary, ROLES[c.role]) for c in policy.clauses)),
    ]


def readings(policy: Policy) -> Section:
    """Every question left to the office, its default, and what the office has decided."""
    return Section(
        "政策口径",
        ("口径键", "问题", "依据", "条款", "默认", "认定", "认定人", "文号", "日期", "状态"),
        tuple(_reading(policy, reading) for reading in policy.readings),
    )


def _head(policy: Policy) -> Iterator[tuple[str, str]]:
    yield "编号", policy.id
    yield "名称", policy.title
    yield "文号", policy.number or "文中未载"
    yield "行政区划", policy.region
    yield "政策期", dates(policy.valid_from, policy.valid_to)
    yield "按哪个日期", shown(policy.reading(policy.period_date), policy.value(policy.period_date))
    yield "报表分列", f"按{policy.report_unit}"
    yield "资金渠道", "、".join(policy.funds)
    yield "最近核对", str(policy.checked_on)
    yield "文件校验", policy.sha256


def _line(policy: Policy, line: Line) -> tuple[str, ...]:
    fund = policy.fund(line)
    return (
        line.id,
        line.title,
        line.clause,
        "\n".join(who(policy, line)),
        "\n".join(conditions(policy, line)),
        payees(policy, line),
        fund or "待明确",
    )


def _amounts(policy: Policy) -> Iterator[tuple[str, str, str, str]]:
    for line in policy.lines:
        for text, span, clause in prices(policy, line):
            yield line.title, text, span, clause


def _limit(limit: Limit) -> Iterator[tuple[str, str, str]]:
    what = "享受" if limit.counts == "enjoyed" else "参加"
    window = "每年" if limit.window == "year" else "累计"
    for step in limit.steps:
        yield f"每人{window}至多{what} {step.times} 次", str(step.valid_from), step.clause
    yield f"同一职业同一等级不重复{what}", str(limit.steps[0].valid_from), limit.unique_clause
    freed = "不再占用次数和职业等级" if limit.reversal_frees else "仍占用次数和职业等级"
    yield f"追回的补贴{freed}", str(limit.steps[0].valid_from), "文件未写明"


def _advances(policy: Policy) -> Iterator[tuple[str, ...]]:
    for advance in policy.advances:
        whom = "、".join(advance.categories) or "一般"
        yield whom, f"{advance.percent}%", f"{advance.default_percent}%", str(advance.valid_from), advance.clause


def _target(target: Target) -> tuple[str, str, str, str]:
    value = "文件未定" if target.value is None else f"{target.value:,} {target.unit}"
    return target.title, dates(target.first, target.last), value, target.clause


def _reading(policy: Policy, reading: Reading) -> tuple[str, ...]:
    ruling = policy.rulings.get(reading.key)
    default = shown(reading, reading.default)
    if reading.default is None and reading.proposal is not None:
        default = f"（参考：{shown(reading, reading.proposal)}）"
    return (
        reading.key,
        reading.question,
        reading.basis,
        reading.clause,
        default,
        shown(reading, ruling.value) if ruling else "",
        ruling.decided_by if ruling else "",
        ruling.document if ruling else "",
        str(ruling.decided_on) if ruling and ruling.decided_on else "",
        _state(policy, reading),
    )


def _state(policy: Policy, reading: Reading) -> str:
    if reading.key in policy.rulings:
        return "已认定"
    if reading.default is not None:
        return "按默认"
    return "未定（可不定）" if reading.optional else "待明确"


def shown(reading: Reading, value: Value | None) -> str:
    """A reading's value in words: 是/否, yuan, percent, the label of a choice; "" for none."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(value) or "无"
    if isinstance(value, int | Decimal):
        return {"yuan": f"{yuan(value)} 元", "percent": f"{value}%"}.get(reading.kind, str(value))
    return reading.choices.get(value, value)


def describe_rule_setting(policy: Policy, code: str) -> str:
    """How a general rule stands in this policy now, in one sentence; "" where it is not mentioned."""
    setting = policy.rules.get(code)
    if setting is None:
        return ""
    parts = [_weight(setting.severity)] if setting.severity and not setting.reading else []
    if setting.reading:
        parts += _by_reading(policy, setting)
    if setting.clause:
        parts.append(f"依据 {setting.clause}")
    return "；".join(parts)


def _by_reading(policy: Policy, setting: RuleSetting) -> list[str]:
    reading = policy.reading(setting.reading)
    value = policy.value(setting.reading)
    undecided = f"，未定为{_weight(setting.severity)}" if setting.severity else ""
    return [
        f"由口径 {setting.reading} 决定：是为{_weight(setting.yes_severity)}，否为{_weight(setting.no_severity)}{undecided}",
        f"现为“{shown(reading, value) or '未定'}”",
    ]


def _weight(severity: str) -> str:
    return "不检查" if severity == "none" else Severity(severity).label
