"""Frames to columns of the ledger and back, and the digest of such columns.

A column travels as an Arrow array, int64 or large_string, missing = null: the same form whether it
comes from a frame or out of the database, so both sides compute the same digest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from skillcli.core.letters import text_array
from skillcli.core.processors import each, each_column

Columns = dict[str, Any]
"""Column name → Arrow array (int64 or large_string), all of one length."""

BLOCK = 4096
"""Rows of one table that share a digest."""

_STR = pd.StringDtype(na_value=np.nan)


def to_arrow(values: pd.Series) -> Any:
    """A frame's column as the ledger keeps it: dates as days since 1970-01-01, yes/no as 1/0."""
    if values.dtype.kind == "M":
        days = values.to_numpy(dtype="datetime64[D]")
        return pa.array(days.astype(np.int64), mask=np.isnat(days))
    if values.dtype == "str":
        return text_array(values)
    return pa.array(values).cast(pa.int64())


def from_arrow(values: Any, dtype: str) -> Any:
    """The pandas array of a schema dtype. Raises ValueError on a missing value where the dtype has none."""
    if dtype == "str":
        return values.to_pandas(types_mapper={pa.large_string(): _STR}.get).array
    missing = values.is_null().to_numpy(zero_copy_only=False)
    numbers = values.fill_null(0).to_numpy()
    if dtype == "datetime64[s]":
        days = numbers.astype("datetime64[D]").astype("datetime64[s]")
        days[missing] = np.datetime64("NaT")
        return pd.array(days)
    if dtype == "Int64":
        return pd.arrays.IntegerArray(numbers.copy(), missing)
    if dtype == "boolean":
        return pd.arrays.BooleanArray(numbers.astype(bool), missing)
    if missing.any():
        raise ValueError(f"missing value in a column of {dtype}")
    return numbers.astype(dtype)


def texts(values: Iterable[str | None]) -> Any:
    """A text column from Python values."""
    return pa.array(values, type=pa.large_string())


def numbers(values: Any) -> Any:
    """A whole-number column from Python values or a numpy array."""
    return pa.array(values, type=pa.int64())


def repeat(value: int | str, count: int) -> Any:
    """One value ``count`` times."""
    return pa.repeat(pa.scalar(value, pa.int64() if isinstance(value, int) else pa.large_string()), count)


def length(columns: Columns) -> int:
    return len(next(iter(columns.values())))


def to_rows(columns: Columns) -> Iterable[tuple[Any, ...]]:
    """Row tuples for the database driver."""
    return zip(*map(_to_objects, columns.values()), strict=True)


def _to_objects(values: Any) -> list[Any]:
    if values.type == pa.large_string():
        return values.to_pandas().tolist() if not values.null_count else _with_none(values.to_pandas(), values)
    if not values.null_count:
        plain: list[Any] = values.to_numpy().tolist()
        return plain
    return _with_none(values.fill_null(0).to_numpy().astype(object), values)


def _with_none(objects: Any, values: Any) -> list[Any]:
    objects = np.asarray(objects, dtype=object)
    objects[values.is_null().to_numpy(zero_copy_only=False)] = None
    plain: list[Any] = objects.tolist()
    return plain


def slim(columns: Columns) -> Columns:
    """The same columns in less memory: missing ones left out, numbers in half the width where they fit."""
    return {name: _slim(values) for name, values in columns.items() if values.null_count < len(values)}


def _slim(values: Any) -> Any:
    if values.type != pa.int64():
        return values
    reach = pc.min_max(values).as_py()
    return values.cast(pa.int32()) if reach["min"] >= -(2**31) and reach["max"] < 2**31 else values


def from_rows(rows: Sequence[Sequence[Any]], kinds: Mapping[str, Any]) -> Columns:
    """Columns from fetched rows; ``kinds``: column name → Arrow type, in the order selected."""
    if not rows:
        return {name: pa.array([], type=kind) for name, kind in kinds.items()}
    values = zip(*rows, strict=True)
    return {name: pa.array(value, type=kind) for (name, kind), value in zip(kinds.items(), values, strict=True)}


def block_digests(columns: Columns) -> list[tuple[int, str]]:
    """Row count and sha256 of every block of ``BLOCK`` rows, column by column.

    Covers names, order, every value and where values are missing; lengths go in before the text, so
    that shifting a character from one cell to the next is seen.
    """
    count = length(columns)
    plain = each_column(_hashable, {name: columns[name] for name in sorted(columns)})

    def digest(first: int) -> tuple[int, str]:
        last = min(first + BLOCK, count)
        state = hashlib.sha256(f"{last - first}".encode())
        for name, parts in plain.items():
            state.update(f"\n{name}\n".encode())
            for part in parts:
                state.update(part(first, last))
        return last - first, state.hexdigest()

    return each(digest, range(0, count, BLOCK), count)


def _hashable(values: Any) -> list[Any]:
    """Functions (first, last) → bytes that together say what a column holds."""
    absent = values.is_null().to_numpy(zero_copy_only=False)
    if values.type != pa.large_string():
        plain = values.fill_null(0).to_numpy().astype("<i8", copy=False)
        parts = [lambda first, last: plain[first:last].tobytes()]
    else:
        filled = pc.fill_null(values, "") if values.null_count else values
        sizes = pc.binary_length(filled).to_numpy().astype("<i8", copy=False)
        ends = np.concatenate([[0], np.cumsum(sizes)])
        start = filled.offset
        offsets = np.frombuffer(filled.buffers()[1], dtype="<i8")
        data = memoryview(filled.buffers()[2] or b"")
        base = int(offsets[start]) if len(offsets) else 0
        parts = [
            lambda first, last: sizes[first:last].tobytes(),
            lambda first, last: data[base + int(ends[first]) : base + int(ends[last])],
        ]
    if absent.any():
        parts.append(lambda first, last: np.packbits(absent[first:last]).tobytes() if absent[first:last].any() else b"")
    return parts
