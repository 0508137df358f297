"""Whether what a policy file says holds together: words, clauses, references, dates.

Every check yields all its faults. The lines' own checks stand in ``check_lines``, those of the
readings in ``check_readings``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, get_args

import msgspec

from skillcli.policy.check_lines import line_faults
from skillcli.policy.check_readings import reading_faults
from skillcli.policy.fault import Fault, allowed, item_label, order_faults, unknown
from skillcli.policy.lexicon import RULE_CODE, word_faults
from skillcli.policy.model import FlagKey

if TYPE_CHECKING:
    from skillcli.policy.model import FlagFigure, National, Policy

NEVER_OVERRIDDEN = ("D01", "D02", "C03")
CLAUSE_MAY_LACK = ("rules", "kind_groups")
"""Tables whose clause may be left out: a general rule, or a mere grouping of words."""
_HOLDING = (msgspec.Struct, list, dict)
"""What may hold a clause; all else is a single value."""


def policy_faults(policy: Policy) -> Iterator[Fault]:
    """Everything that does not hold together in a policy of the right shape."""
    yield from _identity(policy)
    yield from _names(policy)
    yield from _groups(policy)
    yield from line_faults(policy)
    yield from _limit(policy)
    yield from _advances(policy)
    yield from _targets(policy)
    yield from reading_faults(policy)
    yield from _rules(policy)
    yield from _clauses(policy)


def _identity(policy: Policy) -> Iterator[Fault]:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", policy.id):
        yield Fault("id", f"写作“{policy.id}”，应为小写字母、数字和连字符，例如 taiyuan-2019")
    if not policy.title.strip():
        yield Fault("title", "是空白")
    if not re.fullmatch(r"[1-9]\d{5}", policy.region):
        yield Fault("region", f"写作“{policy.region}”，应为六位行政区划代码（GB/T 2260），例如 231025")
    if policy.valid_to < policy.valid_from:
        yield Fault("valid_to", f"{policy.valid_to} 早于 valid_from {policy.valid_from}")
    if not policy.report_unit.strip():
        yield Fault("report_unit", "是空白，应为报表分列的单位，例如 镇")
    yield from _repeated("funds", policy.funds)
    for category, brought in policy.implies.items():
        yield from word_faults(f"implies.{category}", [category, *brought], "category")
        if category in brought:
            yield Fault(f"implies.{category}", "不必带出自己")


def _repeated(where: str, names: Iterable[str]) -> Iterator[Fault]:
    for name, times in Counter(names).items():
        if times > 1:
            yield Fault(where, f"“{name}”写了 {times} 次，只能写一次")


def _names(policy: Policy) -> Iterator[Fault]:
    """Ids, keys, clause numbers and titles stand once, and ids are plain words."""
    lists: tuple[tuple[str, str, Sequence[Any]], ...] = (
        ("clauses", "number", policy.clauses),
        ("person_groups", "id", policy.person_groups),
        ("kind_groups", "id", policy.kind_groups),
        ("lines", "id", policy.lines),
        ("lines", "title", policy.lines),
        ("targets", "id", policy.targets),
        ("readings", "key", policy.readings),
    )
    for name, field, items in lists:
        yield from _repeated(name, (getattr(item, field) for item in items))
        for position, item in enumerate(items):
            where = f"{name}{item_label(item, position)}"
            if not getattr(item, field).strip():
                yield Fault(f"{where}.{field}", "是空白")
            elif field == "id" and not re.fullmatch(r"[a-z][a-z0-9_]*", item.id):
                yield Fault(f"{where}.id", f"写作“{item.id}”，应为小写字母、数字和下划线，例如 staff")
    for clause in policy.clauses:
        if not clause.summary.strip():
            yield Fault(f"clauses.{clause.number}.summary", "是空白，应为条款大意")


def _groups(policy: Policy) -> Iterator[Fault]:
    for group in policy.person_groups:
        where = f"person_groups.{group.id}"
        if not group.any:
            yield Fault(f"{where}.any", "是空的，没有人属于这个人群")
        for position, who in enumerate(group.any):
            for field in ("categories", "all", "without"):
                yield from word_faults(f"{where}.any[{position + 1}].{field}", getattr(who, field), "category")
            if who.household:
                yield from word_faults(f"{where}.any[{position + 1}].household", [who.household], "household")
        yield from word_faults(f"{where}.without", group.without, "category")
    known = [group.id for group in policy.person_groups]
    if policy.focus_group and policy.focus_group not in known:
        yield Fault("focus_group", unknown("person_groups 里的人群", policy.focus_group, known))
    funds = policy.staff_funds
    for name in ("front_percent", "deducted_percent") if funds else ():
        if not 0 < getattr(funds, name) <= 100:
            yield Fault(f"staff_funds.{name}", f"写作 {getattr(funds, name)}，应为 1 至 100")
    for kind_group in policy.kind_groups:
        where = f"kind_groups.{kind_group.id}"
        if not kind_group.kinds:
            yield Fault(f"{where}.kinds", "是空的，应列出培训类型")
        yield from word_faults(f"{where}.kinds", kind_group.kinds, "training_kind")


def _limit(policy: Policy) -> Iterator[Fault]:
    limit, groups = policy.limit, sorted({line.group for line in policy.lines if line.group})
    if not limit.steps:
        yield Fault("limit.steps", "是空的，应写明次数")
    for position, step in enumerate(limit.steps):
        if step.times < 1:
            yield Fault(f"limit.steps[{position + 1}].times", f"写作 {step.times}，应为正整数")
    yield from order_faults("limit.steps", [step.valid_from for step in limit.steps])
    if limit.counts == "enjoyed" and limit.group not in groups:
        yield Fault("limit.group", unknown("补贴项目的分组", limit.group, groups))
    if limit.failed_counts and limit.counts != "attended":
        yield Fault("limit.failed_counts", '只有限制参加次数（counts = "attended"）时才写')
    if not any(line.counts for line in policy.lines):
        yield Fault("limit.counts", "没有一个补贴项目写 counts = true，次数无从计算")
    yield from word_faults("limit.except_kinds", limit.except_kinds, "training_kind")
    for code in limit.overridable:
        if not RULE_CODE.fullmatch(code) or code in NEVER_OVERRIDDEN:
            yield Fault(
                "limit.overridable", f"“{code}”不能特殊审批，应为规则代码（{'、'.join(NEVER_OVERRIDDEN)} 除外）"
            )


def _advances(policy: Policy) -> Iterator[Fault]:
    seen: dict[tuple[str, ...], list[date]] = {}
    for position, advance in enumerate(policy.advances):
        where = f"advances[{position + 1}]"
        if not 1 <= advance.percent <= 100:
            yield Fault(f"{where}.percent", f"写作 {advance.percent}，应在 1 到 100 之间")
        if not advance.percent <= advance.default_percent <= 100:
            yield Fault(
                f"{where}.default_percent", f"写作 {advance.default_percent}，应在 {advance.percent} 到 100 之间"
            )
        yield from word_faults(f"{where}.categories", advance.categories, "category")
        seen.setdefault(tuple(sorted(advance.categories)), []).append(advance.valid_from)
    for days in seen.values():
        yield from order_faults("advances", days)


def _targets(policy: Policy) -> Iterator[Fault]:
    for target in policy.targets:
        where = f"targets.{target.id}"
        if target.last < target.first:
            yield Fault(f"{where}.last", f"{target.last} 早于 first {target.first}")
        unit = "人次" if target.measure == "trainings" else "%"
        if target.unit != unit:
            yield Fault(f"{where}.unit", f"写作“{target.unit}”，measure 为 {target.measure} 时应为“{unit}”")
        if target.value is not None and (target.value < 0 or (unit == "%" and target.value > 100)):
            yield Fault(f"{where}.value", f"写作 {target.value}，超出范围；文件未定的不写 value")
        yield from word_faults(f"{where}.without", target.without, "category")


def _rules(policy: Policy) -> Iterator[Fault]:
    for code, setting in policy.rules.items():
        where = f"rules.{code}"
        if not RULE_CODE.fullmatch(code):
            yield Fault(where, "不是规则代码，应为一个大写字母加两位数字，例如 P15")
        if bool(setting.reading) != bool(setting.yes_severity and setting.no_severity):
            yield Fault(where, "reading、yes_severity、no_severity 三项要么都写，要么都不写")


def _clauses(policy: Policy) -> Iterator[Fault]:
    """Every clause cited is listed, and every clause listed as a rule is cited."""
    listed = [clause.number for clause in policy.clauses]
    cited = {""}
    for where, number in citations(policy):
        cited.add(number)
        if not number and where.split(".")[0] not in CLAUSE_MAY_LACK:
            yield Fault(where, f"是空白，应为条款号；{allowed(listed)}")
        elif number and number not in listed:
            yield Fault(where, unknown("clauses 里列出的条款", number, listed))
    for clause in policy.clauses:
        if clause.role == "rule" and clause.number not in cited:
            where = f"clauses.{clause.number}"
            yield Fault(where, '没有一处引用；只供报表的写 role = "report"，只作背景的写 role = "background"')


def citations(policy: Policy) -> Iterator[tuple[str, str]]:
    """Every place of the file that names a clause, and the clause it names."""
    yield from _cited(policy, "")


def _cited(value: Any, where: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            inner = getattr(value, name)
            path = f"{where}.{name}" if where else name
            if name in ("clause", "unique_clause"):
                yield path, inner
            elif isinstance(inner, _HOLDING):
                yield from _cited(inner, path)
    elif isinstance(value, list):
        for position, item in enumerate(value):
            if isinstance(item, _HOLDING):
                yield from _cited(item, f"{where}{item_label(item, position)}")
    elif isinstance(value, dict):
        for key, item in value.items():
            if isinstance(item, _HOLDING):
                yield from _cited(item, f"{where}.{key}")


def national_faults(national: National) -> Iterator[Fault]:
    """The same for ``national.toml``."""
    if not national.source.strip():
        yield Fault("source", "是空白，应写明数字的出处")
    for name in (
        "certificate_late_days",
        "hours_a_day_most",
        "phone_shared_by",
        "publication_days",
        "employment_months",
        "retirement_men",
        "retirement_women",
    ):
        if getattr(national, name) < 1:
            yield Fault(name, f"写作 {getattr(national, name)}，应为正整数")
    yield from _flag_faults(national.flags)
    yield from _repeated("references", (each.name for each in national.references))
    yield from _repeated("retirement", (f"{step.sex} {step.base}" for step in national.retirement))
    for position, step in enumerate(national.retirement):
        where = f"retirement[{position + 1}]"
        if step.births_a_step < 1:
            yield Fault(f"{where}.births_a_step", f"写作 {step.births_a_step}，应为正整数")
        if not 0 < step.base <= step.ceiling:
            yield Fault(f"{where}.ceiling", f"写作 {step.ceiling}，不能小于 base {step.base}")
        if not step.clause.strip():
            yield Fault(f"{where}.clause", "是空白，应为出处")


def _flag_faults(figures: list[FlagFigure]) -> Iterator[Fault]:
    newest: dict[str, date] = {}
    for position, figure in enumerate(figures):
        where = f"flags[{position + 1}]"
        if figure.value < 1:
            yield Fault(f"{where}.value", f"写作 {figure.value}，应为正整数")
        if not figure.basis.strip():
            yield Fault(f"{where}.basis", "是空白，应写明依据")
        if figure.key in newest and figure.valid_from <= newest[figure.key]:
            yield Fault(
                f"{where}.valid_from", f"写作 {figure.valid_from}，应晚于 {figure.key} 的上一步 {newest[figure.key]}"
            )
        newest[figure.key] = figure.valid_from
    missing = sorted(set(get_args(FlagKey)) - newest.keys()) if newest else []
    for key in missing:
        yield Fault("flags", f"缺 {key}")
