"""What the ledger knows of people that somebody asks about, and what became of them after a training."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from skillcli.ledger import imports, waiting
from skillcli.ledger.tables import SHEET_IMPORT
from skillcli.schema.placement import FOLLOWED

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.ledger.ledger import Ledger
    from skillcli.ledger.waiting import Waiting

KIND = "followed"
"""Kind of the transactions that keep a follow-up."""


def followed(ledger: Ledger, persons: list[int]) -> Waiting:
    """Everything on these person keys, with what is needed to judge their trainings again."""
    with ledger._reading() as connection:
        return waiting.of_persons(connection, persons)


def keep(ledger: Ledger, told: pd.DataFrame, path: str, sha256: str, *, at: str, person: str) -> None:
    """Keep what a list told (columns of ``schema.placement.FOLLOWED``); the same list with the same answers is kept
    once. Raises ClerkError when the ledger cannot be written."""
    told = told.reset_index(drop=True)
    with ledger._reading() as connection:
        query = select(SHEET_IMPORT.c.seq).where(SHEET_IMPORT.c.kind == FOLLOWED.kind, SHEET_IMPORT.c.sha256 == sha256)
        for seq in connection.execute(query).scalars():
            known = imports.read_with(connection, FOLLOWED, seq)
            if known is not None and known.equals(told):
                return
    with ledger._transaction(KIND, at, person, path) as transaction:
        imports.write(transaction, FOLLOWED, told, path, sha256)


def kept(ledger: Ledger, policy_id: str, upto: int) -> pd.DataFrame:
    """The last word on every training of a policy that was followed up, as of transaction ``upto``."""
    with ledger._reading() as connection:
        whole = imports.read_every(connection, FOLLOWED, upto)
    own = whole[whole["policy"].eq(policy_id)]
    return own.drop_duplicates("tid", keep="last").reset_index(drop=True)
