"""Whether every line can match, is priced for whatever matches it, and names its payee."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from skillcli.policy.fault import Fault, order_faults, unknown
from skillcli.policy.lexicon import RULE_CODE, column_faults, word_faults
from skillcli.schema.column import Kind

if TYPE_CHECKING:
    from skillcli.policy.model import Amount, AmountStep, Line, Policy, Rate, Route

NEEDED = {
    "fixed": {"yuan"},
    "by_level": {"levels"},
    "by_level_shortage": {"levels", "shortage"},
    "by_certificate": {"rates"},
    "catalogue": set(),
    "catalogue_cap": {"yuan"},
    "per_day": {"yuan"},
    "per_month": {"yuan"},
    "per_year": set(),
    "grant_item": {"rates"},
}
"""What each step of an amount must state; it states nothing else."""
WITHOUT_STEPS = ("catalogue", "per_year")


def line_faults(policy: Policy) -> Iterator[Fault]:
    """All faults of all lines."""
    for line in policy.lines:
        where = f"lines.{line.id}"
        if line.fund and line.fund not in policy.funds:
            yield Fault(f"{where}.fund", unknown("funds 里列出的资金渠道", line.fund, policy.funds))
        yield from _shape_of_line(line, where)
        for position, route in enumerate(line.match):
            yield from _route(policy, line, route, f"{where}.match[{position + 1}]")
        yield from _payee(policy, line, f"{where}.payee")
        yield from _conditions(policy, line, where)
        yield from _amount(policy, line.amount, f"{where}.amount")
        yield from _priced(line, f"{where}.amount")


def _shape_of_line(line: Line, where: str) -> Iterator[Fault]:
    if line.for_units != (line.amount.kind == "grant_item"):
        yield Fault(f"{where}.for_units", 'for_units = true 与 amount.kind = "grant_item" 必须同时使用')
    if line.for_units and (line.match or line.payee):
        yield Fault(where, "补给单位的项目（for_units = true）不写 match，payee 写 []")
    if not line.for_units and not line.match:
        yield Fault(f"{where}.match", "是空的，没有一次培训能对上这个项目")
    if not line.for_units and not line.payee:
        yield Fault(f"{where}.payee", "是空的，应写明补给谁：个人、培训机构、用人单位")


def _route(policy: Policy, line: Line, route: Route, where: str) -> Iterator[Fault]:
    groups = [group.id for group in policy.person_groups]
    for name in ("groups", "not_groups"):
        for group in getattr(route, name):
            if group not in groups:
                yield Fault(f"{where}.{name}", unknown("person_groups 里的人群", group, groups))
    if not route.kinds and not route.kinds_from:
        yield Fault(f"{where}.kinds", "是空的，应写明培训类型")
    yield from _kinds(policy, route.kinds, f"{where}.kinds")
    yield from word_faults(f"{where}.without", route.without, "category")
    yield from word_faults(f"{where}.levels", route.levels, "level")
    yield from word_faults(f"{where}.certificates", route.certificates, "certificate_kind")
    if route.blank_level and not route.levels:
        yield Fault(f"{where}.blank_level", "不写 levels 时本来就不看等级，不必写 blank_level")
    if route.blank_certificate and not route.certificates:
        yield Fault(f"{where}.blank_certificate", "不写 certificates 时本来就不看证书类型，不必写 blank_certificate")
    if route.flag:
        yield from column_faults(f"{where}.flag", route.flag, Kind.YES_NO)
    if route.price_over and line.amount.kind != "catalogue_cap":
        yield Fault(f"{where}.price_over", '只有 amount.kind = "catalogue_cap" 的项目才写')
    if route.warning and not RULE_CODE.fullmatch(route.warning):
        yield Fault(f"{where}.warning", f"写作“{route.warning}”，应为规则代码，例如 A06")


def _kinds(policy: Policy, names: list[str], where: str) -> Iterator[Fault]:
    yield from word_faults(where, names, "training_kind", [group.id for group in policy.kind_groups])


def _payee(policy: Policy, line: Line, where: str) -> Iterator[Fault]:
    last = len(line.payee) - 1
    for position, route in enumerate(line.payee):
        here = f"{where}[{position + 1}]"
        if route.payer:
            yield from word_faults(f"{here}.payer", [route.payer], "payer")
        yield from word_faults(f"{here}.categories", route.categories, "category")
        yield from _kinds(policy, route.kinds, f"{here}.kinds")
        open_to_all = not (route.payer or route.categories or route.kinds)
        if position == last and not open_to_all:
            yield Fault(here, "最后一个收款方不能带条件，否则有的培训没有收款方")
        if position < last and open_to_all:
            yield Fault(here, "没有条件，后面写的收款方永远轮不到")


def _conditions(policy: Policy, line: Line, where: str) -> Iterator[Fault]:
    groups = sorted({other.group for other in policy.lines if other.group})
    if line.release:
        if line.release.years < 1:
            yield Fault(f"{where}.release.years", f"写作 {line.release.years}，应为正整数")
        for name in ("categories", "without"):
            yield from word_faults(f"{where}.release.{name}", getattr(line.release, name), "category")
    if line.insured:
        yield from word_faults(f"{where}.insured.except_categories", line.insured.except_categories, "category")
    if line.placement:
        if line.placement.months < 1:
            yield Fault(f"{where}.placement.months", f"写作 {line.placement.months}，应为正整数")
        if not re.fullmatch(r"[1-9]\d(\d\d){0,2}", line.placement.region):
            yield Fault(f"{where}.placement.region", f"写作“{line.placement.region}”，应为区划代码的前 2、4 或 6 位")
    for name, condition in (("stacks", line.stacks), ("follows", line.follows)):
        if condition and condition.group not in groups:
            yield Fault(f"{where}.{name}.group", unknown("补贴项目的分组", condition.group, groups))
    for code in line.follows.codes if line.follows else []:
        if not RULE_CODE.fullmatch(code):
            yield Fault(f"{where}.follows.codes", f"写作“{code}”，应为规则代码，例如 D02")


def _amount(policy: Policy, amount: Amount, where: str) -> Iterator[Fault]:
    yield from column_faults(f"{where}.date", amount.date, Kind.DATE)
    if not amount.steps and amount.kind not in WITHOUT_STEPS:
        yield Fault(f"{where}.steps", "是空的，应写明金额、生效日期和条款")
    if amount.kind == "per_month" and amount.lifetime_months < 1:
        yield Fault(f"{where}.lifetime_months", "按月补贴应写明每人累计最多几个月")
    if amount.kind != "per_month" and amount.lifetime_months:
        yield Fault(f"{where}.lifetime_months", "只有按月补贴（per_month）才写")
    if amount.months_a_year < 1:
        yield Fault(f"{where}.months_a_year", f"写作 {amount.months_a_year}，应为正整数")
    if (amount.kind == "per_year") != bool(amount.reading):
        yield Fault(f"{where}.reading", "按年补贴（per_year）的金额由口径确定，必须写 reading；其他种类不写")
    if (amount.kind == "by_level_shortage") != bool(amount.no_shortage_list):
        yield Fault(f"{where}.no_shortage_list", "分急需紧缺的标准（by_level_shortage）必须写；其他种类不写")
    for position, step in enumerate(amount.steps):
        yield from _step(amount.kind, step, f"{where}.steps[{position + 1}]")
    yield from order_faults(f"{where}.steps", [step.valid_from for step in amount.steps])
    yield from _ends(policy, amount, where)


def _ends(policy: Policy, amount: Amount, where: str) -> Iterator[Fault]:
    """A stated last day must leave no day without a figure, nor one with two."""
    for position, step in enumerate(amount.steps):
        if step.valid_to is None:
            continue
        here = f"{where}.steps[{position + 1}].valid_to"
        if step.valid_to < step.valid_from:
            yield Fault(here, f"{step.valid_to} 早于 valid_from {step.valid_from}")
        elif position + 1 < len(amount.steps):
            following = amount.steps[position + 1].valid_from
            if (following - step.valid_to).days != 1:
                yield Fault(here, f"{step.valid_to} 与下一步的 {following} 不相接（重叠或有空档）")
        elif step.valid_to < policy.valid_to:
            yield Fault(here, f"{step.valid_to} 早于政策期末 {policy.valid_to}，其后没有标准")


def _step(kind: str, step: AmountStep, where: str) -> Iterator[Fault]:
    stated = {name for name in ("yuan", "levels", "shortage", "rates") if getattr(step, name) not in (None, {}, [])}
    for name in sorted(NEEDED[kind] - stated):
        yield Fault(f"{where}.{name}", f'没有写；amount.kind = "{kind}" 需要它')
    for name in sorted(stated - NEEDED[kind]):
        yield Fault(f"{where}.{name}", f'amount.kind = "{kind}" 用不到它')
    if step.yuan is not None:
        yield from _money(step.yuan, f"{where}.yuan")
    for name in ("levels", "shortage"):
        table: dict[str, Decimal] = getattr(step, name)
        yield from word_faults(f"{where}.{name}", table, "level")
        for level, yuan in table.items():
            yield from _money(yuan, f"{where}.{name}.{level}")
    if "shortage" in stated and step.shortage.keys() != step.levels.keys():
        yield Fault(f"{where}.shortage", "写的等级与 levels 不同；每个等级两档都要有")
    for position, rate in enumerate(step.rates):
        yield from _rate(kind, rate, f"{where}.rates[{position + 1}]")
    items = [rate.item for rate in step.rates if rate.item]
    for item in sorted({item for item in items if items.count(item) > 1}):
        yield Fault(f"{where}.rates", f"“{item}”写了 {items.count(item)} 次")


def _rate(kind: str, rate: Rate, where: str) -> Iterator[Fault]:
    if (rate.yuan is None) == (not rate.reading):
        yield Fault(where, "yuan 和 reading 要写一个，也只写一个")
    if rate.yuan is not None:
        yield from _money(rate.yuan, f"{where}.yuan")
    if (kind == "grant_item") != bool(rate.item) or (kind == "by_certificate") != bool(rate.certificates):
        yield Fault(where, "按证书补贴写 certificates，项目补助写 item")
    if rate.level:
        yield from word_faults(f"{where}.level", [rate.level], "level")
    yield from word_faults(f"{where}.certificates", rate.certificates, "certificate_kind")


def _money(yuan: Decimal, where: str) -> Iterator[Fault]:
    if yuan <= 0 or yuan * 100 != (yuan * 100).to_integral_value():
        yield Fault(where, f"写作 {yuan}，应为大于 0、最多两位小数的金额（元）")


def _priced(line: Line, where: str) -> Iterator[Fault]:
    """Whatever a route lets in has a figure in every step, and never two."""
    for position, step in enumerate(line.amount.steps):
        here = f"{where}.steps[{position + 1}]"
        for route in line.match:
            if line.amount.kind.startswith("by_level") and (not route.levels or set(route.levels) - set(step.levels)):
                missing = (
                    "、".join(level for level in route.levels if level not in step.levels) or "match 没有写 levels"
                )
                yield Fault(f"{here}.levels", f"有的等级没有标准：{missing}")
            if line.amount.kind == "by_certificate":
                yield from _certificate_priced(route, step, f"{here}.rates")


def _certificate_priced(route: Route, step: AmountStep, where: str) -> Iterator[Fault]:
    if not route.certificates:
        yield Fault(where, "按证书补贴的 match 要写 certificates")
    for kind in route.certificates:
        for level in route.levels or [""]:
            fitting = [rate for rate in step.rates if kind in rate.certificates and rate.level in ("", level)]
            if len(fitting) != 1:
                yield Fault(where, f"{kind}{level}有 {len(fitting)} 个标准，应恰有一个")
