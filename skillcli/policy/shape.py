"""Whether a file has the shape of the model: its keys, and the kind of value under each.

The model's types are walked beside the file's tables, so that every fault is found, not only the
first. What is wrong is replaced by a neutral value of its type: then the meaning of all the rest
can be checked in the same pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from msgspec import inspect as shapes

from skillcli.policy.fault import Fault, allowed, item_label, unknown

NEVER_WRITTEN = frozenset({"sha256", "rulings"})
"""Fields of ``Policy`` that the loader sets."""


def mended(raw: object, struct: type[Any], faults: list[Fault]) -> dict[str, Any]:
    """``raw`` in the shape of ``struct``; what had to be dropped or replaced is added to ``faults``."""
    whole: dict[str, Any] = _mend(raw, shapes.type_info(struct), "", faults)
    return whole


def _mend(raw: Any, kind: shapes.Type, where: str, faults: list[Fault]) -> Any:
    if isinstance(kind, shapes.UnionType):
        return _union(raw, kind, where, faults)
    if isinstance(kind, shapes.StructType):
        return _table(raw, kind, where, faults)
    if isinstance(kind, shapes.ListType) and isinstance(raw, list):
        items = enumerate(raw)
        return [_mend(item, kind.item_type, f"{where}{item_label(item, n)}", faults) for n, item in items]
    if isinstance(kind, shapes.DictType) and isinstance(raw, dict):
        return {key: _mend(value, kind.value_type, f"{where}.{key}", faults) for key, value in raw.items()}
    if isinstance(kind, shapes.AnyType) or _fits(raw, kind):
        return raw
    if isinstance(kind, shapes.LiteralType):
        faults.append(Fault(where, unknown("这里可用的词", raw, [word for word in map(str, kind.values) if word])))
    else:
        faults.append(Fault(where, f"写作 {_shown(raw)}，应为{_title(kind)}"))
    return neutral(kind)


def _table(raw: Any, kind: shapes.StructType, where: str, faults: list[Fault]) -> dict[str, Any]:
    if not isinstance(raw, dict):
        faults.append(Fault(where, f"写作 {_shown(raw)}，应为一张表"))
        raw = neutral(kind)
    fields = {field.encode_name: field for field in kind.fields if field.encode_name not in NEVER_WRITTEN}
    table = {}
    for key, value in raw.items():
        path = f"{where}.{key}" if where else key
        if key in fields:
            table[key] = _mend(value, fields[key].type, path, faults)
        else:
            faults.append(Fault(path, unknown("这里的键", key, fields)))
    for key, field in fields.items():
        if field.required and key not in table:
            faults.append(Fault(f"{where}.{key}" if where else key, f"缺少这个键，应为{_title(field.type)}"))
            table[key] = neutral(field.type)
    return table


def _union(raw: Any, kind: shapes.UnionType, where: str, faults: list[Fault]) -> Any:
    options = _options(kind)
    for option in options:
        tried: list[Fault] = []
        value = _mend(raw, option, where, tried)
        if not tried or len(options) == 1:
            faults.extend(tried)
            return value
    faults.append(Fault(where, f"写作 {_shown(raw)}，应为{_title(kind)}"))
    return neutral(kind)


def _options(kind: shapes.UnionType) -> Sequence[shapes.Type]:
    """TOML has no null: an optional key is simply left out."""
    return [option for option in kind.types if not isinstance(option, shapes.NoneType)]


_KINDS: dict[type[shapes.Type], tuple[str, Callable[[Any], bool], Any]] = {
    shapes.StrType: ("加引号的文字", lambda raw: isinstance(raw, str), ""),
    shapes.BoolType: (" true 或 false", lambda raw: isinstance(raw, bool), False),
    shapes.IntType: ("整数", lambda raw: isinstance(raw, int) and not isinstance(raw, bool), 0),
    shapes.DecimalType: ("数", lambda raw: is_number(raw), 0),
    shapes.DateType: (
        "日期，例如 2019-01-01",
        lambda raw: isinstance(raw, date) and not isinstance(raw, datetime),
        date(1, 1, 1),
    ),
    shapes.ListType: ("方括号里的一列", lambda raw: isinstance(raw, list), []),
    shapes.DictType: ("一张表", lambda raw: isinstance(raw, dict), {}),
}


def is_number(raw: object) -> bool:
    """Whether TOML gave a finite number (true and false are none)."""
    if isinstance(raw, Decimal):
        return raw.is_finite()
    return isinstance(raw, int) and not isinstance(raw, bool)


def _fits(raw: Any, kind: shapes.Type) -> bool:
    if isinstance(kind, shapes.LiteralType):
        return isinstance(raw, str) and raw in kind.values
    return _KINDS[type(kind)][1](raw)


def _title(kind: shapes.Type) -> str:
    if isinstance(kind, shapes.LiteralType):
        return f"以下之一（{allowed(kind.values)}）"
    if isinstance(kind, shapes.UnionType):
        return "或".join(_title(option) for option in _options(kind))
    return "一张表" if isinstance(kind, shapes.StructType) else _KINDS[type(kind)][0]


def neutral(kind: shapes.Type) -> Any:
    """A value of the type that says nothing."""
    if isinstance(kind, shapes.UnionType):
        return neutral(_options(kind)[0])
    if isinstance(kind, shapes.StructType):
        return {field.encode_name: neutral(field.type) for field in kind.fields if field.required}
    if isinstance(kind, shapes.LiteralType):
        return kind.values[0]
    return _KINDS[type(kind)][2]


def _shown(raw: object) -> str:
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, (dict, list)):
        return "一张表" if isinstance(raw, dict) else "一列"
    return f"“{raw}”" if isinstance(raw, str) else str(raw)


def under(fault: Fault, broken: Sequence[Fault]) -> bool:
    """Whether a fault of meaning stands at or below a place whose shape was already mended."""
    return any(fault.where == b.where or fault.where.startswith((f"{b.where}.", f"{b.where}[")) for b in broken)


def every(faults: Iterator[Fault], broken: Sequence[Fault]) -> list[Fault]:
    """The faults of shape, then those of meaning that do not merely repeat one of them."""
    return [*broken, *(fault for fault in faults if not under(fault, broken))]
