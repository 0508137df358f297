"""Everything a report is made from, read in a few set-based queries: what stood after a given transaction."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from sqlalchemy import Connection, Table, select

from skillcli.core.connected import connected
from skillcli.core.finding import Severity
from skillcli.ledger import bulk, chain, codec, columns, words
from skillcli.ledger.batch import Status
from skillcli.ledger.claims import PAYABLE
from skillcli.ledger.codec import Columns
from skillcli.ledger.load import to_frame
from skillcli.ledger.tables import BATCH, BATCH_EVENT, FINDING, JOURNAL, LINE, TRAINING, WORD
from skillcli.schema.entries import (
    ADVANCE_DTYPES,
    BATCH_DTYPES,
    LINE_DTYPES,
    REASON_DTYPES,
    TRAINING_DAYS,
    TRAINING_DTYPES,
    Entries,
)
from skillcli.schema.roster import check_frame

_SAME = ("certificate_claim", "class_hash")
"""Columns by which two trainings are one."""
_RULING = Severity.RULING.value
_TELLING = (Severity.ERROR.value, Severity.HOLD.value, _RULING)
"""Severities of the findings that keep a line from being paid."""


def read(connection: Connection, policy_id: str, position: int, *, paged: bool = True) -> Entries:
    """The ledger of a policy as it stood after transaction ``position``; ``paged`` False: from the rows themselves."""
    known = batches(connection, policy_id, position)
    standing = known.loc[known["status"].ne(Status.VOID) & known["lines"].add(known["trainings"]).gt(0), "seq"]
    seqs = standing.tolist()
    standing_lines = lines(connection, seqs, position, paged=paged)
    return Entries(
        trainings=_trainings(connection, seqs, paged),
        lines=standing_lines,
        reasons=_reasons(connection, standing_lines),
        batches=known,
        advances=advances(connection, policy_id, position),
        position=position,
        head=head(connection, position),
    )


def _trainings(connection: Connection, seqs: Sequence[int], paged: bool) -> pd.DataFrame:
    kept: dict[str, str] = dict.fromkeys(_SAME, "int64")
    for name, dtype in TRAINING_DTYPES.items():
        if name == "employed":
            kept["employed_on"] = columns.CATEGORY
        elif name != "identity":
            kept[name] = dtype
    frame = columns.frame(connection, TRAINING, kept, seqs, paged=paged).rename(columns={"employed_on": "employed"})
    identity = connected([frame.pop(name).to_numpy() for name in _SAME])
    frame.insert(list(TRAINING_DTYPES).index("identity"), "identity", identity)
    frame["employed"] = frame["employed"].notna()
    for name in TRAINING_DAYS:
        frame[name] = _dated(frame[name].array.codes, frame[name].cat.categories.to_numpy())
    check_frame(frame, TRAINING_DTYPES, TRAINING.name)
    return frame


def _dated(codes: NDArray[np.integer[Any]], days: NDArray[np.integer[Any]]) -> Any:
    """Categories of dates: places among days since 1970."""
    known = pd.DatetimeIndex(days.astype("datetime64[D]").astype("datetime64[s]"))
    return pd.Categorical.from_codes(codes, categories=known, validate=False)


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
    """The columns ``dtypes`` of the rows that these transactions wrote, in order; any column, text as text."""
    first = next(iter(table.primary_key.columns)).name
    statement = f'SELECT {bulk.quoted(dtypes)} FROM "{table.name}" WHERE {_among(seqs)} ORDER BY "{first}"'
    return _frame(connection, table, bulk.fetch(connection, statement, bulk.kinds(table, dtypes)), dtypes)


def _among(seqs: Sequence[int]) -> str:
    """``seq`` in one of the runs of numbers that these are; no parameters, for there may be thousands."""
    runs: list[list[int]] = []
    for seq in sorted(seqs):
        if runs and runs[-1][1] == seq - 1:
            runs[-1][1] = seq
        else:
            runs.append([seq, seq])
    return "(" + (" OR ".join(f'"seq" BETWEEN {a} AND {b}' for a, b in runs) or "1 = 0") + ")"


def _frame(connection: Connection, table: Table, found: Columns, dtypes: dict[str, str]) -> pd.DataFrame:
    words.decode(connection, found, [name for name in words.word_columns(table) if name in found])
    frame = to_frame(found, dtypes, pd.RangeIndex(codec.length(found)))
    check_frame(frame, dtypes, table.name)
    return frame


def lines(connection: Connection, seqs: Sequence[int], position: int, *, paged: bool = True) -> pd.DataFrame:
    """``LINE_DTYPES``: the lines of these batches as they stood."""
    own = {name: dtype for name, dtype in LINE_DTYPES.items() if name not in ("number", "reversed", "paid_on")}
    frame = columns.frame(connection, LINE, own | {"id": "int64"}, seqs, paged=paged)
    ids = frame.pop("id").to_numpy()
    back = np.zeros(len(ids), dtype=bool)
    back[_places(ids, _reversed(connection, position))] = True
    more: dict[str, Any] = {
        "number": _within(frame["seq"].to_numpy()),
        "reversed": back,
        "paid_on": _paid(connection, position, ids),
    }
    for name, values in more.items():
        frame.insert(list(LINE_DTYPES).index(name), name, values)
    check_frame(frame, LINE_DTYPES, "lines")
    return frame


def _places(ids: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where these numbers stand among ``ids`` (sorted); those that do not are left out."""
    if not len(ids):
        return np.empty(0, dtype=np.int64)
    at = np.searchsorted(ids, wanted)
    inside = at < len(ids)
    found: NDArray[np.int64] = at[inside][ids[at[inside]] == wanted[inside]]
    return found


