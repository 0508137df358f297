"""Days as clerks write them. What could be read in two ways is not read at all."""

from __future__ import annotations

import datetime
import re
import unicodedata

EARLIEST = datetime.date(1900, 3, 1)
"""Before it Excel's serial numbers and the calendar part ways (29 February 1900)."""
LATEST = datetime.date(2199, 12, 31)
SERIALS = (20_000, 80_000)
"""Serial numbers taken for days in a cell of format General: 1954 to 2119."""

_EPOCHS = {False: datetime.date(1899, 12, 30), True: datetime.date(1904, 1, 1)}
_SOUND = {False: (61, 2_900_000), True: (1, 2_900_000)}
"""Serial numbers on which every program agrees what day they are."""
_TIME = re.compile(r"[ T]?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?$", re.ASCII)
_DAY = re.compile(r"(\d{4})([-./年])(\d{1,2})([-./月])(\d{1,2})[日号]?", re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―－−", "-") | {"。": ".", "．": "."})
_ONE = r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})[日号]?"
_PERIOD = re.compile(_ONE + r"(?:--?|~|至|到)(?:(?:(\d{4})[-./年])?(?:(\d{1,2})[-./月]))?(\d{1,2})[日号]?", re.ASCII)
_COMPACT_PERIOD = re.compile(r"(\d{4})(\d{2})(\d{2})(?:-|~|至|到)(\d{4})(\d{2})(\d{2})", re.ASCII)


def day(text: str) -> datetime.date | None:
    """2019.7.1, 2019-07-01, 2019/7/1, 2019年7月1日, 20190701, each also with a time of day.

    None for two-digit years, day-month orders, months without a day, days that do not exist.
    """
    plain = _TIME.sub("", _plain(text, keep_blanks=True))
    plain = "".join(plain.split())
    found = _DAY.fullmatch(plain)
    if found:
        if (found[2] == "年") != (found[4] == "月"):
            return None
        return _real(found[1], found[3], found[5])
    found = _COMPACT.fullmatch(plain)
    return _real(*found.groups()) if found else None


def serial(number: float, date1904: bool) -> datetime.date | None:
    """A day stored as a number: 43647, or 20190701 typed without separators."""
    if SERIALS[0] <= number <= SERIALS[1]:
        return _EPOCHS[date1904] + datetime.timedelta(days=int(number))
    return day(str(int(number))) if 19_000_000 < number < 22_000_000 and number.is_integer() else None


def shown_day(number: float, date1904: bool) -> datetime.date | None:
    """The day, with its time where it has one, that a number shows in a cell formatted as a date; None where
    programs do not agree on it."""
    first, last = _SOUND[date1904]
    if not first <= number < last:
        return None
    found = _EPOCHS[date1904] + datetime.timedelta(days=int(number))
    if number == int(number):
        return found
    past = datetime.timedelta(milliseconds=round(number % 1 * 86_400_000))
    return datetime.datetime.combine(found, datetime.time()) + past


def moment(cell: datetime.date) -> datetime.date | None:
    """The day of a date cell, time of day dropped; None where Excel itself has no such day."""
    only = cell.date() if isinstance(cell, datetime.datetime) else cell
    return only if EARLIEST <= only <= LATEST else None


def period(text: str) -> tuple[datetime.date, datetime.date] | None:
    """First and last day of 2020.3.1-3.15, 2020年3月1日至15日, 2020-03-01~2020-04-02,
    20200301-20200315. None where a short last day would lie before the first."""
    plain = _plain(text, keep_blanks=False)
    found = _COMPACT_PERIOD.fullmatch(plain)
    if found:
        first, last = _real(*found.groups()[:3]), _real(*found.groups()[3:])
        return (first, last) if first and last else None
    found = _PERIOD.fullmatch(plain)
    if not found:
        return None
    year, month, start, last_year, last_month, end = found.groups()
    first = _real(year, month, start)
    last = _real(last_year or year, last_month or month, end)
    if first is None or last is None or (not last_year and last < first):
        return None
    return first, last


def _plain(text: str, *, keep_blanks: bool) -> str:
    plain = unicodedata.normalize("NFKC", text).translate(_DASHES).strip()
    return plain if keep_blanks else "".join(plain.split())


def _real(year: str, month: str, day_of_month: str) -> datetime.date | None:
    try:
        found = datetime.date(int(year), int(month), int(day_of_month))
    except ValueError:
        return None
    return found if EARLIEST <= found <= LATEST else None
