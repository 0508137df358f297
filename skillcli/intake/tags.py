"""One piece of a worksheet part → where its cells are, by whole arrays of tags.

A piece is a run of complete rows. Every tag and every byte between tags must have a shape known
here, else the piece is not understood and the general reader takes the file. Nothing is
allocated by what the sheet says of itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

(_ROW, _ROW_EMPTY, _ROW_END, _C, _C_EMPTY, _C_END, _V, _V_EMPTY, _V_END, _IS, _IS_END, _T, _T_EMPTY, _T_END, _BAD) = (
    range(15)
)
_NEXT = {
    _ROW: (_C, _C_EMPTY, _ROW_END),
    _ROW_EMPTY: (_ROW, _ROW_EMPTY),
    _ROW_END: (_ROW, _ROW_EMPTY),
    _C: (_V, _V_EMPTY, _IS, _C_END),
    _C_EMPTY: (_C, _C_EMPTY, _ROW_END),
    _C_END: (_C, _C_EMPTY, _ROW_END),
    _V: (_V_END,),
    _V_EMPTY: (_C_END,),
    _V_END: (_C_END,),
    _IS: (_T, _T_EMPTY, _IS_END),
    _IS_END: (_C_END,),
    _T: (_T_END,),
    _T_EMPTY: (_IS_END,),
    _T_END: (_IS_END,),
}
_FOLLOWS = np.zeros((15, 15), dtype=bool)
for _tag, _allowed in _NEXT.items():
    _FOLLOWS[_tag, list(_allowed)] = True

Tags = NDArray[np.uint8]
_STARTS, _ENDS = np.full(256, _BAD, dtype=np.uint8), np.full(256, _BAD, dtype=np.uint8)
_STARTS[[ord(letter) for letter in "rcvit"]] = [_ROW, _C, _V, _IS, _T]
_ENDS[[ord(letter) for letter in "rcvit"]] = [_ROW_END, _C_END, _V_END, _IS_END, _T_END]
_EMPTY_OF = np.full(15, _BAD, dtype=np.uint8)
_EMPTY_OF[[_ROW, _C, _V, _T]] = [_ROW_EMPTY, _C_EMPTY, _V_EMPTY, _T_EMPTY]
_SIZE = np.zeros(15, dtype=np.int64)
"""Bytes from < to > of the tags that have no attributes; 0 where they may have some."""
_SIZE[[_V, _V_EMPTY, _IS, _T_EMPTY]] = [2, 3, 3, 3]
_SIZE[[_ROW_END, _C_END, _V_END, _IS_END, _T_END]] = [5, 3, 3, 4, 3]

NUMBER, SHARED, TEXT, INLINE, BOOLEAN, ERROR, UNKNOWN = range(7)
"""What a cell says of its value; no ``t`` is a number."""
_TYPES = {b"n": NUMBER, b"s": SHARED, b"str": TEXT, b"inlineStr": INLINE, b"b": BOOLEAN, b"e": ERROR}


class Unfamiliar(Exception):
    """The sheet has a shape that is not read here; never seen outside this room."""


@dataclass(slots=True)
class Cells:
    """Cells with a value, in order: Excel's row, column from 1, type, style, and the span of the
    value's bytes. ``hidden``: Excel numbers of hidden rows; ``last_row``: of the piece."""

    row: Ints
    column: Ints
    kind: Ints
    style: Ints
    start: Ints
    end: Ints
    hidden: list[int]
    last_row: int


def cells_of(piece: bytes, after_row: int) -> Cells:
    """The cells of a run of whole rows that stand below row ``after_row``. Raises Unfamiliar."""
    # Attributes are looked for a few bytes on; the padding keeps that inside the array.
    text = np.frombuffer(piece + b"\0" * 64, dtype=np.uint8)
    opened = np.flatnonzero(text == ord("<"))
    closed = np.flatnonzero(text == ord(">"))
    _need(len(opened) == len(closed) and len(opened) > 0 and opened[0] == 0 and closed[-1] == len(piece) - 1)
    _need(bool((opened < closed).all()) and bool((closed[:-1] < opened[1:]).all()))
    tags = _classify(text, opened, closed)
    _need(tags[0] in (_ROW, _ROW_EMPTY) and tags[-1] in (_ROW_END, _ROW_EMPTY))
    _need(bool(_FOLLOWS[tags[:-1], tags[1:]].all()))
    bare = opened[1:] == closed[:-1] + 1
    _need(bool((bare | (tags[:-1] == _V) | (tags[:-1] == _T)).all()))
    rows, hidden = _row_numbers(text, piece, opened, closed, tags, after_row)
    return _cells(text, opened, closed, tags, rows, hidden)


def _need(condition: bool) -> None:
    if not condition:
        raise Unfamiliar


def _classify(text: Bytes, opened: Ints, closed: Ints) -> Tags:
    """The kind of every tag: by its first letter, then by its length and end."""
    first = text[opened + 1]
    second = text[opened + 2]
    tags = np.where(first == ord("/"), _ENDS[second], _STARTS[first])
    size = closed - opened
    tags = np.where(text[closed - 1] == ord("/"), _EMPTY_OF[tags], tags)
    exact = _SIZE[tags]
    _need(bool(((exact == 0) | (size == exact)).all()))
    blank = second == ord(" ")
    _need(bool((blank | ((tags != _C) & (tags != _C_EMPTY))).all()))
    _need(bool((blank | (size == 2))[tags == _T].all()))
    return tags


