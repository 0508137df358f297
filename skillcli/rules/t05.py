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
    import numpy as np
    import pandas as pd

    rows = with_past(case, "person", "class_hash", "start", "end", shared="person", differing="class_hash")
    rows = rows[rows["start"].le(rows["end"])].drop_duplicates(["person", "class_hash"])
    rows = rows[rows["person"].isin(_busy_twice(rows))]
    if rows.empty:
        return nothing()
    rows = rows.assign(place=place(case, rows)).rename_axis("rid").reset_index()
    rows = rows.sort_values(["person", "start", "end", "place"], kind="stable", ignore_index=True)
    other = _partner(*(rows[key].to_numpy() for key in ("person", "start", "end")))
    found = np.flatnonzero(rows["mine"].to_numpy() & (other >= 0))
    rid = rows["rid"].to_numpy()[found].astype(np.int64)
    turn = np.argsort(rid, kind="stable")
    partners = rows["place"].array.take(other[found[turn]])
    return pd.DataFrame({"other": partners}, index=pd.Index(rid[turn], name="rid"), copy=False)


def _partner(
    person: NDArray[np.int64], start: NDArray[np.datetime64], end: NDArray[np.datetime64]
) -> NDArray[np.int64]:
    """For each row, in order of person and beginning, the position of the row it meets, -1 where it meets none: of
    everything before it, the one that lasts longest; for that one, the next."""
    import numpy as np

    place = np.arange(len(person))
    same = person[1:] == person[:-1]
    # one number for person and day, so that the latest day of a person is below every day of the next
    day = end.astype("datetime64[D]").astype(np.int64)
    day += np.append(0, np.cumsum(~same)) * (int(day.max() - day.min()) + 1)
    latest = np.maximum.accumulate(day)
    longest = np.maximum.accumulate(np.where(day == latest, place, 0))
    partner = np.full(len(person), -1, dtype=np.int64)
    onward = same & (start[1:] <= end[:-1])
    partner[:-1][onward] = place[1:][onward]
    back = same & (end[longest[:-1]] >= start[1:])
    partner[1:][back] = longest[:-1][back]
    return partner


def _busy_twice(rows: pd.DataFrame) -> NDArray[np.int64]:
    """People of whom two trainings meet: in the order of their beginning, one of them meets the next."""
    import numpy as np

    person, start, end = (rows[key].to_numpy() for key in ("person", "start", "end"))
    turn = np.lexsort([start, person])
    person, start, end = person[turn], start[turn], end[turn]
    meet = (person[1:] == person[:-1]) & (start[1:] <= end[:-1])
    twice: NDArray[np.int64] = person[1:][meet]
    return twice
