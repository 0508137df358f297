"""How a table of the ledger is written down: kinds of columns, and one metadata for all of them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, LargeBinary, MetaData, Table, Text
from sqlalchemy.dialects import sqlite

METADATA = MetaData()
WHOLE = BigInteger().with_variant(sqlite.INTEGER(), "sqlite")


def whole(name: str, *, null: bool = False, primary: bool = False, unique: bool = False) -> Column[int]:
    return Column(name, WHOLE, nullable=null, primary_key=primary, autoincrement=False, unique=unique or None)


def text(name: str, *, null: bool = False, primary: bool = False, unique: bool = False) -> Column[str]:
    return Column(name, Text, nullable=null, primary_key=primary, unique=unique or None)


def word(name: str, *, null: bool = True) -> Column[int]:
    return Column(name, WHOLE, nullable=null, info={"word": True})


def packed(name: str) -> Column[bytes]:
    return Column(name, LargeBinary, nullable=False)


def table(name: str, *parts: Any) -> Table:
    return Table(name, METADATA, *parts, sqlite_strict=True)
