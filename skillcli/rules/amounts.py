"""What one line is worth by the kind of its amount: ``standard_fen`` × ``quantity`` of a ``unit``.

A figure the text leaves open is never zero and never guessed: the line says which reading it waits for.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from skillcli.core.money import fen
from skillcli.rules.catalogue import Shelf
from skillcli.rules.facts import is_one_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from skillcli.policy.model import Amount, AmountStep, Line, Policy, Route, Value
    from skillcli.schema.catalogue import Catalogue

_TEXT = pa.large_string()
UNITS = {"per_day": "天", "per_month": "月", "per_year": "年"}
_SHELF = ("occupation_exact", "occupation_n", "level")
READ = {
    "by_level": ("level",),
    "by_level_shortage": _SHELF,
    "by_certificate": ("certificate_kind", "level"),
    "catalogue": _SHELF,
    "catalogue_cap": _SHELF,
    "per_day": ("training_days",),
    "per_month": ("span_months", "ojt_months"),
    "per_year": ("span_months",),
}
"""What an amount looks at, by its kind, beside the line's own date."""


def whole_numbers(values: NDArray[np.int64], *, missing: bool) -> pd.arrays.IntegerArray:
    """An array of Int64, all of it missing or none."""
    return pd.arrays.IntegerArray(values, np.full(len(values), missing))


class _Keys:
    """Keys of readings noted for each of some rows, as text; rows with the same keys share one text."""

    def __init__(self, size: int) -> None:
        self.which = np.zeros(size, dtype=np.int64)
        self.texts = [""]

    def add(self, key: str, where: NDArray[np.bool_]) -> None:
        """Note one more key for these rows."""
        grown = np.arange(len(self.texts))
        for old in np.unique(self.which[where]):
            grown[old] = len(self.texts)
            self.texts.append(f"{self.texts[old]} {key}".lstrip())
        self.which[where] = grown[self.which[where]]

    def text(self) -> Any:
        """The keys of each row, joined by a blank, as an Arrow array."""
        return pa.array(self.texts, _TEXT).take(pa.array(self.which))


class Pricing:
    """The lines of one policy line while they are priced: arrays over those rows."""

    def __init__(self, policy: Policy, line: Line, rows: pd.DataFrame, trainings: pd.DataFrame) -> None:
        size = len(rows)
        self.policy, self.line, self.rows, self.trainings = policy, line, rows, trainings
        self.standard: Any = whole_numbers(np.zeros(size, dtype=np.int64), missing=True)
        self.quantity: Any = whole_numbers(np.ones(size, dtype=np.int64), missing=False)
        self.unpriced = np.zeros(size, dtype=bool)
        self.rate_open = np.zeros(size, dtype=bool)
        self.open, self.denied = _Keys(size), _Keys(size)
        self.used: set[str] = set()

    def ask(self, key: str, where: NDArray[np.bool_]) -> bool:
        """Note a yes/no reading for these rows; True if it says yes."""
        self.used.add(key)
        value = self.policy.value(key)
        if value is None:
            self.leave_open(key, where)
        elif value is False:
            self.denied.add(key, where)
        return value is not None and value is not False

    def leave_open(self, key: str, where: NDArray[np.bool_]) -> None:
        self.open.add(key, where)


def _steps(job: Pricing) -> list[tuple[AmountStep, NDArray[np.bool_]]]:
    """The steps of the amount with the rows each applies to. The first step also serves earlier
    days; a missing day has none; a day after an ended step has none."""
    day = job.trainings[job.line.amount.date].to_numpy(dtype="datetime64[D]")
    known = ~np.isnat(day)
    chosen = np.full(len(day), -1)
    for position, step in enumerate(job.line.amount.steps):
        begun = known & ((day >= np.datetime64(step.valid_from)) | (position == 0))
        ended = (day > np.datetime64(step.valid_to)) if step.valid_to else np.zeros(len(day), dtype=bool)
        chosen[begun] = position
        chosen[begun & ended] = -1
    return [(step, chosen == position) for position, step in enumerate(job.line.amount.steps)]


def _flat(job: Pricing, catalogue: Catalogue) -> None:
    for step, where in _steps(job):
        job.standard[where] = _fen(step.yuan)


def _per_day(job: Pricing, catalogue: Catalogue) -> None:
    _flat(job, catalogue)
    job.quantity = job.trainings["training_days"].array.copy()


def _per_month(job: Pricing, catalogue: Catalogue) -> None:
    _flat(job, catalogue)
    span = job.trainings["span_months"]
    stated = job.trainings["ojt_months"]
    job.quantity = stated.fillna(span.where(span >= 0).astype("Int64")).array.copy()


def _by_level(job: Pricing, catalogue: Catalogue) -> None:
    for step, where in _steps(job):
        _set_by_level(job, where, step.levels)


