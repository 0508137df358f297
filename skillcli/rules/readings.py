"""Readings that lines asked for, one row a line and key."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.policy.model import Policy
    from skillcli.rules.case import Case


def asked(case: Case, column: str) -> pd.DataFrame:
    """Index rid; ``line`` and ``reading`` for each key in the lines' column ``open`` or ``denied``."""
    lines = case.lines.loc[case.lines[column].ne(""), ["rid", "line", column]]
    keys = lines.assign(reading=lines[column].str.split(" ")).explode("reading")
    return keys.set_index("rid")[["line", "reading"]].astype("str")


def source(policy: Policy, key: str) -> str:
    """Who decided a reading, on which paper, in brackets; empty for a default."""
    ruling = policy.rulings.get(key)
    if ruling is None:
        return ""
    parts = [ruling.document, ruling.decided_by, str(ruling.decided_on or "")]
    return f"（{'，'.join(part for part in parts if part)}）" if any(parts) else ""
