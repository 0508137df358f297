"""Days of millions of trainings and lines: whole numbers (int32) from 1970-01-01 on, half the width of dates."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from skillcli.core.period import Period

NO_DAY = int(np.iinfo(np.int32).min)
"""Where there is no day; before all that is real."""


def days_of(values: pd.Series) -> NDArray[np.int32]:
    """A category of dates as days."""
    known = values.cat.categories.to_numpy().astype("datetime64[D]").astype(np.int64)
    # the code of a missing one is -1, the last
    found: NDArray[np.int32] = np.append(known, NO_DAY).astype(np.int32)[values.cat.codes.to_numpy()]
    return found


def dates(days: NDArray[np.int32]) -> NDArray[np.datetime64]:
    """Days as dates (datetime64[s]), missing where there is none."""
    found = days.astype("datetime64[D]").astype("datetime64[s]")
    found[days == NO_DAY] = np.datetime64("NaT")
    return found


def filled(days: NDArray[np.int32], others: NDArray[np.int32]) -> NDArray[np.int32]:
    """The other day where there is none."""
    return np.where(days == NO_DAY, others, days)


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return int(np.datetime64(day, "D").astype(np.int64))


def inside(days: NDArray[np.int32], period: Period) -> NDArray[np.bool_]:
    """Which days fall into a period."""
    # Python's numbers, so that nothing is made wider
    found: NDArray[np.bool_] = (days >= day_number(period.first)) & (days <= day_number(period.last))
    return found
