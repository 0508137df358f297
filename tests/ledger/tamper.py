"""Everything somebody could do to a ledger behind the program's back, made out of the tables themselves.

A table that is added to the ledger is tampered with from that day on, without a word here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, UniqueConstraint, inspect, select, text
from sqlalchemy.exc import DatabaseError, IntegrityError

from skillcli.ledger.define import METADATA

VERSION = "alembic_version"
FAR = 1_000_000
Row = tuple[Any, ...]


@dataclass(frozen=True)
class Tampering:
    """One deed: sets of statements, tried in order until the database takes one. ``guarded``: done while the triggers
    stand, since it is about them."""

    name: str
    tries: tuple[tuple[tuple[str, Row], ...], ...]
    guarded: bool = False


def deeds(connection: Connection) -> Iterator[Tampering]:
    """All of them for the rows that stand now: rows first, then what guards them."""
    for table in METADATA.sorted_tables:
        rows = [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key.columns))]
        for place, column in enumerate(table.columns):
            row = rows[(place * 7 + 1) % len(rows)]
            yield Tampering(f"{table.name}.{column.name} changed", tuple(_changes(table, place, row, rows)))
        for which, row in {"first": rows[0], "middle": rows[len(rows) // 2], "last": rows[-1]}.items():
            yield Tampering(f"{table.name}: {which} row removed", ((_remove(table, row),),))
        yield Tampering(f"{table.name}: row added", tuple(_additions(table, rows)))
        if len(rows) > 1:
            yield Tampering(f"{table.name}: rows swapped", (tuple(_swap(table, rows[0], rows[-1])),))


def guards(connection: Connection) -> Iterator[Tampering]:
    """Triggers dropped or made to do nothing, indexes and constraints dropped."""
    sqlite = connection.dialect.name == "sqlite"
    for table in [*METADATA.tables, VERSION]:
        for action in ("update", "delete"):
            name, on = f"{table}_no_{action}", "" if sqlite else f' ON "{table}"'
            drop = (f'DROP TRIGGER "{name}"{on}', ())
            yield Tampering(f"{name} dropped", ((drop,),), guarded=True)
            if sqlite:
                idle = f'CREATE TRIGGER "{name}" BEFORE {action} ON "{table}" BEGIN SELECT 1; END'
            else:
                idle = f'ALTER TABLE "{table}" DISABLE TRIGGER "{name}"'
            yield Tampering(f"{name} made idle", ((drop, (idle, ())) if sqlite else ((idle, ()),),), guarded=True)
    for table in METADATA.sorted_tables:
        for index in sorted(table.indexes, key=lambda each: str(each.name)):
            yield Tampering(f"{index.name} dropped", (((f'DROP INDEX "{index.name}"', ()),),))
        if not sqlite:
            for found in inspect(connection).get_unique_constraints(table.name):
                drop = f'ALTER TABLE "{table.name}" DROP CONSTRAINT "{found["name"]}"'
                yield Tampering(f"{found['name']} dropped", (((drop, ()),),))


def do(connection: Connection, deed: Tampering) -> bool:
    """Do it, triggers put aside and back; False where the database's own constraints refuse every try."""
    asleep = [] if deed.guarded else _sleep(connection)
    for statements in deed.tries:
        attempt = connection.begin_nested()
        try:
            for statement, values in statements:
                connection.execute(text(statement), {f"p{n}": value for n, value in enumerate(values)})
        except (IntegrityError, DatabaseError):
            attempt.rollback()
            continue
        attempt.commit()
        _wake(connection, asleep)
        return True
    return False


def _sleep(connection: Connection) -> list[str]:
    """Put the triggers aside; on SQLite the statements that make them again."""
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        return []
    found = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").all()
    for name, _ in found:
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
    return [sql for _, sql in found]


def _wake(connection: Connection, asleep: list[str]) -> None:
    for statement in asleep:
        connection.exec_driver_sql(statement)


def _keyed(table: Table, row: Row, first: int) -> tuple[str, Row]:
    """A condition on the primary key, its values numbered from ``first``."""
    keys = [(place, column) for place, column in enumerate(table.columns) if column.primary_key]
    words = [f'"{column.name}" = :p{first + n}' for n, (_, column) in enumerate(keys)]
    return " AND ".join(words), tuple(row[place] for place, _ in keys)


def _update(table: Table, name: str, value: Any, row: Row) -> tuple[str, Row]:
    condition, key = _keyed(table, row, 1)
    return f'UPDATE "{table.name}" SET "{name}" = :p0 WHERE {condition}', (value, *key)


def _changes(table: Table, place: int, row: Row, rows: list[Row]) -> Iterator[tuple[tuple[str, Row], ...]]:
    """Another value for one cell: a little more, another row's, an empty one."""
    old, name = row[place], table.columns[place].name
    if isinstance(old, int):
        values: list[Any] = [old + 1, old + FAR, old - 1]
    elif isinstance(old, str):
        values = [f"{old} ", f"{old[:-1]}𠮷"]
    else:
        values = [0, ""]
    values += [other[place] for other in rows if other[place] not in (old, None)]
    for value in values:
        if value != old:
            yield (_update(table, name, value, row),)


def _remove(table: Table, row: Row) -> tuple[str, Row]:
    condition, key = _keyed(table, row, 0)
    return f'DELETE FROM "{table.name}" WHERE {condition}', key


def _additions(table: Table, rows: list[Row]) -> Iterator[tuple[tuple[str, Row], ...]]:
    """A copy of a row under the next number, or a far one, with fresh values where they must be unique."""
    unique = {column.name for column in table.primary_key.columns}
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            unique |= {column.name for column in constraint.columns}
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    marks = ", ".join(f":p{n}" for n in range(len(table.columns)))
    for step, more in ((1, ""), (FAR, ""), (1, "x")):
        for row in (rows[-1], rows[0]):
            values = []
            for place, column in enumerate(table.columns):
                value = row[place]
                if column.name in unique and isinstance(value, int):
                    value = max(other[place] for other in rows if other[place] is not None) + step
                elif column.name in unique and isinstance(value, str) and not column.primary_key:
                    value += more
                values.append(value)
            yield ((f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})', tuple(values)),)


def _swap(table: Table, one: Row, other: Row) -> Iterator[tuple[str, Row]]:
    """Two rows exchange the numbers they are known by."""
    place, column = next((n, each) for n, each in enumerate(table.columns) if one[n] != other[n] and each.primary_key)
    for row, value in ((one, -FAR), (other, one[place]), (_with(one, place, -FAR), other[place])):
        yield _update(table, column.name, _like(column, value), _with(row, place, _like(column, row[place])))


def _with(row: Row, place: int, value: Any) -> Row:
    return (*row[:place], value, *row[place + 1 :])


def _like(column: Any, value: Any) -> Any:
    return value if column.type.python_type is int else str(value)
