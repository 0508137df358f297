"""Whether every question the file refers to stands in it, in the kind its user needs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from skillcli.policy.fault import Fault, allowed, unknown
from skillcli.policy.lexicon import column_faults
from skillcli.policy.values import typed
from skillcli.schema.column import Kind

if TYPE_CHECKING:
    from skillcli.policy.model import Line, Policy, Reading

ALWAYS = {
    "hours_per_day": "whole",
    "minimum_age": "whole",
    "minimum_attendance": "percent",
    "maximum_class": "whole",
    "require_employment_card": "yes_no",
    "counts_to_target": "choice",
}
"""Questions every city must put: general rules and reports ask for them by key."""

CHOICES = {
    "counts_to_target": ("payable", "paid"),
    "no_shortage_list": ("base", "raised"),
    "once_per": ("person", "training"),
}
"""Keys a choice must offer, by the place that uses it."""

NUMBERS = ("yuan", "whole", "percent")


def reading_faults(policy: Policy) -> Iterator[Fault]:
    """Each reading by itself, then every reference to one, then those nothing refers to."""
    for reading in policy.readings:
        yield from _itself(reading, policy.funds)
    known = {reading.key: reading for reading in policy.readings}
    used = set()
    for where, key, kind, use in references(policy):
        used.add(key)
        if key not in known:
            yield Fault(where, unknown("readings 里列出的口径键", key, known))
        elif known[key].kind != kind:
            yield Fault(where, f"口径“{key}”的 kind 是 {known[key].kind}，这里需要 {kind}")
        elif kind == "choice" and use in CHOICES and sorted(known[key].choices) != sorted(CHOICES[use]):
            yield Fault(f"readings.{key}.choices", f"这里用到的选项应为 {'、'.join(CHOICES[use])}")
    for key in known:
        if key not in used:
            yield Fault(f"readings.{key}", "没有一处用到这个口径")
    if policy.period_date in known:
        for column in known[policy.period_date].choices:
            yield from column_faults(f"readings.{policy.period_date}.choices", column, Kind.DATE)


def _itself(reading: Reading, funds: list[str]) -> Iterator[Fault]:
    where = f"readings.{reading.key}"
    for name in ("title", "question", "basis"):
        if not getattr(reading, name).strip():
            yield Fault(f"{where}.{name}", "是空白")
    if reading.kind == "choice" and not reading.choices:
        yield Fault(f"{where}.choices", "kind 为 choice 时要写出选项：键 = 中文说法")
    if reading.kind != "choice" and list(reading.choices) != (funds if reading.kind == "fund" else []):
        yield Fault(f"{where}.choices", f"kind 为 {reading.kind} 时不写选项")
    if reading.minimum is not None and reading.kind not in NUMBERS:
        yield Fault(f"{where}.minimum", f"kind 为 {reading.kind} 时不写 minimum；{allowed(NUMBERS)} 才写")
    for name in ("default", "proposal"):
        value = getattr(reading, name)
        if value is None:
            continue
        try:
            typed(reading, value)
        except ValueError as error:
            yield Fault(f"{where}.{name}", str(error))


def references(policy: Policy) -> Iterator[tuple[str, str, str, str]]:
    """Every reference to a reading: where it stands, the key, the kind needed, and the use."""
    for key, kind in ALWAYS.items():
        yield "readings", key, kind, key
    yield "period_date", policy.period_date, "choice", "period_date"
    if policy.limit.failed_counts:
        yield "limit.failed_counts", policy.limit.failed_counts, "yes_no", "failed_counts"
    for code, setting in policy.rules.items():
        if setting.reading:
            yield f"rules.{code}.reading", setting.reading, "yes_no", "rule"
    for line in policy.lines:
        for name, key, kind, use in _of_line(line):
            yield f"lines.{line.id}{name}", key, kind, use


def _of_line(line: Line) -> Iterator[tuple[str, str, str, str]]:
    if not line.fund:
        yield ".fund", f"fund.{line.id}", "fund", "fund"
    for name in ("passing", "certificate"):
        need = getattr(line, name)
        if isinstance(need, str):
            yield f".{name}", need, "yes_no", name
    for position, route in enumerate(line.match):
        where = f".match[{position + 1}]"
        for key in route.readings:
            yield f"{where}.readings", key, "yes_no", "readings"
        if route.price_over:
            yield f"{where}.price_over", route.price_over, "yes_no", "price_over"
        if route.kinds_from:
            yield f"{where}.kinds_from", route.kinds_from, "kinds", "kinds_from"
    yield from _of_amount(line)
    if line.placement:
        yield ".placement.once_per", line.placement.once_per, "choice", "once_per"
    if line.stacks:
        yield ".stacks.reading", line.stacks.reading, "yes_no", "stacks"
    if line.follows:
        yield ".follows.reading", line.follows.reading, "yes_no", "follows"


def _of_amount(line: Line) -> Iterator[tuple[str, str, str, str]]:
    amount = line.amount
    if amount.reading:
        yield ".amount.reading", amount.reading, "yuan", "amount"
    if amount.no_shortage_list:
        yield ".amount.no_shortage_list", amount.no_shortage_list, "choice", "no_shortage_list"
    for position, step in enumerate(amount.steps):
        for rate in step.rates:
            if rate.reading:
                yield f".amount.steps[{position + 1}].rates", rate.reading, "yuan", "rate"


def users(policy: Policy) -> dict[str, list[str]]:
    """Reading key → ids of the lines that ask it."""
    found: dict[str, list[str]] = defaultdict(list)
    for line in policy.lines:
        for _, key, _, _ in _of_line(line):
            if line.id not in found[key]:
                found[key].append(line.id)
    return dict(found)
