"""Reading a batch back as it was booked, frame by frame."""

from __future__ import annotations

import json
from collections.abc import Mapping

import numpy as np
import pandas as pd
from sqlalchemy import Connection, Table, select

from skillcli.core.finding import Finding, Place, Severity
from skillcli.ledger import batches, bulk, codec, words
from skillcli.ledger.batch import LoadedBatch
from skillcli.ledger.codec import Columns
from skillcli.ledger.tables import BATCH, FAULT, FINDING, LINE, POLICY_TEXT, REMARK, SOURCE, TRAINING
from skillcli.ledger.transaction import span
from skillcli.schema import decision as decided
from skillcli.schema.decision import Decision, Unchecked
from skillcli.schema.inputs import ROSTER
from skillcli.schema.roster import EXTRA_COLUMNS, Roster, RosterSheet, check_frame, check_roster

FAULT_DTYPES = {"key": "str", "fault": "str", "shown": "str"}
ROSTER_DTYPES = {column.key: column.kind.dtype for column in ROSTER.columns} | EXTRA_COLUMNS


def batch(connection: Connection, batch_id: str) -> LoadedBatch:
    """A booked batch. Raises ClerkError when there is none, TypeError or ValueError when what
    stands in the ledger does not fit the schema."""
    head = batches.head(connection, batch_id)
    row = connection.execute(select(BATCH).where(BATCH.c.seq == head.seq)).one()
    columns = rows(connection, TRAINING, head.seq)
    order = np.argsort(columns["rid"].to_numpy())
    tids = columns["tid"].to_numpy()[order]
    trainings = {name: values.take(codec.numbers(order)) for name, values in columns.items()}
    index = pd.RangeIndex(len(order), name="rid")

    roster = Roster(
        frame=to_frame(trainings, ROSTER_DTYPES, index),
        faults=_under_rid(connection, FAULT, head.seq, FAULT_DTYPES, tids),
        findings=_remarks(connection, head.seq),
        sheets=_sheets(connection, head.seq),
        columns=frozenset(json.loads(row.columns)),
    )
    lines = _under_rid(connection, LINE, head.seq, decided.LINE_DTYPES, tids)
    lines.index = pd.RangeIndex(len(lines), name="lid")
    decision = Decision(
        trainings=to_frame(trainings, decided.TRAINING_DTYPES, index),
        lines=lines,
        findings=_under_rid(connection, FINDING, head.seq, decided.FINDING_DTYPES, tids),
        unchecked=tuple(Unchecked(code, why) for code, why in json.loads(row.unchecked)),
        rulings_used=tuple(json.loads(row.rulings_used)),
    )
    check_roster(roster)
    check_frame(decision.trainings, decided.TRAINING_DTYPES, "trainings")
    check_frame(decision.lines, decided.LINE_DTYPES, "lines")
    check_frame(decision.findings, decided.FINDING_DTYPES, "findings")
    return LoadedBatch(head, roster, decision, policy_text(connection, head.policy_sha256))


def policy_text(connection: Connection, sha256: str) -> str:
    """The policy file of a hash; "" when the ledger was not given it."""
    found = connection.execute(select(POLICY_TEXT.c.text).where(POLICY_TEXT.c.sha256 == sha256)).scalar()
    return found or ""


def rows(connection: Connection, table: Table, seq: int) -> Columns:
    """All rows of one transaction in a numbered table, words as text, in order.

    They are contiguous, so that the rest of the table is not read.
    """
    columns = bulk.rows(connection, table, table.columns.keys(), *span(connection, table, seq))
    words.decode(connection, columns, words.word_columns(table))
    return columns


def to_frame(columns: Columns, dtypes: Mapping[str, str], index: pd.Index) -> pd.DataFrame:
    """A frame with the schema's dtypes."""
    return pd.DataFrame({key: codec.from_arrow(columns[key], dtype) for key, dtype in dtypes.items()}, index=index)


def _under_rid(
    connection: Connection, table: Table, seq: int, dtypes: Mapping[str, str], tids: np.ndarray
) -> pd.DataFrame:
    """Rows of a table that hangs on trainings, with ``rid`` instead of ``tid``."""
    columns = rows(connection, table, seq)
    frame = to_frame(
        columns, {key: dtype for key, dtype in dtypes.items() if key != "rid"}, pd.RangeIndex(len(columns["tid"]))
    )
    by_tid = np.argsort(tids)
    places = np.searchsorted(tids, columns["tid"].to_numpy(), sorter=by_tid)
    if len(places) and (places >= len(tids)).any():
        raise ValueError(f"{table.name}: a row without its training")
    frame.insert(list(dtypes).index("rid") if "rid" in dtypes else 0, "rid", by_tid[places])
    return frame


def _remarks(connection: Connection, seq: int) -> tuple[Finding, ...]:
    query = select(REMARK).where(REMARK.c.seq == seq).order_by(REMARK.c.id)
    return tuple(
        Finding(
            code=row.code,
            severity=Severity(row.severity),
            place=Place(row.file, row.sheet, row.row, row.column),
            message=row.message,
            found=row.found,
            remedy=row.remedy,
            clause=row.clause,
            line=row.line,
        )
        for row in connection.execute(query)
    )


def _sheets(connection: Connection, seq: int) -> tuple[RosterSheet, ...]:
    query = select(SOURCE).where(SOURCE.c.seq == seq).order_by(SOURCE.c.place)
    return tuple(
        RosterSheet(row.path, row.sha256, row.sheet, row.header_row, row.rows, json.loads(row.passed_over))
        for row in connection.execute(query)
    )
