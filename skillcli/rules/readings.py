"""Readings that lines asked for, one row a line and key."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.policy.model import Policy
    from skillcli.rules.case import Case


def asked(case: Case, column: str) -> pd.DataFrame:
    """Index rid; ``line`` and ``reading`` for each key in the lines' column ``open`` or ``denied``."""
    import numpy as np
    import pandas as pd

    lines = case.line_rows(case.lines[column].ne("").to_numpy(), "line", column)
    which, distinct = pd.factorize(lines[column])
    split = [keys.split(" ") for keys in distinct]
    count = np.array([len(keys) for keys in split], dtype=np.int64)
    lines = lines.take(np.repeat(np.arange(len(lines)), count[which]))
    # every line's own keys in their order: the place of a key among all, by the line's text
    first = np.cumsum(count) - count
    turn = np.arange(len(lines)) - np.repeat(np.cumsum(count[which]) - count[which], count[which])
    place = np.repeat(first[which], count[which]) + turn
    reading = pd.array([key for keys in split for key in keys], dtype="str").take(place)
    return lines[["line"]].assign(reading=reading)


def source(policy: Policy, key: str) -> str:
    """Who decided a reading, on which paper, in brackets; empty for a default."""
    ruling = policy.rulings.get(key)
    if ruling is None:
        return ""
    parts = [ruling.document, ruling.decided_by, str(ruling.decided_on or "")]
    return f"（{'，'.join(part for part in parts if part)}）" if any(parts) else ""
