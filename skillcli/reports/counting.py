"""Person-times, persons and money of a ledger, ready to be cut by period and grouped.

Everything about all years is arrays and masks, for there may be millions; frames are made of what a period holds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from skillcli.core.period import Period
from skillcli.reports import labels
from skillcli.reports.identities import PAID
from skillcli.schema.entries import Entries
from skillcli.schema.outputs import NO_FUND

NOT_FILLED = "未填"
GRANT = "（项目补助）"
"""Row of what is given to a unit and not for a training."""
_SUMS = ("proposed_fen", "standard_fen")
_TEXTS = ("line", "outcome", "fund", "payee_kind", "payee", "codes")
MEASURES = ("submitted", "passed", "certified", "subsidised", "persons", "lines", "amount_fen", "paid_fen")


@dataclass(frozen=True)
class Slice:
    """What falls into one period.

    ``inside``, ``booked``: which trainings, which lines (masks over ``Counted``); ``people``: the trainings; ``lines``: the
    lines that count and fall into the period by themselves; ``theirs``: the standing lines of ``people``, whenever booked;
    ``paid``: the standing lines of the period. Each is cut when first asked for.
    """

    counted: Counted
    period: Period

    @cached_property
    def inside(self) -> NDArray[np.bool_]:
        return _inside(self.counted.trainings["on"], self.period)

    @cached_property
    def booked(self) -> NDArray[np.bool_]:
        return _inside(self.counted.book.on, self.period) & self.counted.book.counts

    @cached_property
    def standing(self) -> NDArray[np.bool_]:
        """Which lines are ``paid``."""
        return self.booked & self.counted.book.standing

    @cached_property
    def people(self) -> pd.DataFrame:
        inside: pd.DataFrame = self.counted.trainings[self.inside]
        return inside

    @cached_property
    def lines(self) -> pd.DataFrame:
        return self.counted.lines(self.booked)

    @cached_property
    def theirs(self) -> pd.DataFrame:
        book = self.counted.book
        return self.counted.lines(book.standing & self.inside[book.training])

    @cached_property
    def paid(self) -> pd.DataFrame:
        standing: pd.DataFrame = self.lines[self.lines["outcome"].eq(PAID)]
        return standing

    @property
    def amount_fen(self) -> int:
        """Money of the period."""
        return self.measures["amount_fen"]

    @property
    def persons(self) -> int:
        """Distinct persons of the period's subsidised trainings."""
        return self.measures["persons"]

    @cached_property
    def measures(self) -> dict[str, int]:
        """``MEASURES`` of the whole: every person, training and line once."""
        trainings, book = self.counted.trainings, self.counted.book
        amounts = book.amount_fen[self.standing]
        return {
            "submitted": int(self.inside.sum()),
            "passed": self.times("passed"),
            "certified": self.times("certified"),
            "subsidised": self.times("subsidised"),
            "persons": distinct(trainings["who"].to_numpy()[self.of("subsidised")]),
            "lines": len(amounts),
            "amount_fen": int(amounts.sum()),
            "paid_fen": int(amounts[book.arrived[self.standing]].sum()),
        }

    def of(self, flag: str) -> NDArray[np.bool_]:
        """Which trainings of the period bear a flag (a yes/no column of ``Counted.trainings``)."""
        found: NDArray[np.bool_] = self.inside & self.counted.trainings[flag].to_numpy()
        return found

    def times(self, flag: str) -> int:
        """How many they are."""
        return int(self.of(flag).sum())

    def by(self, key: str, flag: str) -> pd.Series:
        """How many of them there are for each value of a category that occurs among them (int64 by str)."""
        values = self.counted.trainings[key].cat
        counts = np.bincount(values.codes.to_numpy()[self.of(flag)], minlength=len(values.categories))
        found = pd.Series(counts, index=pd.Index(values.categories, dtype="str"), dtype="int64")
        return found[found.gt(0)]


@dataclass(frozen=True)
class Book:
    """Every line of the ledger, as arrays in the order booked. ``counts``: not replaced by a later verdict; ``training``: place
    in ``Counted.trainings``; ``standing``: counts, payable and not taken back; ``arrived``: standing, and its money
    arrived; ``on``: its day by the clock; ``booked``: the last day of its batch's month (datetime64[s])."""

    counts: NDArray[np.bool_]
    training: NDArray[np.int32]
    outcome: pd.Categorical
    standing: NDArray[np.bool_]
    arrived: NDArray[np.bool_]
    amount_fen: NDArray[np.int64]
    booked: NDArray[np.datetime64]
    on: NDArray[np.datetime64]


