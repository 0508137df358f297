"""A piece of a sheet is read as a slow reader of one tag after the other reads it, or not at all."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillcli.intake.octets import Unfamiliar, whole_numbers
from skillcli.intake.prescan import column_number
from skillcli.intake.tags import BOOLEAN, ERROR, INLINE, NUMBER, SHARED, TEXT, cells_of

_TYPES = {None: NUMBER, b"n": NUMBER, b"s": SHARED, b"str": TEXT, b"b": BOOLEAN, b"e": ERROR, b"inlineStr": INLINE}
_ROW = re.compile(rb'<row r="(\d{1,7})"([^<>]*)(?:(?<=/)>|(?<!/)>((?:<c .*?)?)</row>)', re.DOTALL)
_CELL = re.compile(
    rb'<c r="([A-Z]{1,3})(\d{1,7})"(?: s="(\d{0,5})")?(?: t="(\w+)")?'
    rb"(?:/>|></c>|><v>(?P<v>[^<>]*)</v></c>|><v/></c>|><is></is></c>|><is><t/></is></c>|"
    rb"><is><t(?: (?:[^<>]*[^<>/])?)?>(?P<t>[^<>]*)</t></is></c>)"
)


def _slowly(piece: bytes) -> list[tuple[Any, ...]]:
    """Row, column, type, style and value of each cell that has one."""
    found: list[tuple[Any, ...]] = []
    at = 0
    while at < len(piece):
        row = _ROW.match(piece, at)
        assert row, piece[at:]
        inside, at = row[3] or b"", row.end()
        place = 0
        while place < len(inside):
            cell = _CELL.match(inside, place)
            assert cell, inside[place:]
            assert int(cell[2]) == int(row[1])
            place = cell.end()
            value = cell["v"] if cell["v"] is not None else cell["t"]
            if value is not None:
                assert (cell["t"] is not None) == (_TYPES[cell[4]] == INLINE)
                found.append((int(row[1]), column_number(cell[1]), _TYPES[cell[4]], int(cell[3] or 0), value))
    return found


def _quickly(piece: bytes) -> list[tuple[Any, ...]]:
    cells = cells_of(piece, 0)
    values = [piece[a:b] for a, b in zip(cells.start.tolist(), cells.end.tolist(), strict=True)]
    spans = (cells.row.tolist(), cells.column.tolist(), cells.kind.tolist(), cells.style.tolist(), values)
    return list(zip(*spans, strict=True))


def _letters(column: int) -> str:
    return "" if not column else _letters((column - 1) // 26) + chr(65 + (column - 1) % 26)


STYLE = st.sampled_from(["", "", ' s="1"', ' s="12"', ' s="12345"', ' s=""'])
BODY = st.sampled_from(
    ['/>', '></c>', '><v>1</v></c>', ' t="n"><v>43891.5</v></c>', ' t="s"/>', ' t="s"><v>12345678</v></c>', '><v></v></c>',
     '><v/></c>', ' t="str"><v>甲</v></c>', ' t="b"><v>1</v></c>', ' t="e"><v>#N/A</v></c>', ' t="inlineStr"><is><t/></is></c>',
     ' t="inlineStr"><is></is></c>', ' t="inlineStr"><is><t>乙</t></is></c>', ' t="inlineStr"><is><t></t></is></c>',
     ' t="inlineStr"><is><t xml:space="preserve"> 丙 </t></is></c>', ' t="inlineStr"/>']
)  # fmt: skip
CELLS = st.lists(st.tuples(st.integers(1, 30) | st.integers(690, 16_384), STYLE, BODY), max_size=5)
ROWS = st.lists(
    st.tuples(st.integers(1, 3), st.sampled_from(["", "", ' spans="1:25"', ' hidden="1"', " "]), CELLS, st.booleans()),
    min_size=1,
    max_size=5,
)


def _piece(first: int, rows: list[tuple[int, str, list[tuple[int, str, str]], bool]]) -> tuple[bytes, list[int]]:
    """The piece, and the numbers of its hidden rows."""
    written, number, hidden = [], first, []
    for down, more, cells, short in rows:
        number += down
        hidden += [number] if "hidden" in more else []
        across = {column: (style, body) for column, style, body in cells}
        inside = "".join(f'<c r="{_letters(at)}{number}"{"".join(across[at])}' for at in sorted(across))
        written.append(f'<row r="{number}"{more}' + ("/>" if short and not inside else f">{inside}</row>"))
    return "".join(written).encode(), hidden


FIRST = st.sampled_from([0, 7, 96, 997, 99_997, 999_990])


@settings(max_examples=200, deadline=None)
@given(FIRST, ROWS)
def test_every_known_shape_is_read(first: int, rows: Any) -> None:
    piece, hidden = _piece(first, rows)
    assert _quickly(piece) == _slowly(piece)
    assert cells_of(piece, 0).hidden == hidden


CHANGES = st.lists(
    st.tuples(
        st.integers(0, 400),
        st.integers(0, 9),
        st.sampled_from(["", "<", ">", "/", '"', "A", "7", "\0", "<v>", "</v>", "<c>", '<c r="A1">', "</c>", '<row r="2">',
                         "</row>", "<r>", "<is>", "</t>", " ", ' s="3"', ' t="s"', "<!-- -->", "\n"]),
    ),
    min_size=1,
    max_size=3,
)  # fmt: skip


@settings(max_examples=250, deadline=None)
@given(FIRST, ROWS, CHANGES)
def test_a_damaged_piece_is_left_aside_or_read_as_it_stands(first: int, rows: Any, changes: Any) -> None:
    piece, _ = _piece(first, rows)
    for at, length, new in changes:
        at %= len(piece)
        piece = piece[:at] + new.encode() + piece[at + length :] or b"<"
    try:
        found = _quickly(piece)
    except Unfamiliar:
        return
    assert found == _slowly(piece)


@pytest.mark.parametrize(
    "piece",
    [
        b'<row r="1"/></row>',
        b'<row r="1"><c r="A1"/>',
        b'<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>1</v></c></row>',
        b'<row r="1"><c r="A1"><v>1</v></c></row>\n<row r="2"/>',
        b'<row r="1"><c r="A1"><v>1\0</v></c></row>',
        b'<row r="1"><c r="A1"><v>a<c </v></c></row>',
        b'<row r="1"><c r="A1" x="2"><v>1</v></c></row>',
        b'<row r="1"><c r="a1"><v>1</v></c></row>',
        b'<row r="1"><c r="A01"><v>1</v></c></row>',
        b'<row r="1"><c r="A1" s="123456"><v>1</v></c></row>',
        b'<row r="1"><c r="A1" t="s"><is><t>a</t></is></c></row>',
        b'<row r="1"><c r="A1" t="inlineStr"><v>1</v></c></row>',
        b'<row r="1"><c r="A1"></v></c></row>',
        b'<row r="12345678"><c r="A12345678"/></row>',
        b'<rows r="1"/>',
        b"",
    ],
)
def test_what_may_mean_something_else_is_not_read(piece: bytes) -> None:
    with pytest.raises(Unfamiliar):
        cells_of(piece, 0)


@given(st.lists(st.text("0123456789", min_size=1, max_size=8) | st.text("0/:;\x7fé9", max_size=9), max_size=6))
def test_numbers_are_whole_or_none(texts: list[str]) -> None:
    raw = [text.encode("latin-1") for text in texts]
    ends = np.cumsum([len(each) + 1 for each in raw]).astype(np.int64) - 1
    starts = ends - [len(each) for each in raw] if raw else ends
    joined = b"|".join(raw)
    words = np.ndarray(len(joined) + 8, dtype="<u8", buffer=joined + bytes(16), strides=(1,))
    if all(each.isdigit() and len(each) < 9 for each in raw):
        assert whole_numbers(words, starts, ends).tolist() == [int(each) for each in raw]
    else:
        with pytest.raises(Unfamiliar):
            whole_numbers(words, starts, ends)
