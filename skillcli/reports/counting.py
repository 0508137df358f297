"""Person-times, persons and money of a ledger, ready to be cut by period and grouped.

Everything about all years is arrays and masks, for there may be millions; frames are made of what a period holds.
"""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from msgspec import Struct, field
from numpy.typing import NDArray

from skillcli.core.distinct import how_many
from skillcli.core.period import Period
from skillcli.reports.days import dates, inside
from skillcli.reports.identities import PAID
from skillcli.reports.labels import plain
from skillcli.schema.entries import Entries
from skillcli.schema.outputs import NO_FUND

NOT_FILLED = "未填"
GRANT = "（项目补助）"
"""Row of what is given to a unit and not for a training."""
_OF_LINES = (
    *("tid", "seq", "line", "amount_fen", "proposed_fen", "standard_fen"),
    *("payee_kind", "payee", "fund", "codes"),
)
_SUMS = ("proposed_fen", "standard_fen")
_CHUNK = 262_144
"""Trainings looked at together: few enough to stay in the processor's cache."""
MEASURES = ("submitted", "passed", "certified", "subsidised", "persons", "lines", "amount_fen", "paid_fen")


class Slice(Struct, frozen=True, dict=True):
    """What falls into one period.

    ``inside``, ``booked``: which trainings, which lines (masks over ``Counted``); ``people``: the trainings; ``lines``: the
    lines that count and fall into the period by themselves; ``theirs``: the standing lines of ``people``, whenever booked;
    ``paid``: the standing lines of the period. Each is cut when first asked for.
    """

    counted: Counted
    period: Period

    @cached_property
    def inside(self) -> NDArray[np.bool_]:
        return inside(self.counted.trainings["on"].to_numpy(), self.period)

    @cached_property
    def booked(self) -> NDArray[np.bool_]:
        return inside(self.counted.book.on, self.period) & self.counted.book.counts

    @cached_property
    def standing(self) -> NDArray[np.bool_]:
        """Which lines are ``paid``."""
        return self.booked & self.counted.book.standing

    @cached_property
    def people(self) -> pd.DataFrame:
        return self.counted.people(np.flatnonzero(self.inside))

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
        amounts, standing = book.amount_fen, self.standing
        return {
            "submitted": int(self.inside.sum()),
            "passed": self.times("passed"),
            "certified": self.times("certified"),
            "subsidised": self.times("subsidised"),
            "persons": how_many(trainings["who"].to_numpy()[self.of("subsidised")]),
            "lines": int(standing.sum()),
            "amount_fen": int(amounts.sum(where=standing)),
            "paid_fen": int(amounts.sum(where=standing & book.arrived)),
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
        label = self.counted.labels[key]
        counts = np.zeros(len(label.names), dtype=np.int64)
        found = np.flatnonzero(self.of(flag))
        for first in range(0, len(found), _CHUNK):
            places = label.of(self.counted.records(found[first : first + _CHUNK]))
            counts += np.bincount(places, minlength=len(counts))
        sums = pd.Series(counts, index=label.names)
        return sums[sums.gt(0)]


class Book(Struct, frozen=True):
    """Every line of the ledger, as arrays in the order booked. ``counts``: not replaced by a later verdict; ``training``: place
    in ``Counted.trainings``; ``standing``: counts, payable and not taken back; ``arrived``: standing, and its money
    arrived; ``on``: its day by the clock; ``booked``: the last day of its batch's month (days, as in ``reports.days``)."""

    counts: NDArray[np.bool_]
    training: NDArray[np.int32]
    outcome: pd.Categorical
    standing: NDArray[np.bool_]
    arrived: NDArray[np.bool_]
    amount_fen: NDArray[np.int64]
    booked: NDArray[np.int32]
    on: NDArray[np.int32]


class Label(Struct, frozen=True):
    """What the judged trainings are called by one of their columns: ``codes`` of the records, as of a category; ``places`` of these
    (the last of -1, which is blank) among ``names``: those that occur, in the order of the text."""

    codes: NDArray[np.integer[Any]]
    places: NDArray[np.integer[Any]]
    names: pd.Index

    def of(self, records: NDArray[np.integer[Any]]) -> NDArray[np.integer[Any]]:
        """Where the names of these records stand among ``names``."""
        found: NDArray[np.integer[Any]] = self.places[self.codes[records]]
        return found


class Counted(Struct, frozen=True):
    """The whole ledger of a policy.

    ``trainings``: one row a training, whatever the number of batches that judged it, index 0…: ``who`` (int64, equal for
    one person), ``on`` (its day by the clock, ``NO_DAY`` where it has none, and of a ``grant``, which is no training), ``passed``, ``certified``,
    ``subsidised`` (a line stands), ``target`` (counts to the target), ``apart`` (of a kind that the target leaves out),
    ``employed`` (bool). ``chosen``: the record of ``entries.trainings`` that counts for each (None: its own). ``labels``: ``place``,
    ``institution``, ``department``, ``training_kind``, ``level``, ``certificate_kind``, ``categories``, ``programme`` (未填 where blank).
    """

    trainings: pd.DataFrame
    entries: Entries
    book: Book
    chosen: NDArray[np.int32] | None
    labels: dict[str, Label]
    _cuts: dict[tuple[date, date], Slice] = field(default_factory=dict)

    def records(self, places: NDArray[np.integer[Any]]) -> NDArray[np.integer[Any]]:
        """The records that count for some trainings."""
        return places if self.chosen is None else self.chosen[places]

    def people(self, places: NDArray[np.int64]) -> pd.DataFrame:
        """Some trainings (index: their places) with the columns ``labels`` as categories, ``on`` as a date, ``tid``; ``who`` are numbers
        from 0 on."""
        rows = self.trainings.take(places)
        named = {key: self._named(key, places) for key in self.labels}
        tid = self.entries.trainings["tid"].to_numpy()[self.records(places)]
        who, _ = pd.factorize(rows["who"].to_numpy())
        return rows.assign(on=dates(rows["on"].to_numpy()), tid=tid, who=who, **named)

    def bearing(self, key: str, words: set[str]) -> NDArray[np.bool_]:
        """Which trainings have one of the words in a label that lists them (``、`` between)."""
        label = self.labels[key]
        # the last for names that do not occur, whose place is -1: an empty ledger has no others
        bears = np.array([*(bool(set(name.split("、")) & words) for name in label.names), False], dtype=bool)
        found: NDArray[np.bool_] = bears[label.places][label.codes]
        return found if self.chosen is None else found[self.chosen]

    def _named(self, key: str, places: NDArray[np.int64]) -> pd.Categorical:
        label = self.labels[key]
        at = label.of(self.records(places))
        if GRANT in label.names:
            grant = np.flatnonzero(label.names == GRANT)
            at = np.where(self.trainings["grant"].to_numpy()[places], grant, at)
        return pd.Categorical.from_codes(at, categories=label.names)

    def within(self, period: Period) -> Slice:
        """What falls into a period; the same period is cut once."""
        key = (period.first, period.last)
        if key not in self._cuts:
            self._cuts[key] = Slice(self, period)
        return self._cuts[key]

    def lines(self, which: NDArray[np.bool_]) -> pd.DataFrame:
        """Some lines as a frame (index: their place in the ledger; text as categories): ``training``, ``line``, ``outcome``, ``amount_fen``, ``proposed_fen``,
        ``paid_fen``, ``standard_fen``, ``fund``, ``payee_kind``, ``payee``, ``seq``, ``tid``, ``codes``, ``on``, ``booked``, ``who`` (Int64,
        missing of a grant)."""
        at = np.flatnonzero(which)
        rows = pd.DataFrame({key: self.entries.lines[key].array.take(at) for key in _OF_LINES}, index=at)
        training = self.book.training[at]
        who = pd.Series(self.trainings["who"].to_numpy()[training], index=rows.index, dtype="Int64")
        frame = rows.assign(
            training=training.astype(np.int64),
            outcome=self.book.outcome.take(at),
            paid_fen=np.where(self.book.arrived[at], rows["amount_fen"], 0),
            on=dates(self.book.on[at]),
            booked=dates(self.book.booked[at]),
            who=who.mask(self.trainings["grant"].to_numpy()[training]),
        )
        frame = frame.astype(dict.fromkeys(_SUMS, "Int64"))
        frame["fund"] = plain(frame["fund"].array, NO_FUND)
        return frame

    def spent(self, which: NDArray[np.bool_]) -> pd.DataFrame:
        """``count``, ``amount_fen``, ``paid_fen`` (int64) of some lines by fund."""
        values = self.entries.lines["fund"].array
        names = [*(name or NO_FUND for name in values.categories), NO_FUND]
        sums = np.zeros((3, len(names)), dtype=np.int64)
        # in pieces, for it may be asked of every line
        for first in range(0, len(which), _CHUNK):
            piece = slice(first, first + _CHUNK)
            chosen = which[piece]
            fund, amount = values.codes[piece][chosen], self.book.amount_fen[piece][chosen]
            np.add.at(sums[0], fund, 1)
            np.add.at(sums[1], fund, amount)
            np.add.at(sums[2], fund, np.where(self.book.arrived[piece][chosen], amount, 0))
        frame = pd.DataFrame(sums.T, index=pd.Index(names, dtype="str"), columns=["count", "amount_fen", "paid_fen"])
        return frame[frame["count"].gt(0)].groupby(level=0).sum()

    def label(self, lines: pd.DataFrame, key: str) -> pd.Series:
        """A column of their trainings for some lines."""
        return pd.Series(self._named(key, lines["training"].to_numpy()), index=lines.index, name=key)
