"""Money, whole numbers and percentages as clerks write them, exactly or not at all."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from skillcli.core.money import fen

MOST_YUAN = Decimal(10_000_000_000)
MOST_WHOLE = 1_000_000

_MARKS = re.compile(r"^(?:人民币|RMB|CNY|¥)\s*|\s*(?:元整?|圆整?|块)$", re.IGNORECASE)
_PLAIN = re.compile(r"[-+]?\d+(?:\.\d*)?|[-+]?\d{1,3}(?:[, ]\d{3})+(?:\.\d*)?", re.ASCII)
_UNIT = re.compile(r"\s*(?:个?课时|学时|小时|节|天|日|个?月|人次?|次)$")
_PERCENT = re.compile(r"(\d{1,3}(?:\.\d+)?)\s*(%?)", re.ASCII)


def exact(number: float) -> Decimal:
    """The number Excel shows: fifteen significant digits, without binary noise."""
    return Decimal(f"{number:.15g}")


def money(cell: str | float, *, zero: bool) -> int | None:
    """Fen of 1000, 1,000.00, ￥1000元, １０００. None for anything else: thousandths, words, 万,
    exponents, negative amounts, and nought unless ``zero``."""
    if isinstance(cell, str):
        text = _MARKS.sub("", _MARKS.sub("", unicodedata.normalize("NFKC", cell).strip()))
        if not _PLAIN.fullmatch(text):
            return None
        value = Decimal(re.sub(r"[, ]", "", text))
    else:
        value = exact(cell)
    if not value.is_finite() or value < 0 or value > MOST_YUAN or (value == 0 and not zero):
        return None
    try:
        return fen(value)
    except ValueError:
        return None


def whole(cell: str | float) -> int | None:
    """A whole number from nought, also as 40课时, 12天 or 6个月."""
    if isinstance(cell, str):
        text = _UNIT.sub("", unicodedata.normalize("NFKC", cell).strip())
        if not re.fullmatch(r"[0-9]{1,7}(?:\.0+)?", text):
            return None
        value = Decimal(text)
    else:
        value = exact(cell)
    if not value.is_finite() or value != value.to_integral_value() or not 0 <= value <= MOST_WHOLE:
        return None
    return int(value)


def percent(cell: str | float) -> int | None:
    """Hundredths of a percent of 80, 80%, 0.8 (80 % = 8000); up to 1 is a share."""
    if isinstance(cell, str):
        found = _PERCENT.fullmatch(unicodedata.normalize("NFKC", cell).strip())
        if not found:
            return None
        value, marked = Decimal(found[1]), bool(found[2])
    else:
        value, marked = exact(cell), False
    if not value.is_finite() or value < 0:
        return None
    scaled = value * (100 if marked or value > 1 else 10_000)
    return int(scaled) if scaled <= 10_000 and scaled == scaled.to_integral_value() else None
