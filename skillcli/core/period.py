"""Whole natural days, months with clamped ends, quarters (policy page, section 1).

The functions take and give numpy ``datetime64[D]`` arrays (NaT stays NaT); scalars are
arrays of one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass  # no Struct: help pages load this module, see core.finding
from datetime import date, timedelta
from typing import TYPE_CHECKING

from skillcli.core.errors import ClerkError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def add_months(days: NDArray[np.datetime64], months: int | NDArray[np.int64]) -> NDArray[np.datetime64]:
    """The same day number ``months`` later, clamped to the month's end.

    2020-08-31 plus 6 is 2021-02-28: the last day that still lies within six months.
    """
    import numpy as np

    days = np.asarray(days, dtype="datetime64[D]")
    month = days.astype("datetime64[M]")
    offset = days - month.astype("datetime64[D]")
    target = month + np.asarray(months).astype("timedelta64[M]")
    last = (target + np.timedelta64(1, "M")).astype("datetime64[D]") - np.timedelta64(1, "D")
    clamped: NDArray[np.datetime64] = np.minimum(target.astype("datetime64[D]") + offset, last)
    return clamped


def whole_months(first: NDArray[np.datetime64], last: NDArray[np.datetime64]) -> NDArray[np.int64]:
    """Whole months from ``first`` to ``last``, the last day included; -1 where a date is missing.

    1-31 January is 1; 31 January-28 February 2020 is 1; 1-30 January is 0.
    """
    import numpy as np

    first = np.asarray(first, dtype="datetime64[D]")
    last = np.asarray(last, dtype="datetime64[D]")
    known = ~(np.isnat(first) | np.isnat(last))
    after = last + np.timedelta64(1, "D")
    guess = np.where(known, (after.astype("datetime64[M]") - first.astype("datetime64[M]")).astype(np.int64), 0)
    count = np.where(add_months(first, guess) <= after, guess, guess - 1)
    return np.where(known, np.maximum(count, 0), -1)


@dataclass(frozen=True, slots=True)
class Period:
    """Days from ``first`` to ``last``, both included, and the name a report carries."""

    first: date
    last: date
    title: str


def month(text: str) -> Period:
    """``2020-03`` → March 2020. Raises ClerkError on anything else."""
    found = re.fullmatch(r"(\d{4})-(\d{2})", text)
    if not found or not 1 <= int(found[2]) <= 12:
        raise ClerkError(f"月份写作 {text!r}，应为“年-月”，例如 2020-03。")
    first = date(int(found[1]), int(found[2]), 1)
    return Period(first, _month_end(first), f"{first.year}年{first.month}月")


def quarter(text: str) -> Period:
    """``2020Q1`` → 1 January-31 March 2020. Raises ClerkError on anything else."""
    found = re.fullmatch(r"(\d{4})[Qq]([1-4])", text)
    if not found:
        raise ClerkError(f"季度写作 {text!r}，应为“年Q季”，例如 2020Q1。")
    year, number = int(found[1]), int(found[2])
    last = _month_end(date(year, number * 3, 1))
    return Period(date(year, number * 3 - 2, 1), last, f"{year}年第{'一二三四'[number - 1]}季度")


def year(text: str) -> Period:
    """``2020`` → the natural year. Raises ClerkError on anything else."""
    if not re.fullmatch(r"\d{4}", text) or text == "0000":
        raise ClerkError(f"年度写作 {text!r}，应为四位年份，例如 2020。")
    return Period(date(int(text), 1, 1), date(int(text), 12, 31), f"{text}年度")


def written(text: str) -> Period:
    """A quarter, a year or a month as it is written. Raises ClerkError on anything else."""
    if "q" in text.lower():
        return quarter(text)
    return month(text) if "-" in text else year(text)


def months(period: Period) -> list[str]:
    """The months a period touches, as ``2020-03``."""
    first, last = (day.year * 12 + day.month - 1 for day in (period.first, period.last))
    return [f"{each // 12}-{each % 12 + 1:02d}" for each in range(first, last + 1)]


def between(first: date, last: date) -> Period:
    """Any days. Raises ClerkError when they stand the wrong way round."""
    if first > last:
        raise ClerkError(f"起始日期 {first} 晚于截止日期 {last}。", "请先写起始日期，再写截止日期。")
    start = f"{first.year}年{first.month}月{first.day}日"
    end = f"{last.month}月{last.day}日" if first.year == last.year else f"{last.year}年{last.month}月{last.day}日"
    return Period(first, last, f"{start}至{end}")


def shifted(period: Period, months: int) -> Period:
    """The period so many months earlier or later; a whole month's end stays a month's end."""
    import numpy as np

    after = period.last + timedelta(days=1)
    days = np.array([period.first, after], dtype="datetime64[D]")
    if period.first.day == 1 and after.day == 1:
        first, end = add_months(days, months).tolist()
        return between(first, end - timedelta(days=1))
    first, last = add_months(np.array([period.first, period.last], dtype="datetime64[D]"), months).tolist()
    return between(first, last)


def before(period: Period) -> Period:
    """The period of the same length right before: as many months where it is whole months, else as many days."""
    after = period.last + timedelta(days=1)
    if period.first.day == 1 and after.day == 1:
        months = (after.year - period.first.year) * 12 + after.month - period.first.month
        return shifted(period, -months)
    return between(period.first - (after - period.first), period.first - timedelta(days=1))


def _month_end(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
