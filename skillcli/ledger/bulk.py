"""Moving many rows in and out: the drivers' fast paths under one pair of functions."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from itertools import chain
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from sqlalchemy import BigInteger, Column, Connection, MetaData, Table, Text
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DBAPIError

from skillcli.ledger import codec
from skillcli.ledger.codec import Columns
from skillcli.ledger.tables import number

CHUNK = 2048
"""Rows turned into Python objects at a time: few enough to stay in the processor's cache."""
_WORTH_A_TEXT = 4
"""Columns of whole numbers from which on they are read as a text."""
_ARGUMENTS = 100


def insert(connection: Connection, table: Table, columns: Columns) -> None:
    """Append rows to a table. SQLite: one prepared statement; PostgreSQL: COPY.

    Columns missing in every row are left to their default, which is missing.
    """
    count = codec.length(columns)
    if not count:
        return
    columns = {name: values for name, values in columns.items() if values.null_count < count}
    names = ", ".join(f'"{name}"' for name in columns)
    with _cursor(connection) as cursor, _no_collection():
        if connection.dialect.name == "sqlite":
            marks = ", ".join("?" * len(columns))
            cursor.executemany(f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})', _rows(columns))
        else:
            with cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
                for row in _rows(columns):
                    copy.write_row(row)


def insert_at_once(connection: Connection, table: Table, columns: Columns) -> Callable[[], None]:
    """What appends these rows to a table, to be called once. SQLite: they wait in a scratch table and are moved by one
    statement, during which other threads of the interpreter run; PostgreSQL: ``insert``."""
    if connection.dialect.name != "sqlite":
        return partial(insert, connection, table, columns)
    waiting = f"waiting_{table.name}"
    columns = {name: values for name, values in columns.items() if values.null_count < len(values)}
    scratch(connection, waiting, columns)
    names = quoted(columns)

    def move() -> None:
        with _cursor(connection) as cursor:
            # "or fail": what was inserted before a refused row goes with the transaction, so no page is kept for it alone
            cursor.execute(
                f'INSERT OR FAIL INTO "{table.name}" ({names}) SELECT {names} FROM "{waiting}" ORDER BY "rowid"'
            )
            cursor.execute(f'DELETE FROM "{waiting}"')

    return move


def _rows(columns: Columns) -> Iterator[tuple[Any, ...]]:
    return chain.from_iterable(
        codec.to_rows({name: values.slice(first, CHUNK) for name, values in columns.items()})
        for first in range(0, codec.length(columns), CHUNK)
    )


@contextmanager
def _cursor(connection: Connection) -> Iterator[Any]:
    """The driver's own cursor; what the driver raises comes out as SQLAlchemy's, and a lost connection is given up."""
    driver = connection.dialect.loaded_dbapi
    cursor: Any = connection.connection.cursor()
    try:
        yield cursor
    except driver.Error as error:
        lost = connection.dialect.is_disconnect(error, connection.connection, cursor)
        if lost:
            connection.invalidate(error)
        raise DBAPIError.instance(None, None, error, driver.Error, hide_parameters=True) from error
    finally:
        cursor.close()


