"""Person-times, persons and money of a ledger, ready to be cut by period and grouped."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from skillcli.core.period import Period
from skillcli.policy.model import Policy
from skillcli.reports import identities
from skillcli.reports.identities import PAID
from skillcli.reports.period_facts import Clock
from skillcli.reports.places import labels
from skillcli.schema.entries import Entries
from skillcli.schema.outputs import NO_FUND

NOT_FILLED = "未填"
GRANT = "（项目补助）"
"""Row of what is given to a unit and not for a training."""
GRANTS_KIND = "grants"
"""Kind of a batch of such grants: money, but neither person-times nor persons."""
_PASSED = "合格"
_LABELS = {
    "department": "department",
    "training_kind": "training_kind",
    "level": "level",
    "certificate_kind": "certificate_kind",
    "categories": "categories",
    "programme": "programme",
}


@dataclass(frozen=True)
class Slice:
    """What falls into one period.

    ``people``: the trainings (columns below); ``lines``: the lines that count and fall into the period by themselves;
    ``theirs``: the standing lines of ``people``, whenever booked; ``paid``: the standing lines of the period. Each is cut
    when first asked for.
    """

    counted: Counted
    period: Period

    @cached_property
    def people(self) -> pd.DataFrame:
        trainings = self.counted.trainings
        inside: pd.DataFrame = trainings[_inside(trainings["on"], self.period)]
        return inside

    @cached_property
    def lines(self) -> pd.DataFrame:
        lines = self.counted.lines
        return lines[_inside(lines["on"], self.period)]

    @cached_property
    def theirs(self) -> pd.DataFrame:
        lines = self.counted.lines
        own = _mask(self.people.index, len(self.counted.trainings))[lines["training"].to_numpy()]
        standing: pd.DataFrame = lines[own & lines["outcome"].eq(PAID).to_numpy()]
        return standing

    @cached_property
    def paid(self) -> pd.DataFrame:
        standing: pd.DataFrame = self.lines[self.lines["outcome"].eq(PAID)]
        return standing

    @property
    def amount_fen(self) -> int:
        """Their sum."""
        return int(self.paid["amount_fen"].sum())

    @property
    def persons(self) -> int:
        """Distinct persons of the period's subsidised trainings."""
        return int(self.people.loc[self.people["subsidised"], "who"].nunique())


@dataclass(frozen=True)
class Counted:
    """The whole ledger of a policy.

    ``trainings``: one row a training, whatever the number of batches that judged it, index 0…: ``who`` (int64, equal for
    one person), ``tid`` (of the record that counts), ``on`` (its day by the clock, missing where it has none, and of a ``grant``, which is no training), ``place``, ``institution``, ``department``,
    ``training_kind``, ``level``, ``certificate_kind``, ``categories``, ``programme`` (category, 未填 where blank), ``passed``, ``certified``,
    ``subsidised`` (a line stands), ``target`` (counts to the target), ``apart`` (of a kind that the target leaves out),
    ``employed`` (bool).
    ``lines``: one row a line that counts: ``training``, ``line``, ``outcome``, ``amount_fen``, ``proposed_fen``, ``paid_fen``,
    ``standard_fen``, ``fund``, ``payee_kind``, ``payee``, ``seq``, ``number``, ``tid``, ``codes``, ``on``, ``booked``, ``who`` (Int64, missing of a grant).
    """

    trainings: pd.DataFrame
    lines: pd.DataFrame
    _cuts: dict[tuple[date, date], Slice] = field(default_factory=dict, repr=False)

    def within(self, period: Period) -> Slice:
        """What falls into a period; the same period is cut once."""
        key = (period.first, period.last)
        if key not in self._cuts:
            self._cuts[key] = Slice(self, period)
        return self._cuts[key]

    def label(self, lines: pd.DataFrame, key: str) -> pd.Series:
        """A column of their trainings for some lines."""
        values = self.trainings[key].array.take(lines["training"].to_numpy())
        return pd.Series(values, index=lines.index, name=key)


def count(entries: Entries, policy: Policy, clock: Clock) -> Counted:
    """Bring the records of several batches together and date them."""
    records = entries.trainings.assign(identity=identities.identities(entries.trainings))
    records["grant"] = records["seq"].isin(entries.batches.loc[entries.batches["kind"].eq(GRANTS_KIND), "seq"])
    lines = entries.lines.assign(outcome=identities.outcomes(entries.lines))
    kinds = entries.batches.set_index("seq")["kind"]
    keys = records[["tid", "identity", "loser", "seq"]]
    kept = identities.counted(keys, lines, kinds)
    chosen = identities.newest(records, lines)
    identity = pd.Series(records["identity"].to_numpy(), index=records["tid"].to_numpy())
    lines = _lines(lines[kept], identity, _booked(entries))
    trainings = _trainings(records.take(chosen).reset_index(drop=True), policy, lines, _booked(entries))
    trainings["on"] = _people_day(trainings, lines, clock.people)
    lines["on"] = _money_day(lines, trainings, clock.money)
    lines = lines.drop(columns="group")
    place = lines["training"].to_numpy()
    who = pd.Series(trainings["who"].to_numpy()[place], index=lines.index, dtype="Int64")
    lines["who"] = who.mask(trainings["grant"].to_numpy()[place])
    trainings["on"] = trainings["on"].mask(trainings["grant"])
    return Counted(trainings, lines)


