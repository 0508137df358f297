"""The policy's numbers behind a rule, each with its clause: what ``skillcli rule CODE`` shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from skillcli.policy.model import Line, National, Policy


class Figure(Struct, frozen=True):
    """One number, date or decision in force: what it is, its value in plain Chinese, its clause."""

    what: str
    value: str
    clause: str


def figures(code: str, policy: Policy, national: National) -> tuple[Figure, ...]:
    """What the policy says in numbers where rule ``code`` compares; empty where it compares none."""
    makers = _FIGURES.get(code, ())
    found = [figure for make in makers for figure in make(policy, national)]
    setting = policy.rules.get(code)
    if setting is not None and setting.reading:
        found += _reading(setting.reading)(policy, national)
    return tuple(dict.fromkeys(found))


def value_text(policy: Policy, key: str) -> str:
    """The decision on a reading as a clerk reads it, and whether it is the office's or the default."""
    reading = policy.reading(key)
    value = policy.value(key)
    if value is None:
        return "未定（不核对）" if reading.optional else "未定，遇到时列为待明确"
    source = "办公室认定" if key in policy.rulings else "默认"
    return f"{_plain(value, reading.kind, reading.choices)}（{source}）"


def _plain(value: object, kind: str, choices: dict[str, str]) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(value) or "无"
    if isinstance(value, Decimal | int):
        number = f"{value:f}" if isinstance(value, Decimal) else str(value)
        return number + {"yuan": " 元", "percent": "%"}.get(kind, "")
    return choices.get(str(value), str(value))


Make = Callable[["Policy", "National"], Iterator[Figure]]


def _reading(*keys: str) -> Make:
    def make(policy: Policy, national: National) -> Iterator[Figure]:
        known = {reading.key: reading for reading in policy.readings}
        for key in keys:
            if key in known:
                yield Figure(f"口径 {key}：{known[key].title}", value_text(policy, key), known[key].clause)

    return make


def _period(policy: Policy, national: National) -> Iterator[Figure]:
    yield Figure("政策期", f"{policy.valid_from} 至 {policy.valid_to}", policy.clause("T06"))
    yield from _reading(policy.period_date)(policy, national)


def _limit(policy: Policy, national: National) -> Iterator[Figure]:
    limit = policy.limit
    window = {"year": "每人每自然年", "lifetime": "每人终身"}[limit.window]
    counted = {"enjoyed": "享受补贴", "attended": "参加补贴性培训"}[limit.counts]
    for step in limit.steps:
        yield Figure(f"{window}{counted}", f"最多 {step.times} 次（{step.valid_from} 起）", step.clause)
    if limit.failed_counts:
        yield from _reading(limit.failed_counts)(policy, national)


def _unique(policy: Policy, national: National) -> Iterator[Figure]:
    yield Figure("同一职业（工种）同一等级", "只能一次", policy.limit.unique_clause)


def _lines(show: Callable[[Line], str], clause: Callable[[Line], str]) -> Make:
    """One figure for each line about which ``show`` has something to say."""

    def make(policy: Policy, national: National) -> Iterator[Figure]:
        for line in policy.lines:
            text = show(line)
            if text:
                yield Figure(line.title, text, clause(line) or line.clause)

    return make


def _lifetime(line: Line) -> str:
    months = line.amount.lifetime_months
    return f"每人终身最多 {months} 个月" if months else ""


def _year_months(line: Line) -> str:
    return f"每满 {line.amount.months_a_year} 个月计一年" if line.amount.kind == "per_year" else ""


def _release(line: Line) -> str:
    return f"开班之日起 {line.release.years} 年内释放" if line.release else ""


def _insured(line: Line) -> str:
    if line.insured is None:
        return ""
    return f"用人单位须参保（{'、'.join(line.insured.except_categories)}除外）"


def _placement(line: Line) -> str:
    return f"结课后 {line.placement.months} 个月内就业" if line.placement else ""


def _issued_from(line: Line) -> str:
    return f"{line.issued_from.day} 起发的证书" if line.issued_from else ""


def _needs_pass(line: Line) -> str:
    if isinstance(line.passing, str):
        return f"是否须合格看口径 {line.passing}"
    return "须考核合格" if line.passing else ""


def _needs_certificate(line: Line) -> str:
    if isinstance(line.certificate, str):
        return f"是否须取得证书看口径 {line.certificate}"
    return "须取得证书" if line.certificate else ""


