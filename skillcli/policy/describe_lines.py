"""One subsidy line in words: who may have it, on what conditions, how much, paid to whom."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from skillcli.core.money import fen, yuan_text
from skillcli.schema.inputs import ROSTER

if TYPE_CHECKING:
    from skillcli.policy.model import AmountStep, Line, PayeeRoute, PersonGroup, Policy, Rate, Route, Who

UNITS = {"per_day": "元/人/天", "per_month": "元/人/月"}


def dates(first: date, last: date | None) -> str:
    """``2019-01-01 至 2021-12-31``, or ``2019-01-01 起``."""
    return f"{first} 至 {last}" if last else f"{first} 起"


def who(policy: Policy, line: Line) -> Iterator[str]:
    """One sentence a route: people, kinds of training, level, certificate, readings needed."""
    if line.for_units:
        yield "单位（项目补助申报表）"
    for route in line.match:
        yield "；".join(part for part in _route(policy, route) if part)


def _route(policy: Policy, route: Route) -> Iterator[str]:
    people = " 或 ".join(group_text(policy.person_group(group)) for group in route.groups) or "任何人"
    people += "".join(f"，不含{policy.person_group(group).title}" for group in route.not_groups)
    yield people + (f"，不含{'、'.join(route.without)}" if route.without else "")
    yield "、".join(kinds_text(policy, route.kinds)) + (f"，另按口径 {route.kinds_from}" if route.kinds_from else "")
    if route.levels:
        yield "、".join(route.levels) + ("（等级空白的也对上，由 T13 判）" if route.blank_level else "")
    if route.certificates:
        yield "、".join(route.certificates) + (
            "（证书类型空白的也对上，由 C02、T08 判）" if route.blank_certificate else ""
        )
    if route.flag:
        yield f"{ROSTER[route.flag].title}为“是”"
    if route.readings:
        yield f"须口径 {'、'.join(route.readings)} 为“是”"
    if route.price_over:
        yield f"收费标准超过上限的看口径 {route.price_over}"


def group_text(group: PersonGroup) -> str:
    """``就业重点群体（甲、乙；丙且农村户口）``; the title alone where it says the same."""
    parts = "；".join(_who(one) for one in group.any)
    less = f"；不含{'、'.join(group.without)}" if group.without else ""
    return group.title if parts + less == group.title else f"{group.title}（{parts}{less}）"


def _who(one: Who) -> str:
    demands = list(one.all)
    if one.categories:
        demands.append("、".join(one.categories))
    if one.household:
        demands.append(f"{one.household}户口")
    text = " 且 ".join(demands) or "任何人"
    return text + (f"，不含{'、'.join(one.without)}" if one.without else "")


def kinds_text(policy: Policy, names: list[str]) -> list[str]:
    """Kinds of training, groups by their title."""
    titles = {group.id: group.title for group in policy.kind_groups}
    return [titles.get(name, name) for name in names]


def conditions(policy: Policy, line: Line) -> Iterator[str]:
    """What else must hold, one sentence each."""
    for name, need in (("考核合格", line.passing), ("取得证书", line.certificate)):
        if isinstance(need, str):
            yield f"{name}：由口径 {need} 决定，现{'须' if policy.holds(need) else '不须'}"
        elif need:
            yield f"须{name}"
    if line.release:
        whom = "、".join(line.release.categories)
        less = f"（不含{'、'.join(line.release.without)}）" if line.release.without else ""
        yield f"{whom}{less}开班时距刑满释放不足 {line.release.years} 年"
    if line.insured:
        yield f"除{'、'.join(line.insured.except_categories)}外，用人单位须参保"
    if line.placement:
        yield f"结课后 {line.placement.months} 个月内在区划 {line.placement.region} 开头的地方就业"
    if line.issued_from:
        yield f"证书须在 {line.issued_from.day} 及以后核发"
    if line.stacks:
        yield f"同一次培训另有培训类补贴的，看口径 {line.stacks.reading}"
    if line.follows:
        yield f"培训类补贴因 {'、'.join(line.follows.codes)} 不予补贴的，看口径 {line.follows.reading}"
    if line.counts:
        yield "计入次数限制"


def payees(policy: Policy, line: Line) -> str:
    """``个人（个人缴费），否则培训机构``."""
    return "，否则".join(_payee(policy, route) for route in line.payee) or "申报单位"


def _payee(policy: Policy, route: PayeeRoute) -> str:
    when = [route.payer, "、".join(route.categories), "、".join(kinds_text(policy, route.kinds))]
    stated = "，".join(part for part in when if part)
    return f"{route.to}（{stated}）" if stated else route.to


def prices(policy: Policy, line: Line) -> Iterator[tuple[str, str, str]]:
    """Figure, days it is in force (by which date), and clause; one row a step."""
    amount = line.amount
    column = "认定日期" if line.for_units else ROSTER[amount.date].title
    if amount.kind == "per_year":
        yield f"每满 {amount.months_a_year} 个月：{_decided(policy, amount.reading)}", "", line.clause
    if not amount.steps and amount.kind == "catalogue":
        yield f"目录收费标准（按{column}）", "", line.clause
    for position, step in enumerate(amount.steps):
        last = amount.steps[position + 1].valid_from if position + 1 < len(amount.steps) else None
        span = f"{step.valid_from} 起" + (f"，{last} 前" if last else "") + f"（按{column}）"
        for text in _figures(policy, line, step):
            yield text, span, step.clause


def _figures(policy: Policy, line: Line, step: AmountStep) -> Iterator[str]:
    kind = line.amount.kind
    if step.yuan is not None:
        figure = f"{yuan(step.yuan)} {UNITS.get(kind, '元/人')}"
        months = f"，每人累计至多 {line.amount.lifetime_months} 个月" if kind == "per_month" else ""
        yield f"目录收费标准，至多 {figure}" if kind == "catalogue_cap" else figure + months
    elif kind == "catalogue":
        yield "目录收费标准"
    for title, table in (("", step.levels), ("急需紧缺：", step.shortage)):
        if table:
            yield title + "、".join(f"{level} {yuan(figure)}" for level, figure in table.items()) + " 元/人"
    for rate in step.rates:
        yield _rate(policy, rate)


def _rate(policy: Policy, rate: Rate) -> str:
    what = rate.item or "、".join(rate.certificates) + rate.level
    figure = f"{yuan(rate.yuan)} 元" if rate.yuan is not None else _decided(policy, rate.reading)
    often = {"unit": "每单位一次", "document": "每单位每个认定文号一次"}[rate.once_per] if rate.item else "每人"
    return f"{what}：{figure}（{often}）"


def _decided(policy: Policy, key: str) -> str:
    value = policy.value(key)
    if isinstance(value, int | Decimal):
        return f"{yuan(value)} 元（口径 {key}）"
    return f"待明确（口径 {key}）"


def yuan(figure: Decimal | int) -> str:
    """Yuan as a clerk writes it: thousands, and decimals only where there are any."""
    return yuan_text(fen(figure)).removesuffix(".00")
