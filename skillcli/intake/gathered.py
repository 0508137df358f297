"""One column of a sheet as it is gathered piece by piece, and the cells that its distinct bytes stand for."""

from __future__ import annotations

import re
from array import array
from collections import defaultdict
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skillcli.intake.dates import shown_day
from skillcli.intake.grid import RawColumn, Special
from skillcli.intake.octets import Unfamiliar, first_bytes
from skillcli.intake.package import plain_text
from skillcli.intake.tags import Cells
from skillcli.schema.cellfault import CellFault

_NUMBER_TEXT = re.compile(rb"-?\d{1,40}(?:\.\d{1,40})?(?:[eE][-+]?\d{1,3})?")
OF_NUMBER, OF_DAY, OF_TEXT, OF_BOOLEAN, OF_ERROR, OF_SHARED = range(6)
"""What the bytes of a cell are: its type and, for numbers, whether the style shows a day."""


class Gathered:
    """One column's cells so far: row and a key, which is the position of a shared string or, from
    ``base`` on, of an own value. ``own``: class → bytes → key, keys given in order of arrival."""

    def __init__(self, base: int) -> None:
        self.base = base
        self.rows: list[NDArray[np.int32]] = []
        self.keys: list[NDArray[np.int32]] = []
        self.next = count(base).__next__
        self.own: dict[int, defaultdict[bytes, int]] = {}

    def share(self, rows: NDArray[np.int32], keys: NDArray[np.int32]) -> None:
        self.rows.append(rows)
        self.keys.append(keys)

    def add(self, rows: NDArray[np.int32], kind: int, piece: bytes, cells: Cells, at: NDArray[np.int64]) -> None:
        """The own values of the cells ``at``."""
        table = self.own.setdefault(kind, defaultdict(self.next))
        start, end = cells.start[at], cells.end[at]
        size = end - start
        inverse = None
        if int(size.max()) <= 8:
            _, first, inverse = np.unique(first_bytes(cells.words[start], size), return_index=True, return_inverse=True)
            arrival = np.argsort(first)
            start, end = start[first[arrival]], end[first[arrival]]
        values = [piece[a:b] for a, b in zip(start.tolist(), end.tolist(), strict=True)]
        keys = np.fromiter(map(table.__getitem__, values), dtype=np.int32, count=len(values))
        self.rows.append(rows)
        self.keys.append(keys if inverse is None else keys[np.argsort(arrival)][inverse])

    def finish(self, height: int, strings: list[str], date1904: bool) -> RawColumn:
        keys = np.concatenate(self.keys)
        used = np.zeros(self.base, dtype=bool)
        used[keys[keys < self.base]] = True
        shared = np.flatnonzero(used)
        code_of = np.zeros(self.base + sum(map(len, self.own.values())), dtype=np.int32)
        code_of[shared] = np.arange(1, len(shared) + 1)
        cells: list[Any] = ["", *map(strings.__getitem__, shared.tolist())]
        for kind, table in self.own.items():
            code_of[list(table.values())] = np.arange(len(cells), len(cells) + len(table))
            cells += _values(kind, list(table), date1904)
        codes = np.zeros(height, dtype=np.int32)
        codes[np.concatenate(self.rows) - 1] = code_of[keys]
        packed = array("i")
        packed.frombytes(codes.tobytes())
        return RawColumn(cells, packed)


def _values(kind: int, raw: list[bytes], date1904: bool) -> list[Any]:
    """The cells that some distinct bytes stand for. Raises Unfamiliar."""
    if kind != OF_TEXT:
        return [_value(kind, each, date1904) for each in raw]
    joined = b"\0".join(raw)
    texts = joined.decode("utf-8").split("\0")
    if len(texts) != len(raw):
        raise Unfamiliar
    return [plain_text(text) for text in texts] if b"&" in joined or b"_x" in joined else texts


def _value(kind: int, raw: bytes, date1904: bool) -> Any:
    if kind == OF_ERROR:
        return Special(CellFault.ERROR_VALUE, raw.decode("utf-8")[:20])
    if kind == OF_BOOLEAN and raw in (b"0", b"1"):
        return "TRUE" if raw == b"1" else "FALSE"
    if kind == OF_BOOLEAN or not _NUMBER_TEXT.fullmatch(raw):
        raise Unfamiliar
    number = float(raw)
    if kind == OF_NUMBER:
        return number
    day = shown_day(number, date1904)
    if day is None:
        raise Unfamiliar
    return day
