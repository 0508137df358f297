"""Who owes a certificate, and what its number says about itself.

Formats: 职业资格证书 16 digits, year first, 11th digit the level; 职业技能等级证书 one letter and 21 digits,
characters 14-15 the year, 16th the level. Provincial schemes differ, so a format only ever warns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case

LEVEL_DIGITS = {"5": "初级工", "4": "中级工", "3": "高级工", "2": "技师", "1": "高级技师"}


def owes_certificate(case: Case) -> pd.Series:
    """合格 and not 以工代训 (bool)."""
    return case.trainings["passed"] & ~case.trainings["is_ojt"]


def has_number(trainings: pd.DataFrame) -> pd.Series:
    """Whether a certificate number stands there (bool); /, 待发 and other words without a digit are none."""
    return trainings["certificate_n"].str.contains(r"\d", regex=True).fillna(False).astype(bool)


def inside(kind: pd.Series, number: pd.Series) -> pd.DataFrame:
    """``year`` (two digits) and ``level`` (one digit) written inside each number; missing for other forms."""
    qualification = kind.eq("职业资格证书") & number.str.fullmatch(r"\d{16}").fillna(False)
    skill = kind.eq("职业技能等级证书") & number.str.fullmatch(r"[A-Z]\d{21}").fillna(False)
    year = number.str.slice(0, 2).where(qualification, number.str.slice(13, 15).where(skill))
    level = number.str.slice(10, 11).where(qualification, number.str.slice(15, 16).where(skill))
    return year.rename("year").to_frame().assign(level=level)
