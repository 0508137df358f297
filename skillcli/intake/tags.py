"""One piece of a worksheet part → where its cells are, by whole arrays of cells.

A piece is a run of complete rows. Every tag and every byte between tags must have a shape known
here, else the piece is not understood and the general reader takes the file. Each row and each cell
is checked at its beginning and at its end; that nothing hides between is known from the number of
``<`` and ``>`` in the whole piece. Nothing is allocated by what the sheet says of itself.
"""

from __future__ import annotations

import re

import numpy as np
from msgspec import Struct

from skillcli.intake.octets import BYTE, EIGHT, LOW, Bytes, Ints, Words, begin, need, quoted

NUMBER, SHARED, TEXT, INLINE, BOOLEAN, ERROR, UNKNOWN = range(7)
"""What a cell says of its value; no ``t`` is a number."""
_TYPES = {b"s": SHARED, b"n": NUMBER, b"str": TEXT, b"b": BOOLEAN, b"e": ERROR, b"inlineStr": INLINE}
_PADDING = b"\0" * 64
"""Behind the piece, so that what is looked for a few bytes on stays inside the array."""
_BLANK = re.compile(rb"(?:<v/>|<is></is>|<is><t/></is>)</c>")
_TEXT = re.compile(rb"<is><t(?: (?:[^<>]*[^<>/])?)?>([^<>]*)</t></is></c>")


class Cells(Struct):
    """Cells with a value, in order: Excel's row, column from 1, type, style, and the span of the
    value's bytes. ``words``: eight bytes from each position of the piece on. ``hidden``: Excel
    numbers of hidden rows; ``last_row``: of the piece."""

    row: Ints
    column: Ints
    kind: Ints
    style: Ints
    start: Ints
    end: Ints
    words: Words
    hidden: list[int]
    last_row: int


class _Rows(Struct):
    """``number``: Excel's; ``digits``: the word that begins with them and the quote behind; ``size``: how many;
    ``first``, ``count``: position and number of the row's cells; ``end``: behind the last of them."""

    number: Ints
    digits: Words
    size: Ints
    first: Ints
    count: Ints
    end: Ints
    hidden: list[int]
    tags: int


def cells_of(piece: bytes, after_row: int) -> Cells:
    """The cells of a run of whole rows that stand below row ``after_row``. Raises Unfamiliar."""
    need(b"\0" not in piece)
    data = piece + _PADDING
    text = np.frombuffer(data, dtype=np.uint8)
    words: Words = np.ndarray(len(piece) + 56, dtype="<u8", buffer=data, strides=(1,))
    opening = text[:-1] == ord("<")
    at = np.flatnonzero(opening & (text[1:] == ord("c")))
    rows = _rows(piece, text, words, np.flatnonzero(opening & (text[1:] == ord("r"))), at, after_row)
    cells, tags = _cells(piece, text, words, at, rows)
    need(np.count_nonzero(opening) == np.count_nonzero(text == ord(">")) == tags + rows.tags)
    return cells


def _rows(piece: bytes, text: Bytes, words: Words, start: Ints, at: Ints, after: int) -> _Rows:
    """The rows that begin at ``start``, from tag to tag, without a byte between them."""
    need(len(start) > 0 and start[0] == 0 and bool(begin(words[start], b'<row r="').all()))
    digits = words[start + 8]
    number, size = quoted(digits, 7)
    need((np.diff(number, prepend=after) > 0).all())
    end = np.append(start[1:], len(piece))
    first = np.searchsorted(at, start)
    count = np.diff(first, append=len(at))
    closed = begin(words[end - 6], b"</row>")
    end = end - np.where(closed, 6, 0)
    head = end.copy()
    head[count > 0] = at[first[count > 0]]
    need((text[head - 1] == ord(">")).all() and ((text[head - 2] == ord("/")) != closed).all())
    need(closed[count > 0].all())
    hidden = []
    if (head - start > size + len('<row r="">')).any() and piece.find(b' hidden="') >= 0:
        spans = zip(number.tolist(), start.tolist(), head.tolist(), strict=True)
        hidden = [row for row, a, b in spans if piece.find(b' hidden="', a, b) > 0]
    return _Rows(number, digits, size, first, count, end, hidden, len(start) + int(np.count_nonzero(closed)))


