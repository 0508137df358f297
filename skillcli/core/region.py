"""Areas of China (GB/T 2260): is a code one, and in which province lies a place.

The table is ``cn/loc.dat`` of python-stdnum, which keeps abolished counties with their years. It
is read on first use. A code that is unknown proves nothing (permits 81-83, foreigners' 9…), and a
place is only recognised where no reader could take it for another province's.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from msgspec import Struct

_ENTRY = re.compile(r"(?:\[(\d*)-(\d*)\])?([^,\[]+)")
_NO_NAME = re.compile(r"直辖|市辖区|^(?:县|市|市区|城区|郊区|矿区|林区)$")
"""Headings and names so common that they tell no province."""

_PROVINCE_END = re.compile(r"(?:壮族|回族|维吾尔)?自治区$|特别行政区$|特別行政區$|省$|市$")
_PREFECTURE_END = re.compile(r"(?:市|地区|盟|自治州|专区)$")
_COUNTY_END = re.compile(r"(?:自治县|自治旗|市|县|区|旗)$")
_STREET = ("路", "街", "大街", "大道", "道", "大学", "大厦", "州")
"""After a short name these make another name of it: 上海路 is not in Shanghai, nor 海南州 in Hainan."""
_SEVERAL = re.compile(r"[、，,;；/]|或")


class _Gazetteer(Struct, frozen=True):
    """Names → provinces: full names, and names without their last word for
    provinces, prefectures and counties apart, since a prefecture's outranks a county's."""

    provinces: dict[str, str]
    full: dict[str, frozenset[str]]
    prefectures: dict[str, frozenset[str]]
    counties: dict[str, frozenset[str]]


def known(code: str) -> bool:
    """Whether six digits are, or once were, a code of GB/T 2260."""
    if not (len(code) == 6 and code.isascii() and code.isdecimal()):
        return False
    return code in _codes(code[:2])


def province_of(text: str) -> str:
    """Two-digit province code of a place, "" where it is not recognised.

    ``text``: a code of 2, 4, 6 or more digits, or words that begin with or contain the name of a
    province, prefecture or county (林口县, 牡丹江, 黑龙江省哈尔滨市道里区 …). A county's name that several
    provinces have is not recognised alone, nor are two provinces named side by side.
    """
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    if plain.isdecimal():
        return plain[:2] if len(plain) in (2, 4, 6, 9, 12) and plain[:2] in _gazetteer().provinces.values() else ""
    found = {_one_place(part) for part in _SEVERAL.split(plain) if part}
    return found.pop() if len(found) == 1 else ""


def lies_in(text: str, area: str) -> bool | None:
    """Whether a place lies in the area of a code; None where no name of a prefecture or county says so.

    ``text``: a code, or a name, alone or before a place of its own (太原市迎泽区). ``area``: six digits; a prefecture's
    (…00) takes in its counties. A name that several areas bear lies inside where one of them does.
    """
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    if plain.isdecimal():
        return plain.startswith(_stem(area)) if known(plain[:6]) else None
    for length in range(len(plain), 1, -1):
        codes = _codes_by_name().get(plain[:length])
        if codes is None:
            continue
        if any(code.startswith(_stem(area)) for code in codes):
            return True
        around = any(area.startswith(_stem(code)) for code in codes)
        return lies_in(plain[length:], area) if around else False
    return None


def _stem(code: str) -> str:
    """The digits that all codes within an area share."""
    return code.removesuffix("00").removesuffix("00") if code.endswith("00") else code


def full_names(area: str) -> tuple[str, ...]:
    """How the area of a code may stand before a place in it, longest first: 黑龙江省牡丹江市林口县, 牡丹江市林口县, 林口县."""
    chain = [code for code in (f"{area[:2]}0000", f"{area[:4]}00", area) if code]
    names: list[str] = []
    for code in dict.fromkeys(chain):
        names += [name for name, codes in _codes_by_name().items() if code in codes][:1]
    return tuple("".join(names[start:]) for start in range(len(names)))


@cache
def _codes(province: str) -> frozenset[str]:
    """Codes ever used in a province (its first two digits): names need not be read for them."""
    blocks = re.findall(rf"^{province} .*\n((?: .*\n?)*)", _table(), re.MULTILINE)
    return frozenset(province + code for block in blocks for code in re.findall(r"^ +(\d+) ", block, re.MULTILINE))


@cache
def _codes_by_name() -> dict[str, frozenset[str]]:
    """Names in use → codes."""
    found: dict[str, set[str]] = {}
    for code, name, in_use in _entries():
        if in_use and not _NO_NAME.search(name):
            found.setdefault(name, set()).add(code)
    return {name: frozenset(codes) for name, codes in found.items()}


def _one_place(text: str) -> str:
    known_names = _gazetteer()
    for length in range(min(len(text), 16), 1, -1):
        head, rest = text[:length], text[length:]
        found = known_names.full.get(head, frozenset()) if length > 2 or not rest else frozenset()
        if not found and not rest.startswith(_STREET):
            found = _short(head, rest)
        if found:
            return _only(found)
    return _inside(text)


def _short(head: str, rest: str) -> frozenset[str]:
    """Provinces of a name without its last word (黑龙江, 牡丹江, 林口).

    A two-character prefecture or county is common as part of other words (东方, 长春), so it must
    stand alone or before a place of its own province.
    """
    table = _gazetteer()
    if head in table.provinces:
        return frozenset({table.provinces[head]})
    alone = not rest or rest in ("市", "县", "区", "市区", "县城", "城区", "本地", "市内", "县内")
    if head in table.prefectures:
        found = table.prefectures[head]
        if alone or len(head) > 2 or table.full.get(rest, frozenset()) & found:
            return found
    if alone and head in table.counties:
        return table.counties[head]
    return frozenset()


def _inside(text: str) -> str:
    """The first full name within a text (在林口县打工); names of three characters or more."""
    names = _gazetteer().full
    for start in range(1, len(text) - 2):
        for length in range(min(len(text) - start, 16), 2, -1):
            found = names.get(text[start : start + length])
            if found:
                return _only(found)
    return ""


def _only(provinces: frozenset[str]) -> str:
    return next(iter(provinces)) if len(provinces) == 1 else ""


@cache
def _gazetteer() -> _Gazetteer:
    provinces: dict[str, str] = {}
    # Names still in use come before abolished ones: 海口 was once in 广东, 万县 in 四川.
    full: tuple[dict[str, set[str]], dict[str, set[str]]] = ({}, {})
    prefectures: dict[str, set[str]] = {}
    counties: dict[str, set[str]] = {}
    for code, name, in_use in _entries():
        if _NO_NAME.search(name):
            continue
        province = code[:2]
        full[not in_use].setdefault(name, set()).add(province)
        if code.endswith("0000"):
            provinces[_PROVINCE_END.sub("", name)] = province
        elif in_use:
            end, table = (_PREFECTURE_END, prefectures) if code.endswith("00") else (_COUNTY_END, counties)
            short = end.sub("", name)
            if len(short) > 1:
                table.setdefault(short, set()).add(province)
    return _Gazetteer(
        provinces,
        {name: frozenset(where) for name, where in (full[1] | full[0]).items()},
        {name: frozenset(where) for name, where in prefectures.items()},
        {name: frozenset(where) for name, where in counties.items()},
    )


def _entries() -> Iterator[tuple[str, str, bool]]:
    """Six-digit code, name, and whether the name is still in use."""
    province = ""
    for line in _lines():
        code, _, names = line.strip().partition(" ")
        value = names.partition('"')[2].rstrip('"')
        if not line.startswith(" "):
            province = code
            continue
        for _first, last, name in _ENTRY.findall(value):
            yield province + code, name, not last


def _lines() -> list[str]:
    return [line for line in _table().splitlines() if line.strip() and not line.startswith("#")]


@cache
def _table() -> str:
    return files("stdnum.cn").joinpath("loc.dat").read_text(encoding="utf-8")