@dataclass(frozen=True)
class Counted:
    """The whole ledger of a policy.

    ``trainings``: one row a training, whatever the number of batches that judged it, index 0…: ``who`` (int64, equal for
    one person), ``tid`` (of the record that counts), ``on`` (its day by the clock, missing where it has none, and of a ``grant``, which is no training), ``place``, ``institution``, ``department``,
    ``training_kind``, ``level``, ``certificate_kind``, ``categories``, ``programme`` (category, 未填 where blank), ``passed``, ``certified``,
    ``subsidised`` (a line stands), ``target`` (counts to the target), ``apart`` (of a kind that the target leaves out),
    ``employed`` (bool).
    """

    trainings: pd.DataFrame
    entries: Entries
    book: Book
    _cuts: dict[tuple[date, date], Slice] = field(default_factory=dict, repr=False)

    def within(self, period: Period) -> Slice:
        """What falls into a period; the same period is cut once."""
        key = (period.first, period.last)
        if key not in self._cuts:
            self._cuts[key] = Slice(self, period)
        return self._cuts[key]

    def lines(self, which: NDArray[np.bool_]) -> pd.DataFrame:
        """Some lines as a frame (index: their place in the ledger): ``training``, ``line``, ``outcome``, ``amount_fen``, ``proposed_fen``,
        ``paid_fen``, ``standard_fen``, ``fund``, ``payee_kind``, ``payee``, ``seq``, ``tid``, ``codes``, ``on``, ``booked``, ``who`` (Int64,
        missing of a grant)."""
        kept = ["tid", "seq", "line", "amount_fen", "proposed_fen", "standard_fen"]
        rows = self.entries.lines.loc[which, [*kept, "payee_kind", "payee", "fund", "codes"]]
        training = self.book.training[which]
        who = pd.Series(self.trainings["who"].to_numpy()[training], index=rows.index, dtype="Int64")
        frame = rows.assign(
            training=training.astype(np.int64),
            outcome=self.book.outcome[which],
            paid_fen=np.where(self.book.arrived[which], rows["amount_fen"], 0),
            on=self.book.on[which],
            booked=self.book.booked[which],
            who=who.mask(self.trainings["grant"].to_numpy()[training]),
        )
        frame = frame.astype(dict.fromkeys(_TEXTS, "str") | dict.fromkeys(_SUMS, "Int64"))
        frame["fund"] = frame["fund"].fillna("").replace("", NO_FUND)
        return frame

    def spent(self, which: NDArray[np.bool_]) -> pd.DataFrame:
        """``count``, ``amount_fen``, ``paid_fen`` (int64) of some lines by fund."""
        funds = labels.plain(self.entries.lines["fund"].array, NO_FUND)[which]
        amount = self.book.amount_fen[which]
        rows = pd.DataFrame({"amount_fen": amount, "paid_fen": np.where(self.book.arrived[which], amount, 0)})
        by = rows.groupby(pd.Series(funds), observed=True)
        sums = by.sum().assign(count=by.size())[["count", "amount_fen", "paid_fen"]]
        named: pd.DataFrame = sums.set_axis(sums.index.astype("str"))
        return named

    def label(self, lines: pd.DataFrame, key: str) -> pd.Series:
        """A column of their trainings for some lines."""
        values = self.trainings[key].array.take(lines["training"].to_numpy())
        return pd.Series(values, index=lines.index, name=key)


def distinct(values: NDArray[np.int64]) -> int:
    """How many different values there are."""
    ordered = np.sort(values)
    return int((ordered[1:] != ordered[:-1]).sum()) + 1 if len(ordered) else 0


def _inside(days: pd.Series | NDArray[np.datetime64], period: Period) -> NDArray[np.bool_]:
    values = np.asarray(days, dtype="datetime64[s]")
    first, last = np.datetime64(period.first, "s"), np.datetime64(period.last, "s")
    found: NDArray[np.bool_] = (values >= first) & (values <= last)
    return found
