"""The ledger's own fixtures and the command line's offices serve here too."""

from __future__ import annotations

from cli.conftest import _built, _no_log_at_home, _paid, paid, place
from ledger.conftest import ledger, migrated, new_database, path, where

__all__ = [
    "_built",
    "_no_log_at_home",
    "_paid",
    "ledger",
    "migrated",
    "new_database",
    "paid",
    "path",
    "place",
    "where",
]
