"""Amounts and shares as they are typed on the command line."""

from __future__ import annotations

import re
from decimal import Decimal

from skillcli.core.errors import ClerkError


def parse_yuan(text: str, option: str) -> Decimal:
    """``1500``, ``1,500.00`` or ``1500元``: yuan with at most two decimals. Raises ClerkError on anything else."""
    plain = text.strip().removesuffix("元").strip()
    if not re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d{1,2})?|\d{1,12}(\.\d{1,2})?", plain):
        raise ClerkError(f"{option} 写作 {text!r}，应为金额，单位元，最多两位小数。", f"写法：{option} 1500.00")
    return Decimal(plain.replace(",", ""))


def parse_percent(text: str | None, option: str) -> Decimal | None:
    """``50``, ``50%`` or ``62.5``: percent; None without one. Raises ClerkError on anything else."""
    if text is None:
        return None
    plain = text.strip().removesuffix("%").removesuffix("％").strip()
    if not re.fullmatch(r"\d{1,3}(\.\d{1,4})?", plain):
        raise ClerkError(f"{option} 写作 {text!r}，应为百分数。", f"写法：{option} 50 或 {option} 50%")
    return Decimal(plain)
