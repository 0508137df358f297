"""Towns and counties of a roster as rows of a report, with one row for what lies elsewhere."""

from __future__ import annotations

import unicodedata

import pandas as pd

from skillcli.core.region import full_names, lies_in

NOT_FILLED = "未填"


def labels(towns: pd.Series, area: str) -> pd.Series:
    """The row each 乡镇 belongs to (str): its name without the office's own county before it, 县外 (of a city: 市外) where
    it is another's, 未填 where blank. ``area``: the policy's region."""
    outside = outside_title(area)
    own = full_names(area)
    known = {town: _label(town, area, own, outside) for town in towns.dropna().unique()}
    return towns.map(known).astype("str").fillna(NOT_FILLED)


def outside_title(area: str) -> str:
    """What the row of other places is called."""
    return "市外" if area.endswith("00") else "县外"


def _label(town: str, area: str, own: tuple[str, ...], outside: str) -> str:
    plain = "".join(unicodedata.normalize("NFKC", town).split())
    for name in own:
        if plain.startswith(name) and plain != name:
            plain = plain.removeprefix(name)
            break
    if not plain:
        return NOT_FILLED
    return outside if lies_in(plain, area) is False else plain
