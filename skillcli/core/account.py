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

    count = len(accounts)
    plain = [account.replace("\n", " ") for account in accounts] if any("\n" in a for a in accounts) else accounts
    data = np.frombuffer(("\n".join(plain) + "\n").replace("-", "").encode("utf-8", "replace"), dtype=np.uint8)
    ends = np.flatnonzero(data == ord("\n"))[:count]
    starts = np.concatenate([[0], ends[:-1] + 1])[:count]
    size = ends - starts
    foreign = np.concatenate([[0], np.cumsum((data < ord("0")) | (data > ord("9")))])
    formed = (size >= FEWEST) & (size <= MOST) & (foreign[ends] == foreign[starts])
    wrong = np.zeros(count, dtype=bool)
    cards = formed.copy()
    for place, letter in enumerate(CARD):
        cards[cards] = data[starts[cards] + place] == ord(letter)
    for length in np.unique(size[cards]):
        where = np.flatnonzero(cards & (size == length))
        digits = data[starts[where][:, None] + np.arange(length)] - ord("0")
        plainly, doubled = digits[:, ::-2], np.array(_DOUBLED, dtype=np.uint8)[digits[:, -2::-2]]
        wrong[where] = (plainly.sum(axis=1) + doubled.sum(axis=1)) % 10 != 0
    return ~formed, wrong
