"""Everything a report is made from, read in a few set-based queries: what stood after a given transaction."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import pyarrow as pa
from sqlalchemy import Connection, Table, select

from skillcli.ledger import bulk, chain, codec, words
from skillcli.ledger.batch import Status
from skillcli.ledger.codec import Columns
from skillcli.ledger.load import to_frame
from skillcli.ledger.tables import BATCH, BATCH_EVENT, FINDING, JOURNAL, LINE, TRAINING, WORD
from skillcli.schema.entries import (
    ADVANCE_DTYPES,
    BATCH_DTYPES,
    LINE_DTYPES,
    REASON_DTYPES,
    TRAINING_DTYPES,
    Entries,
)
from skillcli.schema.roster import check_frame

_TELLING = ("error", "hold", "ruling")
"""Severities of the findings that keep a line from being paid."""


def read(connection: Connection, policy_id: str, position: int) -> Entries:
    """The ledger of a policy as it stood after transaction ``position``."""
    known = batches(connection, policy_id, position)
    standing = known.loc[known["status"].ne(Status.VOID) & known["lines"].add(known["trainings"]).gt(0), "seq"]
    seqs = standing.tolist()
    return Entries(
        trainings=rows(connection, TRAINING, TRAINING_DTYPES, seqs),
        lines=lines(connection, seqs, position),
        reasons=_reasons(connection, seqs),
        batches=known,
        advances=advances(connection, policy_id, position),
        position=position,
        head=head(connection, position),
    )


def head(connection: Connection, position: int) -> str:
    """The chain's link at a transaction."""
    found = connection.execute(select(JOURNAL.c.head).where(JOURNAL.c.seq == position)).scalar()
    return chain.GENESIS if found is None else str(found)


def batches(connection: Connection, policy_id: str, position: int) -> pd.DataFrame:
    """``BATCH_DTYPES``: the batches of a policy as they stood."""
    query = select(BATCH_EVENT.c.batch, BATCH_EVENT.c.status, BATCH_EVENT.c.at).where(BATCH_EVENT.c.seq <= position)
    events = connection.execute(query.order_by(BATCH_EVENT.c.id)).all()
    newest = {row.batch: row.status for row in events}
    booked = {row.batch: chain.china_day(row.at).isoformat() for row in reversed(events)}
    known = select(BATCH).where(BATCH.c.policy == policy_id, BATCH.c.seq <= position).order_by(BATCH.c.seq)
    made = {"status": newest, "booked_on": booked}
    heads = [
        [made[name][row.seq] if name in made else getattr(row, name) for name in BATCH_DTYPES]
        for row in connection.execute(known)
    ]
    return pd.DataFrame(heads, columns=list(BATCH_DTYPES)).astype(BATCH_DTYPES)


def rows(connection: Connection, table: Table, dtypes: dict[str, str], seqs: Sequence[int]) -> pd.DataFrame:
    """The columns ``dtypes`` of the rows that these transactions wrote, in order."""
    first = next(iter(table.primary_key.columns)).name
    statement = f'SELECT {bulk.quoted(dtypes)} FROM "{table.name}" WHERE {_among(seqs)} ORDER BY "{first}"'
    columns = bulk.fetch(connection, statement, bulk.kinds(table, dtypes))
    return _frame(connection, table, columns, dtypes)


def _among(seqs: Sequence[int], alias: str = "") -> str:
    """``seq`` in one of the runs of numbers that these are; no parameters, for there may be thousands."""
    runs: list[list[int]] = []
    for seq in sorted(seqs):
        if runs and runs[-1][1] == seq - 1:
            runs[-1][1] = seq
        else:
            runs.append([seq, seq])
    column = f'{alias}."seq"' if alias else '"seq"'
    return "(" + (" OR ".join(f"{column} BETWEEN {a} AND {b}" for a, b in runs) or "1 = 0") + ")"


def _frame(connection: Connection, table: Table, columns: Columns, dtypes: dict[str, str]) -> pd.DataFrame:
    words.decode(connection, columns, [name for name in words.word_columns(table) if name in columns])
    frame = to_frame(columns, dtypes, pd.RangeIndex(codec.length(columns)))
    check_frame(frame, dtypes, table.name)
    return frame


