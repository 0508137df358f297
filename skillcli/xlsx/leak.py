"""The leak scan: no identity, telephone or account number may stand in a file that is to be public.

It reads the finished file, every part of it: cells, notes, properties, names, hidden sheets. What the
office knows to be sensitive is sought literally; beside that, whatever has the form of an identity
number with a possible birth date, of a mobile number, or of a bank card.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from zipfile import ZipFile

from msgspec import Struct

from skillcli.core.account import luhn
from skillcli.core.identity import mask

_RUN = re.compile(r"(?<![0-9A-Za-z])[0-9]{11,21}[Xx]?(?![0-9A-Za-z])")
_IDENTITY = re.compile(
    r"[1-9][0-9]{5}(?:1[89]|2[01])[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx]"
)
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_CARD = re.compile(r"62[0-9]{14,17}")
_GROUPED = re.compile(r"(?<=[0-9])[ -](?=[0-9Xx])")
_TAG = re.compile(r"<[^>]*>")
_WORD = re.compile(r"[0-9A-Za-z]{8,}")


class Leak(Struct, frozen=True):
    """``part`` of the file where it stands, ``kind`` (身份证号, 电话号码, 银行账号, 已知的敏感号码), and the
    number with its middle covered."""

    part: str
    kind: str
    masked: str


def scan(path: Path, known: Iterable[str]) -> list[Leak]:
    """Every leak in a workbook; ``known``: whole numbers (of eight characters or more) that must not
    appear, as they were written. Raises BadZipFile when it is no workbook."""
    secrets = {number.upper() for number in known if len(number) >= 8}
    with ZipFile(path) as book:
        return [leak for name in book.namelist() for leak in _in_part(name, _text(book.read(name)), secrets)]


def _text(data: bytes) -> str:
    """What stands in a part, without its markup; attributes (names of sheets, comments) count too."""
    raw = data.decode("utf-8", errors="replace")
    attributes = "\n".join(re.findall(r'="([^"]*)"', raw))
    plain = unicodedata.normalize("NFKC", html.unescape(_TAG.sub("\n", raw)) + "\n" + html.unescape(attributes))
    # a number in groups (6222 0200 …) is read together as well
    return plain + "\n" + _GROUPED.sub("", plain)


def _in_part(name: str, text: str, secrets: set[str]) -> Iterator[Leak]:
    for word in dict.fromkeys(_WORD.findall(text)):
        if word.upper() in secrets:
            yield Leak(name, "已知的敏感号码", mask(word))
    for run in dict.fromkeys(_RUN.findall(text)):
        kind = _kind(run)
        if kind and run.upper() not in secrets:
            yield Leak(name, kind, mask(run))


def _kind(run: str) -> str:
    if _IDENTITY.fullmatch(run):
        return "身份证号"
    if _MOBILE.fullmatch(run):
        return "电话号码"
    return "银行账号" if _CARD.fullmatch(run) and luhn(run) else ""
