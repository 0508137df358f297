"""One transaction of the ledger: rows go in, their digests are kept, one journal row closes it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pyarrow as pa
from sqlalchemy import Connection, Table, func, select

from skillcli.ledger import bulk, chain, codec
from skillcli.ledger.chain import Entry, Part
from skillcli.ledger.codec import Columns
from skillcli.ledger.tables import CHAINED, JOURNAL, PART, number

MANY = 5_000
"""Rows of one table from which on inserting them is worth doing beside something else: row by row the driver gives the
interpreter's lock away and waits for it again, which takes longer than the work itself while another thread calculates."""
MANY_SCATTERED = 500
"""The same of rows that go all over an index, each to a page of its own: one statement inserts them, which waits for nobody."""
Step = Callable[[], None]


def last_entry(connection: Connection) -> Entry | None:
    """The newest transaction; None in an empty ledger."""
    row = connection.execute(select(JOURNAL).order_by(JOURNAL.c.seq.desc()).limit(1)).one_or_none()
    return None if row is None else Entry(*row)


def entry_of(connection: Connection, head: str) -> Entry | None:
    """The transaction whose head begins so (hexadecimal digits); None where there is none."""
    row = connection.execute(select(JOURNAL).where(JOURNAL.c.head.startswith(head)).order_by(JOURNAL.c.seq)).first()
    return None if row is None else Entry(*row)


class Transaction:
    """Collects what one transaction writes. The connection is already inside BEGIN.

    ``seq``: its number, ``prev``: head of the one before. ``close`` writes the journal row and
    returns the new head; committing is the ledger's business.

    ``put_off``: many rows of a table are numbered and hashed at once, but inserted by ``finish`` only; the
    head is known before.
    """

    def __init__(
        self, connection: Connection, *, kind: str, at: str, person: str, subject: str = "", put_off: bool = False
    ) -> None:
        self.connection = connection
        self.kind, self.at, self.person, self.subject = kind, at, person, subject
        last = last_entry(connection)
        self.seq = 1 if last is None else last.seq + 1
        self.prev = chain.GENESIS if last is None else last.head
        self._put_off = put_off
        self._waiting: deque[Step] = deque()
        self._parts: list[Part] = []
        self._next: dict[str, int] = {}

    def next_id(self, table: Table) -> int:
        """The number the table's next row gets."""
        if table.name not in self._next:
            column = table.c[number(table)]
            highest = self.connection.execute(select(func.max(column))).scalar()
            self._next[table.name] = (highest or 0) + 1
        return self._next[table.name]

    def add(
        self,
        table: Table,
        columns: Columns,
        *,
        now: bool = False,
        scattered: bool = False,
        around: Callable[[Step], None] | None = None,
    ) -> int:
        """Append rows; returns the number of the first.

        ``columns`` holds every column but ``seq`` and the row number. ``now``: the rows are asked
        for in this transaction, so that inserting them is never put off. ``scattered``: they go all over an index, which
        takes long even for few. ``around`` is given the inserting itself to call, and so can say what a refusal means.
        """
        count = codec.length(columns)
        first = self.next_id(table)
        if not count:
            return first
        name = number(table)
        if name == "seq":
            first = self.seq
        self._next[table.name] = first + count
        columns = columns | {name: codec.numbers(range(first, first + count)), "seq": codec.repeat(self.seq, count)}
        ordered = {column.name: columns.pop(column.name) for column in table.columns}
        if columns or table not in CHAINED:
            raise TypeError(f"rows for {table.name}: unknown columns {sorted(columns)}")
        self._insert(table, ordered, now=now, scattered=scattered, around=around)
        block = sum(part.table == table.name for part in self._parts)
        start = first
        for rows, digest in codec.block_digests(ordered):
            self._parts.append(Part(table.name, block, start, rows, digest))
            block, start = block + 1, start + rows
        return first

    def _insert(
        self,
        table: Table,
        columns: Columns,
        *,
        now: bool,
        scattered: bool,
        around: Callable[[Step], None] | None,
    ) -> None:
        wait = self._put_off and not now and codec.length(columns) > (MANY_SCATTERED if scattered else MANY)
        insert: Step
        if wait and scattered:
            insert = bulk.insert_at_once(self.connection, table, columns)
        else:
            insert = partial(bulk.insert, self.connection, table, codec.slim(columns) if wait else columns)
        step = insert if around is None else partial(around, insert)
        if not wait:
            step()
        elif scattered:
            self._waiting.appendleft(step)  # the sooner it begins, the more of it is beside something else
        else:
            self._waiting.append(step)

    def add_row(self, table: Table, **values: int | str | None) -> int:
        """Append one row; returns its number."""
        types = bulk.kinds(table, values)
        return self.add(table, {name: pa.array([value], type=types[name]) for name, value in values.items()})

    def finish(self, beside: Step | None = None) -> None:
        """Insert what was put off, what is scattered first, while ``beside`` runs in a thread of its own (in this
        one where nothing was put off). Both have ended when this returns or raises."""
        if not self._waiting or beside is None:
            self._insert_waiting()
            if beside is not None:
                beside()
            return
        with ThreadPoolExecutor(1) as pool:
            other = pool.submit(beside)
            self._insert_waiting()
        other.result()

    def _insert_waiting(self) -> None:
        while self._waiting:
            self._waiting.popleft()()

    def close(self) -> str:
        """Write the digests and the journal row; returns the new head."""
        payload = chain.payload(self._parts)
        head = chain.link(self.seq, self.kind, self.at, self.person, self.subject, self.prev, payload)
        bulk.insert(
            self.connection,
            PART,
            {
                "seq": codec.repeat(self.seq, len(self._parts)),
                "table_name": codec.texts(part.table for part in self._parts),
                "block": codec.numbers([part.block for part in self._parts]),
                "first": codec.numbers([part.first for part in self._parts]),
                "rows": codec.numbers([part.rows for part in self._parts]),
                "digest": codec.texts(part.digest for part in self._parts),
            },
        )
        entry = Entry(self.seq, self.kind, self.at, self.person, self.subject, self.prev, payload, head)
        names = ("seq", "kind", "at", "person", "subject", "prev", "payload", "head")
        self.connection.execute(JOURNAL.insert(), {name: getattr(entry, name) for name in names})
        return head


def span(connection: Connection, table: Table, seq: int) -> tuple[int, int]:
    """Numbers of the first and last row a transaction wrote into a table; (1, 0) when none."""
    query = select(func.min(PART.c.first), func.max(PART.c.first + PART.c.rows - 1))
    first, last = connection.execute(query.where(PART.c.seq == seq, PART.c.table_name == table.name)).one()
    return (1, 0) if first is None else (int(first), int(last))