def _reversed(connection: Connection, position: int) -> NDArray[np.int64]:
    statement = f'SELECT "line" FROM "reversal" WHERE "seq" <= {position}'
    found: NDArray[np.int64] = bulk.fetch(connection, statement, {"value": pa.int64()})["value"].to_numpy()
    return found


def _within(seqs: NDArray[np.int32]) -> NDArray[np.int32]:
    """1, 2, 3 … for the rows of each transaction, which lie together."""
    numbers = np.arange(1, len(seqs) + 1, dtype=np.int32)
    begins = (np.flatnonzero(seqs[1:] != seqs[:-1]) + 1).tolist()
    for begin, end in pairwise([*begins, len(seqs)]):
        numbers[begin:end] -= begin
    return numbers


def _paid(connection: Connection, position: int, ids: NDArray[np.int64]) -> Any:
    """The day the transfer of each line (``ids``, sorted) arrived and did not come back; missing of the others (a categorical)."""
    kinds = dict.fromkeys(("line", "batch", "day"), pa.int64())
    arrived, failed = (
        pd.DataFrame({name: values.to_numpy() for name, values in found.items()})
        for found in (
            bulk.fetch(
                connection,
                f'SELECT "line", "batch", "day" FROM "payout" WHERE "result" = \'{result}\' AND "seq" <= {position}',
                kinds,
            )
            for result in ("paid", "failed")
        )
    )
    if len(failed):
        told = arrived.merge(
            failed[["line", "batch"]], on=["line", "batch"], how="left", validate="1:1", indicator=True
        )
        arrived = arrived[told["_merge"].eq("left_only").to_numpy()]
    last = arrived.groupby("line")["day"].max()
    days, which = np.unique(last.to_numpy(), return_inverse=True)
    codes = np.full(len(ids), -1, dtype=np.min_scalar_type(-max(len(days), 1)))
    known = np.isin(last.index.to_numpy(), ids, assume_unique=True) if len(last) else np.empty(0, dtype=bool)
    codes[_places(ids, last.index.to_numpy())] = which[known]
    return _dated(codes, days)


def _reasons(connection: Connection, found: pd.DataFrame) -> pd.DataFrame:
    """``REASON_DTYPES`` for the trainings with a line that is not payable."""
    tids = np.unique(found.loc[~found["verdict"].isin(PAYABLE), "tid"].to_numpy())
    telling = {
        text: number
        for number, text in connection.execute(select(WORD.c.id, WORD.c.text).where(WORD.c.text.in_(_TELLING)))
    }
    marks = ", ".join(map(str, telling.values())) or "-1"
    ruling = telling.get(_RULING, -1)
    names = [f'f."{name}"' for name in REASON_DTYPES]
    for name in ("found", "message"):
        names[list(REASON_DTYPES).index(name)] = f'CASE WHEN f."severity" = {ruling} THEN f."{name}" END'
    bulk.scratch(connection, "wanted_tid", {"tid": codec.numbers(tids)}, primary="tid")
    told = bulk.fetch(
        connection,
        f'SELECT {", ".join(names)} FROM wanted_tid w CROSS JOIN "finding" f WHERE f."tid" = w."tid" '
        f'AND f."severity" IN ({marks}) ORDER BY f."id"',
        bulk.kinds(FINDING, REASON_DTYPES),
    )
    return _frame(connection, FINDING, told, REASON_DTYPES)


def advances(connection: Connection, policy_id: str, position: int) -> pd.DataFrame:
    """``ADVANCE_DTYPES``: the advances under a policy as they stood, in the order recorded."""
    moves = (
        'SELECT SUM(m."amount_fen") FROM "receivable_move" m '
        f'WHERE m."receivable" = a."receivable" AND m."seq" <= {position}'
    )
    escaped = policy_id.replace("'", "''")
    found = bulk.fetch(
        connection,
        'SELECT a."class_no", r."payee", a."heads", r."amount_fen", a."day", r."document", '
        f"""({moves} AND m."kind" IN ('netted', 'freed')), ({moves}), """
        's."id" IS NOT NULL, s."excess_fen" '
        'FROM "advance" a JOIN "receivable" r ON r."id" = a."receivable" '
        f'LEFT JOIN "settlement" s ON s."advance" = a."id" AND s."seq" <= {position} '
        f"""WHERE a."seq" <= {position} AND a."policy" = '{escaped}' ORDER BY a."id" """,
        {name: pa.large_string() if dtype == "str" else pa.int64() for name, dtype in ADVANCE_DTYPES.items()},
    )
    found |= {name: found[name].fill_null(0) for name in ("netted_fen", "left_fen", "excess_fen")}
    frame = to_frame(found, ADVANCE_DTYPES, pd.RangeIndex(codec.length(found)))
    return frame.assign(netted_fen=-frame["netted_fen"])
