"""What a rule may look at: the run's trainings with their facts, lines so far, and the past."""

from __future__ import annotations

from dataclasses import dataclass, field  # no Struct: `_columns` starts anew in every later state
from functools import cached_property
from typing import TYPE_CHECKING, Any

from skillcli.core.letters import text_array
from skillcli.schema.column import Kind
from skillcli.schema.inputs import ROSTER
from skillcli.schema.written import cell_text

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    import pandas as pd
    import pyarrow as pa
    from numpy.typing import NDArray

    from skillcli.core.identity import Fault
    from skillcli.policy.model import National, Policy
    from skillcli.schema.catalogue import Catalogue
    from skillcli.schema.history import History

_MASKED = (Kind.ID, Kind.ACCOUNT)
"""Of these a clerk sees the beginning and the end."""


@dataclass(frozen=True)
class Case:
    """One run before the judge.

    ``trainings``: index ``rid``; all roster columns (``schema.roster``) and the facts that several
    rules need, derived once in ``rules/facts.py``:

    ====================  =========  =======================================================
    id_fault              int8       ``core.identity.Fault`` of the number
    person                int64      person key, 0 where the number identifies nobody
    birth                 datetime   birth date from the number (NaT unknown)
    institution_n, employer_n, occupation_n, certificate_n   str   normalised for comparison
    occupation_exact      str        occupation, NFKC without blanks, bracket kept
    certificate_hash      int64      of kind and number, 0 without a number
    level_key             str        level for D02: blank ⇒ 专项职业能力 for that certificate, else 无等级
    category_set          int64      bit set of categories with the implied ones (``Case.bit``)
    span_days             int64      calendar days 开班…结课 inclusive, -1 unknown
    span_months           int64      whole months 开班…结课, -1 unknown
    training_days         Int64      days for a per-day line: stated, else from 课时; <NA> unknown
    is_ojt                bool       以工代训
    passed                bool       合格
    ====================  =========  =======================================================

    ``lines``: index ``lid``; the candidate lines: ``rid``, ``line`` and, once priced, the columns of
    ``schema.decision.LINE_DTYPES`` but for verdict and codes; ``payable`` (bool) is the line's own
    verdict before duplicates. Empty before matching. ``faults``: ``Roster.faults``.
    ``as_of``: the run's date. ``columns``: keys of the columns that exist in the rosters.
    """

    policy: Policy
    national: National
    as_of: pd.Timestamp
    trainings: pd.DataFrame
    faults: pd.DataFrame
    lines: pd.DataFrame
    history: History
    catalogue: Catalogue
    columns: frozenset[str]
    places: pd.Series
    """rid → ``文件 工作表 第 n 行``, for messages that name another row."""
    references: pd.DataFrame = field(default_factory=lambda: no_references())
    """Entries of the imported reference lists: ``list_name`` (str), ``person`` (int64), ``event_on``
    (datetime), ``treatment`` (str, "" = the list's default)."""

    _faults: dict[tuple[str, ...], pd.Series] = field(default_factory=dict, repr=False, compare=False)
    """What ``fault`` has answered: dozens of rules ask. A later state of the same case takes it along."""

    _masks: dict[tuple[str, ...], NDArray[np.bool_]] = field(default_factory=dict, repr=False, compare=False)
    """What ``missing``, ``says`` and ``on_lines`` have answered, of columns that no stage changes; taken along likewise."""

    _columns: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What ``column`` has answered; a later state asks anew."""

    def column(self, key: str) -> Any:
        """The array of a column of the trainings: asking the frame costs more than taking some rows of it."""
        if key not in self._columns:
            self._columns[key] = self.trainings[key].array
        return self._columns[key]

    def at(self, rids: pd.Index) -> NDArray[np.int64]:
        """The positions of these trainings, all of them of the run."""
        index = self.trainings.index
        # a roster counts its rows from nought
        counted = getattr(index, "start", None) == 0 and getattr(index, "step", None) == 1
        places: NDArray[np.int64] = rids.to_numpy(dtype="int64") if counted else index.get_indexer(rids)
        return places

    def missing(self, key: str) -> NDArray[np.bool_]:
        """Trainings without a value in column ``key`` of the roster."""
        import numpy as np

        return self._mask("missing", key, asked=lambda: np.asarray(self.column(key).isna()))

    def says(self, key: str, *words: str) -> NDArray[np.bool_]:
        """Trainings whose text in column ``key`` of the roster is one of these words."""
        from skillcli.rules.facts import is_one_of

        return self._mask("says", key, *words, asked=lambda: is_one_of(self.trainings[key], words))

    def id_fault(self, fault: Fault) -> NDArray[np.bool_]:
        """Trainings whose identity number has this fault."""
        such: NDArray[np.bool_] = self.trainings["id_fault"].to_numpy() == fault
        return such

    def days(self, key: str) -> NDArray[np.datetime64]:
        """A column of dates as datetime64[D]; missing is NaT, which is before and after nothing."""
        return self.trainings[key].to_numpy(dtype="datetime64[D]")

    def on_lines(self, *names: str) -> NDArray[np.bool_]:
        """Candidate lines of these policy lines (their ids)."""
        from skillcli.rules.facts import is_one_of

        return self._mask("on_lines", *names, asked=lambda: is_one_of(self.lines["line"], names))

    def paid_to(self, payee_kind: str) -> NDArray[np.bool_]:
        """Candidate lines paid to a kind of payee."""
        from skillcli.rules.facts import is_one_of

        return self._mask("paid_to", payee_kind, asked=lambda: is_one_of(self.lines["payee_kind"], (payee_kind,)))

    def shared(self, key: str) -> NDArray[np.bool_]:
        """Trainings of the run, followed by those of the ledger, whose number in column ``key`` (int64, 0 none) others
        of either have too."""
        return self._mask("shared", key, asked=lambda: self._shared(key))

    def _shared(self, key: str) -> NDArray[np.bool_]:
        import numpy as np
        import pandas as pd

        keys = np.concatenate([each[key].to_numpy() for each in (self.trainings, self.history.trainings)])
        several: NDArray[np.bool_] = pd.Series(keys).duplicated(keep=False).to_numpy() & (keys != 0)
        return several

    def _mask(self, *question: str, asked: Callable[[], NDArray[np.bool_]]) -> NDArray[np.bool_]:
        if question not in self._masks:
            self._masks[question] = asked()
            self._masks[question].flags.writeable = False
        return self._masks[question]

    def rows(self, which: NDArray[np.bool_], *columns: str) -> pd.DataFrame:
        """The trainings that a mask is true of, with these columns alone: a filter of the frame copies every column."""
        import numpy as np
        import pandas as pd

        places = np.flatnonzero(which)
        picked = {key: self.column(key).take(places) for key in columns}
        return pd.DataFrame(picked, index=self.trainings.index[which], copy=False)

    def line_rows(self, which: NDArray[np.bool_], *columns: str) -> pd.DataFrame:
        """The candidate lines that a mask is true of, with these columns alone; index ``rid``."""
        import numpy as np
        import pandas as pd

        places = np.flatnonzero(which)
        picked = {key: self.lines[key].array.take(places) for key in columns}
        return pd.DataFrame(picked, index=pd.Index(self.lines["rid"].to_numpy()[places], name="rid"), copy=False)

    def fault(self, key: str, *kinds: str) -> pd.Series:
        """rid → what stands in a faulty cell of column ``key`` (str), for these kinds of
        ``CellFault`` (all if none is named). One entry a row."""
        asked = (key, *kinds)
        if asked not in self._faults:
            self._faults[asked] = self._faults_of(key, kinds) if key in self._faulty else self._no_fault
        return self._faults[asked]

    def _faults_of(self, key: str, kinds: tuple[str, ...]) -> pd.Series:
        import numpy as np
        import pandas as pd

        from skillcli.rules.facts import is_one_of

        such = is_one_of(self.faults["key"], (key,))
        if kinds:
            such &= is_one_of(self.faults["fault"], kinds)
        places = np.flatnonzero(such)
        rids, first = np.unique(self.faults["rid"].to_numpy()[places], return_index=True)
        shown = self.faults["shown"].array.take(places[first])
        return pd.Series(shown, index=pd.Index(rids, name="rid"), name="shown")

    @cached_property
    def _faulty(self) -> frozenset[str]:
        """Columns with a faulty cell."""
        return frozenset(self.faults["key"].unique())

    @cached_property
    def _no_fault(self) -> pd.Series:
        return self.faults.iloc[:0].set_index("rid")["shown"]

    @cached_property
    def registered(self) -> dict[str, pd.DataFrame]:
        """How the trainings' ``institution_n`` and ``employer_n`` stand in the 机构 catalogue on 开班日期
        (``derive_catalogue.register_state``); nothing where it was never imported."""
        import pandas as pd

        from skillcli.rules.derive_catalogue import register_state

        bodies, rows, names = self.catalogue.bodies, self.trainings, ("institution_n", "employer_n")
        if bodies is None:
            return {}
        # both under each other, since many of them are the same
        asked = pd.concat(
            [rows[[name, "start"]].set_axis(["name", "day"], axis=1) for name in names], ignore_index=True
        )
        state = register_state(asked["name"], asked["day"], bodies)
        return {
            name: state.iloc[turn * len(rows) : (turn + 1) * len(rows)].set_axis(rows.index)
            for turn, name in enumerate(names)
        }

    def shown(self, rids: pd.Index, key: str) -> pd.Series:
        """What stands in the cells, as a clerk may see it: identity and account masked, a faulty
        cell as it was written, missing as ""."""
        from skillcli.rules.facts import text_column

        return text_column(self.shown_texts(rids, key), rids)

    def shown_texts(self, rids: pd.Index, key: str) -> pa.Array:
        """The same as an Arrow array (large_string)."""
        import pandas as pd
        import pyarrow as pa
        import pyarrow.compute as pc

        written = self.column(key).take(self.at(rids))
        kind = ROSTER[key].kind
        if kind.dtype == "str" and kind not in _MASKED:
            text = text_array(written).fill_null("")
        elif written.isna().all():
            text = pa.repeat(pa.scalar("", pa.large_string()), len(rids))
        else:
            text = text_array(cell_text(pd.Series(written, copy=False), kind).array)
        faulty = self.fault(key)
        if not len(faulty):
            return text
        places = faulty.index.get_indexer(rids)
        return pc.coalesce(text_array(faulty.array).take(pa.array(places, mask=places < 0)), text)


REFERENCE_DTYPES = {"list_name": "str", "person": "int64", "event_on": "datetime64[s]", "treatment": "str"}


def no_references() -> pd.DataFrame:
    """No entry on any list."""
    import pandas as pd

    return pd.DataFrame({key: pd.Series(dtype=dtype) for key, dtype in REFERENCE_DTYPES.items()})
