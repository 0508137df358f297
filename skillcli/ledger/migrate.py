"""Bringing a ledger to the current version, and refusing one that a newer program wrote.

Alembic does the work, with its scripts inside the package and without an ini file; it is imported
only when there is something to do.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect

from skillcli.core.errors import ClerkError
from skillcli.ledger.migrations.guards import guard, unguard
from skillcli.ledger.tables import KNOWN, VERSION

_SCRIPTS = Path(__file__).with_name("migrations")
_TABLE = "alembic_version"


def version(connection: Connection) -> str | None:
    """The version a ledger was brought to; None for a database without a ledger.

    Raises ClerkError when the database holds something else.
    """
    names = set(inspect(connection).get_table_names())
    if _TABLE not in names:
        if names:
            raise ClerkError("这个数据库不是 skillcli 的台账。", "请核对 skillcli.toml 里的台账位置。")
        return None
    found = connection.exec_driver_sql(f"SELECT version_num FROM {_TABLE}").scalars().all()
    if len(found) != 1:
        raise ClerkError("台账的版本记录有误。", "请用最近的备份恢复。")
    return str(found[0])


def check_version(found: str) -> bool:
    """Whether a migration is due. Raises ClerkError when the ledger is newer than the program."""
    if found not in KNOWN:
        raise ClerkError(
            f"台账是用更新版本的 skillcli 写的（台账版本 {found}，本程序只认到 {VERSION}）。",
            "请升级 skillcli 后再打开，不要用旧程序写新台账。",
        )
    return found != VERSION


def upgrade(connection: Connection) -> None:
    """Run the missing migrations inside the caller's transaction."""
    from alembic import command
    from alembic.config import Config

    if _TABLE in inspect(connection).get_table_names():
        unguard(connection, _TABLE)
    else:
        strict = " STRICT" if connection.dialect.name == "sqlite" else ""
        connection.exec_driver_sql(f"CREATE TABLE {_TABLE} (version_num TEXT NOT NULL PRIMARY KEY){strict}")
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, VERSION)
    guard(connection, _TABLE)