def _by_level_shortage(job: Pricing, catalogue: Catalogue) -> None:
    raised = np.zeros(len(job.rows), dtype=bool)
    if catalogue.shortage is None:
        key = job.line.amount.no_shortage_list
        job.used.add(key)
        answer = job.policy.value(key)
        job.rate_open[:] = answer is None
        raised[:] = answer == "raised"
    else:
        raised = Shelf(catalogue.shortage).find(job.trainings, job.line.amount.date) >= 0
    for step, where in _steps(job):
        _set_by_level(job, where & ~raised & ~job.rate_open, step.levels)
        _set_by_level(job, where & raised, step.shortage)


def _set_by_level(job: Pricing, where: NDArray[np.bool_], table: dict[str, Decimal]) -> None:
    for level, yuan in table.items():
        job.standard[where & is_one_of(job.trainings["level"], [level])] = fen(yuan)


def _by_certificate(job: Pricing, catalogue: Catalogue) -> None:
    kind = job.trainings["certificate_kind"]
    level = job.trainings["level"]
    for step, where in _steps(job):
        for rate in step.rates:
            fits = where & kind.isin(rate.certificates).to_numpy(dtype=bool)
            if rate.level:
                fits = (fits | (where & kind.isna().to_numpy())) & level.eq(rate.level).to_numpy(
                    dtype=bool, na_value=False
                )
            if rate.yuan is not None:
                job.standard[fits] = fen(rate.yuan)
            elif fits.any():
                _from_reading(job, rate.reading, fits)


def _from_reading(job: Pricing, key: str, where: NDArray[np.bool_]) -> None:
    """A figure that only the office can name; while it has not, the proposal is shown."""
    job.used.add(key)
    value = job.policy.value(key)
    if value is None:
        job.leave_open(key, where)
        job.standard[where] = _fen(job.policy.reading(key).proposal)
    elif value is False:
        job.ask(key, where)
    else:
        job.standard[where] = _fen(value)


def _per_year(job: Pricing, catalogue: Catalogue) -> None:
    months = job.trainings["span_months"].to_numpy()
    years = np.where(months >= 0, months // job.line.amount.months_a_year, 0)
    job.quantity = pd.array(years, dtype="Int64")
    _from_reading(job, job.line.amount.reading, np.ones(len(years), dtype=bool))


def _from_catalogue(job: Pricing, catalogue: Catalogue) -> None:
    items = catalogue.items
    if items is None or items.empty:
        job.unpriced[:] = True
        return
    found = Shelf(items).find(job.trainings, job.line.amount.date)
    prices = items["price_fen"].array.take(np.maximum(found, 0)).copy()
    prices[found < 0] = pd.NA
    job.standard = prices
    job.unpriced = np.asarray(prices.isna())


def _capped(job: Pricing, catalogue: Catalogue) -> None:
    _from_catalogue(job, catalogue)
    routes = job.rows["route"].to_numpy()
    full = job.standard.copy()
    known = full.to_numpy(dtype=np.int64, na_value=0)
    for step, where in _steps(job):
        cap = _fen(step.yuan)
        above = where & (known > (cap or 0))
        job.standard[above] = cap
        for position in np.unique(routes[above]):
            rows = above & (routes == position)
            if _full_price(job, job.line.match[position], rows):
                job.standard[rows] = full[rows]


def _full_price(job: Pricing, route: Route, where: NDArray[np.bool_]) -> bool:
    """Whether the office pays these people's price above the cap; False leaves the cap."""
    if not route.price_over:
        return False
    job.used.add(route.price_over)
    answer = job.policy.value(route.price_over)
    if answer is None:
        job.leave_open(route.price_over, where)
    return answer is True


def _nothing(job: Pricing, catalogue: Catalogue) -> None:
    """Units' grants have no training to price."""


def _fen(yuan: Value | None) -> int | None:
    return fen(yuan) if isinstance(yuan, int | Decimal) else None


AMOUNTS = {
    "fixed": _flat,
    "by_level": _by_level,
    "by_level_shortage": _by_level_shortage,
    "by_certificate": _by_certificate,
    "catalogue": _from_catalogue,
    "catalogue_cap": _capped,
    "per_day": _per_day,
    "per_month": _per_month,
    "per_year": _per_year,
    "grant_item": _nothing,
}


def describe_amount(amount: Amount) -> str:
    """The kind of an amount in words, for the steps that ``explain`` prints."""
    return {
        "fixed": "定额",
        "by_level": "按技能等级",
        "by_level_shortage": "按技能等级（急需紧缺另定）",
        "by_certificate": "按证书类型和等级",
        "catalogue": "目录收费标准",
        "catalogue_cap": "目录收费标准，不超过上限",
        "per_day": "每天标准 × 天数",
        "per_month": "每月标准 × 月数",
        "per_year": "每年标准 × 满年数",
        "grant_item": "按项目定额",
    }[amount.kind]
