"""T05  Trainings of one person that overlap in time, in the run or with the ledger

Nobody sits in two classes at once, but evening and day classes exist: a reminder with the other
row named. The same training sent twice is D01's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.rules.derive_cells import nothing
from skillcli.rules.derive_others import place, with_past
from skillcli.rules.rule import Partition, rule

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from skillcli.rules.case import Case


@rule(
    code="T05",
    title="同一人的培训时间重叠",
    severity=Severity.WARNING,
    column="start",
    message="与{other}的培训时间重叠。",
    remedy="请核对两个班的实际上课时间。",
    reads=("id_number", "start", "end"),
    partition=Partition.PERSON,
    basis="实名制培训管理",
)
def trainings_overlap(case: Case) -> pd.DataFrame:
    rows = with_past(case, "person", "class_hash", "start", "end", shared="person", differing="class_hash")
    rows = rows[rows["start"].le(rows["end"])].drop_duplicates(["person", "class_hash"])
    rows = rows[rows["person"].isin(_busy_twice(rows))]
    if rows.empty:
        return nothing()
    rows = rows.assign(place=place(case, rows)).rename_axis("rid").reset_index()
    rows = rows.sort_values(["person", "start", "end", "place"], kind="stable", ignore_index=True)
    latest = rows.groupby("person")["end"].cummax()
    reached = rows["end"].eq(latest).groupby(rows["person"]).cumsum()
    # of everything before a row, the one that lasts longest is its partner; for that one, the next row is
    longest = rows.groupby(["person", reached])["place"].transform("first")
    before, until = longest.groupby(rows["person"]).shift(), latest.groupby(rows["person"]).shift()
    after, begins = rows.groupby("person")["place"].shift(-1), rows.groupby("person")["start"].shift(-1)
    earlier = before.where(until.ge(rows["start"]))
    later = after.where(begins.le(rows["end"]))
    rows["other"] = earlier.fillna(later)
    found = rows[rows["mine"] & rows["other"].notna()]
    return found.astype({"rid": "int64"}).set_index("rid")[["other"]].sort_index()


def _busy_twice(rows: pd.DataFrame) -> NDArray[np.int64]:
    """People of whom two trainings meet: in the order of their beginning, one of them meets the next."""
    import numpy as np

    person, start, end = (rows[key].to_numpy() for key in ("person", "start", "end"))
    turn = np.lexsort([start, person])
    person, start, end = person[turn], start[turn], end[turn]
    meet = (person[1:] == person[:-1]) & (start[1:] <= end[:-1])
    twice: NDArray[np.int64] = person[1:][meet]
    return twice
