"""Categories of many trainings put under other names, by looking at each name once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def renamed(values: pd.Categorical, names: Sequence[str], missing: str) -> pd.Categorical:
    """The same with a new name for each category (several may get one), ``missing`` where there was none; the new
    categories are in the order of the text and each occurs."""
    return coded(values.codes.astype(np.int64) + 1, [missing, *names])


def coded(places: NDArray[np.integer[Any]], names: Sequence[str]) -> pd.Categorical:
    """``names[places]`` as categories in the order of the text, of which each occurs."""
    seen = np.zeros(len(names), dtype=bool)
    seen[places] = True
    occurring = sorted({name for name, known in zip(names, seen, strict=True) if known})
    place = {name: at for at, name in enumerate(occurring)}
    code = np.array([place.get(name, -1) for name in names], dtype=np.min_scalar_type(-max(len(occurring), 1)))
    return pd.Categorical.from_codes(code[places], categories=pd.Index(occurring, dtype="str"))


def plain(
    values: pd.Categorical, missing: str, change: Callable[[pd.Series], pd.Series] | None = None
) -> pd.Categorical:
    """Blank as ``missing``; ``change`` gives the categories their new names."""
    names = pd.Series(values.categories, dtype="str")
    if change is not None:
        names = change(names)
    return renamed(values, [name or missing for name in names], missing)


def bearing(values: pd.Categorical, names: Sequence[str]) -> NDArray[np.bool_]:
    """Which of many texts are one of these; a blank is none."""
    # the code of a missing one is -1, the last
    known: NDArray[np.bool_] = np.append(values.categories.isin(names), False)[values.codes]
    return known


def either(first: pd.Categorical, second: pd.Categorical) -> tuple[NDArray[np.integer[Any]], list[str]]:
    """The first of two texts that is filled in, as places in a list of names; place 0 is the blank."""
    names = ["", *sorted((set(first.categories) | set(second.categories)) - {""})]
    at = {name: place for place, name in enumerate(names)}
    kind = np.min_scalar_type(len(names))
    # the code of a missing one is -1, the last
    found = [
        np.array([*(at[name] for name in values.categories), 0], dtype=kind)[values.codes] for values in (first, second)
    ]
    return np.where(found[0] > 0, found[0], found[1]), names
