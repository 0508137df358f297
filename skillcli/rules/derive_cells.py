"""Which cells gave no value, and who speaks about each (policy of the cascade).

A cell with an Excel error or an uncalculated formula is F08's where the verdict needs it; every
other rule is then silent about the cell, since it could only repeat that nothing stands there.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from skillcli.schema.roster import CellFault

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from skillcli.policy.model import Policy, Value
    from skillcli.rules.case import Case

BROKEN = (CellFault.ERROR_VALUE, CellFault.FORMULA)
DAMAGED = (CellFault.NUMBER, CellFault.SCIENTIFIC)

ALWAYS_NEEDED = (
    "name",
    "id_number",
    "categories",
    "household",
    "pension",
    "training_kind",
    "start",
    "end",
    "payer",
    "placed",
)
NEEDED_BY_CLASSES = ("institution", "occupation", "level", "result", "certificate_kind", "certificate_no", "issued_on")
"""Not for 以工代训, which has neither examination nor certificate."""
NEEDED_BY_OJT = ("ojt_months",)
NEEDED_BY_READING = {"attendance": "minimum_attendance", "employment_card": "require_employment_card"}
"""Needed once the office has answered the reading. The other columns serve single lines, whose own
rules hold them when the cell gives nothing (A04, A07, A08, E02, E05, E11)."""


def refused_cells(case: Case) -> pd.DataFrame:
    """The broken cells, as rows of ``case.faults`` with ``needed`` (bool) added: whether the
    verdict rests on the cell."""
    faults = case.faults[case.faults["fault"].isin(BROKEN)]
    ojt = case.trainings["is_ojt"].reindex(faults["rid"]).to_numpy(dtype=bool)
    answered = [column for column, key in NEEDED_BY_READING.items() if reading(case.policy, key) not in (None, False)]
    key = faults["key"]
    needed = (
        key.isin([*ALWAYS_NEEDED, *answered]) | (key.isin(NEEDED_BY_CLASSES) & ~ojt) | (key.isin(NEEDED_BY_OJT) & ojt)
    )
    return faults.assign(needed=needed)


def holds(case: Case, key: str, *kinds: str) -> NDArray[np.bool_]:
    """One entry a training: whether its cell of column ``key`` has a fault of these kinds
    (all kinds if none is named)."""
    import numpy as np

    index = case.trainings.index
    faulty = np.zeros(len(index), dtype=bool)
    faults = case.fault(key, *kinds)
    if len(faults):
        place = index.get_indexer(faults.index)
        faulty[place[place >= 0]] = True
    return faulty


def blank(case: Case, key: str) -> NDArray[np.bool_]:
    """One entry a training: no value stands there, and F08 does not refuse the row for it."""
    nothing_there = case.missing(key)
    if len(case.fault(key, *BROKEN)) and nothing_there.any():
        cells = refused_cells(case)
        return nothing_there & ~case.trainings.index.isin(cells.loc[cells["needed"] & cells["key"].eq(key), "rid"])
    return nothing_there


def reading(policy: Policy, key: str) -> Value | None:
    """The office's answer or the default; None while open or where this policy has no such reading."""
    return policy.value(key) if any(one.key == key for one in policy.readings) else None


def as_day(values: pd.Series) -> pd.Series:
    """Dates as a clerk writes them, 2020-03-01; missing is ""."""
    import pyarrow as pa

    from skillcli.rules.facts import text_column

    days = pa.array(values.to_numpy(dtype="datetime64[D]"), from_pandas=True)
    return text_column(days.cast(pa.large_string()).fill_null(""), values.index)


@cache
def nothing() -> pd.DataFrame:
    """No finding (always the same frame)."""
    import pandas as pd

    return pd.DataFrame(index=pd.Index([], dtype="int64", name="rid"))


def together(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Findings of several passes as one frame, ordered by row."""
    import pandas as pd

    full = [part for part in parts if len(part)]
    return pd.concat(full).sort_index(kind="stable") if full else nothing()
