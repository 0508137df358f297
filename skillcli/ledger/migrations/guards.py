"""Triggers that refuse UPDATE and DELETE.

They guard against slips and against tools that edit a database in place; who drops them is found
by the chain. Used by the migrations and when a ledger is checked.
"""

from __future__ import annotations

from sqlalchemy import Connection

ACTIONS = ("update", "delete")


def trigger_name(table: str, action: str) -> str:
    return f"{table}_no_{action}"


def guard(connection: Connection, table: str) -> None:
    """Refuse UPDATE and DELETE (and TRUNCATE) on a table."""
    run = connection.exec_driver_sql
    if connection.dialect.name == "sqlite":
        for action in ACTIONS:
            run(
                f'CREATE TRIGGER "{trigger_name(table, action)}" BEFORE {action.upper()} ON "{table}" '
                "BEGIN SELECT RAISE(ABORT, '台账只增不改'); END"
            )
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


def unguard(connection: Connection, table: str) -> None:
    """Take the triggers away, inside a migration that must change what stands."""
    where = "" if connection.dialect.name == "sqlite" else f' ON "{table}"'
    for action in ACTIONS:
        connection.exec_driver_sql(f'DROP TRIGGER "{trigger_name(table, action)}"{where}')
