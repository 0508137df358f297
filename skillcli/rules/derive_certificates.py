"""Who owes a certificate, and what its number says about itself.

Formats: 职业资格证书 16 digits, year first, 11th digit the level; 职业技能等级证书 one letter and 21 digits,
characters 14-15 the year, 16th the level. Provincial schemes differ, so a format only ever warns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from skillcli.rules.case import Case

LEVEL_DIGITS = {"5": "初级工", "4": "中级工", "3": "高级工", "2": "技师", "1": "高级技师"}


def owes_certificate(case: Case) -> NDArray[np.bool_]:
    """合格 and not 以工代训, one entry a training."""
    owing: NDArray[np.bool_] = case.trainings["passed"].to_numpy() & ~case.trainings["is_ojt"].to_numpy()
    return owing


def has_number(trainings: pd.DataFrame) -> pd.Series:
    """Whether a certificate number stands there (bool); /, 待发 and other words without a digit are none."""
    return trainings["certificate_n"].str.contains(r"\d", regex=True).fillna(False).astype(bool)


def inside(kind: pd.Series, number: pd.Series) -> pd.DataFrame:
    """``year`` (two digits) and ``level`` (one digit) written inside each number that has one of the two forms, int64
    (the rows of other numbers are left out). ``kind`` and ``number`` have the same index."""
    import numpy as np
    import pandas as pd
    import pyarrow as pa
    import pyarrow.compute as pc

    from skillcli.core.letters import text_array
    from skillcli.rules.facts import is_one_of

    parts = []
    for name, size, letters, year, level in (("职业资格证书", 16, 0, 0, 10), ("职业技能等级证书", 22, 1, 13, 15)):
        own = np.flatnonzero(is_one_of(kind, [name]))
        text = text_array(number.array.take(own))
        long = pc.fill_null(pc.equal(pc.binary_length(text), size), False).to_numpy(zero_copy_only=False)
        own, text = own[long], text.filter(pa.array(long))
        written = np.frombuffer(text.buffers()[2] or b"", dtype=np.uint8, count=len(own) * size).reshape(-1, size)
        digits = written - np.uint8(ord("0"))
        formed = (digits[:, letters:] <= 9).all(axis=1)
        formed &= ((written[:, :letters] >= ord("A")) & (written[:, :letters] <= ord("Z"))).all(axis=1)
        own, digits = own[formed], digits[formed].astype(np.int64)
        found = {"year": digits[:, year] * 10 + digits[:, year + 1], "level": digits[:, level]}
        parts.append(pd.DataFrame(found, index=number.index[own]))
    return pd.concat(parts)
