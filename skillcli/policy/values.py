"""What a reading may be decided to be: from the policy file, from skillcli.toml, from a cell."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from skillcli.core.errors import ClerkError
from skillcli.policy.fault import allowed, unknown
from skillcli.policy.model import Ruling
from skillcli.policy.shape import is_number
from skillcli.schema.vocabulary import fold, spellings, words

if TYPE_CHECKING:
    from skillcli.policy.model import Policy, Reading, Value

_LABELS = {
    "yes_no": "是或否",
    "yuan": "金额（元）",
    "whole": "整数",
    "percent": "百分数，例如 80",
    "text": "文字",
    "kinds": "培训类型，用“、”分开",
}
NOTHING = ("无", "没有", "-")
"""How a clerk writes an empty list of kinds."""


def expected(reading: Reading) -> str:
    """What may be written for this reading, as a clerk reads it."""
    if reading.choices:
        labels = (key if key == label else f"{label}（{key}）" for key, label in reading.choices.items())
        return allowed(labels)
    least = f"，不小于 {reading.minimum}" if reading.minimum is not None else ""
    return f"应为{_LABELS.get(reading.kind, '文字')}{least}"


def typed(reading: Reading, raw: Any) -> Value:
    """A value as TOML gives it, in the type of the reading's kind (``model.Value``).

    Raises ValueError with what is wrong, in Chinese.
    """
    kind = reading.kind
    if kind == "yes_no" and isinstance(raw, bool):
        return raw
    if kind in ("yuan", "percent", "whole") and is_number(raw):
        return _number(reading, Decimal(raw))
    if kind in ("choice", "fund") and isinstance(raw, str) and raw in reading.choices:
        return raw
    if kind == "text" and isinstance(raw, str) and raw.strip():
        return raw.strip()
    if kind == "kinds" and isinstance(raw, list) and all(isinstance(item, str) for item in raw):
        return _kinds(raw)
    shown = {True: "true", False: "false"}.get(raw, raw) if isinstance(raw, bool) else raw
    raise ValueError(f"写作 {shown}，{expected(reading)}")


def ruling_from_text(reading: Reading, text: str) -> Value:
    """The cell 口径 of the workbook 政策口径: 是/否, an amount, a number, a choice or its Chinese
    label, kinds of training separated by 、.

    Raises ClerkError naming the key and what may be written.
    """
    try:
        return _from_text(reading, text)
    except ValueError as error:
        raise ClerkError(f"口径 {reading.key}（{reading.title}）{error}。", "改正后重新导入。") from error


def _from_text(reading: Reading, text: str) -> Value:
    written = unicodedata.normalize("NFKC", text).strip()
    if not written:
        raise ValueError(f"是空白，{expected(reading)}")
    folded = fold(written)
    if reading.kind == "yes_no":
        word = spellings("yes_no").get(folded)
        if word is None:
            raise ValueError(f"写作“{written}”，应为是或否")
        return word == "是"
    if reading.kind in ("choice", "fund"):
        for key, label in reading.choices.items():
            if folded in (fold(key), fold(label)):
                return key
        raise ValueError(f"写作“{written}”，{expected(reading)}")
    if reading.kind == "kinds":
        return _kinds([] if folded in NOTHING else [part for part in re.split(r"[、,;/|\s]+", written) if part])
    if reading.kind == "text":
        return written
    return _number(reading, _decimal(reading, written))


def _decimal(reading: Reading, written: str) -> Decimal:
    bare = written.replace(",", "").replace(" ", "")
    unit = {"yuan": r"(?:元(?:/人|每人)?)?", "percent": "%?", "whole": ""}[reading.kind]
    found = re.fullmatch(rf"(\d+(?:\.\d+)?){unit}", bare)
    if not found:
        raise ValueError(f"写作“{written}”，{expected(reading)}")
    return Decimal(found[1])


def _number(reading: Reading, number: Decimal) -> int | Decimal:
    if number < (reading.minimum if reading.minimum is not None else 0):
        raise ValueError(f"写作 {number}，{expected(reading) if reading.minimum is not None else '不能小于 0'}")
    if reading.kind == "whole":
        if number != number.to_integral_value():
            raise ValueError(f"写作 {number}，应为整数")
        return int(number)
    if number * 100 != (number * 100).to_integral_value():
        raise ValueError(f"写作 {number}，最多两位小数")
    if reading.kind == "percent" and not (number == 0 or 1 <= number <= 100):
        raise ValueError(f"写作 {number}，百分数应在 1 到 100 之间（百分之八十写 80）")
    return number


def _kinds(raw: list[str]) -> list[str]:
    table = spellings("training_kind")
    strange = [word for word in raw if fold(word) not in table]
    if strange:
        raise ValueError(unknown("培训类型", strange[0], words("training_kind")))
    return list(dict.fromkeys(table[fold(word)] for word in raw))


def parse_rulings(policy: Policy, table: Mapping[str, Any], source: str = "skillcli.toml") -> dict[str, Ruling]:
    """Rulings of one policy as ``skillcli.toml`` states them.

    ``table``: key → ``{value, decided_by, document, decided_on}`` or key → plain value. A key with
    a dot may be quoted or not. Raises ClerkError naming ``source``, key and what may be written.
    """
    known = {reading.key: reading for reading in policy.readings}
    rulings = {}
    for key, raw in _flat(table, known):
        where = f'{source} 的 rulings."{policy.id}"."{key}"'
        if key not in known:
            raise ClerkError(
                f"{where}：{unknown('口径键', key, known)}。", f"运行 skillcli policy show {policy.id} 查看。"
            )
        try:
            rulings[key] = _ruling(known[key], raw)
        except ValueError as error:
            raise ClerkError(f"{where}：{error}。") from error
    return rulings


def _flat(table: Mapping[str, Any], known: Mapping[str, Reading]) -> list[tuple[str, Any]]:
    """Unquoted dots of a key make nested tables in TOML; put the key together again."""
    flat = []
    for key, raw in table.items():
        inner = raw if isinstance(raw, Mapping) and key not in known else {}
        if any(f"{key}.{rest}" in known for rest in inner):
            flat += [(f"{key}.{rest}", value) for rest, value in inner.items()]
        else:
            flat.append((key, raw))
    return flat


_FIELDS = ("value", "decided_by", "document", "decided_on")


def _ruling(reading: Reading, raw: Any) -> Ruling:
    table = raw if isinstance(raw, Mapping) else {"value": raw}
    strange = [key for key in table if key not in _FIELDS]
    if strange:
        raise ValueError(unknown("这里的键", strange[0], _FIELDS))
    if "value" not in table:
        raise ValueError("缺少 value")
    value = table["value"]
    decided = table.get("decided_on")
    if decided is not None and (not isinstance(decided, date) or isinstance(decided, datetime)):
        raise ValueError(f"decided_on 写作“{decided}”，应为日期，例如 2020-03-01")
    for name in ("decided_by", "document"):
        if not isinstance(table.get(name, ""), str):
            raise ValueError(f"{name} 应为加引号的文字")
    return Ruling(
        value=_from_text(reading, value) if isinstance(value, str) else typed(reading, value),
        decided_by=table.get("decided_by", ""),
        document=table.get("document", ""),
        decided_on=decided,
    )
