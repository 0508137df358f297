"""Columns of a frame as the text that stands in a sheet's XML, or that a reader sees.

All functions work on whole columns: pyarrow ``string`` arrays in which null is an empty cell.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from skillcli.core.letters import text_array
from skillcli.xlsx.book import Kind

LONGEST_TEXT = 32_767
"""UTF-16 units an Excel cell can hold."""

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPE_LOOKALIKE = re.compile("_(?=x[0-9a-fA-F]{4}_)")
_EPOCH = np.datetime64("1899-12-30", "D")
_FIRST_SAFE_DAY = np.datetime64("1900-03-01", "D")


def printable(text: str) -> str:
    """The text as a cell can hold it.

    Line ends become LF, characters that XML forbids (control characters, lone surrogates,
    U+FFFE, U+FFFF) become U+FFFD, and text over Excel's limit ends in ``…``.
    """
    text = _FORBIDDEN.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    units = text.encode("utf-16-le")
    if len(units) > 2 * LONGEST_TEXT:
        text = units[: 2 * (LONGEST_TEXT - 1)].decode("utf-16-le", errors="ignore") + "…"
    return text


def cell_text(values: pd.Series, kind: Kind) -> pa.Array:
    """What stands between the tags of a cell, not yet escaped: numbers as Excel stores them,
    text as ``printable`` leaves it. An empty text is an empty cell."""
    if kind is Kind.MONEY:
        return _decimal(values, 2)
    if kind is Kind.PERCENT:
        return _decimal(values, 4)
    if kind is Kind.WAN:
        return _decimal(values, 6)
    if kind is Kind.WHOLE:
        return _integers(values).cast(pa.string())
    if kind is Kind.DATE:
        return _serial(values)
    return _text(values)


def distinct_text(values: pd.Series) -> pa.DictionaryArray:
    """``cell_text`` of a text column, every distinct text once: most columns of a roster repeat
    themselves, and what is done to each text is then done a few times only."""
    coded = _strings(values).dictionary_encode()
    texts = coded.dictionary
    if _tidy(texts) is not texts:  # few tables hold such characters; two texts may become one
        return cell_text(values, Kind.TEXT).dictionary_encode()
    filled = pc.greater(pc.binary_length(texts), 0).to_numpy(zero_copy_only=False)
    if filled.all():
        return coded
    place = pa.array(np.cumsum(filled, dtype=np.int32) - np.int32(1), mask=~filled)
    return pa.DictionaryArray.from_arrays(place.take(coded.indices), texts.filter(pa.array(filled)))


def shown_text(values: pd.Series, kind: Kind) -> pa.Array:
    """What a reader sees: ``1,234.50``, ``80.00%``, ``2020-03-01``."""
    if kind is Kind.DATE:
        days = pd.Series(values).astype("datetime64[s]").dt.strftime("%Y-%m-%d")
        return pa.array(days, type=pa.string(), from_pandas=True)
    if kind is Kind.PERCENT:
        return pc.binary_join_element_wise(_decimal(values, 2), "%", "")
    if kind in (Kind.MONEY, Kind.WHOLE, Kind.WAN):
        shown = _decimal(_hundredths(values), 2) if kind is Kind.WAN else cell_text(values, kind)
        while bool(pc.any(pc.match_substring_regex(shown, r"[0-9]{4}(,|\.|$)")).as_py()):
            shown = pc.replace_substring_regex(shown, r"([0-9])([0-9]{3})(,|\.|$)", r"\1,\2\3")
        return shown
    return _text(values)


def display_width(text: pa.Array) -> pa.Array:
    """Columns a text takes on paper: ASCII one, Chinese two (the mean of bytes and characters)."""
    return pc.divide(pc.add(pc.binary_length(text), pc.utf8_length(text)), 2)


def width_of(text: str) -> int:
    """``display_width`` of one text."""
    return (len(text.encode("utf-8", errors="replace")) + len(text)) // 2


def escaped(text: pa.Array) -> pa.Array:
    """Text as it may stand in a sheet's XML: ``&<>`` as entities, and an underscore that begins
    something like ``_x000D_`` written so that readers leave it alone."""
    data = _bytes(text)
    if b"&" in data:
        text = pc.replace_substring(text, "&", "&amp;")
    if b"<" in data:
        text = pc.replace_substring(text, "<", "&lt;")
    if b">" in data:
        text = pc.replace_substring(text, ">", "&gt;")
    if b"_x" in data:
        lookalike = pc.match_substring_regex(text, "_x[0-9a-fA-F]{4}_")
        text = _where(text, lookalike, lambda value: _ESCAPE_LOOKALIKE.sub("_x005F_", value))
    return text


def tagged(text: pa.Array) -> pa.Array:
    """Escaped text between its tags, edges and line ends kept."""
    data = _bytes(text)
    opening: pa.Array | str = "<t>"
    if b" " in data or b"\n" in data or b"\t" in data:
        spaced = pc.match_substring_regex(text, r"^\s|\s$|\n|\t|  ")
        opening = pc.if_else(spaced, '<t xml:space="preserve">', "<t>")
    return pc.binary_join_element_wise(opening, text, "</t>", "")


def inline_text(text: str) -> str:
    """A cell of one text, from behind its style on."""
    return f' t="inlineStr"><is>{tagged(escaped(pa.array([printable(text)])))[0].as_py()}</is></c>'


def _hundredths(values: pd.Series) -> pd.Series:
    """Fen as hundredths of 万元, halves away from zero as Excel shows them."""
    fen = pd.Series(values).astype("Int64")
    size = (fen.abs() + 5_000) // 10_000
    return size.where(fen.ge(0), -size)


def _integers(values: pd.Series) -> pa.Array:
    series = pd.Series(values)
    if series.dtype == np.int64:  # turning a column into what it is costs more than all else over a small sheet
        return pa.array(series.to_numpy())
    whole = series if isinstance(series.dtype, pd.Int64Dtype) else series.astype("Int64")
    return pa.array(whole.array, type=pa.int64(), from_pandas=True)


def _decimal(values: pd.Series, scale: int) -> pa.Array:
    """Integers as decimal text, the last ``scale`` digits behind the point, without a detour
    over floats."""
    whole = _integers(values)
    low = whole.fill_null(0).to_numpy(zero_copy_only=False)
    pair = np.empty((len(low), 2), dtype=np.int64)
    pair[:, 0] = low
    pair[:, 1] = low >> 63
    exact = pa.Array.from_buffers(pa.decimal128(20, scale), len(low), [None, pa.py_buffer(pair)])
    return pc.if_else(whole.is_valid(), exact.cast(pa.string()), pa.scalar(None, pa.string()))


def _serial(values: pd.Series) -> pa.Array:
    """Excel's day numbers; a day before March 1900, where Excel's calendar is wrong, is refused."""
    days = pd.Series(values).astype("datetime64[s]").to_numpy().astype("datetime64[D]")
    missing = np.isnat(days)
    if bool((days[~missing] < _FIRST_SAFE_DAY).any()):
        raise ValueError("a date before 1900-03-01 cannot be written as a date")
    number = np.where(missing, 0, (days - _EPOCH).astype(np.int64))
    return pa.array(number, mask=missing).cast(pa.string())


def _text(values: pd.Series) -> pa.Array:
    text = _strings(values)
    if pc.min(pc.binary_length(text)).as_py() == 0:
        text = pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)
    return _tidy(text)


def _strings(values: pd.Series) -> pa.Array:
    """A column's texts, not yet tidied but for those of mixed columns."""
    series = pd.Series(values)
    if series.dtype == object:
        return pa.array([None if pd.isna(value) else printable(str(value)) for value in series], type=pa.string())
    known = series if isinstance(series.dtype, pd.StringDtype) else series.astype("str")
    return text_array(known.array, pa.string())


def _tidy(text: pa.Array) -> pa.Array:
    """Texts as cells can hold them; the same array where all can be held as they are."""
    data = _bytes(text)
    if b"\xef\xbf" in data or (data and np.frombuffer(data, dtype=np.uint8).min() < 0x20):
        text = _where(text, pc.match_substring_regex(text, r"[\x00-\x1f\x{fffe}\x{ffff}]"), printable)
    return _where(text, pc.greater(pc.binary_length(text), LONGEST_TEXT), printable)


def _where(text: pa.Array, mask: pa.Array, change: Callable[[str], str]) -> pa.Array:
    """Change, one by one, the few values a mask points at (null: not meant)."""
    meant = mask.fill_null(False)
    if not pc.any(meant).as_py():
        return text
    changed = [change(value) for value in text.filter(meant).to_pylist()]
    return pc.replace_with_mask(text, meant, pa.array(changed, type=pa.string()))


def _bytes(text: pa.Array) -> bytes:
    """All characters of a text column, one after the other."""
    return b"" if not len(text) or text.buffers()[2] is None else text.buffers()[2].to_pybytes()
