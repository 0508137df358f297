"""Catalogues and lists the office imports: every import is a new version of its sheet."""

from __future__ import annotations

import json

import pandas as pd
import pyarrow as pa
from sqlalchemy import Connection, select

from skillcli.ledger import codec
from skillcli.ledger.codec import Columns
from skillcli.ledger.load import to_frame
from skillcli.ledger.tables import JOURNAL, SHEET_IMPORT, SHEET_ROW
from skillcli.ledger.transaction import Transaction
from skillcli.schema.column import Table
from skillcli.schema.issued import ISSUED
from skillcli.schema.pages import PAGE
from skillcli.schema.placement import FOLLOWED
from skillcli.schema.recovery import RECOVERY
from skillcli.schema.roster import check_frame
from skillcli.schema.submission import SUBMISSION

_OWN = (ISSUED, SUBMISSION, RECOVERY, FOLLOWED, PAGE)
"""What the program itself keeps this way: no inputs of a clerk."""


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
    return _frame(connection, sheet, [newest.id])


def read_with(connection: Connection, sheet: Table, seq: int) -> pd.DataFrame | None:
    """A sheet that was written together with transaction ``seq``; None where none was."""
    query = select(SHEET_IMPORT.c.id).where(
        SHEET_IMPORT.c.kind == sheet.kind, SHEET_IMPORT.c.sheet == sheet.title, SHEET_IMPORT.c.seq == seq
    )
    found = list(connection.execute(query).scalars())
    return _frame(connection, sheet, found) if found else None


def _frame(connection: Connection, sheet: Table, imports: list[int]) -> pd.DataFrame:
    """The rows of some imports as one frame, in order."""
    rows = connection.execute(
        select(SHEET_ROW.c.cells)
        .where(SHEET_ROW.c.import_id.in_(imports))
        .order_by(SHEET_ROW.c.import_id, SHEET_ROW.c.place)
    ).scalars()
    cells = json.loads(f"[{','.join(rows)}]")
    kinds = dtypes(sheet)
    schema = pa.schema([(key, _arrow_type(dtype)) for key, dtype in kinds.items()])
    columns: Columns = dict(zip(kinds, pa.RecordBatch.from_pylist(cells, schema=schema).columns, strict=True))
    frame = to_frame(columns, kinds, pd.RangeIndex(len(cells)))
    check_frame(frame, kinds, sheet.title)
    return frame


def read_every(connection: Connection, sheet: Table, upto: int | None = None) -> pd.DataFrame:
    """The rows of all imports of a sheet, oldest first, with ``sheet`` kinds that only ever add up
    (special approvals, answers), as of transaction ``upto`` (None: now)."""
    query = select(SHEET_IMPORT.c.id).where(SHEET_IMPORT.c.kind == sheet.kind, SHEET_IMPORT.c.sheet == sheet.title)
    if upto is not None:
        query = query.where(SHEET_IMPORT.c.seq <= upto)
    return _frame(connection, sheet, list(connection.execute(query.order_by(SHEET_IMPORT.c.id)).scalars()))


def read_lists(connection: Connection, sheet: Table, name: str, upto: int | None = None) -> pd.DataFrame | None:
    """Of a sheet whose column ``name`` names lists: each list as its newest import has it, as of transaction
    ``upto`` (None: now); None when nothing was ever imported."""
    query = select(SHEET_IMPORT.c.id).where(SHEET_IMPORT.c.kind == sheet.kind, SHEET_IMPORT.c.sheet == sheet.title)
    if upto is not None:
        query = query.where(SHEET_IMPORT.c.seq <= upto)
    ids = list(connection.execute(query.order_by(SHEET_IMPORT.c.id)).scalars())
    if not ids:
        return None
    whole = pd.concat([_frame(connection, sheet, [one]).assign(version=one) for one in ids], ignore_index=True)
    newest = whole.groupby(name)["version"].transform("max")
    return whole[whole["version"].eq(newest)].drop(columns="version").reset_index(drop=True)


def versions(connection: Connection) -> pd.DataFrame:
    """Every import of a clerk's sheet, oldest first: ``seq`` (int64), ``at`` (str, UTC), ``kind``, ``sheet``, ``path``,
    ``sha256`` (str), ``rows`` (int64).

    The register of reports and what is kept with a batch are no inputs of anything and left out."""
    names = ("seq", "at", "kind", "sheet", "path", "sha256", "rows")
    query = (
        select(*((JOURNAL if name == "at" else SHEET_IMPORT).c[name] for name in names))
        .join(JOURNAL, JOURNAL.c.seq == SHEET_IMPORT.c.seq)
        .where(SHEET_IMPORT.c.kind.not_in([each.kind for each in _OWN]))
    )
    found = connection.execute(query.order_by(SHEET_IMPORT.c.id)).all()
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