def _catalogue(line: Line) -> str:
    if line.amount.kind == "catalogue":
        return "按目录的收费标准"
    if line.amount.kind == "catalogue_cap":
        caps = "；".join(f"{step.yuan} 元（{step.valid_from} 起）" for step in line.amount.steps)
        return f"按目录的收费标准，最高 {caps}"
    return ""


def _own_clause(line: Line) -> str:
    return line.clause


def _follows(policy: Policy, national: National) -> Iterator[Figure]:
    for line in policy.lines:
        if line.follows:
            yield from _reading(line.follows.reading)(policy, national)


def _once_per(policy: Policy, national: National) -> Iterator[Figure]:
    for line in policy.lines:
        if line.placement:
            yield from _reading(line.placement.once_per)(policy, national)


def _open(policy: Policy, national: National) -> Iterator[Figure]:
    """Readings that are neither decided nor defaulted."""
    undecided = [r.key for r in policy.readings if policy.value(r.key) is None and not r.optional]
    yield from _reading(*undecided)(policy, national)


def _denied(policy: Policy, national: National) -> Iterator[Figure]:
    refused = [r.key for r in policy.readings if r.key in policy.rulings and policy.value(r.key) is False]
    yield from _reading(*refused)(policy, national)


def _funds(policy: Policy, national: National) -> Iterator[Figure]:
    yield from _reading(*(f"fund.{line.id}" for line in policy.lines if not line.fund))(policy, national)


def _shortage(policy: Policy, national: National) -> Iterator[Figure]:
    for line in policy.lines:
        if line.amount.no_shortage_list:
            yield from _reading(line.amount.no_shortage_list)(policy, national)


def _national(what: str, show: Callable[[National], str]) -> Make:
    def make(policy: Policy, national: National) -> Iterator[Figure]:
        yield Figure(what, show(national), "全国通行")

    return make


def _retirement(policy: Policy, national: National) -> Iterator[Figure]:
    for step in national.retirement:
        yield Figure(
            f"{step.sex}，原退休年龄 {step.base} 周岁，{step.born_from} 及以后出生",
            f"每 {step.births_a_step} 个月延迟 1 个月，至 {step.ceiling} 周岁（{step.valid_from} 起）",
            step.clause,
        )


def _insured_clause(line: Line) -> str:
    return line.insured.clause if line.insured else ""


def _release_clause(line: Line) -> str:
    return line.release.clause if line.release else ""


def _placement_clause(line: Line) -> str:
    return line.placement.clause if line.placement else ""


def _issued_clause(line: Line) -> str:
    return line.issued_from.clause if line.issued_from else ""


_RELEASE = _lines(_release, _release_clause)
_INSURED = _lines(_insured, _insured_clause)
_PLACEMENT = _lines(_placement, _placement_clause)
_CERTIFICATE = _lines(_needs_certificate, _own_clause)
_PRICE = _lines(_catalogue, _own_clause)

_FIGURES: dict[str, tuple[Make, ...]] = {
    "P11": (_national("几个人共用一个电话时提醒", lambda n: f"{n.phone_shared_by} 人"),),
    "P13": (_reading("minimum_age"),),
    "P14": (_retirement,),
    "T06": (_period,),
    "T07": (_national("一天最多", lambda n: f"{n.hours_a_day_most} 课时"),),
    "T08": (_lines(_needs_pass, _own_clause),),
    "T09": (_reading("minimum_attendance"),),
    "T14": (_reading("maximum_class"),),
    "C01": (_CERTIFICATE,),
    "C02": (_CERTIFICATE,),
    "C04": (_CERTIFICATE,),
    "C06": (_national("结课后超过多少天发证时提醒", lambda n: f"{n.certificate_late_days} 天"),),
    "E02": (_RELEASE,),
    "E03": (_RELEASE,),
    "E04": (_INSURED,),
    "E05": (_INSURED,),
    "E06": (_PLACEMENT,),
    "E07": (_lines(_issued_from, _issued_clause),),
    "E08": (_lines(_year_months, _own_clause),),
    "E09": (_open,),
    "E10": (_reading("require_employment_card"),),
    "E11": (_PLACEMENT,),
    "E12": (_denied,),
    "E13": (_shortage,),
    "D02": (_unique,),
    "D03": (_limit,),
    "D04": (_follows,),
    "D05": (_lines(_lifetime, _own_clause),),
    "D07": (_once_per,),
    "A01": (_PRICE,),
    "A02": (_PRICE,),
    "A03": (_reading("hours_per_day"),),
    "A04": (_reading("hours_per_day"),),
    "A05": (_funds,),
    "A06": (_reading("senior_accepts_level_certificate"),),
}
