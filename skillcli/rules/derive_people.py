"""What a person's number and categories tell: ages on a day, the day of retirement, kinds of people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.period import add_months, whole_months
from skillcli.schema.vocabulary import words

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from skillcli.policy.model import RetirementStep


def has_any(category_set: pd.Series, categories: list[str]) -> NDArray[np.bool_]:
    """Who has one of these categories (implied ones included)."""
    order = words("category")
    having: NDArray[np.bool_] = (category_set.to_numpy() & sum(1 << order.index(name) for name in categories)) != 0
    return having


def birthday(birth: pd.Series, years: int) -> NDArray[np.datetime64]:
    """The day on which each person becomes ``years`` old (28 February for one born on the 29th)."""
    return add_months(birth.to_numpy(dtype="datetime64[D]"), 12 * years)


def age_on(birth: pd.Series, day: pd.Series) -> NDArray[np.int64]:
    """Whole years on a day; -1 where either date is missing."""
    import numpy as np

    months = whole_months(birth.to_numpy("datetime64[D]"), (day - np.timedelta64(1, "D")).to_numpy("datetime64[D]"))
    return np.where(months < 0, -1, months // 12)


def may_be(birth: NDArray[np.datetime64], day: NDArray[np.datetime64], years: int) -> NDArray[np.bool_]:
    """Who may have become ``years`` old by a day: the others have not, so that nothing more need be reckoned for
    them. A missing date: nobody."""
    import numpy as np

    old: NDArray[np.bool_] = day - birth >= np.timedelta64(365 * years, "D")
    return old


def is_woman(person: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Sex by the 17th digit, the last of a person key: even is a woman (GB 11643)."""
    woman: NDArray[np.bool_] = person % 2 == 0
    return woman


def retirement_day(
    birth: NDArray[np.datetime64], sex: str, base: int, steps: list[RetirementStep]
) -> NDArray[np.datetime64]:
    """First day of statutory retirement age for people of one sex whose age was ``base``.

    ``birth``: datetime64[D], NaT stays NaT. Without a step that applies it is the base age.
    """
    import numpy as np

    born = birth.astype("datetime64[M]").astype(np.int64)
    later = np.zeros(len(birth), dtype=np.int64)
    for step in steps:
        if step.sex == sex and step.base == base:
            first = int(np.datetime64(step.born_from, "M").astype(np.int64))
            months = (born - first) // step.births_a_step + 1
            months = np.clip(months, 0, 12 * (step.ceiling - base))
            later = np.where(np.isnat(birth) | (born < first), later, months)
    return add_months(birth, 12 * base + later)
