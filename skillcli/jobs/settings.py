"""What ``skillcli.toml`` may say, and the sentence when it says something else.

====================  =====================================================================
key                   meaning
====================  =====================================================================
policy                id of a shipped policy, or path of a policy file beside ``skillcli.toml``
agency                name of the office, printed on sheets
ledger                SQLite file (relative to the workspace) or URL of a PostgreSQL database
[rulings.P.K]         value, decided_by, document, decided_on of reading K of policy P
[mapping.M]           header as institution M writes it = our column title
[pay]                 duplicate_share: percent of a roster's rows claimed before at which ``pay`` stops and asks
                      (100: never); duplicate_rows: fewer than so many never stop it
[figures]             numbers a report asks for and no ledger holds: ``skilled = 52000``, or
                      ``skilled = { value = 52000, source = "…" }`` with where it is from
====================  =====================================================================
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, TypeVar

import msgspec

from skillcli.core.errors import ClerkError

T = TypeVar("T")

DEFAULT_LEDGER = "台账/ledger.db"


class PayLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """When ``pay`` stops because too much of a roster was claimed before: over ``duplicate_share`` percent of its rows, and
    at least ``duplicate_rows`` rows."""

    duplicate_share: Annotated[int, msgspec.Meta(ge=0, le=100)] = 50
    duplicate_rows: Annotated[int, msgspec.Meta(ge=1)] = 50


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The file's content, checked. ``rulings``: policy id → reading key → the table as written; ``sources``: of
    ``figures``, where they are from."""

    policy: str
    agency: str = ""
    ledger: str = DEFAULT_LEDGER
    rulings: dict[str, dict[str, Any]] = {}
    mapping: dict[str, dict[str, str]] = {}
    figures: dict[str, Decimal] = {}
    sources: dict[str, str] = {}
    pay: PayLimits = PayLimits()


class _Plain(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    policy: str
    agency: str = ""
    ledger: str = DEFAULT_LEDGER
    rulings: dict[str, Any] = {}
    mapping: dict[str, Any] = {}
    figures: dict[str, Any] = {}
    pay: dict[str, Any] = {}


def read_settings(path: Path) -> Settings:
    """Read a workspace's file. Raises ClerkError with the file and the key."""
    plain = _convert(read_toml(path), _Plain, path, "")
    return Settings(
        policy=plain.policy,
        agency=plain.agency,
        ledger=plain.ledger,
        rulings=ruling_tables(plain.rulings, path),
        mapping={
            maker: _convert(headers, dict[str, str], path, f"mapping.{maker}")
            for maker, headers in plain.mapping.items()
        },
        figures={name: _figure(_part(value, "value"), path, name) for name, value in plain.figures.items()},
        sources={name: str(_part(value, "source")) for name, value in plain.figures.items() if isinstance(value, dict)},
        pay=_convert(plain.pay, PayLimits, path, "pay"),
    )


def read_toml(path: Path) -> dict[str, Any]:
    """The tables of a TOML file, fractions as Decimal. Raises ClerkError when it cannot be read."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ClerkError(f"{path} 不是 UTF-8 文本。", "请用记事本另存，编码选 UTF-8。") from error
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise ClerkError(*_toml_sentence(str(error), text, path)) from error


def ruling_tables(tables: Mapping[str, Any], path: Path) -> dict[str, dict[str, Any]]:
    """The tables ``[rulings.P]`` of a file: policy id → reading key → what the file says.

    What a reading may be decided to be is the policy's matter. Raises ClerkError when a policy's
    entry is no table.
    """
    return {policy: _convert(keys, dict[str, Any], path, f"rulings.{policy}") for policy, keys in tables.items()}


def _part(value: object, key: str) -> object:
    """One part of a figure written as a table; a plain number is its own value."""
    return value.get(key, "") if isinstance(value, dict) else value


def _figure(value: object, path: Path, name: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ClerkError(
            f"{path} 的 figures.{name} 应为数字。",
            '请只写数字，不加引号和单位；要写来源时：{ value = 52000, source = "统计公报" }。',
        )
    return Decimal(value)


def _convert(value: object, to: type[T], path: Path, where: str) -> T:
    try:
        return msgspec.convert(value, to)
    except msgspec.ValidationError as error:
        raise ClerkError(*_sentence(str(error), path, where, getattr(to, "__struct_fields__", ()))) from error


_TYPES = {
    "`str`": "文字（加双引号）",
    "`object`": "一张表",
    "`int`": "整数",
}


def _sentence(message: str, path: Path, where: str, known: tuple[str, ...]) -> tuple[str, str]:
    """msgspec's complaint in Chinese, with the key's full name."""
    inner = re.search(r" - at `(?:key in )?\$(.*)`$", message)
    key = (where + (inner[1] if inner else "")).replace("[...]", "").strip(".")
    place = f"{path} 的 {key}" if key else str(path)
    unknown = re.search(r"unknown field `(.*?)`", message)
    if unknown:
        return f"{place} 有不认识的键 {unknown[1]}。", f"请核对拼写，可用的键：{'、'.join(known)}。"
    missing = re.search(r"missing required field `(.*?)`", message)
    if missing:
        return f"{place} 缺少 {missing[1]}。", f"请补上这一行：{missing[1]} = …"
    expected = re.search(r"Expected (`\w+`)", message)
    bound = re.search(r"Expected `int` ([<>]=) (\d+)", message)
    if bound:
        return f"{place} 写得不对。", f"应为{'不小于' if bound[1] == '>=' else '不大于'} {bound[2]} 的整数。"
    return f"{place} 写得不对。", f"应为{_TYPES.get(expected[1], expected[1]) if expected else '别的内容'}。"


def _toml_sentence(message: str, text: str, path: Path) -> tuple[str, str]:
    found = re.search(r"at line (\d+), column (\d+)", message)
    place = f"第 {found[1]} 行第 {found[2]} 个字符处" if found else f"第 {text.count(chr(10)) + 1} 行末尾"
    if message.startswith(("Cannot overwrite", "Cannot declare")):
        return f"{path} {place}：同一个键写了两次。", "请删去其中一处。"
    return f"{path} {place}写法不对。", "文字要加双引号，一行只写一个“键 = 值”。"
