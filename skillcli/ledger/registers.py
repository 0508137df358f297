"""Registers as they stand: every import adds up, the newest row of a key counts.

They lie where all imported sheets lie (``sheet_import`` and ``sheet_row``, hashed into the chain), so that
a ledger of any version can hold them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, select

from skillcli.ledger import imports
from skillcli.ledger.tables import JOURNAL, SHEET_IMPORT
from skillcli.schema.registers import CLASSES, IMPORT_DTYPES, INSPECTIONS, REGISTERS, WITHDRAWN, Register

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.ledger.ledger import Ledger


class Registers:
    """The registers of one ledger, as of transaction ``upto`` (None: now)."""

    def __init__(self, ledger: Ledger, upto: int | None = None) -> None:
        self._ledger, self._upto = ledger, upto

    def read(self, register: Register) -> pd.DataFrame | None:
        """The entries in force, in the order they were first imported: of rows with one key the newest, withdrawn
        ones left out. None when nothing was ever imported."""
        with self._ledger._reading() as connection:
            return read(connection, register, self._upto)

    def every(self, *, withdrawn: bool = False) -> dict[str, pd.DataFrame]:
        """Kind → entries of every register that was ever imported; with ``withdrawn`` also those taken out."""
        with self._ledger._reading() as connection:
            found = {each.table.kind: read(connection, each, self._upto, withdrawn=withdrawn) for each in REGISTERS}
        return {kind: frame for kind, frame in found.items() if frame is not None}

    def for_rules(self) -> dict[str, pd.DataFrame | None]:
        """What rules read, by field of ``schema.catalogue.Catalogue``."""
        with self._ledger._reading() as connection:
            return {each.table.kind: read(connection, each, self._upto) for each in (CLASSES, INSPECTIONS)}

    def imports(self) -> pd.DataFrame:
        """One row an import of a register, oldest first (``schema.registers.IMPORT_DTYPES``)."""
        import pandas as pd

        kinds = [each.table.kind for each in REGISTERS]
        names = ("kind", "sheet", "path", "sha256", "rows")
        query = (
            select(SHEET_IMPORT.c.seq, JOURNAL.c.at, JOURNAL.c.person, *(SHEET_IMPORT.c[name] for name in names))
            .join(JOURNAL, JOURNAL.c.seq == SHEET_IMPORT.c.seq)
            .where(SHEET_IMPORT.c.kind.in_(kinds))
            .order_by(SHEET_IMPORT.c.id)
        )
        if self._upto is not None:
            query = query.where(SHEET_IMPORT.c.seq <= self._upto)
        with self._ledger._reading() as connection:
            rows = [tuple(row) for row in connection.execute(query)]
        return pd.DataFrame(rows, columns=list(IMPORT_DTYPES)).astype(IMPORT_DTYPES)


def read(
    connection: Connection, register: Register, upto: int | None = None, *, withdrawn: bool = False
) -> pd.DataFrame | None:
    """See ``Registers.read`` and ``Registers.every``."""
    table = register.table
    query = select(SHEET_IMPORT.c.id).where(SHEET_IMPORT.c.kind == table.kind, SHEET_IMPORT.c.sheet == table.title)
    if upto is not None:
        query = query.where(SHEET_IMPORT.c.seq <= upto)
    ids = list(connection.execute(query.order_by(SHEET_IMPORT.c.id)).scalars())
    if not ids:
        return None
    rows = imports._frame(connection, table, ids)
    keys = register.keys(rows)
    newest = rows[~keys.duplicated(keep="last")]
    newest = newest.set_axis(keys[newest.index], axis="index")
    standing = newest.reindex(keys.drop_duplicates()).reset_index(drop=True)
    if withdrawn:
        return standing
    return standing[~standing[WITHDRAWN].fillna(False).astype(bool)].reset_index(drop=True)
