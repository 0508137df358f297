"""Text that repeats, kept once: turning columns of text into numbers and back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, Table

from skillcli.core.errors import ClerkError
from skillcli.core.processors import each_column
from skillcli.ledger import bulk, codec
from skillcli.ledger.codec import Columns
from skillcli.ledger.tables import WORD

if TYPE_CHECKING:
    from skillcli.ledger.transaction import Transaction


def word_columns(table: Table) -> list[str]:
    """Names of a table's columns that refer to ``word``."""
    return [column.name for column in table.columns if column.info.get("word")]


def encode(transaction: Transaction, *tables: tuple[Table, Columns]) -> None:
    """Replace the text of every word column by numbers, in place, adding words not yet known."""
    encoded: list[tuple[Columns, str, Any]] = []
    for table, columns in tables:
        named = {name: columns[name] for name in word_columns(table) if name in columns}
        arrays = each_column(lambda text: text.dictionary_encode(), named)
        encoded.extend((columns, name, array) for name, array in arrays.items())
    if not encoded:
        return
    merged = pa.concat_arrays([array.dictionary for _, _, array in encoded]).dictionary_encode()
    vocabulary = merged.dictionary
    hashes = codec.numbers(_hashes(vocabulary))
    ids = _known(transaction.connection, vocabulary, hashes)
    absent = ids == 0
    first = transaction.next_id(WORD)
    ids[absent] = np.arange(first, first + absent.sum())
    new = pa.array(absent)
    transaction.add(WORD, {"hash": hashes.filter(new), "text": vocabulary.filter(new)}, now=True)
    numbers, begin = codec.numbers(ids).take(merged.indices), 0
    for columns, name, array in encoded:
        own = len(array.dictionary)
        columns[name] = numbers.slice(begin, own).take(array.indices)
        begin += own


def ids_of(connection: Connection, vocabulary: Any) -> Any:
    """Number of each (distinct, non-null) text; 0 where the ledger does not know it."""
    return _known(connection, vocabulary, codec.numbers(_hashes(vocabulary)))


def _known(connection: Connection, vocabulary: Any, hashes: Any) -> Any:
    wanted = {"place": codec.numbers(np.arange(len(vocabulary))), "hash": hashes, "text": vocabulary}
    bulk.scratch(connection, "wanted_text", wanted)
    known = bulk.fetch(
        connection,
        'SELECT w."place", k."id" FROM wanted_text w CROSS JOIN "word" k '
        'WHERE k."hash" = w."hash" AND k."text" = w."text"',
        {"place": pa.int64(), "id": pa.int64()},
    )
    ids = np.zeros(len(vocabulary), dtype=np.int64)
    ids[known["place"].to_numpy()] = known["id"].to_numpy()
    return ids


def _hashes(vocabulary: Any) -> Any:
    """64-bit content hashes; the ledger keeps these numbers."""
    return pd.util.hash_array(vocabulary.to_numpy(zero_copy_only=False), categorize=False).view(np.int64)


def decode(connection: Connection, columns: Columns, names: Iterable[str]) -> None:
    """Replace the numbers of the named columns by their texts, in place.

    Raises ClerkError when a row refers to a word that does not exist.
    """
    names = list(names)
    wanted = pc.unique(pa.concat_arrays([columns[name] for name in names])) if names else pa.array([], pa.int64())
    wanted = wanted.filter(wanted.is_valid())
    if not len(wanted):
        for name in names:
            columns[name] = pa.nulls(len(columns[name]), pa.large_string())
        return
    found = texts_of(connection, wanted.take(pc.sort_indices(wanted)))
    for name in names:
        places = pc.index_in(columns[name], value_set=found["id"])
        columns[name] = pa.DictionaryArray.from_arrays(places, found["text"]).cast(pa.large_string())


def texts_of(connection: Connection, numbers: Any) -> Columns:
    """``id`` and ``text`` of these (distinct, sorted) numbers. Raises ClerkError when one is no word's."""
    bulk.scratch(connection, "wanted_word", {"id": numbers}, primary="id")
    found = bulk.fetch(
        connection,
        'SELECT k."id", k."text" FROM wanted_word w CROSS JOIN "word" k WHERE k."id" = w."id"',
        {"id": pa.int64(), "text": pa.large_string()},
    )
    if len(found["id"]) != len(numbers):
        raise ClerkError("台账里有记录缺少词语，台账已被改动。", "请停止使用，运行 skillcli ledger verify 查看详情。")
    return found
