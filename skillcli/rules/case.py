"""What a rule may look at: the run's trainings with their facts, lines so far, and the past."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from skillcli.schema.inputs import ROSTER
from skillcli.schema.written import cell_text

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.policy.model import National, Policy
    from skillcli.schema.catalogue import Catalogue
    from skillcli.schema.history import History


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

    def fault(self, key: str, *kinds: str) -> pd.Series:
        """rid → what stands in a faulty cell of column ``key`` (str), for these kinds of
        ``CellFault`` (all if none is named). One entry a row."""
        asked = (key, *kinds)
        if asked not in self._faults:
            such = self.faults["key"].eq(key)
            faults = self.faults[such & self.faults["fault"].isin(kinds) if kinds else such]
            self._faults[asked] = faults.drop_duplicates("rid").set_index("rid")["shown"]
        return self._faults[asked]

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
        values = self.trainings[key].take(self.trainings.index.get_indexer(rids)).set_axis(rids)
        text = cell_text(values, ROSTER[key].kind) if len(values) else values.astype("str")
        faulty = self.fault(key)
        if len(faulty) and len(values):
            seen = faulty.reindex(rids)
            text = text.where(seen.isna(), seen)
        return text


REFERENCE_DTYPES = {"list_name": "str", "person": "int64", "event_on": "datetime64[s]", "treatment": "str"}


def no_references() -> pd.DataFrame:
    """No entry on any list."""
    import pandas as pd

    return pd.DataFrame({key: pd.Series(dtype=dtype) for key, dtype in REFERENCE_DTYPES.items()})
