"""The whole ledger as frames for auditors, in one consistent view."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd
from msgspec import Struct
from sqlalchemy import Connection, Table, select

from skillcli.ledger import bulk, chain, codec, verify, words
from skillcli.ledger.define import METADATA
from skillcli.ledger.load import ROSTER_DTYPES
from skillcli.ledger.money_tables import REPAY_OF
from skillcli.ledger.tables import BATCH, LINE, POLICY_TEXT, SHEET_IMPORT, SHEET_ROW, TRAINING
from skillcli.ledger.transaction import last_entry
from skillcli.schema.column import Kind
from skillcli.schema.extract import EXTRACT
from skillcli.schema.pages import PAGE

if TYPE_CHECKING:
    from skillcli.ledger.ledger import Ledger

_SOURCES = {
    "line_no": "line",
    "who": "person",
    "same_certificate": "certificate_claim",
    "same_class": "class_hash",
    "root_id": "root",
}
"""Column of a sheet → the ledger's column it is made from."""


class Extract(Struct, frozen=True):
    """``tables``: name of the ledger's table → frame with the columns of ``schema.extract.EXTRACT`` (whole numbers
    Int64, days ``datetime64[s]``, else str), rows in the ledger's order. ``policies``: (id, sha256, text) of every
    policy file. ``head``: the chain's last link; ``problems``: what checking the chain found."""

    tables: dict[str, pd.DataFrame]
    policies: tuple[tuple[str, str, str], ...]
    head: str
    problems: tuple[str, ...]


def extract(ledger: Ledger) -> Extract:
    """Everything the ledger holds, whole identity numbers included."""
    with ledger._reading() as connection:
        newest = last_entry(connection)
        texts = connection.execute(select(POLICY_TEXT).order_by(POLICY_TEXT.c.id)).all()
        return Extract(
            dict(_tables(connection)),
            tuple((row.policy, row.sha256, row.text) for row in texts),
            chain.GENESIS if newest is None else newest.head,
            verify.verify(connection).problems,
        )


def _tables(connection: Connection) -> Iterator[tuple[str, pd.DataFrame]]:
    booked = pd.DataFrame(connection.execute(select(BATCH.c.seq, BATCH.c.id)).all(), columns=["seq", "batch_id"])
    batch = pd.Series(booked["batch_id"].to_numpy(), index=booked["seq"].to_numpy(), dtype="str")
    lines = _read(connection, LINE, ["id", "seq", "number"])
    number = lines["seq"].map(batch).astype("str") + "/" + lines["number"].astype("str").str.zfill(6)
    line_no = pd.Series(number.to_numpy(), index=lines["id"].to_numpy(), dtype="str")
    # pages say nothing that the rows do not say
    paged = select(SHEET_IMPORT.c.id).where(SHEET_IMPORT.c.kind == PAGE.kind)
    own_pages = list(connection.execute(paged).scalars())
    for name, sheet in EXTRACT.items():
        table = METADATA.tables[name]
        own = [column.key for column in sheet.columns if column.key in table.columns]
        more = _SOURCES | ({} if table is REPAY_OF else {"batch_id": "batch"})
        sources = [source for key, source in more.items() if key in sheet.keys and source in table.columns]
        frame = _read(connection, table, list(dict.fromkeys([*own, *sources, "seq"])))
        if "batch_id" in sheet.keys:
            frame["batch_id"] = frame["batch" if "batch" in frame else "seq"].map(batch).astype("str")
        if table is LINE:
            frame["line_no"] = line_no.to_numpy()
        elif "line_no" in sheet.keys:
            frame["line_no"] = frame["line"].map(line_no).astype("str")
        elif table in (SHEET_IMPORT, SHEET_ROW):
            frame = frame[~frame["id" if table is SHEET_IMPORT else "import_id"].isin(own_pages)].reset_index(drop=True)
        if table is TRAINING:
            for key in ("who", "same_certificate", "same_class"):
                frame[key] = _numbered(frame[_SOURCES[key]])
        if table is REPAY_OF:
            frame["root_id"] = frame["root"].map(batch).astype("str")
        yield name, frame[list(sheet.keys)]


def _numbered(keys: pd.Series) -> pd.Series:
    """1, 2, 3 … for each key (of a person, a certificate, a class) in the order they first came; missing where a key of 0
    identifies nothing."""
    codes, _ = pd.factorize(keys.where(keys.ne(0)))
    return pd.Series(codes + 1, index=keys.index, dtype="Int64").where(keys.ne(0))


def _read(connection: Connection, table: Table, names: list[str]) -> pd.DataFrame:
    key = next(iter(table.primary_key.columns)).name
    statement = f'SELECT {bulk.quoted(names)} FROM "{table.name}" ORDER BY "{key}"'
    columns = bulk.fetch(connection, statement, bulk.kinds(table, names))
    words.decode(connection, columns, [name for name in words.word_columns(table) if name in columns])
    return pd.DataFrame({name: codec.from_arrow(columns[name], _dtype(table, name, columns[name])) for name in names})


def _dtype(table: Table, name: str, values: object) -> str:
    if table is TRAINING and name in ROSTER_DTYPES:
        return ROSTER_DTYPES[name]
    if name == "day":
        return Kind.DATE.dtype
    if str(getattr(values, "type", "")) in ("large_string", "string"):
        return "str"
    return "Int64" if table.columns[name].nullable else "int64"
