"""Rosters after reading: one frame over all files of a run, and where each row stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct, field

from skillcli.core.finding import Finding, Place
from skillcli.schema.cellfault import CellFault as CellFault
from skillcli.schema.inputs import ROSTER

if TYPE_CHECKING:
    import pandas as pd


class RosterSheet(Struct, frozen=True):
    """One sheet that was read: the path as given, the file's sha256, the header's Excel row and
    how many data rows were taken. ``passed_over``: reason (plain Chinese) → number of rows
    between header and last row that are no data rows; with ``rows`` they add up to what was read.
    ``columns``: key → the sheet's column, from 1, in which it was found (empty where no longer known).
    """

    path: str
    sha256: str
    sheet: str
    header_row: int
    rows: int
    passed_over: Mapping[str, int] = field(default_factory=dict)
    columns: Mapping[str, int] = field(default_factory=dict)


class Roster(Struct, frozen=True):
    """What intake hands on.

    ``frame``: index ``rid`` = 0…n-1 (int64) in the order of files, sheets and rows; every key of
    ``inputs.ROSTER`` with its kind's dtype (an absent column is all missing), and

    * ``source`` (int64): position in ``sheets``; ``row`` (int64): the row number Excel shows;
    * ``training_kind_written`` (str): 培训类型 as the institution wrote it.

    ``faults``: cells that gave no value: ``rid`` (int64), ``key`` (str), ``fault`` (a
    ``CellFault``), ``shown`` (str: what stands there, masked where the kind asks for it).
    The frame holds a missing value wherever a fault stands, but for a category cell that also
    held known words.

    ``findings``: what intake itself has to say (F codes, and ``info`` on accepted spellings,
    once each). ``sheets``: every sheet read, in order. ``columns``: the keys that exist in some
    sheet's header.
    """

    frame: pd.DataFrame
    faults: pd.DataFrame
    findings: tuple[Finding, ...]
    sheets: tuple[RosterSheet, ...]
    columns: frozenset[str] = frozenset(ROSTER.keys)

    def place(self, rid: int, key: str = "") -> Place:
        """Where a training's cell (or row) stands."""
        sheet = self.sheets[int(self.frame["source"].loc[rid])]
        return Place(sheet.path, sheet.sheet, int(self.frame["row"].loc[rid]), ROSTER[key].title if key else "")


EXTRA_COLUMNS = {"source": "int64", "row": "int64", "training_kind_written": "str"}


def empty_frame(rows: int = 0) -> pd.DataFrame:
    """A roster frame of ``rows`` rows with every column missing (``source`` and ``row`` 0)."""
    import pandas as pd

    index = pd.RangeIndex(rows, name="rid")
    columns = {c.key: pd.Series(None, index=index, dtype=c.kind.dtype) for c in ROSTER.columns}
    columns["source"] = pd.Series(0, index=index, dtype="int64")
    columns["row"] = pd.Series(0, index=index, dtype="int64")
    columns["training_kind_written"] = pd.Series(None, index=index, dtype="str")
    return pd.DataFrame(columns, index=index)


def empty_faults() -> pd.DataFrame:
    """No cell faults."""
    import pandas as pd

    return pd.DataFrame(
        {
            "rid": pd.Series(dtype="int64"),
            "key": pd.Series(dtype="str"),
            "fault": pd.Series(dtype="str"),
            "shown": pd.Series(dtype="str"),
        }
    )


def check_roster(roster: Roster) -> None:
    """The door out of intake: labels and dtypes are the schema's. Raises TypeError."""
    expected = {c.key: c.kind.dtype for c in ROSTER.columns} | EXTRA_COLUMNS
    check_frame(roster.frame, expected, "roster")
    check_frame(roster.faults, {"rid": "int64", "key": "str", "fault": "str", "shown": "str"}, "faults")


def check_frame(frame: pd.DataFrame, expected: Mapping[str, str], name: str) -> None:
    """Raise TypeError, naming the frame, when labels or dtypes differ from ``expected``."""
    found = dict(zip(frame.columns.tolist(), map(str, frame.dtypes.tolist()), strict=True))
    missing = [key for key in expected if key not in found]
    extra = [key for key in found if key not in expected]
    wrong = [
        f"{key}: {found[key]} instead of {dtype}"
        for key, dtype in expected.items()
        if key in found and found[key] != dtype
    ]
    if missing or extra or wrong:
        raise TypeError(f"frame {name}: missing {missing}, unknown {extra}, wrong {wrong}")
