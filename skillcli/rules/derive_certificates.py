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
    """``year`` (two digits) and ``level`` (one digit) written inside each number that has one of the two forms (the
    rows of other numbers are left out)."""
    import pandas as pd

    parts = []
    for name, form, year, level in (("职业资格证书", r"\d{16}", 0, 10), ("职业技能等级证书", r"[A-Z]\d{21}", 13, 15)):
        own = number[kind.eq(name).to_numpy(dtype=bool, na_value=False)]
        text = own[own.str.fullmatch(form, na=False)].str
        parts.append(pd.DataFrame({"year": text.slice(year, year + 2), "level": text.slice(level, level + 1)}))
    return pd.concat(parts)