def lines(connection: Connection, seqs: Sequence[int], position: int) -> pd.DataFrame:
    """``LINE_DTYPES``: the lines of these batches as they stood."""
    own = {name: dtype for name, dtype in LINE_DTYPES.items() if name not in ("reversed", "paid_on")} | {"id": "int64"}
    frame = rows(connection, LINE, own, seqs)
    back = _numbers(connection, f'SELECT "line" FROM "reversal" WHERE "seq" <= {position}')
    frame["reversed"] = frame["id"].isin(back["value"])
    frame["paid_on"] = _paid(connection, position).reindex(frame["id"]).to_numpy()
    frame = frame[list(LINE_DTYPES)]
    check_frame(frame, LINE_DTYPES, "lines")
    return frame


def _numbers(connection: Connection, statement: str) -> pd.DataFrame:
    columns = bulk.fetch(connection, statement, {"value": pa.int64()})
    return pd.DataFrame({"value": columns["value"].to_numpy()})


def _paid(connection: Connection, position: int) -> pd.Series:
    """Line → the day its transfer arrived, for those that had not come back."""
    columns = bulk.fetch(
        connection,
        'SELECT p."line", MAX(p."day") FROM "payout" p WHERE p."result" = \'paid\' '
        f'AND p."seq" <= {position} AND NOT EXISTS (SELECT 1 FROM "payout" f WHERE f."line" = p."line" '
        f'AND f."batch" = p."batch" AND f."result" = \'failed\' AND f."seq" <= {position}) GROUP BY p."line"',
        {"line": pa.int64(), "day": pa.int64()},
    )
    days = codec.from_arrow(columns["day"], "datetime64[s]")
    return pd.Series(days, index=pd.Index(columns["line"].to_numpy(), name="line"))


def _reasons(connection: Connection, seqs: Sequence[int]) -> pd.DataFrame:
    telling = connection.execute(select(WORD.c.id).where(WORD.c.text.in_(_TELLING))).scalars().all()
    marks = ", ".join(map(str, telling)) or "-1"
    columns = bulk.fetch(
        connection,
        f'SELECT {bulk.quoted(REASON_DTYPES)} FROM "finding" WHERE "severity" IN ({marks}) AND {_among(seqs)} '
        'ORDER BY "id"',
        bulk.kinds(FINDING, REASON_DTYPES),
    )
    return _frame(connection, FINDING, columns, REASON_DTYPES)


def advances(connection: Connection, policy_id: str, position: int) -> pd.DataFrame:
    """``ADVANCE_DTYPES``: the advances under a policy as they stood, in the order recorded."""
    moves = (
        'SELECT SUM(m."amount_fen") FROM "receivable_move" m '
        f'WHERE m."receivable" = a."receivable" AND m."seq" <= {position}'
    )
    escaped = policy_id.replace("'", "''")
    columns = bulk.fetch(
        connection,
        'SELECT a."class_no", r."payee", a."heads", r."amount_fen", a."day", r."document", '
        f"""({moves} AND m."kind" IN ('netted', 'freed')), ({moves}), """
        's."id" IS NOT NULL, s."excess_fen" '
        'FROM "advance" a JOIN "receivable" r ON r."id" = a."receivable" '
        f'LEFT JOIN "settlement" s ON s."advance" = a."id" AND s."seq" <= {position} '
        f"""WHERE a."seq" <= {position} AND a."policy" = '{escaped}' ORDER BY a."id" """,
        {name: pa.large_string() if dtype == "str" else pa.int64() for name, dtype in ADVANCE_DTYPES.items()},
    )
    columns |= {name: columns[name].fill_null(0) for name in ("netted_fen", "left_fen", "excess_fen")}
    frame = to_frame(columns, ADVANCE_DTYPES, pd.RangeIndex(codec.length(columns)))
    return frame.assign(netted_fen=-frame["netted_fen"])
