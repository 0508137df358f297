"""What the ledger knows of people that somebody asks about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.ledger import waiting

if TYPE_CHECKING:
    from skillcli.ledger.ledger import Ledger
    from skillcli.ledger.waiting import Waiting


def followed(ledger: Ledger, persons: list[int]) -> Waiting:
    """Everything on these person keys, with what is needed to judge their trainings again."""
    with ledger._reading() as connection:
        return waiting.of_persons(connection, persons)
