"""The same work on many columns, shared among the processors."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

_WORTH_THREADS = 20_000
"""Rows of a column from which on a thread is worth its start."""


def each(work: Callable[[Any], Any], items: Iterable[Any], rows: int) -> list[Any]:
    """The same work on every item, in order; by several threads where there are many ``rows`` behind an item.

    For work that lets go of the interpreter's lock, as Arrow, numpy's sorting and hashing do.
    """
    if rows < _WORTH_THREADS:
        return list(map(work, items))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(work, items))


def each_column(work: Callable[[Any], Any], columns: Mapping[Any, Any]) -> dict[Any, Any]:
    """The same work on every column, name → result."""
    rows = len(next(iter(columns.values()), ()))
    return dict(zip(columns, each(work, columns.values(), rows), strict=True))