def _row_numbers(
    text: Bytes, piece: bytes, opened: Ints, closed: Ints, tags: Tags, after: int
) -> tuple[Ints, list[int]]:
    """Excel's number of every row tag, ascending, and of the hidden ones."""
    where = np.flatnonzero((tags == _ROW) | (tags == _ROW_EMPTY))
    start, end = opened[where], closed[where]
    for place, letter in enumerate(b'<row r="'):
        _need(bool((text[start + place] == letter).all()))
    rows, quote = _digits(text, start + len(b'<row r="'), 7)
    _need(bool((text[quote] == ord('"')).all()) and bool((np.diff(rows, prepend=after) > 0).all()))
    hidden = []
    if piece.find(b' hidden="') >= 0:
        tags_of_rows = zip(rows.tolist(), quote.tolist(), end.tolist(), strict=True)
        hidden = [row for row, first, last in tags_of_rows if piece.find(b' hidden="', first, last) > 0]
    return rows, hidden


def _cells(text: Bytes, opened: Ints, closed: Ints, tags: Tags, rows: Ints, hidden: list[int]) -> Cells:
    is_row = (tags == _ROW) | (tags == _ROW_EMPTY)
    at = np.flatnonzero((tags == _C) | (tags == _C_EMPTY))
    row = rows[np.cumsum(is_row)[at] - 1]
    start = opened[at]
    column, after = _references(text, start, row)
    same_row = row[1:] == row[:-1]
    _need(bool((column[1:] > column[:-1])[same_row].all()))
    kind, style = _attributes(text, after, closed[at] - (tags[at] == _C_EMPTY))
    inner = np.minimum(at + 1, len(tags) - 1)
    within = np.where(tags[inner] == _IS, np.minimum(at + 2, len(tags) - 1), inner)
    full = (tags[at] == _C) & ((tags[within] == _V) | (tags[within] == _T))
    _need(bool(((tags[within] == _T) == (kind == INLINE))[full].all()))
    value = within[full]
    return Cells(
        row[full], column[full], kind[full], style[full], closed[value] + 1, opened[value + 1], hidden, int(rows[-1])
    )


def _references(text: Bytes, start: Ints, row: Ints) -> tuple[Ints, Ints]:
    """Column of each cell, and the position behind the closing quote of its reference, whose
    row must be the row it stands in."""
    _need(bool((text[start + 3] == ord("r")).all() and (text[start + 4] == ord("=")).all()))
    _need(bool((text[start + 5] == ord('"')).all()))
    column = np.zeros(len(start), dtype=np.int64)
    at = start + 6
    going = np.ones(len(start), dtype=bool)
    for _ in range(3):
        letter = text[at]
        going &= (letter >= ord("A")) & (letter <= ord("Z"))
        column = np.where(going, column * 26 + letter - (ord("A") - 1), column)
        at = at + going
        if not going.any():
            break
    number, at = _digits(text, at, 7)
    _need(bool((column > 0).all() and (number == row).all() and (text[at] == ord('"')).all()))
    return column, at + 1


def _digits(text: Bytes, at: Ints, most: int) -> tuple[Ints, Ints]:
    """The whole number at each position (0 where there is none), and the position behind it."""
    number = np.zeros(len(at), dtype=np.int64)
    going = np.ones(len(at), dtype=bool)
    every = True
    at = at.copy()
    for _ in range(most):
        digit = text[at] - np.uint8(ord("0"))  # whatever is no digit ends up above nine
        going &= digit < 10
        every = every and bool(going.all())
        if every:
            number *= 10
            number += digit
            at += 1
        elif going.any():
            number = np.where(going, number * 10 + digit, number)
            at += going
        else:
            break
    return number, at


def _attributes(text: Bytes, at: Ints, end: Ints) -> tuple[Ints, Ints]:
    """Type and style, from nothing but `` s="…"`` and `` t="…"`` in this order up to ``end``."""
    has_style = (text[at] == ord(" ")) & (text[at + 1] == ord("s"))
    styled = at + np.where(has_style, 4, 0)
    _need(bool((text[styled - 1] == ord('"'))[has_style].all() and (text[styled - 2] == ord("="))[has_style].all()))
    number, behind = _digits(text, np.where(has_style, styled, 0), 5)
    _need(bool((text[behind] == ord('"'))[has_style].all()))
    style = np.where(has_style, number, 0)
    at = np.where(has_style, behind + 1, at)
    kind = np.where(at == end, NUMBER, UNKNOWN).astype(np.int64)
    for name, code in _TYPES.items():
        open_ = np.flatnonzero((kind == UNKNOWN) & (end - at == len(name) + 5))
        if len(open_):
            wanted = b' t="' + name + b'"'
            spans = text[at[open_][:, None] + np.arange(len(wanted))]
            match = (spans == np.frombuffer(wanted, dtype=np.uint8)).all(axis=1)
            kind[open_[match]] = code
    _need(not bool((kind == UNKNOWN).any()))
    return kind, style


def whole_numbers(text: Bytes, start: Ints, end: Ints) -> Ints:
    """Spans of digits as numbers (positions among the shared strings). Raises Unfamiliar."""
    number, behind = _digits(text, start, 8)
    _need(bool(((behind == end) & (end > start)).all()))
    return number
