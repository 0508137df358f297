"""Some columns of many batches' rows as one frame: from the pages kept with the batches, else from the rows themselves.

Text that repeats becomes categories, in the order of the text; only texts that occur are looked up. Whatever is done
to a column is done page by page: what fits into the processor's cache is not asked of the system anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from sqlalchemy import Connection, Table, func, select

from skillcli.core.errors import ClerkError
from skillcli.core.processors import each
from skillcli.ledger import bulk, codec, pages, words
from skillcli.ledger.pages import Page
from skillcli.ledger.tables import PART, number
from skillcli.schema.roster import check_frame

CATEGORY = "category"
Numbers = NDArray[np.integer[Any]]


def frame(
    connection: Connection, table: Table, dtypes: dict[str, str], seqs: Sequence[int], *, paged: bool = True
) -> pd.DataFrame:
    """The columns ``dtypes`` of the rows that these transactions wrote, in order. The row's number and ``seq`` may be
    among them, and columns that pages hold; a ``category`` is text, or a number (of a day) of which few differ. ``paged`` False: from the rows in any case.

    Raises ClerkError when a page or the number of rows is not what was booked.
    """
    key = number(table)
    names = [name for name in dtypes if name not in (key, "seq")]
    found = pages.read(connection, table, names, seqs) if paged else []
    found += _unpaged(connection, table, names, sorted(set(seqs) - {page.seq for page in found}))
    found.sort(key=lambda page: page.first)
    texts = words.word_columns(table)
    count = sum(page.rows for page in found)
    worded = [name for name in names if dtypes[name] == CATEGORY and name in texts]
    coded = dict(zip(worded, each(lambda name: _whole(found, name), worded, count), strict=True))
    known = _texts(connection, [seen for _, seen in coded.values()])

    def made(name: str) -> Any:
        dtype = dtypes[name]
        if name in worded:
            parts, seen = coded.pop(name)
            return _categorical(parts, seen, known)
        if dtype == CATEGORY:
            return _few(found, name)
        if name == key:
            return _numbers((np.arange(page.first, page.first + page.rows) for page in found), found, dtype)
        if name == "seq":
            return _numbers((page.seq for page in found), found, dtype)
        return _numbers((_present(page.columns.pop(name), name) for page in found), found, dtype)

    columns = dict(zip(dtypes, each(made, dtypes, count), strict=True))
    rows = pd.DataFrame(columns, index=pd.RangeIndex(count), copy=False)
    check_frame(rows, dtypes, table.name)
    pa.default_memory_pool().release_unused()
    return rows


def spans(connection: Connection, table: Table, seqs: Sequence[int]) -> list[tuple[int, int, int]]:
    """(transaction, number of its first row, of its last) of those that wrote into a table, in order."""
    query = select(PART.c.seq, func.min(PART.c.first), func.max(PART.c.first + PART.c.rows - 1))
    query = query.where(PART.c.table_name == table.name).group_by(PART.c.seq)
    wanted = set(seqs)
    return sorted((int(seq), int(first), int(last)) for seq, first, last in connection.execute(query) if seq in wanted)


def _unpaged(connection: Connection, table: Table, names: Sequence[str], seqs: Sequence[int]) -> list[Page]:
    """What was booked before there were pages."""
    found = []
    for seq, first, last in spans(connection, table, seqs):
        columns = bulk.rows(connection, table, names, first, last)
        if codec.length(columns) != last - first + 1:
            raise ClerkError(
                f"台账核对不上：编号 {first}–{last} 的记录应有 {last - first + 1} 行，现有 {codec.length(columns)} 行。",
                "请停止使用，运行 skillcli ledger verify 查看，用最近的备份恢复。",
            )
        found.append(Page(seq, first, last - first + 1, columns))
    return found


def _whole(found: Sequence[Page], name: str) -> tuple[list[Numbers], NDArray[np.bool_]]:
    """A column of words as numbers, 0 where missing, page by page; and which numbers occur."""
    columns = [page.columns.pop(name) for page in found]
    parts: list[Numbers] = [(part.fill_null(0) if part.null_count else part).to_numpy() for part in columns]
    seen = np.zeros(max((int(part.max(initial=0)) for part in parts), default=0) + 1, dtype=bool)
    for part in parts:
        seen[part] = True
    seen[0] = False
    return parts, seen


def _present(values: Any, name: str) -> NDArray[Any]:
    """Whole numbers or yes/no. Raises ValueError on a missing one."""
    if values.null_count:
        raise ValueError(f"missing value in {name}")
    found: NDArray[Any] = values.to_numpy()
    return found


def _few(found: Sequence[Page], name: str) -> pd.Categorical:
    """A column of whole numbers of which few differ, as categories in their order."""
    parts = [page.columns.pop(name).dictionary_encode() for page in found]
    each = [part.dictionary.to_numpy().astype(np.int64) for part in parts]
    known = np.unique(np.concatenate(each)) if parts else np.empty(0, "int64")
    kind = np.min_scalar_type(-max(len(known), 1))
    places = (np.append(np.searchsorted(known, own), -1).astype(kind) for own in each)
    indices = (part.indices.fill_null(-1) if part.indices.null_count else part.indices for part in parts)
    codes = (place[at.to_numpy()] for place, at in zip(places, indices, strict=True))
    return pd.Categorical.from_codes(_numbers(codes, found, kind), categories=pd.Index(known, dtype="int64"))


def _texts(connection: Connection, seen: Sequence[NDArray[np.bool_]]) -> NDArray[np.object_]:
    """Every text that occurs, at the place of its number."""
    occurs = np.zeros(max(map(len, seen), default=1), dtype=bool)
    for these in seen:
        occurs[: len(these)] |= these
    known = words.texts_of(connection, codec.numbers(np.flatnonzero(occurs)))
    texts = np.empty(len(occurs), dtype=object)
    texts[known["id"].to_numpy()] = known["text"].to_numpy(zero_copy_only=False)
    return texts


def _categorical(parts: Sequence[Numbers], seen: NDArray[np.bool_], texts: NDArray[np.object_]) -> pd.Categorical:
    numbers = np.flatnonzero(seen)
    names = sorted(set(texts[numbers]))
    place = {name: at for at, name in enumerate(names)}
    code = np.full(len(seen), -1, dtype=np.min_scalar_type(-max(len(names), 1)))
    code[numbers] = [place[text] for text in texts[numbers]]
    whole: Any = np.empty(sum(map(len, parts)), dtype=code.dtype)
    first = 0
    for part in parts:
        # "clip" has nothing to clip, but lets numpy write where the codes belong: half the time
        np.take(code, part, out=whole[first : first + len(part)], mode="clip")
        first += len(part)
    return pd.Categorical.from_codes(whole, categories=pd.Index(names, dtype="str"))


def _numbers(parts: Iterable[Any], found: Sequence[Page], dtype: Any) -> NDArray[Any]:
    """What there is for each page (an array, or one number for all its rows) as one array."""
    whole = np.empty(sum(page.rows for page in found), dtype=dtype)
    first = 0
    for page, part in zip(found, parts, strict=True):
        whole[first : first + page.rows] = part
        first += page.rows
    return whole