def _booked(entries: Entries) -> pd.Series:
    """Batch → the last day of its month."""
    months = entries.batches["month"].to_numpy().astype("datetime64[M]")
    last = ((months + 1).astype("datetime64[D]") - 1).astype("datetime64[s]")
    return pd.Series(last, index=entries.batches["seq"].to_numpy(), dtype="datetime64[s]")


def _lines(lines: pd.DataFrame, identity: pd.Series, booked: pd.Series) -> pd.DataFrame:
    standing = lines["outcome"].eq(PAID)
    paid_on = lines["paid_on"].where(standing)
    frame = lines.assign(
        training=identity.reindex(lines["tid"]).to_numpy(),
        paid_on=paid_on,
        paid_fen=lines["amount_fen"].where(paid_on.notna(), 0),
        fund=lines["fund"].fillna("").replace("", NO_FUND),
        booked=booked.reindex(lines["seq"]).to_numpy(),
    )
    return frame.drop(columns=["verdict", "reversed"]).reset_index(drop=True)


def _trainings(records: pd.DataFrame, policy: Policy, lines: pd.DataFrame, booked: pd.Series) -> pd.DataFrame:
    number = len(records)
    standing = lines[lines["outcome"].eq(PAID)]
    grouped = standing[standing["group"].fillna("").ne("")]
    if policy.value("counts_to_target") == "paid":
        grouped = grouped[grouped["paid_on"].notna()]
    apart = records["training_kind"].isin(policy.limit.except_kinds).to_numpy()
    subsidised = _mask(standing["training"], number)
    frame = pd.DataFrame(
        {
            "tid": records["tid"],
            "grant": records["grant"],
            "who": records["person"].where(records["person"].ne(0), -1 - records.index.to_series()),
            "end": records["end"],
            "issued_on": records["issued_on"],
            "booked": booked.reindex(records["seq"]).to_numpy(),
            "passed": records["result"].eq(_PASSED),
            "certified": records["issued_on"].notna() & records["result"].eq(_PASSED),
            "subsidised": subsidised,
            "target": _mask(grouped["training"], number) & ~apart,
            "apart": subsidised & apart,
            "employed": records["employed_on"].notna(),
            "place": labels(records["town"], policy.region).mask(records["grant"], GRANT),
            "institution": _institutions(records),
        }
    )
    for key, source in _LABELS.items():
        frame[key] = records[source].fillna("").replace("", NOT_FILLED).mask(records["grant"], GRANT)
    return frame.astype(dict.fromkeys((*_LABELS, "place", "institution"), "category"))


def _institutions(records: pd.DataFrame) -> pd.Series:
    """The institution that claims, as first written; without one the employer."""
    key = records["institution_n"].fillna("")
    key = key.where(key.ne(""), records["employer_n"].fillna(""))
    written = records["institution"].fillna("")
    written = written.where(written.ne(""), records["employer"].fillna("")).replace("", NOT_FILLED)
    groups, _ = pd.factorize(key)
    _, first = np.unique(groups, return_index=True)
    return written.take(first[groups]).set_axis(records.index)


def _people_day(trainings: pd.DataFrame, lines: pd.DataFrame, clock: Clock) -> pd.Series:
    """A blank date falls back on the next best one, so that nobody is lost: 发证, 结课, the batch's month."""
    standing = lines[lines["outcome"].eq(PAID)]
    if clock is Clock.PAYMENT:
        return standing.groupby("training")["paid_on"].min().reindex(trainings.index).astype("datetime64[s]")
    if clock is Clock.BOOKED:
        first = standing.groupby("training")["booked"].min().reindex(trainings.index)
        return first.fillna(trainings["booked"]).astype("datetime64[s]")
    if clock is Clock.TRAINING:
        return trainings["end"].fillna(trainings["issued_on"]).fillna(trainings["booked"])
    return trainings["issued_on"].fillna(trainings["end"]).fillna(trainings["booked"])


def _money_day(lines: pd.DataFrame, trainings: pd.DataFrame, clock: Clock) -> pd.Series:
    if clock is Clock.BOOKED:
        return lines["booked"]
    if clock is Clock.PAYMENT:
        return lines["paid_on"]
    return pd.Series(trainings["on"].to_numpy()[lines["training"].to_numpy()], index=lines.index).fillna(
        lines["booked"]
    )


def _inside(days: pd.Series, period: Period) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = days.between(pd.Timestamp(period.first), pd.Timestamp(period.last)).to_numpy()
    return found


def _mask(places: pd.Series | pd.Index, length: int) -> NDArray[np.bool_]:
    mask = np.zeros(length, dtype=bool)
    mask[places.to_numpy()] = True
    return mask
