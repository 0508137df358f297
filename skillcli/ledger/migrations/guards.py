"""Triggers that refuse UPDATE and DELETE.

They guard against slips and against tools that edit a database in place; who drops them is found
by the chain. Used by the migrations and when a ledger is checked.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

ACTIONS = ("update", "delete")


def trigger_name(table: str, action: str) -> str:
    return f"{table}_no_{action}"


def guard(connection: Connection, table: str) -> None:
    """Refuse UPDATE and DELETE (and TRUNCATE) on a table."""
    run = connection.exec_driver_sql
    if connection.dialect.name == "sqlite":
        for action in ACTIONS:
            run(_sqlite_trigger(table, action))
        return
    run(
        "CREATE OR REPLACE FUNCTION skillcli_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '台账只增不改'; END $$"
    )
    for action in ACTIONS:
        events = "DELETE OR TRUNCATE" if action == "delete" else "UPDATE"
        run(
            f'CREATE TRIGGER "{trigger_name(table, action)}" BEFORE {events} ON "{table}" '
            "FOR EACH STATEMENT EXECUTE FUNCTION skillcli_append_only()"
        )


def _sqlite_trigger(table: str, action: str) -> str:
    return (
        f'CREATE TRIGGER "{trigger_name(table, action)}" BEFORE {action.upper()} ON "{table}" '
        "BEGIN SELECT RAISE(ABORT, '台账只增不改'); END"
    )


def guarded(connection: Connection, tables: Iterable[str]) -> dict[str, bool]:
    """Whether the triggers of each table stand, switched on and refusing, as ``guard`` made them."""
    if connection.dialect.name == "sqlite":
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        found = {str(row[0]): str(row[1]) for row in connection.exec_driver_sql(query)}
        return {
            table: all(found.get(trigger_name(table, action)) == _sqlite_trigger(table, action) for action in ACTIONS)
            for table in tables
        }
    query = (
        "SELECT t.tgrelid::regclass::text, t.tgname FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
        "WHERE NOT t.tgisinternal AND t.tgenabled = 'O' AND p.proname = 'skillcli_append_only' "
        "AND p.prosrc LIKE '%%RAISE EXCEPTION%%'"
    )
    standing = {(table.strip('"'), name) for table, name in connection.exec_driver_sql(query)}
    return {table: all((table, trigger_name(table, action)) in standing for action in ACTIONS) for table in tables}


def unguard(connection: Connection, table: str) -> None:
    """Take the triggers away, inside a migration that must change what stands."""
    where = "" if connection.dialect.name == "sqlite" else f' ON "{table}"'
    for action in ACTIONS:
        connection.exec_driver_sql(f'DROP TRIGGER "{trigger_name(table, action)}"{where}')
