"""Rows out of the ledger: the same columns whether numbers come as objects or as texts, from a file as from a server."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from sqlalchemy import BigInteger, Column, MetaData, Table, Text

from skillcli.ledger import bulk, codec
from skillcli.ledger.codec import Columns
from skillcli.ledger.ledger import Ledger

LEAST, MOST = -(2**63), 2**63 - 1
NUMBERS: dict[str, list[int | None]] = {
    "a": [LEAST, None, MOST, 1],
    "b": [None, None, -1, 2],
    "c": [0, None, None, 3],
    "d": [7, None, 12, None],
}
TEXTS = ['一,二\n"三"', None, "", "，"]
NUMBER = [1, 2, 3, 5]


def told(**columns: Any) -> tuple[Table, Columns]:
    """A table of these columns, numbered, and its rows."""
    held = {"number": codec.numbers(NUMBER)} | {
        name: codec.texts(values) if name == "text" else pa.array(values, pa.int64())
        for name, values in columns.items()
    }
    kinds = [Column(name, Text if name == "text" else BigInteger, primary_key=name == "number") for name in held]
    return Table("told", MetaData(), *kinds), held


def read(ledger: Ledger, table: Table, held: Columns, first: int, last: int) -> Columns:
    with ledger._engine.connect() as connection:
        bulk.scratch(connection, table.name, held, primary="number")
        return bulk.rows(connection, table, held, first, last)


@pytest.mark.parametrize("names", [("a",), ("a", "text"), ("a", "b", "c", "d"), ("text", "a", "b", "c", "d")])
def test_rows_are_what_was_inserted(ledger: Ledger, names: tuple[str, ...]) -> None:
    table, held = told(**{name: TEXTS if name == "text" else NUMBERS[name] for name in names})
    found = read(ledger, table, held, 1, 5)
    assert list(found) == list(held)
    assert {name: values.to_pylist() for name, values in found.items()} == {
        name: values.to_pylist() for name, values in held.items()
    }
    assert {name: values.type for name, values in found.items()} == {name: values.type for name, values in held.items()}


def test_a_stretch_of_rows_may_be_empty(ledger: Ledger) -> None:
    table, held = told(text=TEXTS, **NUMBERS)
    assert read(ledger, table, held, 2, 3)["d"].to_pylist() == [None, 12]
    nothing = read(ledger, table, held, 4, 4)
    assert {name: (len(values), values.type) for name, values in nothing.items()} == {
        name: (0, values.type) for name, values in held.items()
    }


def test_more_columns_than_a_function_takes_and_more_rows_than_a_piece(ledger: Ledger) -> None:
    count = 2 * bulk.CHUNK + 3
    columns = {f"n{at}": codec.numbers([at * row for row in range(count)]) for at in range(bulk._ARGUMENTS + 30)}
    held = {"number": codec.numbers(range(count)), **columns}
    table = Table("told", MetaData(), *(Column(name, BigInteger, primary_key=name == "number") for name in held))
    assert read(ledger, table, held, 0, count) == held
