"""Policy files → ``Policy``, strictly: a file with a fault is refused with a Chinese sentence."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from skillcli.core.errors import ClerkError
from skillcli.policy.check import national_faults, policy_faults
from skillcli.policy.fault import Fault, unknown
from skillcli.policy.model import National, Policy, Reading, Ruling, Struct
from skillcli.policy.shape import every, mended
from skillcli.policy.values import parse_rulings, ruling_from_text, typed

__all__ = ["check_file", "load_national", "load_policy", "parse_rulings", "ruling_from_text", "shipped"]

S = TypeVar("S", bound=Struct)

_DATA = files("skillcli.policy") / "data"
_NATIONAL = "national.toml"
_UNREADABLE = {FileNotFoundError: "没有这个文件", IsADirectoryError: "这是一个文件夹"}


@cache
def shipped() -> tuple[str, ...]:
    """Ids of the policies that come with the program, sorted."""
    names = (entry.name for entry in _DATA.iterdir() if entry.name.endswith(".toml"))
    return tuple(sorted(name.removesuffix(".toml") for name in names if name != _NATIONAL))


def load_policy(name_or_path: str | Path, rulings: Mapping[str, Ruling] | None = None) -> Policy:
    """A shipped policy by id, or any policy file by path, with the office's rulings on it.

    The result carries the sha256 of the file's bytes; the figures of its readings are in the
    type of their kind (``model.Value``) and a reading of kind fund has the policy's funds as
    choices. Raises ClerkError when there is no such policy, when the file has a fault (naming
    file, key and the words allowed), or when a ruling's key or value does not fit.
    """
    return _loaded(*_bytes(name_or_path), rulings or {})


def policy_file(name_or_path: str | Path) -> str:
    """The text of a policy file, for the ledger to keep. Raises ClerkError as ``load_policy``."""
    return _bytes(name_or_path)[1].decode("utf-8")


def policy_from_text(name: str, text: str, rulings: Mapping[str, Ruling]) -> Policy:
    """The policy of a text that the ledger kept (``policy_file``), as ``load_policy``."""
    return _loaded(name, text.encode("utf-8"), rulings)


def _loaded(name: str, data: bytes, rulings: Mapping[str, Ruling]) -> Policy:
    policy, faults = _read(data, Policy, policy_faults)
    if faults or policy is None:
        raise _refused(name, faults)
    policy = msgspec.structs.replace(
        policy, readings=[_settled(reading) for reading in policy.readings], sha256=hashlib.sha256(data).hexdigest()
    )
    return msgspec.structs.replace(policy, rulings=_fitting(policy, rulings))


@cache
def load_national() -> National:
    """What holds in every city. Raises ClerkError when the installed file is damaged."""
    national, faults = _read((_DATA / _NATIONAL).read_bytes(), National, national_faults)
    if faults or national is None:
        raise _refused(_NATIONAL, faults)
    return national


def check_file(path: str | Path) -> list[str]:
    """All faults of a policy file, one Chinese sentence each; empty when it can be used.

    ``path``: a file, or the id of a shipped policy. Raises ClerkError when it cannot be read.
    """
    _, faults = _read(_bytes(path)[1], Policy, policy_faults)
    return [str(fault) for fault in faults]


def _bytes(name_or_path: str | Path) -> tuple[str, bytes]:
    """The file's name as messages give it, and its bytes."""
    if str(name_or_path) in shipped():
        return f"{name_or_path}.toml", (_DATA / f"{name_or_path}.toml").read_bytes()
    path = Path(name_or_path)
    if isinstance(name_or_path, str) and path.suffix != ".toml" and not path.exists():
        raise ClerkError(
            f"没有编号为“{name_or_path}”的政策：{unknown('现有政策', name_or_path, shipped())}。",
            "写政策编号，或写政策文件（.toml）的路径。",
        )
    try:
        return str(path), path.read_bytes()
    except OSError as error:
        why = _UNREADABLE.get(type(error), "没有读取权限，或文件正被占用")
        raise ClerkError(f"政策文件 {path} 读不出来：{why}。", "核对路径和读取权限。") from error


def _read(data: bytes, struct: type[S], check: Callable[[S], Iterator[Fault]]) -> tuple[S | None, list[Fault]]:
    """The file as ``struct`` (None when it is no TOML at all) and all its faults."""
    try:
        raw = tomllib.loads(data.decode("utf-8-sig"), parse_float=Decimal)
    except UnicodeDecodeError:
        return None, [Fault("", "文件不是 UTF-8 编码，请用记事本另存为 UTF-8")]
    except tomllib.TOMLDecodeError as error:
        return None, [Fault("", _toml_fault(str(error)))]
    faults: list[Fault] = []
    whole = mended(raw, struct, faults)
    if struct is Policy:
        whole["readings"] = [_with_funds(reading, whole["funds"]) for reading in whole["readings"]]
    value = msgspec.convert(whole, struct, strict=True)
    return value, every(check(value), faults)


def _with_funds(reading: dict[str, Any], funds: list[str]) -> dict[str, Any]:
    if reading["kind"] != "fund" or "choices" in reading:
        return reading
    return {**reading, "choices": {fund: fund for fund in funds}}


def _toml_fault(message: str) -> str:
    place = re.search(r"line (\d+), column (\d+)", message)
    where = f"第 {place[1]} 行第 {place[2]} 列附近" if place else "文件末尾"
    return f"不是合格的 TOML，{where}写法有误（常见原因：同一个键写了两遍，缺引号或括号，日期不是 2019-01-01 的样子）"


def _refused(name: str, faults: list[Fault]) -> ClerkError:
    more = f"（共 {len(faults)} 处）" if len(faults) > 1 else ""
    return ClerkError(
        f"政策文件 {name} 不能用{more}：{faults[0]}。", f"运行 skillcli policy check {name} 查看全部问题。"
    )


def _settled(reading: Reading) -> Reading:
    values = {name: getattr(reading, name) for name in ("default", "proposal")}
    settled = {name: typed(reading, value) for name, value in values.items() if value is not None}
    return msgspec.structs.replace(reading, **settled) if settled else reading


def _fitting(policy: Policy, rulings: Mapping[str, Ruling]) -> dict[str, Ruling]:
    keys = [reading.key for reading in policy.readings]
    settled = {}
    for key, ruling in rulings.items():
        if key not in keys:
            raise ClerkError(f"政策 {policy.id}：{unknown('口径键', key, keys)}。")
        try:
            settled[key] = msgspec.structs.replace(ruling, value=typed(policy.reading(key), ruling.value))
        except ValueError as error:
            raise ClerkError(f"政策 {policy.id} 的口径 {key} {error}。") from error
    return settled