@contextmanager
def _no_collection() -> Iterator[None]:
    """Without the cycle collector: millions of plain tuples hold no cycles, but it would look."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def fetch(connection: Connection, statement: str, kinds: Mapping[str, Any], given: tuple[Any, ...] = ()) -> Columns:
    """The rows of a SELECT as columns; ``kinds``: name → Arrow type, in the order selected; ``given``: its parameters."""
    with _no_collection():
        chunks = list(stream(connection, statement, kinds, CHUNK, given))
    if len(chunks) == 1:
        return chunks[0]
    return {name: pa.concat_arrays([chunk[name] for chunk in chunks]) for name in kinds}


def rows(connection: Connection, table: Table, names: Iterable[str], first: int, last: int) -> Columns:
    """These columns of the rows numbered ``first`` to ``last``, in order.

    SQLite writes the whole numbers of a row as one text, which Arrow reads: a third of the time that a Python object for
    each of them takes.
    """
    wanted = kinds(table, names)
    whole = [name for name, kind in wanted.items() if kind == pa.int64()]
    texts = {name: kind for name, kind in wanted.items() if name not in whole}
    key = number(table)
    those = f'FROM "{table.name}" WHERE "{key}" BETWEEN {first} AND {last} ORDER BY "{key}"'
    if connection.dialect.name != "sqlite" or len(whole) < _WORTH_A_TEXT:
        return fetch(connection, f"SELECT {quoted(wanted)} {those}", wanted)
    # a function of SQLite takes a hundred arguments or so
    calls = (whole[at : at + _ARGUMENTS] for at in range(0, len(whole), _ARGUMENTS))
    told = "||','||".join(f"printf('{','.join(['%s'] * len(call))}', {quoted(call)})" for call in calls)
    with _no_collection(), _cursor(connection) as cursor:
        cursor.execute(f"SELECT {', '.join([told, *([quoted(texts)] if texts else [])])} {those}")
        chunks = []
        while found := cursor.fetchmany(2 * CHUNK):
            numbers, *others = zip(*found, strict=True)
            held = {name: pa.array(values, kind) for (name, kind), values in zip(texts.items(), others, strict=True)}
            held |= _numbers(numbers, whole)
            chunks.append({name: held[name] for name in wanted})
    if len(chunks) == 1:
        return chunks[0]
    return {
        name: pa.concat_arrays([pa.array([], kind), *(chunk[name] for chunk in chunks)])
        for name, kind in wanted.items()
    }


def _numbers(lines: Iterable[str], names: list[str]) -> Columns:
    """Columns of whole numbers out of lines of them, separated by commas; what is empty is missing."""
    from pyarrow import csv

    read = csv.read_csv(
        pa.py_buffer("\n".join(lines).encode()),
        csv.ReadOptions(column_names=names, use_threads=False),
        csv.ParseOptions(ignore_empty_lines=False),
        csv.ConvertOptions(column_types=dict.fromkeys(names, pa.int64()), null_values=[""]),
    )
    return {name: values.combine_chunks() for name, values in zip(names, read.columns, strict=True)}


def stream(
    connection: Connection, statement: str, kinds: Mapping[str, Any], size: int, given: tuple[Any, ...] = ()
) -> Iterator[Columns]:
    """The rows of a SELECT, at most ``size`` at a time; at least one (maybe empty) chunk."""
    with _cursor(connection) as cursor:
        cursor.execute(statement, *([given] if given else []))
        rows = cursor.fetchmany(size)
        yield codec.from_rows(rows, kinds)
        while len(rows) == size:
            rows = cursor.fetchmany(size)
            if rows:
                yield codec.from_rows(rows, kinds)


def kinds(table: Table, names: Iterable[str] | None = None) -> dict[str, Any]:
    """Arrow types of a table's columns (all of them unless named)."""
    wanted = [column.name for column in table.columns] if names is None else list(names)
    return {name: pa.large_string() if isinstance(table.c[name].type, Text) else pa.int64() for name in wanted}


def quoted(names: Iterable[str], alias: str = "") -> str:
    """Column names for a SELECT."""
    prefix = f"{alias}." if alias else ""
    return ", ".join(f'{prefix}"{name}"' for name in names)


def listed(connection: Connection, values: NDArray[np.int64]) -> tuple[str, tuple[Any, ...]]:
    """Numbers to look up, as what stands behind FROM (its column is ``value``) and its parameters: an array in JSON costs
    SQLite half of what a temporary table does."""
    if connection.dialect.name == "sqlite":
        return "json_each(?)", (f"[{','.join(map(str, values.tolist()))}]",)
    return 'unnest(%s::bigint[]) AS numbers("value")', (values.tolist(),)


def scratch(connection: Connection, name: str, columns: Columns, primary: str | None = None) -> None:
    """A temporary table of this connection, filled anew; gone when the ledger closes."""
    whole = BigInteger().with_variant(sqlite.INTEGER(), "sqlite")
    parts = [
        Column(
            key, Text if values.type == pa.large_string() else whole, primary_key=key == primary, autoincrement=False
        )
        for key, values in columns.items()
    ]
    table = Table(name, MetaData(), *parts, prefixes=["TEMPORARY"])
    connection.exec_driver_sql(f'DROP TABLE IF EXISTS "{name}"')
    table.create(connection, checkfirst=False)
    insert(connection, table, columns)
