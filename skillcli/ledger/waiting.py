"""Lines that wait: held, undecided, or refused but open to a special approval.

They are judged again from the ledger alone, so everything the judge needs comes with them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import pandas as pd
from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, Select, column, select, table

from skillcli.core.finding import Verdict
from skillcli.ledger import bulk, codec, lookup, words
from skillcli.ledger.load import to_frame
from skillcli.ledger.story import Story, tell
from skillcli.ledger.tables import BATCH, FAULT, LINE, SOURCE, TRAINING, WORD
from skillcli.schema.roster import RosterSheet

FAULT_DTYPES = {"key": "str", "fault": "str", "shown": "str"}


class Waiting(Struct, frozen=True):
    """Trainings with waiting lines and everything decided on them.

    ``story``: as for ``explain``, all lines of these trainings and of the same persons' trainings since;
    ``lines``: the 批次行号 (str) of those that wait; ``faults``: ``tid`` and the columns of ``Roster.faults``;
    ``sheets``: (transaction, place) → the sheet a training was read from; ``columns``: transaction →
    keys that existed in its rosters.
    """

    story: Story
    lines: frozenset[str]
    faults: pd.DataFrame
    sheets: dict[tuple[int, int], RosterSheet]
    columns: dict[int, frozenset[str]]


def read(connection: Connection, overridable: list[str]) -> Waiting:
    """Every line that waits today, void batches left out.

    A line is superseded when its training was sent again since (in a whole roster, or this line in
    a batch of waiting ones). ``overridable``: codes of refusals that a special approval may lift.
    """
    ids = _words(connection, [Verdict.HELD.value, Verdict.UNDECIDED.value])
    waits: ColumnElement[bool] = LINE.c.verdict.in_(ids)
    for code in overridable:
        codes = select(WORD.c.id).where(WORD.c.text.like(f"%{code}%"))
        waits = waits | LINE.c.codes.in_(codes)
    people = select(TRAINING.c.person).join(LINE, LINE.c.tid == TRAINING.c.tid).where(waits, TRAINING.c.person != 0)
    persons = connection.execute(people.distinct()).scalars().all()
    story = tell(connection, _of(connection, persons) | TRAINING.c.tid.in_(select(LINE.c.tid).where(waits)))
    return Waiting(story, _still_waiting(story, overridable), _faults(connection), *_origins(connection))


def of_persons(connection: Connection, persons: list[int]) -> Waiting:
    """Everything on these person keys, as for waiting lines; ``lines`` is empty."""
    story = tell(connection, _of(connection, persons))
    return Waiting(story, frozenset(), _faults(connection), *_origins(connection))


def _of(connection: Connection, persons: Sequence[int]) -> ColumnElement[bool]:
    """The trainings of these person keys (0 is nobody's); leaves keys and candidates in temporary tables."""
    keys = np.array(sorted({*persons} - {0}), dtype=np.int64)
    tids = lookup.candidates(connection, {"person": keys})
    bulk.scratch(connection, "wanted_person", {"person": codec.numbers(keys)}, primary="person")
    bulk.scratch(connection, "wanted_training", {"tid": codec.numbers(tids)}, primary="tid")
    near: Select[tuple[int]] = select(column("tid")).select_from(table("wanted_training"))
    known: Select[tuple[int]] = select(column("person")).select_from(table("wanted_person"))
    return TRAINING.c.tid.in_(near) & TRAINING.c.person.in_(known)


def _still_waiting(story: Story, overridable: list[str]) -> frozenset[str]:
    trainings = story.trainings
    valid = trainings[trainings["status"].ne("void") & ~trainings["loser"]]
    lines = story.lines.merge(
        valid[["tid", "certificate_claim", "class_hash", "kind"]], on="tid", how="inner", validate="m:1"
    )
    refused = lines["verdict"].eq(Verdict.REFUSED.value)
    liftable = lines["codes"].fillna("").str.contains("|".join(overridable)) if overridable else refused & False
    waits = lines["verdict"].isin([Verdict.HELD.value, Verdict.UNDECIDED.value]) | (refused & liftable)
    done: set[str] = set()
    for key in ("certificate_claim", "class_hash"):
        known = lines[lines[key].ne(0)]
        newest_whole = known[known["kind"].ne(PENDING)].groupby(key)["tid"].max()
        newest_line = known.groupby([key, "line"])["tid"].max()
        own = pd.MultiIndex.from_frame(known[[key, "line"]])
        again = known["tid"].lt(known[key].map(newest_whole).fillna(-1)) | known["tid"].lt(
            pd.Series(newest_line.reindex(own).to_numpy(), index=known.index)
        )
        done |= set(known.loc[again, "line_no"])
    return frozenset(set(lines.loc[waits, "line_no"]) - done)


PENDING = "pending"
"""Kind of a batch that judged waiting lines alone."""


def _words(connection: Connection, texts: list[str]) -> list[int]:
    return list(connection.execute(select(WORD.c.id).where(WORD.c.text.in_(texts))).scalars())


def _faults(connection: Connection) -> pd.DataFrame:
    """Cell faults of the trainings that ``tell`` has just put into its scratch table."""
    names = ["tid", *FAULT_DTYPES]
    columns = bulk.fetch(
        connection,
        f'SELECT {bulk.quoted(names, "t")} FROM told_training w CROSS JOIN "fault" t '
        'WHERE t."tid" = w."tid" ORDER BY t."id"',
        bulk.kinds(FAULT, names),
    )
    words.decode(connection, columns, [name for name in words.word_columns(FAULT) if name in columns])
    return to_frame(columns, {"tid": "int64"} | FAULT_DTYPES, pd.RangeIndex(codec.length(columns)))


def _origins(
    connection: Connection,
) -> tuple[dict[tuple[int, int], RosterSheet], dict[int, frozenset[str]]]:
    sheets = {
        (row.seq, row.place): RosterSheet(
            row.path, row.sha256, row.sheet, row.header_row, row.rows, json.loads(row.passed_over)
        )
        for row in connection.execute(select(SOURCE))
    }
    columns = {row.seq: frozenset(json.loads(row.columns)) for row in connection.execute(select(BATCH))}
    return sheets, columns
