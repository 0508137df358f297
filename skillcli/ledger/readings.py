"""What the office decided on a reading, as the ledger keeps it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, select

from skillcli.ledger.tables import RULING
from skillcli.ledger.transaction import Transaction
from skillcli.policy.model import Ruling, Value


def value_text(value: Value) -> str:
    """JSON of a reading's value; an exact number is marked, so that it comes back as one."""
    return json.dumps({"decimal": str(value)} if isinstance(value, Decimal) else value, ensure_ascii=False)


def value_of(text: str) -> Value:
    """The value behind ``value_text``."""
    read: Any = json.loads(text)
    if isinstance(read, dict):
        return Decimal(read["decimal"])
    value: Value = read
    return value


def to_json(rulings: Mapping[str, Ruling]) -> str:
    """All readings of a run in one text, ordered by key."""
    rows = {
        key: [value_text(ruling.value), ruling.decided_by, ruling.document, _day_text(ruling.decided_on)]
        for key, ruling in sorted(rulings.items())
    }
    return json.dumps(rows, ensure_ascii=False)


def from_json(text: str) -> dict[str, Ruling]:
    return {key: _ruling(*row) for key, row in json.loads(text).items()}


def write(transaction: Transaction, policy_id: str, rulings: Mapping[str, Ruling]) -> None:
    """Record decisions; a later one on the same key replaces the earlier."""
    for key, ruling in sorted(rulings.items()):
        transaction.add_row(
            RULING,
            policy=policy_id,
            key=key,
            value=value_text(ruling.value),
            decided_by=ruling.decided_by,
            document=ruling.document,
            decided_on=_day_text(ruling.decided_on),
        )


def read(connection: Connection, policy_id: str, upto: int | None) -> dict[str, Ruling]:
    """Key → newest decision on a policy's readings, as of transaction ``upto`` (None: now)."""
    query = select(RULING).where(RULING.c.policy == policy_id).order_by(RULING.c.id)
    if upto is not None:
        query = query.where(RULING.c.seq <= upto)
    return {
        row.key: _ruling(row.value, row.decided_by, row.document, row.decided_on) for row in connection.execute(query)
    }


def _ruling(value: str, decided_by: str, document: str, decided_on: str | None) -> Ruling:
    day = date.fromisoformat(decided_on) if decided_on else None
    return Ruling(value=value_of(value), decided_by=decided_by, document=document, decided_on=day)


def _day_text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
