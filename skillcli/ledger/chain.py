"""The chain: every transaction's rows hashed, every transaction linked to the one before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, timezone

from msgspec import Struct

GENESIS = "0" * 64
"""What the first transaction names as its predecessor."""
_CHINA = timezone(timedelta(hours=8))


class Part(Struct, frozen=True):
    """Digest of one block of rows that one transaction wrote into one table; ``first`` is the
    number of its first row."""

    table: str
    block: int
    first: int
    rows: int
    digest: str


class Entry(Struct, frozen=True):
    """One transaction: ``at`` UTC text, ``person`` who ran it, ``subject`` what it is about."""

    seq: int
    kind: str
    at: str
    person: str
    subject: str
    prev: str
    payload: str
    head: str


def china_day(at: str) -> date:
    """The day in China of a moment in UTC: the day by which offices count."""
    moment = datetime.fromisoformat(at)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(_CHINA).date()


def payload(parts: Iterable[Part]) -> str:
    """sha256 over all parts of a transaction, ordered by table and block."""
    lines = [[part.table, part.block, part.first, part.rows, part.digest] for part in parts]
    return _sha256(sorted(lines))


def link(seq: int, kind: str, at: str, person: str, subject: str, prev: str, payload: str) -> str:
    """The head: sha256 over everything a journal row says, the previous head included."""
    return _sha256([seq, kind, at, person, subject, prev, payload])


def _sha256(value: object) -> str:
    canonical = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