def _cells(piece: bytes, text: Bytes, words: Words, at: Ints, rows: _Rows) -> tuple[Cells, int]:
    """The cells that begin at ``at``, and the number of their tags."""
    end = np.append(at[1:], 0)[: len(at)]
    filled = rows.count > 0
    end[(rows.first + rows.count)[filled] - 1] = rows.end[filled]
    column, after = _references(words, at, rows)
    row = np.repeat(rows.number, rows.count)
    style, after = _styles(words, after)
    kind, after = _kinds(words, after)
    value, behind, tags = _values(piece, text, words, after, end, kind)
    full = behind >= 0
    if not full.all():
        row, column, kind, style = row[full], column[full], kind[full], style[full]
        value, behind = value[full], behind[full]
    return Cells(row, column, kind, style, value, behind, words, rows.hidden, int(rows.number[-1])), tags


def _references(words: Words, at: Ints, rows: _Rows) -> tuple[Ints, Ints]:
    """Column of each cell, ascending in its row, and the position behind the closing quote of its
    reference, whose row must be written as the row's own number is."""
    need(begin(words[at], b'<c r="').all())
    letters = words[at + 6]
    first = (letters & BYTE) - np.uint64(ord("A"))
    need((first < 26).all())
    column = first.astype(np.int64) + 1
    behind = at + 7
    more = np.ones(len(at), dtype=bool)
    for _ in range(2):
        letters = letters >> EIGHT
        letter = (letters & BYTE) - np.uint64(ord("A"))
        more &= letter < 26
        if not more.any():
            break
        column = np.where(more, column * 26 + letter.astype(np.int64) + 1, column)
        behind += more
    size = rows.size + 1
    differ = (words[behind] ^ np.repeat(rows.digits, rows.count)) & np.repeat(LOW[size], rows.count)
    need(not differ.any())
    ascending = column[1:] > column[:-1]
    ascending[rows.first[(rows.first > 0) & (rows.first < len(at))] - 1] = True
    need(ascending.all())
    return column, behind + np.repeat(size, rows.count)


def _styles(words: Words, at: Ints) -> tuple[Ints, Ints]:
    """The number in `` s="…"``, 0 where there is none, and the position behind."""
    styled = np.flatnonzero(begin(words[at], b' s="'))
    style = np.zeros(len(at), dtype=np.int64)
    style[styled], size = quoted(words[at[styled] + 4], 5)
    at[styled] += size + 5
    return style, at


def _kinds(words: Words, at: Ints) -> tuple[Ints, Ints]:
    """The type in `` t="…"``, and the position behind, where the tag ends."""
    word = words[at]
    kind = np.where(begin(word, b">") | begin(word, b"/>"), NUMBER, UNKNOWN)
    at = at.copy()
    for name, code in _TYPES.items():
        wanted = b' t="' + name + b'"'
        where = np.flatnonzero((kind == UNKNOWN) & begin(word, wanted[:8]))
        where = where[begin(words[at[where] + 8], wanted[8:])]
        kind[where] = code
        at[where] += len(wanted)
        if (kind != UNKNOWN).all():
            break
    return kind, at


def _values(piece: bytes, text: Bytes, words: Words, at: Ints, end: Ints, kind: Ints) -> tuple[Ints, Ints, int]:
    """The span of each value, its end -1 where there is none, and the number of tags of all cells,
    whose first tags end at ``at``. Raises Unfamiliar."""
    body = at + 1
    start, behind = body + 3, end - 8
    plain = begin(words[body - 1], b"><v>") & begin(words[behind], b"</v></c>")
    tags = 4 * int(np.count_nonzero(plain))
    need((kind[plain] != INLINE).all())
    need((kind != UNKNOWN).all())
    rest = np.flatnonzero(~plain)
    if not len(rest):
        return start, behind, tags
    behind[rest] = -1
    empty = begin(words[at[rest]], b"/>") & (end[rest] == at[rest] + 2)
    blank = begin(words[at[rest]], b"></c>") & (end[rest] == at[rest] + 5)
    tags += int(np.count_nonzero(empty)) + 2 * int(np.count_nonzero(blank))
    rest = rest[~(empty | blank)]
    need((text[at[rest]] == ord(">")).all())
    inline = begin(words[body[rest]], b"<is><t>") & begin(words[end[rest] - 13], b"</t></is")
    inline &= begin(words[end[rest] - 5], b"></c>") & (kind[rest] == INLINE)
    found = rest[inline]
    start[found], behind[found] = body[found] + 7, end[found] - 13
    tags += 6 * len(found)
    for each in rest[~inline].tolist():
        first, last = int(body[each]), int(end[each])
        written = _TEXT.fullmatch(piece, first, last)
        if written and kind[each] == INLINE:
            start[each], behind[each] = written.span(1)
        else:
            need(_BLANK.fullmatch(piece, first, last) is not None)
        tags += 1 + piece.count(b"<", first, last)
    return start, behind, tags
