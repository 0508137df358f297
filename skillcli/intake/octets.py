"""Eight bytes of a text at once: beginnings compared, digits read, over whole arrays of places."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
Words = NDArray[np.uint64]
"""Eight bytes each, the first one lowest."""

LOW = np.array([(1 << 8 * size) - 1 for size in range(9)], dtype=np.uint64)
"""The first bytes of a word, by their number."""
EIGHT, BYTE = np.uint64(8), np.uint64(255)
_ZERO = np.uint64(ord("0"))


class Unfamiliar(Exception):
    """The sheet has a shape that is not read here; never seen outside this room."""


def need(condition: bool | np.bool_) -> None:
    if not condition:
        raise Unfamiliar


def begin(words: Words, known: bytes) -> Mask:
    """Which words begin with up to eight known bytes."""
    wanted = np.uint64(int.from_bytes(known, "little"))
    mask: Mask = words == wanted if len(known) == 8 else (words & LOW[len(known)]) == wanted
    return mask


def quoted(word: Words, most: int) -> tuple[Ints, Ints]:
    """The whole number (0 where there is none) that each word begins with, up to a quote, and how many digits it has."""
    number = np.zeros(len(word), dtype=np.int64)
    size = np.zeros(len(word), dtype=np.int64)
    for _ in range(most):
        digit = (word & BYTE) - _ZERO  # whatever is no digit ends up above nine
        going = digit < 10
        if not going.any():
            break
        number = np.where(going, number * 10 + digit.astype(np.int64), number)
        size += going
        word = np.where(going, word >> EIGHT, word)
    need(((word & BYTE) == ord('"')).all())
    return number, size


def first_bytes(words: Words, size: Ints) -> Words:
    """The first ``size`` bytes (at most eight) of each word, the rest nought."""
    kept: Words = words & LOW[size]
    return kept


_TENS = tuple((np.uint64(factor), np.uint64(shift), np.uint64(mask)) for factor, shift, mask in (
    (10, 8, 0x00FF00FF00FF00FF), (100, 16, 0x0000FFFF0000FFFF), (10_000, 32, 0x00000000FFFFFFFF)
))  # fmt: skip
_ZEROS = np.uint64(0x3030303030303030)
_ABOVE_NINE, _HIGHEST = np.uint64(0x7676767676767676), np.uint64(0x8080808080808080)


def whole_numbers(words: Words, start: Ints, end: Ints) -> Ints:
    """Spans of one to eight digits as numbers (positions among the shared strings). Raises Unfamiliar."""
    size = end - start
    need((size > 0).all() and (size < 9).all())
    # The digits move to the end of the word, and noughts stand before them: then pairs, fours and all eight are joined.
    free = ((8 - size) * 8).astype(np.uint64)
    number = (words[start] << free) ^ _ZEROS ^ (_ZEROS & LOW[8 - size])
    need(not (((number + _ABOVE_NINE) | number) & _HIGHEST).any())
    for factor, shift, mask in _TENS:
        number = (number * factor + (number >> shift)) & mask
    joined: Ints = number.astype(np.int64)
    return joined
