"""Resident identity numbers (GB 11643-1999): check digit, dates, masks.

Only the check digit and the birth date decide. Area codes go stale (abolished counties,
permits 81-83, foreigners' 9…), so they are a remark elsewhere, never a verdict here.
Vector functions work on fixed-width numpy bytes; numpy is imported on use, since the
command line's help needs none of it.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK = "10X98765432"


class Fault(IntEnum):
    """What is wrong with a number; the first that applies."""

    NONE = 0
    MISSING = 1
    FORM = 2
    CHECKSUM = 3
    BIRTH = 4
    FIFTEEN = 5


def check_digit(first17: str) -> str:
    """The 18th character that belongs to 17 digits (GB 11643 / ISO 7064 MOD 11-2)."""
    return CHECK[sum(int(d) * w for d, w in zip(first17, WEIGHTS, strict=True)) % 11]


def upgrade15(number: str) -> str:
    """The 18-digit form of a first-generation 15-digit number (born 19xx)."""
    first17 = number[:6] + "19" + number[6:]
    return first17 + check_digit(first17)


def examine(
    numbers: NDArray[np.object_] | pd.Series,
) -> tuple[NDArray[np.int8], NDArray[np.int64], NDArray[np.datetime64]]:
    """Judge many numbers at once.

    ``numbers``: repaired text (upper-case X, no blanks) as an object array or a Series; None or NaN or ""
    where missing. Returns three arrays of the same length: the ``Fault`` of each; the person
    key, an int64 made of the first 17 digits (0 where the number identifies nobody; a
    15-digit number gets the key of its 18-digit form); the birth date (``datetime64[D]``,
    NaT where unknown).
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    from skillcli.core.letters import text_array

    count = len(numbers)
    fault = np.full(count, Fault.FORM, dtype=np.int8)
    person = np.zeros(count, dtype=np.int64)
    birth = np.full(count, np.datetime64("NaT"), dtype="datetime64[D]")
    text = text_array(numbers).fill_null("")
    length = pc.utf8_length(text).to_numpy()
    fault[length == 0] = Fault.MISSING

    plain = pc.binary_length(text).to_numpy() == length
    for size in (18, 15):
        where = np.flatnonzero((length == size) & plain)
        if not where.size:
            continue
        chosen = text.take(pa.array(where)).buffers()[2]
        chars = np.frombuffer(chosen, dtype=np.uint8, count=len(where) * size).reshape(-1, size)
        # one array a place: each step then reads what lies together; what is no digit is more than 9
        digits = np.ascontiguousarray(chars.T) - np.uint8(ord("0"))
        is_digit = digits <= 9
        if size == 15:
            formed = right = is_digit.all(axis=0)
            body = [*digits[:6], *(np.full(len(where), digit, dtype=np.uint8) for digit in (1, 9)), *digits[6:]]
        else:
            body = list(digits[:17])
            formed = is_digit[:17].all(axis=0) & (is_digit[17] | (chars[:, 17] == ord("X")))
            total = sum(
                np.where(formed, digit, 0).astype(np.int16) * weight
                for digit, weight in zip(body, WEIGHTS, strict=True)
            )
            expected = np.frombuffer(CHECK.encode("ascii"), dtype=np.uint8)[total % 11]
            right = formed & (chars[:, 17] == expected)
        figures = [np.where(formed, digit, 0).astype(np.int64) for digit in body]
        day, real = _dates(figures[6:14])
        key = _number(figures)
        good = right & real
        state = np.where(
            ~formed, Fault.FORM, np.where(~right, Fault.CHECKSUM, np.where(~real, Fault.BIRTH, Fault.NONE))
        )
        if size == 15:
            state = np.where(good, Fault.FIFTEEN, state)
        fault[where] = state
        person[where] = np.where(good, key, 0)
        birth[where] = np.where(good, day, np.datetime64("NaT"))
    return fault, person, birth


def _number(digits: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    """The numbers whose digits, highest first, these are."""
    number = digits[0]
    for digit in digits[1:]:
        number = number * 10 + digit
    return number


def _dates(digits: list[NDArray[np.int64]]) -> tuple[NDArray[np.datetime64], NDArray[np.bool_]]:
    """yyyymmdd, an array a digit → day and whether such a day exists (years 1800-2199)."""
    import numpy as np

    year, month, day = _number(digits[:4]), _number(digits[4:6]), _number(digits[6:8])
    sane = (year >= 1800) & (year <= 2199) & (month >= 1) & (month <= 12) & (day >= 1)
    months = np.where(sane, (year - 1970) * 12 + month - 1, 0).astype("datetime64[M]")
    days = months.astype("datetime64[D]") + (np.where(sane, day, 1) - 1).astype("timedelta64[D]")
    return days, sane & (days.astype("datetime64[M]") == months)


def mask(number: str) -> str:
    """``230…1234`` with the middle covered; a shorter or damaged number keeps even less."""
    if len(number) < 12:
        return "*" * max(len(number) - 2, 0) + number[-2:] if len(number) > 4 else "*" * len(number)
    return number[:3] + "*" * (len(number) - 7) + number[-4:]


def mask_public(number: str) -> str:
    """The form of a public list: area and last four visible, birth date covered."""
    if len(number) < 18:
        return mask(number)
    return number[:6] + "*" * (len(number) - 10) + number[-4:]


def mask_account(account: str) -> str:
    """A bank account or telephone number, last four visible."""
    return "*" * (len(account) - 4) + account[-4:] if len(account) > 8 else "*" * len(account)
