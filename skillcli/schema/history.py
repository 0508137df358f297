"""What the ledger already holds for the keys of a run.

History reaches the rules as frames, so that a rule neither knows SQL nor where the past lives.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray


class Keys(Struct, frozen=True):
    """What is looked up for a run; all arrays distinct and sorted.

    ``persons``: int64 person keys (``core.identity.examine``); ``certificates``: int64 hashes of
    certificate kind and number (``certificate_hash`` of ``schema.decision``); ``accounts``: int64 hashes
    of personal payees' accounts. ``classes``: class numbers as rosters write them, asked for only where 开班登记 was
    imported, since no order of the ledger helps to find them.
    """

    persons: NDArray[np.int64]
    certificates: NDArray[np.int64]
    accounts: NDArray[np.int64]
    classes: tuple[str, ...] = ()


TRAINING_DTYPES = {
    "tid": "int64",
    "person": "int64",
    "name": "str",
    "batch_order": "int64",
    "rank": "int64",
    "attended": "bool",
    "loser": "bool",
    "training_kind": "str",
    "result": "str",
    "institution": "str",
    "employer": "str",
    "occupation": "str",
    "level": "str",
    "level_key": "str",
    "start": "datetime64[s]",
    "end": "datetime64[s]",
    "issued_on": "datetime64[s]",
    "certificate_kind": "str",
    "certificate": "str",
    "certificate_hash": "int64",
    "certificate_claim": "int64",
    "class_hash": "int64",
    "year": "int64",
    "account_hash": "int64",
    "batch": "str",
    "file": "str",
    "sheet": "str",
    "row": "int64",
}
"""Earlier trainings, one row each, void batches left out. ``institution``, ``employer``,
``occupation`` and ``certificate`` are normalised for comparison (policy page, section 1);
``rank`` is the winner order of the first judging within its batch, ``batch_order`` the batch's
place in the ledger; ``attended``: counts for a limit on attendance; ``loser``: was refused as D01."""

LINE_DTYPES = {
    "tid": "int64",
    "line": "str",
    "line_no": "str",
    "verdict": "str",
    "live": "bool",
    "amount_fen": "int64",
    "quantity": "int64",
}
"""Their lines. ``live``: reserved or paid and neither void nor reversed. ``line_no`` is the
批次行号, ``quantity`` days, months, years or 1."""


CLASSMATE_DTYPES = {"class_no": "str", "institution_n": "str", "employer_n": "str", "person": "int64"}
"""Who was in a class before, one row a class, institution, employer and identified person."""


def no_classmates() -> pd.DataFrame:
    """Nobody was in any class before."""
    import pandas as pd

    return pd.DataFrame({key: pd.Series(dtype=dtype) for key, dtype in CLASSMATE_DTYPES.items()})


class History(Struct, frozen=True):
    """Earlier trainings (``TRAINING_DTYPES``) of the run's persons or with one of its
    certificates or accounts, their lines (``LINE_DTYPES``), and who was in the run's classes
    (``CLASSMATE_DTYPES``). ``available`` is False where no ledger was at hand, so that duplicate checks say 未核对."""

    trainings: pd.DataFrame
    lines: pd.DataFrame
    available: bool = True
    classmates: pd.DataFrame = field(default_factory=no_classmates)


def no_history(*, available: bool = True) -> History:
    """An empty history."""
    import pandas as pd

    return History(
        pd.DataFrame({key: pd.Series(dtype=dtype) for key, dtype in TRAINING_DTYPES.items()}),
        pd.DataFrame({key: pd.Series(dtype=dtype) for key, dtype in LINE_DTYPES.items()}),
        available,
    )
