"""What an office judges by, beside the policy text: its readings and catalogue, as one text each.

The same readings and catalogue give the same text on every machine, so that two places can tell by a
hash whether they judge by the same. Institutions' bank accounts are covered in it but for the last four
digits; whether there is one is all that a check asks.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from skillcli.core.identity import mask_account
from skillcli.ledger import readings
from skillcli.ledger.ledger import CATALOGUE_SHEETS
from skillcli.schema.catalogue import Catalogue
from skillcli.schema.column import Kind, Table
from skillcli.schema.roster import check_frame

if TYPE_CHECKING:
    from skillcli.policy.model import Policy, Ruling


def rulings_text(rulings: Mapping[str, Ruling]) -> str:
    """The readings in force, ordered by key."""
    return readings.to_json(rulings)


def rulings_from(text: str) -> dict[str, Ruling]:
    """The readings behind ``rulings_text``. Raises ValueError, KeyError or TypeError on anything else."""
    return readings.from_json(text)


def catalogue_text(catalogue: Catalogue) -> str:
    """The sheets of a catalogue by title, rows in their order; a sheet never imported is not there."""
    sheets = {
        table.title: _records(getattr(catalogue, name), table)
        for name, table in CATALOGUE_SHEETS.items()
        if getattr(catalogue, name) is not None
    }
    return json.dumps(sheets, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def catalogue_from(text: str) -> Catalogue:
    """The catalogue behind ``catalogue_text``. Raises ValueError, KeyError or TypeError on anything else."""
    sheets = json.loads(text)
    known = {table.title: name for name, table in CATALOGUE_SHEETS.items()}
    return Catalogue(**{known[title]: _frame(rows, CATALOGUE_SHEETS[known[title]]) for title, rows in sheets.items()})


def basis_sha256(policy: Policy, catalogue: Catalogue) -> str:
    """One hash of readings and catalogue."""
    text = f"{rulings_text(policy.rulings)}\n{catalogue_text(catalogue)}"
    return hashlib.sha256(text.encode()).hexdigest()


def _records(frame: pd.DataFrame, table: Table) -> list[dict[str, Any]]:
    """Rows as plain values, missing ones left out: days as ISO text, money as fen."""
    plain = {}
    for column in table.columns:
        values = frame[column.key]
        if column.kind is Kind.DATE:
            values = values.dt.strftime("%Y-%m-%d")
        elif column.kind is Kind.ACCOUNT:
            values = values.map(mask_account, na_action="ignore")
        plain[column.key] = values.astype(object).where(values.notna(), None)
    rows = pd.DataFrame(plain, dtype=object).to_dict("records")
    return [{str(key): _plain(value) for key, value in row.items() if value is not None} for row in rows]


def _plain(value: Any) -> Any:
    """numpy's numbers and truth values as Python's."""
    return value.item() if hasattr(value, "item") else value


def _frame(rows: list[dict[str, Any]], table: Table) -> pd.DataFrame:
    unknown = {key for row in rows for key in row} - set(table.keys)
    if unknown:
        raise KeyError(f"{table.title}: {sorted(unknown)}")
    columns = {}
    for column in table.columns:
        values = [row.get(column.key) for row in rows]
        if column.kind is Kind.DATE:
            days = pd.to_datetime(pd.Series(values, dtype="str"), format="%Y-%m-%d")
            columns[column.key] = days.astype("datetime64[s]")
        else:
            columns[column.key] = pd.Series(values, dtype=column.kind.dtype)
    frame = pd.DataFrame(columns, index=pd.RangeIndex(len(rows)))
    check_frame(frame, {column.key: column.kind.dtype for column in table.columns}, table.title)
    return frame
