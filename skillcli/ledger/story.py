"""The story of a person, a certificate or a line, for ``explain``."""

from __future__ import annotations

import numpy as np
import pandas as pd
from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, Table, select

from skillcli.core.errors import ClerkError
from skillcli.ledger import batches, bulk, claims, codec, lookup, words
from skillcli.ledger.batch import split_line_no
from skillcli.ledger.load import ROSTER_DTYPES, to_frame
from skillcli.ledger.tables import FINDING, LINE, RELEASE, SOURCE, TRAINING
from skillcli.ledger.transaction import span
from skillcli.schema import decision as decided

LINE_DTYPES = {key: dtype for key, dtype in decided.LINE_DTYPES.items() if key != "rid"}
FINDING_DTYPES = {key: dtype for key, dtype in decided.FINDING_DTYPES.items() if key != "rid"}


class Story(Struct, frozen=True):
    """Trainings that belong together, with all that was decided on them, oldest batch first.

    ``trainings``: ``tid``, ``seq`` (int64), ``batch``, ``kind`` (of the batch), ``month``, ``policy``, ``status``, ``file``,
    ``sheet`` (str), the roster's columns and those of ``schema.decision.TRAINING_DTYPES``; void batches included.
    ``lines``: ``tid``, ``line_no``, ``live`` (bool), the columns of ``schema.decision.LINE_DTYPES``
    but for ``rid``. ``findings``: ``tid`` and those of ``FINDING_DTYPES`` but for ``rid``.
    """

    trainings: pd.DataFrame
    lines: pd.DataFrame
    findings: pd.DataFrame


def of_person(connection: Connection, person: int) -> Story:
    """All trainings of a person key; none for 0, which is nobody's."""
    tids = lookup.candidates(connection, {"person": np.array([person])})
    return tell(connection, TRAINING.c.tid.in_(tids.tolist()) & (TRAINING.c.person == person))


def of_certificate(connection: Connection, text: str) -> Story:
    """All trainings with a certificate number, as written or normalised. Reads the whole table of
    trainings: a number alone, without its kind, has no index."""
    return tell(connection, (TRAINING.c.certificate_n == text) | (TRAINING.c.certificate_no == text))


def of_name(connection: Connection, name: str, last_four: str) -> Story:
    """All trainings of people of a name whose number ends so. Reads the whole table of trainings."""
    return tell(connection, (TRAINING.c.name == name) & TRAINING.c.id_number.endswith(last_four, autoescape=True))


def of_line(connection: Connection, line_no: str) -> Story:
    """The training of a 批次行号 with all its lines. Raises ClerkError when there is no such line."""
    batch_id, number = split_line_no(line_no)
    batch = batches.head(connection, batch_id)
    if not 1 <= number <= batch.lines:
        raise ClerkError(f"批次 {batch.id} 共 {batch.lines} 行，没有第 {number} 行。", "请核对批次行号。")
    first, _ = span(connection, LINE, batch.seq)
    line = select(LINE.c.tid).where(LINE.c.id == first + number - 1).scalar_subquery()
    return tell(connection, TRAINING.c.tid == line)


def tell(connection: Connection, chosen: ColumnElement[bool]) -> Story:
    """The chosen trainings with all that hangs on them; leaves their numbers in ``told_training``."""
    tids = connection.execute(select(TRAINING.c.tid).where(chosen).order_by(TRAINING.c.tid)).scalars().all()
    bulk.scratch(connection, "told_training", {"tid": codec.numbers(list(tids))}, primary="tid")
    trainings = _trainings(connection)
    lines = _hanging_on(connection, LINE, LINE_DTYPES | {"id": "int64", "number": "int64"})
    batch = lines["tid"].map(trainings.set_index("tid")["batch"]).astype("str")
    lines["line_no"] = (batch + "/" + lines["number"].astype("str").str.zfill(6)).astype("str")
    released = connection.execute(
        select(RELEASE.c.line).join(LINE, LINE.c.id == RELEASE.c.line).where(LINE.c.tid.in_(list(tids)))
    ).scalars()
    lines["live"] = lines["verdict"].isin(claims.PAYABLE) & ~lines["id"].isin(list(released))
    return Story(
        trainings=trainings,
        lines=lines[["tid", "line_no", "live", *LINE_DTYPES]],
        findings=_hanging_on(connection, FINDING, FINDING_DTYPES)[["tid", *FINDING_DTYPES]],
    )


def _trainings(connection: Connection) -> pd.DataFrame:
    statement = (
        f'SELECT {bulk.quoted(TRAINING.columns.keys(), "t")} FROM told_training w CROSS JOIN "training" t '
        'WHERE t."tid" = w."tid" ORDER BY t."tid"'
    )
    columns = bulk.fetch(connection, statement, bulk.kinds(TRAINING))
    words.decode(connection, columns, words.word_columns(TRAINING))
    dtypes = {"tid": "int64", "seq": "int64"} | ROSTER_DTYPES | decided.TRAINING_DTYPES
    frame = to_frame(columns, dtypes, pd.RangeIndex(codec.length(columns)))
    known = pd.DataFrame(
        [(head.seq, head.id, head.kind, head.month, head.policy_id, head.status) for head in batches.heads(connection)],
        columns=["seq", "batch", "kind", "month", "policy", "status"],
    )
    query = select(SOURCE.c.seq, SOURCE.c.place, SOURCE.c.path, SOURCE.c.sheet)
    sources = pd.DataFrame(connection.execute(query).all(), columns=["seq", "source", "file", "sheet"])
    whole = frame.merge(known, on="seq", how="left", validate="m:1")
    whole = whole.merge(sources, on=["seq", "source"], how="left", validate="m:1")
    return whole.astype(dict.fromkeys(("batch", "kind", "month", "policy", "status", "file", "sheet"), "str"))


def _hanging_on(connection: Connection, table: Table, dtypes: dict[str, str]) -> pd.DataFrame:
    """Rows of a table that belong to the trainings being told."""
    dtypes = {"tid": "int64"} | dtypes
    statement = (
        f'SELECT {bulk.quoted(dtypes, "t")} FROM told_training w CROSS JOIN "{table.name}" t '
        'WHERE t."tid" = w."tid" ORDER BY t."id"'
    )
    columns = bulk.fetch(connection, statement, bulk.kinds(table, dtypes))
    words.decode(connection, columns, [name for name in words.word_columns(table) if name in columns])
    return to_frame(columns, dtypes, pd.RangeIndex(codec.length(columns)))
