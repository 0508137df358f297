"""Catalogues and lists the office imports: every import is a new version of its sheet."""

from __future__ import annotations

import json

import pandas as pd
import pyarrow as pa
from sqlalchemy import Connection, select

from skillcli.ledger import codec
from skillcli.ledger.codec import Columns
from skillcli.ledger.load import to_frame
from skillcli.ledger.tables import SHEET_IMPORT, SHEET_ROW
from skillcli.ledger.transaction import Transaction
from skillcli.schema.column import Table
from skillcli.schema.roster import check_frame


def dtypes(sheet: Table) -> dict[str, str]:
    """Columns and dtypes of an imported sheet."""
    return {column.key: column.kind.dtype for column in sheet.columns}


def write(transaction: Transaction, sheet: Table, frame: pd.DataFrame, path: str, sha256: str) -> None:
    """Keep a sheet as read. Raises TypeError when the frame is not the sheet's."""
    check_frame(frame, dtypes(sheet), sheet.title)
    import_id = transaction.add_row(
        SHEET_IMPORT, kind=sheet.kind, sheet=sheet.title, path=path, sha256=sha256, rows=len(frame)
    )
    transaction.add(
        SHEET_ROW,
        {
            "import_id": codec.repeat(import_id, len(frame)),
            "place": codec.numbers(range(len(frame))),
            "cells": _cells(frame, sheet),
        },
    )


def read(connection: Connection, sheet: Table, upto: int | None = None) -> pd.DataFrame | None:
    """The newest import of a sheet, as of transaction ``upto`` (None: now); None if never imported.

    Keys the sheet got later are missing in older imports.
    """
    query = select(SHEET_IMPORT).where(SHEET_IMPORT.c.kind == sheet.kind, SHEET_IMPORT.c.sheet == sheet.title)
    if upto is not None:
        query = query.where(SHEET_IMPORT.c.seq <= upto)
    newest = connection.execute(query.order_by(SHEET_IMPORT.c.id.desc()).limit(1)).first()
    if newest is None:
        return None
    rows = connection.execute(
        select(SHEET_ROW.c.cells).where(SHEET_ROW.c.import_id == newest.id).order_by(SHEET_ROW.c.place)
    ).scalars()
    cells = [json.loads(text) for text in rows]
    columns: Columns = {
        key: pa.array((row.get(key) for row in cells), type=_arrow_type(dtype)) for key, dtype in dtypes(sheet).items()
    }
    frame = to_frame(columns, dtypes(sheet), pd.RangeIndex(len(cells)))
    check_frame(frame, dtypes(sheet), sheet.title)
    return frame


def versions(connection: Connection) -> pd.DataFrame:
    """Every import: ``seq`` (int64), ``kind``, ``sheet``, ``path``, ``sha256`` (str), ``rows`` (int64)."""
    names = ("seq", "kind", "sheet", "path", "sha256", "rows")
    found = connection.execute(select(*(SHEET_IMPORT.c[name] for name in names)).order_by(SHEET_IMPORT.c.id)).all()
    kinds = {"seq": "int64", "rows": "int64"}
    return pd.DataFrame(
        {
            name: pd.Series([row[place] for row in found], dtype=kinds.get(name, "str"))
            for place, name in enumerate(names)
        }
    )


def _cells(frame: pd.DataFrame, sheet: Table) -> pa.Array:
    """Each row as JSON, missing cells left out."""
    keys = list(sheet.keys)
    columns = {key: codec.to_arrow(frame[key]) for key in keys}
    texts = (
        json.dumps({key: value for key, value in zip(keys, row, strict=True) if value is not None}, ensure_ascii=False)
        for row in codec.to_rows(columns)
    )
    return codec.texts(list(texts))


def _arrow_type(dtype: str) -> pa.DataType:
    return pa.large_string() if dtype == "str" else pa.int64()
