"""Pages: the columns that reports count, kept once more with every batch so that years are read in seconds.

A batch's rows lie in the database row by row, sixty columns wide; a report counts twenty of them over all years. So
booking writes these columns together as one text a batch (``sheet_row`` under ``schema.pages.PAGE``), hashed into the
chain like every other row, never changed. Reading a page checks its digest, so that no figure comes from a changed
one. What was booked before there were pages is read from its rows.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NoReturn

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pybase64
from msgspec import Struct
from sqlalchemy import Connection, Table, select

from skillcli.core.errors import ClerkError
from skillcli.ledger import bulk, codec, imports
from skillcli.ledger.codec import Columns
from skillcli.ledger.tables import BATCH, LINE, PART, SHEET_IMPORT, SHEET_ROW, TRAINING
from skillcli.ledger.transaction import Transaction
from skillcli.schema.pages import LINE_PAGE, PAGE, TRAINING_PAGE

_COLUMNS = {TRAINING.name: TRAINING_PAGE, LINE.name: LINE_PAGE}
_SIZE = 262_144
"""Rows of a page: a text of some megabytes."""
_WAITING = 2
"""Imports that may wait to be opened after they were read."""
_DATA = b'"data": "'
_END = b'"}'
_HEAD = 200
"""Bytes within which a page's data begin."""
_WIDTHS = (pa.int8(), pa.int16(), pa.int32(), pa.int64())


class Page(Struct, frozen=True):
    """Consecutive rows of a table: ``first`` is the number of the first, ``seq`` their batch; ``columns`` as the table has
    them (words as numbers), whole numbers as narrow as they fit."""

    seq: int
    first: int
    rows: int
    columns: Columns


def write(transaction: Transaction, table: Table, columns: Columns, first: int) -> None:
    """Keep the pages of rows just added; ``columns`` as they were added, ``first`` the number of the first."""
    import pandas as pd

    count = codec.length(columns)
    own = {name: _narrow(columns[name]) for name in _COLUMNS[table.name]}
    starts = range(0, count, _SIZE)
    frame = pd.DataFrame(
        {
            "first": pd.Series([first + start for start in starts], dtype="Int64"),
            "rows": pd.Series([min(_SIZE, count - start) for start in starts], dtype="Int64"),
            "data": pd.Series([_packed(own, start) for start in starts], dtype="str"),
        }
    ).astype(imports.dtypes(PAGE))
    if count:
        imports.write(transaction, PAGE, frame, table.name, "")


def _narrow(values: pa.Array) -> pa.Array:
    """Whole numbers in the narrowest type that holds them."""
    reach = pc.min_max(values).as_py()
    low, high = reach["min"] or 0, reach["max"] or 0
    fits = (kind for kind in _WIDTHS if -(1 << kind.bit_width - 1) <= low and high < 1 << kind.bit_width - 1)
    return values.cast(next(fits))


def _packed(columns: Columns, start: int) -> str:
    batch = pa.record_batch({name: values.slice(start, _SIZE) for name, values in columns.items()})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema, options=pa.ipc.IpcWriteOptions(compression="lz4")) as stream:
        stream.write_batch(batch)
    return pybase64.b64encode_as_string(sink.getvalue())


def read(connection: Connection, table: Table, names: Sequence[str], seqs: Sequence[int]) -> list[Page]:
    """The pages of these transactions, in the order of the rows; only the columns ``names``.

    Raises ClerkError when a page is not as it was booked.
    """
    query = select(SHEET_IMPORT.c.seq, SHEET_IMPORT.c.id).where(
        SHEET_IMPORT.c.kind == PAGE.kind, SHEET_IMPORT.c.path == table.name
    )
    wanted = set(seqs)
    known = sorted((seq, number) for seq, number in connection.execute(query) if seq in wanted)
    found: list[Page] = []
    opened: deque[tuple[int, Future[list[Page]]]] = deque()

    def take(most: int) -> None:
        while len(opened) > most:
            seq, pages = opened.popleft()
            found.extend(pages.result() or _refuse(connection, seq))

    # the database is read in this thread only; of what is read, little waits
    with ThreadPoolExecutor(1) as pool:
        for seq, import_id in known:
            columns = bulk.fetch(
                connection,
                f'SELECT {bulk.quoted(SHEET_ROW.columns.keys())} FROM "{SHEET_ROW.name}" '
                f'WHERE "import_id" = {import_id} ORDER BY "id"',
                bulk.kinds(SHEET_ROW),
            )
            opened.append((seq, pool.submit(_opened, seq, columns, _registered(connection, seq, columns), names)))
            take(_WAITING)
        take(0)
    return sorted(found, key=lambda page: page.first)


def _registered(connection: Connection, seq: int, columns: Columns) -> list[tuple[int, str]]:
    """What the transaction registered of these rows of an import and those after them: rows and digest, block by block."""
    if not codec.length(columns):
        return []
    query = select(PART.c.rows, PART.c.digest).where(
        PART.c.seq == seq, PART.c.table_name == SHEET_ROW.name, PART.c.first >= columns["id"][0].as_py()
    )
    return [(rows, digest) for rows, digest in connection.execute(query.order_by(PART.c.first))]


def _opened(seq: int, columns: Columns, registered: list[tuple[int, str]], names: Sequence[str]) -> list[Page]:
    """The pages of an import; none where its rows are not what was registered."""
    digests = codec.block_digests(columns)
    if registered[: len(digests)] != digests:
        return []
    told = map(_told, _plain(columns["cells"]))
    return [Page(seq, own["first"], own["rows"], _unpacked(data, names)) for own, data in told]


def _refuse(connection: Connection, seq: int) -> NoReturn:
    batch = connection.execute(select(BATCH.c.id).where(BATCH.c.seq == seq)).scalar()
    raise ClerkError(
        f"台账核对不上：批次 {batch} 的列页与入账时不同，不出报告。",
        "请停止使用，运行 skillcli ledger verify 查看，用最近的备份恢复。",
    )


def _plain(texts: pa.Array) -> Iterator[memoryview]:
    """The bytes of each text, where they lie: a page is some megabytes, and every copy is felt."""
    _, ends, data = texts.buffers()
    ends = np.frombuffer(ends, dtype="<i8")[texts.offset :]
    whole = memoryview(data)
    yield from (whole[ends[at] : ends[at + 1]] for at in range(len(texts)))


def _told(cells: memoryview) -> tuple[dict[str, int], memoryview]:
    """What a page's row says of itself, and its data. Raises ValueError when it is none."""
    begin = bytes(cells[:_HEAD]).find(_DATA) + len(_DATA)
    if begin < len(_DATA) or bytes(cells[-len(_END) :]) != _END:
        raise ValueError("a page that is none")
    return json.loads(bytes(cells[:begin]) + _END), cells[begin : -len(_END)]


def _unpacked(data: memoryview, names: Sequence[str]) -> Columns:
    """The columns wanted; the others are not unpacked."""
    source = pa.py_buffer(pybase64.b64decode(data, validate=True))
    schema = pa.ipc.open_stream(source).schema
    options = pa.ipc.IpcReadOptions(included_fields=sorted(schema.get_field_index(name) for name in names))
    batch = pa.ipc.open_stream(source, options=options).read_next_batch()
    return {name: batch.column(name) for name in names}
