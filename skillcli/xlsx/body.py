"""The rows of a table as sheet XML, column by column instead of cell by cell.

In blocks of rows every column becomes one pyarrow array of finished cells; the rows are those arrays
joined element-wise. Text that repeats is shared, other text stands inline; neither can become
a formula. Roughly ten times as fast as writing cell by cell, which makes 200,000 lines bearable.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from xlsxwriter.utility import xl_col_to_name

from skillcli.xlsx.book import Head, Table
from skillcli.xlsx.cells import cell_text, escaped, tagged
from skillcli.xlsx.layout import LINE_HEIGHT, MOST_LINES
from skillcli.xlsx.shared import SharedStrings

_BLOCK = 20_000
_Cells = Callable[[int, int], pa.Array]
"""Finished cells of a column: of so many rows from a position on."""


def table_rows(
    table: Table,
    first: int,
    styles: tuple[str, ...],
    lines: NDArray[np.int64],
    shared: SharedStrings | None,
    texts: Mapping[str, pa.DictionaryArray],
) -> Iterator[memoryview]:
    """XML of a table's rows in blocks.

    ``first``: number (from 1) of the first row; ``styles``: the style number of every grid
    column; ``lines``: lines each row needs. LibreOffice and WPS do not fit heights on opening, so
    rows of several lines state theirs. ``shared`` takes in the text of columns that repeat
    themselves (None: all text stands inline). ``texts`` as from ``layout.table_texts``.
    """
    columns: list[tuple[str, _Cells | str]] = []
    for head in table.heads:
        name, style = xl_col_to_name(len(columns)), styles[len(columns)]
        columns.append((name, _cells(table, head, style, shared, texts)))
        for _ in range(head.span - 1):
            columns.append((xl_col_to_name(len(columns)), f'" s="{style}"/>'))
    for begin in range(0, len(table.frame), _BLOCK):
        size = min(_BLOCK, len(table.frame) - begin)
        number = pa.array(np.arange(first + begin, first + begin + size)).cast(pa.string())
        pieces: list[pa.Array | str] = ['<row r="', number, _heights(lines[begin : begin + size])]
        for name, cell in columns:
            pieces += [f'<c r="{name}', number, cell if isinstance(cell, str) else cell(begin, size)]
        pieces.append("</row>")
        yield _joined(pieces)


def _cells(
    table: Table, head: Head, style: str, shared: SharedStrings | None, texts: Mapping[str, pa.DictionaryArray]
) -> _Cells:
    """Every cell of a column from the quote behind its row number on; empty ones keep the style."""
    empty = f'" s="{style}"/>'
    if head.kind.numeric:
        values = table.frame[head.title]

        def numeric(begin: int, size: int) -> pa.Array:
            text = cell_text(values.iloc[begin : begin + size], head.kind)
            return pc.binary_join_element_wise(f'" s="{style}"><v>', text, "</v></c>", "").fill_null(empty)

        return numeric
    few = texts[head.title]
    if shared is not None and len(few.dictionary) * 2 < len(few):
        numbers = shared.numbers(few.dictionary, len(few) - few.null_count)
        cells = pc.binary_join_element_wise(f'" s="{style}" t="s"><v>', numbers, "</v></c>", "")
        return lambda begin, size: cells.take(few.indices.slice(begin, size)).fill_null(empty)
    opening = f'" s="{style}" t="inlineStr"><is>'

    def inline(begin: int, size: int) -> pa.Array:
        text = tagged(escaped(few.slice(begin, size).dictionary_decode()))
        return pc.binary_join_element_wise(opening, text, "</is></c>", "").fill_null(empty)

    return inline


def _heights(lines: NDArray[np.int64]) -> pa.Array | str:
    if not (lines > 1).any():
        return '">'
    points = pa.array(np.minimum(lines, MOST_LINES) * LINE_HEIGHT).cast(pa.string())
    stated = pc.binary_join_element_wise('" ht="', points, '" customHeight="1">', "")
    return pc.if_else(pa.array(lines > 1), stated, '">')


def _joined(pieces: list[pa.Array | str]) -> memoryview:
    """The pieces joined row by row, rows joined too: the character buffer of the result."""
    rows = pc.binary_join_element_wise(*pieces, "")
    return memoryview(rows.buffers()[2])[: pc.sum(pc.binary_length(rows)).as_py()]
