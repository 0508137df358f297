"""Some columns of many batches' rows as one frame: from the pages kept with the batches, else from the rows themselves.

Text that repeats becomes categories, in the order of the text; only texts that occur are looked up.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from sqlalchemy import Connection, Table, func, select

from skillcli.core.errors import ClerkError
from skillcli.ledger import bulk, codec, pages, words
from skillcli.ledger.pages import Page
from skillcli.ledger.tables import PART, number
from skillcli.schema.roster import check_frame

CATEGORY = "category"
_DAY = 86_400
"""Seconds of a day."""


def frame(
    connection: Connection, table: Table, dtypes: dict[str, str], seqs: Sequence[int], *, paged: bool = True
) -> pd.DataFrame:
    """The columns ``dtypes`` of the rows that these transactions wrote, in order. The row's number and ``seq`` may be
    among them, and columns that pages hold; a ``category`` is text, or a number of which few differ. ``paged`` False: from the rows in any case.

    Raises ClerkError when a page or the number of rows is not what was booked.
    """
    key = number(table)
    names = [name for name in dtypes if name not in (key, "seq")]
    found = pages.read(connection, table, names, seqs) if paged else []
    found += _unpaged(connection, table, names, sorted(set(seqs) - {page.seq for page in found}))
    found.sort(key=lambda page: page.first)
    text = words.word_columns(table)
    coded = {name: _whole(found, name) for name in names if dtypes[name] == CATEGORY and name in text}
    texts = _texts(connection, coded)
    made: dict[str, Any] = {}
    for name, dtype in dtypes.items():
        if name in coded:
            made[name] = _categorical(coded.pop(name), texts)
        elif dtype == CATEGORY:
            made[name] = _few(found, name)
        elif name == key:
            made[name] = _numbers([np.arange(page.first, page.first + page.rows) for page in found], dtype)
        elif name == "seq":
            made[name] = _numbers([np.full(page.rows, page.seq, dtype=dtype) for page in found], dtype)
        else:
            made[name] = _plain([page.columns.pop(name) for page in found], dtype, name)
    rows = pd.DataFrame(made, index=pd.RangeIndex(sum(page.rows for page in found)), copy=False)
    check_frame(rows, dtypes, table.name)
    return rows


def spans(connection: Connection, table: Table, seqs: Sequence[int]) -> list[tuple[int, int, int]]:
    """(transaction, number of its first row, of its last) of those that wrote into a table, in order."""
    query = select(PART.c.seq, func.min(PART.c.first), func.max(PART.c.first + PART.c.rows - 1))
    query = query.where(PART.c.table_name == table.name).group_by(PART.c.seq)
    wanted = set(seqs)
    return sorted((int(seq), int(first), int(last)) for seq, first, last in connection.execute(query) if seq in wanted)


def _unpaged(connection: Connection, table: Table, names: Sequence[str], seqs: Sequence[int]) -> list[Page]:
    """What was booked before there were pages."""
    key, found = number(table), []
    for seq, first, last in spans(connection, table, seqs):
        statement = (
            f'SELECT {bulk.quoted(names)} FROM "{table.name}" WHERE "{key}" BETWEEN {first} AND {last} ORDER BY "{key}"'
        )
        columns = bulk.fetch(connection, statement, bulk.kinds(table, names))
        if codec.length(columns) != last - first + 1:
            raise ClerkError(
                f"台账核对不上：编号 {first}–{last} 的记录应有 {last - first + 1} 行，现有 {codec.length(columns)} 行。",
                "请停止使用，运行 skillcli ledger verify 查看，用最近的备份恢复。",
            )
        found.append(Page(seq, first, last - first + 1, columns))
    return found


def _whole(found: Sequence[Page], name: str) -> NDArray[np.integer[Any]]:
    """A column of words as numbers, 0 where missing."""
    parts = [page.columns.pop(name).fill_null(0).to_numpy() for page in found]
    return np.concatenate(parts) if parts else np.empty(0, dtype=np.int64)


def _plain(parts: Sequence[Any], dtype: str, name: str) -> NDArray[Any]:
    """A column of whole numbers, yes/no or days, with as few copies as can be. Raises ValueError on a missing number."""
    absent = [part.is_null().to_numpy(zero_copy_only=False) if part.null_count else None for part in parts]
    days = dtype == "datetime64[s]"
    if not days and any(each is not None for each in absent):
        raise ValueError(f"missing value in {name}")
    values = _numbers([part.fill_null(0).to_numpy() for part in parts], "int64" if days else dtype)
    if not days:
        return values
    values *= _DAY
    found = values.view("datetime64[s]")
    first = 0
    for part, gone in zip(parts, absent, strict=True):
        if gone is not None:
            found[first : first + len(part)][gone] = np.datetime64("NaT")
        first += len(part)
    return found


def _few(found: Sequence[Page], name: str) -> pd.Categorical:
    """A column of whole numbers of which few differ, as categories in their order."""
    parts = [page.columns.pop(name).cast(pa.int64()).dictionary_encode() for page in found]
    known = np.unique(np.concatenate([part.dictionary.to_numpy() for part in parts])) if parts else np.empty(0, "int64")
    kind = np.min_scalar_type(-max(len(known), 1))
    codes = [np.append(np.searchsorted(known, part.dictionary.to_numpy()), -1).astype(kind) for part in parts]
    places = [code[part.indices.fill_null(-1).to_numpy()] for code, part in zip(codes, parts, strict=True)]
    whole = np.concatenate(places) if places else np.empty(0, dtype=np.int8)
    return pd.Categorical.from_codes(whole, categories=pd.Index(known, dtype="int64"))


def _texts(connection: Connection, coded: dict[str, NDArray[np.integer[Any]]]) -> NDArray[np.object_]:
    """Every text that occurs, at the place of its number."""
    most = max((int(values.max(initial=0)) for values in coded.values()), default=0)
    seen = np.zeros(most + 1, dtype=bool)
    for values in coded.values():
        seen[values] = True
    seen[0] = False
    known = words.texts_of(connection, codec.numbers(np.flatnonzero(seen)))
    texts = np.empty(most + 1, dtype=object)
    texts[known["id"].to_numpy()] = known["text"].to_numpy(zero_copy_only=False)
    return texts


def _categorical(values: NDArray[np.integer[Any]], texts: NDArray[np.object_]) -> pd.Categorical:
    seen = np.zeros(int(values.max(initial=0)) + 1, dtype=bool)
    seen[values] = True
    seen[0] = False
    numbers = np.flatnonzero(seen)
    names = sorted(set(texts[numbers]))
    place = {name: at for at, name in enumerate(names)}
    code = np.full(len(seen), -1, dtype=np.min_scalar_type(-max(len(names), 1)))
    code[numbers] = [place[text] for text in texts[numbers]]
    return pd.Categorical.from_codes(code[values], categories=pd.Index(names, dtype="str"))


def _numbers(parts: list[NDArray[Any]], dtype: str) -> NDArray[Any]:
    whole = np.empty(sum(map(len, parts)), dtype=dtype)
    return np.concatenate(parts, out=whole, casting="unsafe") if parts else whole
