"""T14  A class larger than the office allows

Neither text names a size: without the reading ``maximum_class`` nothing is checked. A class is one
班级编号 of an institution; without numbers, one institution's people with the same kind, occupation,
level and dates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.rules.derive_cells import nothing, reading
from skillcli.rules.rule import Partition, rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


@rule(
    code="T14",
    title="班级人数过多",
    severity=Severity.WARNING,
    column="class_no",
    message="本班申报 {size} 人，超过规定的 {most} 人。",
    remedy="请核对开班备案的人数和班级编号。",
    reads=("institution", "class_no", "training_kind", "occupation", "level", "start", "end"),
    partition=Partition.CLASS,
    basis="开班备案要求",
)
def class_too_large(case: Case) -> pd.DataFrame:
    most = reading(case.policy, "maximum_class")
    if not isinstance(most, int) or isinstance(most, bool):
        return nothing()
    rows = case.trainings[case.trainings["institution_n"].notna() & ~case.trainings["is_ojt"]]
    numbered = rows["class_no"].notna()
    key = rows[["institution_n", "class_no"]].copy()
    for column in ("training_kind", "occupation_n", "level", "start", "end"):
        key[column] = rows[column].mask(numbered)
    size = key.groupby(list(key.columns), dropna=False)["institution_n"].transform("size")
    return rows.loc[size.gt(most), []].assign(size=size[size.gt(most)], most=most)
