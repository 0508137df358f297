"""What the ledger holds for the keys of a run: one set-based query, then its words."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from sqlalchemy import Connection, select

from skillcli.core.distinct import among, each_once
from skillcli.core.letters import text_array
from skillcli.ledger import bulk, claims, codec, lookup, words
from skillcli.ledger.codec import Columns
from skillcli.ledger.tables import BATCH, LINE, SOURCE, TRAINING
from skillcli.schema.history import CLASSMATE_DTYPES, LINE_DTYPES, TRAINING_DTYPES, History, Keys, no_classmates
from skillcli.schema.roster import check_frame

_NAMES = {"institution": "institution_n", "employer": "employer_n", "occupation": "occupation_n"} | {
    "certificate": "certificate_n",
    "batch_order": "seq",
}
_FROM_BATCH = ("batch", "file", "sheet")
_Wanted = dict[str, NDArray[np.int64]]
_Number = TypeVar("_Number", int, NDArray[np.int64])


def read(connection: Connection, keys: Keys) -> History:
    """Trainings of these persons, or with one of these certificates or accounts, with their lines, and who was in these
    classes.

    Void batches are left out.
    """
    wanted = {
        "person": each_once(keys.persons),
        "certificate_hash": each_once(keys.certificates),
        "account_hash": each_once(keys.accounts),
    }
    _collect(connection, wanted)
    trainings = _trainings(connection, wanted)
    lines = _lines(connection, trainings)
    taken_back = _taken_back(lines)
    if len(taken_back):
        trainings["attended"] &= ~trainings["tid"].isin(taken_back)
    check_frame(trainings, TRAINING_DTYPES, "history trainings")
    check_frame(lines, LINE_DTYPES, "history lines")
    classmates = _classmates(connection, keys.classes)
    check_frame(classmates, CLASSMATE_DTYPES, "history classmates")
    return History(trainings, lines, classmates=classmates)


def _taken_back(lines: pd.DataFrame) -> NDArray[np.int64]:
    """``tid`` of the trainings of which every line that was payable has been taken back and freed (追回): they no
    longer count as attended either."""
    tid, live = lines["tid"].to_numpy(), lines["live"].to_numpy()
    freed = lines["verdict"].isin(claims.PAYABLE).to_numpy() & ~live
    taken_back: NDArray[np.int64] = np.setdiff1d(tid[freed], tid[live])
    return taken_back


def _collect(connection: Connection, wanted: _Wanted) -> None:
    """Fill ``wanted_training`` with the numbers of the trainings to read."""
    tids = _standing(connection, lookup.candidates(connection, wanted))
    bulk.scratch(connection, "wanted_training", {"tid": codec.numbers(tids)}, primary="tid")


def _of_others(columns: Columns, wanted: _Wanted) -> NDArray[np.bool_]:
    """Trainings that have none of these keys."""
    own = [among(columns[name].to_numpy(), keys[keys != 0]) for name, keys in wanted.items()]
    others: NDArray[np.bool_] = ~np.logical_or.reduce(own)
    return others


def _standing(connection: Connection, tids: NDArray[np.int64]) -> NDArray[np.int64]:
    """Without the trainings of void batches. The rows of a batch are numbered one after the other, so none is read."""
    void = bulk.fetch(
        connection,
        'SELECT MIN(p."first"), MAX(p."first" + p."rows") FROM "part" p WHERE p."table_name" = \'training\' AND p."seq" '
        """IN (SELECT "batch" FROM "batch_event" WHERE "status" = 'void') GROUP BY p."seq" ORDER BY 1""",
        {"first": pa.int64(), "end": pa.int64()},
    )
    firsts = np.append(np.int64(np.iinfo(np.int64).min), void["first"].to_numpy())
    ends = np.append(np.int64(np.iinfo(np.int64).min), void["end"].to_numpy())
    return tids[tids >= ends[np.searchsorted(firsts, tids, side="right") - 1]]


def _classmates(connection: Connection, classes: tuple[str, ...]) -> pd.DataFrame:
    """Who was in one of these classes, void batches left out."""
    numbers = words.ids_of(connection, pa.array(sorted(set(classes)), pa.large_string()))
    tids = _standing(connection, lookup.candidates(connection, {"class_no": numbers}))
    if not len(tids):
        return no_classmates()
    bulk.scratch(connection, "wanted_class", {"id": codec.numbers(np.sort(numbers[numbers != 0]))}, primary="id")
    bulk.scratch(connection, "wanted_classmate", {"tid": codec.numbers(tids)}, primary="tid")
    found = bulk.fetch(
        connection,
        f'SELECT DISTINCT {bulk.quoted(CLASSMATE_DTYPES, "t")} FROM wanted_classmate w CROSS JOIN "training" t '
        'WHERE t."tid" = w."tid" AND t."person" <> 0 AND t."class_no" IN (SELECT "id" FROM wanted_class)',
        bulk.kinds(TRAINING, list(CLASSMATE_DTYPES)),
    )
    words.decode(connection, found, [name for name in CLASSMATE_DTYPES if name != "person"])
    return pd.DataFrame({key: codec.from_arrow(found[key], dtype) for key, dtype in CLASSMATE_DTYPES.items()})


def _trainings(connection: Connection, wanted: _Wanted) -> pd.DataFrame:
    """The trainings of ``wanted_training``, from which those of others are taken away too."""
    names = {key: _NAMES.get(key, key) for key in TRAINING_DTYPES if key not in _FROM_BATCH}
    selected = dict.fromkeys([*names.values(), "source", *wanted])
    columns = bulk.fetch(
        connection,
        f'SELECT {bulk.quoted(selected, "t")} FROM wanted_training w CROSS JOIN "training" t '
        'WHERE t."tid" = w."tid" ORDER BY w."tid"',
        bulk.kinds(TRAINING, selected),
    )
    others = _of_others(columns, wanted)
    if others.any():
        gone, given = bulk.listed(connection, columns["tid"].to_numpy()[others])
        connection.exec_driver_sql(f'DELETE FROM wanted_training WHERE "tid" IN (SELECT "value" FROM {gone})', given)
        columns = {name: values.filter(pa.array(~others)) for name, values in columns.items()}
    words.decode(connection, columns, [name for name in words.word_columns(TRAINING) if name in columns])
    columns |= _origins(connection, columns)
    frame = {key: codec.from_arrow(columns[names.get(key, key)], dtype) for key, dtype in TRAINING_DTYPES.items()}
    return pd.DataFrame(frame)


def _origins(connection: Connection, columns: Columns) -> Columns:
    """Batch, file and sheet of each training (no file where the batch was read from none)."""
    batches = connection.execute(select(BATCH.c.seq, BATCH.c.id)).all()
    sources = connection.execute(select(SOURCE.c.seq, SOURCE.c.place, SOURCE.c.path, SOURCE.c.sheet)).all()
    seq = columns["seq"].to_numpy()
    batch = pc.index_in(columns["seq"], value_set=codec.numbers([number for number, _ in batches]))
    place = columns["source"].fill_null(-1).to_numpy()
    known = codec.numbers([_of_batch(number, at) for number, at, _, _ in sources])
    source = pc.index_in(codec.numbers(_of_batch(seq, place)), value_set=known)
    told = {"batch": [name for _, name in batches], "file": [path for *_, path, _ in sources]}
    told["sheet"] = [sheet for *_, sheet in sources]
    return {name: codec.texts(told[name]).take(batch if name == "batch" else source) for name in _FROM_BATCH}


def _of_batch(seq: _Number, place: _Number) -> _Number:
    """A place in a batch as one number."""
    return (seq << 32) + place


def _lines(connection: Connection, trainings: pd.DataFrame) -> pd.DataFrame:
    selected = ("tid", "line", "verdict", "amount_fen", "quantity", "number", "id")
    columns = bulk.fetch(
        connection,
        f'SELECT {bulk.quoted(selected, "l")}, r."id" FROM wanted_training w CROSS JOIN "line" l '
        'LEFT JOIN "release" r ON r."line" = l."id" WHERE l."tid" = w."tid" ORDER BY l."id"',
        bulk.kinds(LINE, selected) | {"released": pa.int64()},
    )
    words.decode(connection, columns, ("line", "verdict"))
    training = pc.index_in(columns["tid"], value_set=codec.numbers(trainings["tid"].to_numpy()))
    number = pc.utf8_lpad(columns["number"].cast(pa.large_string()), 6, "0")
    batch = text_array(trainings["batch"].array).take(training)
    columns["line_no"] = pc.binary_join_element_wise(batch, number, pa.scalar("/", pa.large_string()))
    columns["quantity"] = columns["quantity"].fill_null(0)
    columns["live"] = pc.and_(
        pc.is_in(columns["verdict"], codec.texts(claims.PAYABLE)), columns["released"].is_null()
    ).cast(pa.int64())
    return pd.DataFrame({key: codec.from_arrow(columns[key], dtype) for key, dtype in LINE_DTYPES.items()})
