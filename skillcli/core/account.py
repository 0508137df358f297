"""Bank accounts: form and check digit.

Only cards that begin with 62 carry a check digit by a rule one may rely on (Luhn, ISO/IEC 7812-1
annex B); passbooks and company accounts differ from bank to bank.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
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


def examine(accounts: NDArray[np.object_]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Two bool arrays as long as ``accounts`` (text, dashes allowed): not 12-21 digits; a 62… card
    whose check digit is wrong."""
    import numpy as np

    plain = [account.replace("-", "") for account in accounts]
    count = len(plain)
    formed = np.fromiter(
        (FEWEST <= len(a) <= MOST and a.isascii() and a.isdecimal() for a in plain), dtype=bool, count=count
    )
    wrong = np.zeros(count, dtype=bool)
    cards = np.fromiter((a.startswith(CARD) for a in plain), dtype=bool, count=count) & formed
    length = np.fromiter(map(len, plain), dtype=np.int64, count=count)
    for size in np.unique(length[cards]):
        where = np.flatnonzero(cards & (length == size))
        text = "".join([plain[place] for place in where]).encode("ascii")
        digits = np.frombuffer(text, dtype=np.uint8).reshape(-1, size) - ord("0")
        plainly, doubled = digits[:, ::-2], np.array(_DOUBLED, dtype=np.uint8)[digits[:, -2::-2]]
        wrong[where] = (plainly.sum(axis=1) + doubled.sum(axis=1)) % 10 != 0
    return ~formed, wrong
