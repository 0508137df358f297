"""Money is integer fen from the roster to the bank; yuan exist on paper only."""

from __future__ import annotations

from decimal import Decimal


def fen(yuan: Decimal | int) -> int:
    """Fen of an exact amount in yuan.

    Raises ValueError when the amount has fractions of a fen.
    """
    scaled = Decimal(yuan) * 100
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{yuan} 元不是整数分")
    return int(scaled)


def yuan_text(amount_fen: int) -> str:
    """``1234567`` → ``12,345.67``: thousands and two decimals, as printed on a sheet."""
    sign = "-" if amount_fen < 0 else ""
    whole, rest = divmod(abs(int(amount_fen)), 100)
    return f"{sign}{whole:,}.{rest:02d}"


def uppercase(amount_fen: int) -> str:
    """Uppercase amount (大写) of a payment sheet: ``1234567`` → 壹万贰仟叁佰肆拾伍元陆角柒分."""
    import cn2an

    sign = "负" if amount_fen < 0 else ""
    whole, rest = divmod(abs(int(amount_fen)), 100)
    text = cn2an.an2cn(f"{whole}.{rest:02d}", "rmb")
    if rest and rest < 10 and "零" not in text.split("元")[-1] and whole:
        text = text.replace("元", "元零", 1)
    return sign + str(text)
