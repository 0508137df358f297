"""A column's texts as one array, and which of them hold certain characters, by a look at all its bytes at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray


def text_array(values: object, kind: Any = None) -> Any:
    """A column of texts as one Arrow array (large_string, or ``kind``), of however many it was put together; missing texts stay missing."""
    import pyarrow as pa

    texts = pa.array(values, type=kind or pa.large_string(), from_pandas=True)
    return texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts


def all_but(letters: bytes) -> NDArray[np.bool_]:
    """A table of 256 bytes: True for each that is none of these."""
    import numpy as np

    table = np.ones(256, dtype=bool)
    table[np.frombuffer(letters, dtype=np.uint8)] = False
    return table


def with_no_other(values: Sequence[object], instead: object) -> list[Any]:
    """The values with ``instead`` in place of each that is no text. Quick where few are none."""
    kinds = list(map(type, values))
    held = list(values)
    for kind in set(kinds) - {str}:
        for at in positions(kinds, kind):
            held[at] = instead
    return held


def positions(values: Sequence[object], sought: object) -> list[int]:
    """Where this stands in a list, as fast as the list itself can look."""
    found: list[int] = []
    for _ in range(values.count(sought)):
        found.append(values.index(sought, found[-1] + 1 if found else 0))
    return found


def only(values: Sequence[object], letters: bytes, length: int = 0) -> NDArray[np.bool_]:
    """Which values are texts of nothing but these (ASCII) letters, at least one; ``length``: of exactly so many."""
    import numpy as np
    import pyarrow as pa

    if not len(values):
        return np.zeros(0, dtype=bool)
    texts = pa.array(with_no_other(values, None), pa.large_string())
    sizes = np.diff(np.frombuffer(texts.buffers()[1], dtype=np.int64)[: len(texts) + 1])
    return ~holding(texts, all_but(letters)) & (sizes == length if length else sizes > 0)


def holding(texts: pa.Array, sought: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which texts (large_string) hold a byte that is True in the table ``sought``; a missing text holds none.

    Quick where few do: a pattern looks at every text, this at nothing but their bytes.
    """
    import numpy as np

    holds = np.zeros(len(texts), dtype=bool)
    _, offsets, data = texts.buffers()
    if not len(texts) or data is None:
        return holds
    limits = np.frombuffer(offsets, dtype=np.int64)[texts.offset : texts.offset + len(texts) + 1]
    written = np.frombuffer(data, dtype=np.uint8)[limits[0] : limits[-1]]
    hits = np.flatnonzero(sought[written]) + limits[0]
    holds[np.searchsorted(limits, hits, side="right") - 1] = True
    return holds
