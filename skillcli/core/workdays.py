"""Working days of the Chinese calendar: holidays and the weekends worked in exchange for them."""

from __future__ import annotations

from datetime import date, timedelta

from msgspec import Struct


class Span(Struct, frozen=True):
    """``first`` and ``last`` working day of a span, both included. ``estimated``: the calendar of some
    day is not published yet (or too old), so that Monday to Friday was taken for it."""

    first: date
    last: date
    estimated: bool


def working_days(start: date, count: int) -> Span:
    """The span of ``count`` working days that begins on ``start`` or the first working day after.

    2021-12-13 and five days end on 2021-12-17. Raises ValueError when ``count`` is less than one.
    """
    if count < 1:
        raise ValueError(f"no span of {count} days")
    day, left, first, estimated = start, count, None, False
    while True:
        works, guessed = _works(day)
        estimated |= guessed
        if works:
            first = first or day
            left -= 1
            if not left:
                return Span(first, day, estimated)
        day += timedelta(days=1)


def _works(day: date) -> tuple[bool, bool]:
    """Whether people work on a day, and whether that is a guess."""
    import chinese_calendar

    try:
        return bool(chinese_calendar.is_workday(day)), False
    except NotImplementedError:
        return day.weekday() < 5, True
