"""Readings of a policy in the words a clerk reads."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd

from skillcli.core.money import fen, yuan_text
from skillcli.policy.model import Policy, Reading, Value


def value_text(reading: Reading, value: object) -> str:
    """A reading's value: 是 or 否, an amount in yuan, the words of a choice."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, (list, tuple)):
        return "、".join(str(item) for item in value) or "（无）"
    if reading.kind == "yuan":
        return f"{yuan_text(fen(Decimal(str(value))))} 元"
    if reading.kind == "percent":
        return f"{value}%"
    return reading.choices.get(str(value), str(value))


def readings_used(policy: Policy, keys: tuple[str, ...]) -> pd.DataFrame:
    """The readings that mattered, who decided them, when and on which paper (all str)."""
    rows = [_row(policy, policy.reading(key)) for key in keys]
    titles = ("key", "question", "value", "decided_by", "document", "decided_on")
    return pd.DataFrame(rows, columns=pd.Index(titles), dtype="str")


def _row(policy: Policy, reading: Reading) -> tuple[str, str, str, str, str, str]:
    ruling = policy.rulings.get(reading.key)
    value: Value | None = policy.value(reading.key)
    shown = "尚未明确" if value is None else value_text(reading, value)
    if ruling is None:
        origin = "（尚无认定）" if value is None else "（政策文件的默认值）"
        return reading.key, reading.question, shown, origin, reading.basis if value is not None else "", ""
    day = "" if ruling.decided_on is None else str(ruling.decided_on)
    return reading.key, reading.question, shown, ruling.decided_by, ruling.document, day
