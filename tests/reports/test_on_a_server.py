"""Whatever is asked of a ledger, a server answers as a file does: the same rows read back, to the last column."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from msgspec import Struct

from postgres import Server, move
from reports.ledgers import living
from skillcli.ledger.ledger import Ledger
from skillcli.schema.history import Keys

CITY = "linkou-2019"


def _keys(ledger: Ledger) -> Keys:
    first = ledger.load_batch(ledger.batches()["id"].iloc[0]).decision.trainings
    columns = ("person", "certificate_hash", "account_hash")
    return Keys(*(np.unique(first[name].to_numpy()[:50]) for name in columns))


ASKED: dict[str, Callable[[Ledger], Any]] = {
    "head": Ledger.head,
    "verification": Ledger.verify,
    "batches": Ledger.batches,
    "balance": lambda ledger: ledger.money.balance(),
    "receivables": lambda ledger: ledger.money.receivables(),
    "entries of reports": lambda ledger: ledger.reporting.entries(CITY, ledger.reporting.position()),
    "history of a run": lambda ledger: ledger.history(_keys(ledger)),
    "waiting lines": lambda ledger: ledger.waiting([]),
    "sheets": Ledger.sheet_versions,
    "a batch": lambda ledger: ledger.load_batch(ledger.batches()["id"].iloc[-1]).decision,
    "transfers": lambda ledger: ledger.money.transfers(ledger.batches()["id"].iloc[0]),
}


@pytest.mark.postgres
@pytest.mark.slow
def test_a_server_answers_as_a_file_does(server: Server, migrated: str, tmp_path: Path) -> None:
    path, address = tmp_path / "ledger.db", server.clone(migrated, server.new())
    living(path, CITY, count=200)
    move(path, address)
    with Ledger.open(path) as file, Ledger.open(address) as shared:
        for what, ask in ASKED.items():
            _same(what, ask(file), ask(shared))


def _same(what: str, one: Any, other: Any) -> None:
    if isinstance(one, pd.DataFrame):
        pd.testing.assert_frame_equal(one, other, obj=what)
    elif isinstance(one, pd.Series):
        pd.testing.assert_series_equal(one, other, obj=what)
    elif isinstance(one, Struct):
        for name in one.__struct_fields__:
            _same(f"{what}, {name}", getattr(one, name), getattr(other, name))
    elif isinstance(one, dict):
        assert one.keys() == other.keys(), what
        for name in one:
            _same(f"{what}, {name}", one[name], other[name])
    else:
        assert one == other, what
