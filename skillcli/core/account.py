"""Bank accounts: form and check digit.

Only cards that begin with 62 carry a check digit by a rule one may rely on (Luhn, ISO/IEC 7812-1
annex B); passbooks and company accounts differ from bank to bank.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

FEWEST, MOST = 12, 21
CARD = "62"
_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def luhn(digits: str) -> bool:
    """Whether a text of ASCII digits ends in its Luhn check digit; False for any other text."""
    if not (digits.isascii() and digits.isdecimal()):
        return False
    total = sum(map(int, digits[-1::-2])) + sum(_DOUBLED[int(digit)] for digit in digits[-2::-2])
    return total % 10 == 0


def examine(accounts: NDArray[np.object_] | pd.Series) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Two bool arrays as long as ``accounts`` (text, dashes allowed): not 12-21 digits; a 62… card
    whose check digit is wrong."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    from skillcli.core.letters import all_but, holding, text_array

    text = text_array(accounts)
    if holding(text, ~all_but(b"-")).any():
        text = pc.replace_substring(text, "-", "")
    length = pc.binary_length(text).to_numpy()
    formed = (length >= FEWEST) & (length <= MOST) & ~holding(text, all_but(b"0123456789"))
    wrong = np.zeros(len(text), dtype=bool)
    cards = np.flatnonzero(formed & pc.starts_with(text, CARD).to_numpy(zero_copy_only=False))
    size = length[cards]
    for length in np.unique(size):
        where = cards[size == length]
        digits = np.frombuffer(text.take(pa.array(where)).buffers()[2], dtype=np.uint8, count=len(where) * length)
        digits = digits.reshape(-1, length) - ord("0")
        plainly, doubled = digits[:, ::-2], np.array(_DOUBLED, dtype=np.uint8)[digits[:, -2::-2]]
        wrong[where] = (plainly.sum(axis=1) + doubled.sum(axis=1)) % 10 != 0
    return ~formed, wrong
