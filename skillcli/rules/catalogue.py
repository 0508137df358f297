"""Finding a training's row in a catalogue sheet.

The exact 职业（工种） is sought first, then the name without its bracket if that is unique among the
rows in force; an exact level beats a blank one; the row in force on the day counts (policy page,
section 1; inputs page, catalogue).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from skillcli.rules.facts import NO_LEVEL, normal, numbered, without_bracket

if TYPE_CHECKING:
    from numpy.typing import NDArray


def _level(levels: pd.Series) -> NDArray[np.object_]:
    """技能等级 of each row, "" where it has none."""
    level: NDArray[np.object_] = levels.fillna("").to_numpy(dtype=object, copy=True)
    level[level == NO_LEVEL] = ""
    return level


class Shelf:
    """One catalogue sheet with ``occupation``, ``level``, ``valid_from``, ``valid_to`` and, where it
    has one, ``price_fen``."""

    def __init__(self, sheet: pd.DataFrame) -> None:
        exact = normal(sheet["occupation"])
        self.exact = exact.to_numpy(dtype=object)
        self.bare = without_bracket(exact).to_numpy(dtype=object)
        self.level = _level(sheet["level"])
        opened = sheet["valid_from"].to_numpy(dtype="datetime64[D]")
        closed = sheet["valid_to"].to_numpy(dtype="datetime64[D]")
        self.opened = np.where(np.isnat(opened), np.datetime64("0001-01-01"), opened)
        self.closed = np.where(np.isnat(closed), np.datetime64("9999-12-31"), closed)
        same = sheet["price_fen"] if "price_fen" in sheet else pd.Series(0, index=sheet.index)
        self.price = same.fillna(-1).to_numpy(dtype=np.int64)
        # between two of these days nothing on the shelf changes
        self.turns = np.unique(np.concatenate([self.opened, self.closed + np.timedelta64(1, "D")]))

    def find(self, trainings: pd.DataFrame, day: str) -> NDArray[np.int64]:
        """Position of each training's row on the day in its column ``day``; -1 where there is none,
        where the day is unknown, or where rows in force contradict each other in price."""
        when = trainings[day].to_numpy(dtype="datetime64[D]")
        span = np.where(np.isnat(when), -1, np.searchsorted(self.turns, when, side="right"))
        # rows that ask the same are answered once
        columns = [trainings[key].array for key in ("occupation_exact", "occupation_n", "level")]
        group = numbered(span, *columns)
        _, first = np.unique(group, return_index=True)
        exact, bare, level = (column.take(first) for column in columns)
        wanted = zip(exact, bare, _level(pd.Series(level)), span[first], strict=True)
        return np.array([self._row(*row) for row in wanted], dtype=np.int64)[group]

    def names(self, day: np.datetime64) -> list[str]:
        """Occupations in force on a day, for suggestions."""
        return sorted(set(self.exact[self._in_force(day)]))

    def _in_force(self, day: np.datetime64) -> NDArray[np.bool_]:
        return (self.opened <= day) & (day <= self.closed)

    def _row(self, exact: str | float, bare: str | float, level: str, span: int) -> int:
        if span <= 0 or not isinstance(exact, str):
            return -1
        in_force = self._in_force(self.turns[span - 1])
        rows = np.flatnonzero(in_force & (self.exact == exact))
        if not rows.size:
            rows = np.flatnonzero(in_force & (self.bare == bare))
            if len(set(self.exact[rows])) > 1:
                return -1
        for fitting in (level, ""):
            chosen = rows[self.level[rows] == fitting]
            if chosen.size:
                return int(chosen[0]) if len(set(self.price[chosen])) == 1 else -1
        return -1
