"""One thing wrong with a policy file, and the sentences they share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from difflib import get_close_matches

from msgspec import Struct


class Fault(Struct, frozen=True):
    """``where``: the key's path, list items named by their id, key or number, else by position
    from 1 (``lines.staff.amount.steps[2].yuan``). ``what``: plain Chinese, with the words allowed."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}：{self.what}" if self.where else self.what


def allowed(words: Iterable[object]) -> str:
    """``可写：甲、乙``, or that nothing stands there yet."""
    listed = "、".join(str(word) for word in words)
    return f"可写：{listed}" if listed else "目前没有可写的值"


def unknown(what: str, written: object, words: Iterable[str]) -> str:
    """``“甲” 不是…；最接近的是“乙”；可写：…``."""
    known = list(words)
    near = get_close_matches(str(written), known, n=1, cutoff=0.5)
    hint = f"；最接近的是“{near[0]}”" if near else ""
    return f"“{written}”不是{what}{hint}；{allowed(known)}"


def item_label(item: object, position: int) -> str:
    """How a list's item is named in a path: ``.staff``, or ``[2]`` where it has no name.

    ``item``: a table as TOML gives it, or a struct of the model.
    """
    for name in ("id", "key", "number"):
        value = item.get(name) if isinstance(item, dict) else getattr(item, name, None)
        if isinstance(value, str) and value:
            return f".{value}"
    return f"[{position + 1}]"


def order_faults(where: str, days: Sequence[date]) -> Iterator[Fault]:
    """Steps must follow each other in time, each from a day of its own."""
    for position, (before, after) in enumerate(zip(days, days[1:], strict=False), start=2):
        if after <= before:
            yield Fault(
                f"{where}[{position}].valid_from", f"{after} 不晚于前一步的 {before}；各步须按日期先后写，不能重叠"
            )
