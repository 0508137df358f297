"""What a report of a period is made from; the ledger alone can fill it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field  # no Struct: `made` starts anew where facts are replaced
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from skillcli.core.period import Period, between
from skillcli.policy.model import Policy
from skillcli.reports.facts import RuleText
from skillcli.schema.entries import Entries

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from skillcli.xlsx.book import Book


class Clock(StrEnum):
    """Which day puts a training or a line into a period.

    ``usual``: money by the month of its batch, people by 发证日期. The others go for both: 结课日期, 发证日期, the day the
    money arrived, the month of the batch.
    """

    USUAL = ""
    TRAINING = "training"
    CERTIFICATE = "certificate"
    PAYMENT = "payment"
    BOOKED = "booked"

    @property
    def people(self) -> Clock:
        """By what people are counted."""
        return Clock.CERTIFICATE if self is Clock.USUAL else self

    @property
    def money(self) -> Clock:
        """By what money is counted."""
        return Clock.BOOKED if self is Clock.USUAL else self

    @property
    def words(self) -> str:
        """The day's name, of one that is not ``USUAL``."""
        return _TITLES[self]


_TITLES = {
    Clock.TRAINING: "结课日期",
    Clock.CERTIFICATE: "发证日期",
    Clock.PAYMENT: "支付日期",
    Clock.BOOKED: "拨付月份",
}


class Figure(NamedTuple):
    """A number no ledger holds, and where the office has it from."""

    value: Decimal
    source: str


@dataclass(frozen=True)
class PeriodFacts:
    """A report to make. ``kind``: quarterly, annual or period. ``as_of``: the day it is made, from which waiting is
    counted. ``figures``: by key (``employed`` 就业人员, ``skilled`` 技能劳动者, ``high_skilled`` 高技能人才, in persons).
    ``rules``: code → its words. ``registers``: kind → entries of every register that was ever imported
    (``schema.registers``). ``shortage``: which of some rows of ``entries.trainings`` are in an occupation in short supply, None where
    that catalogue was never imported. ``recoveries``: what was taken back, one row a line (``schema.entries.RECOVERY_DTYPES``). ``roll``:
    the 实名制 list (``person`` int64, ``name``, ``id_number`` str), None where it was never imported. ``followed``: what became of people after their training
    (``schema.placement.FOLLOWED``)."""

    entries: Entries
    policy: Policy
    period: Period
    kind: str
    clock: Clock
    as_of: date
    tool: str
    agency: str = ""
    rules: Mapping[str, RuleText] = field(default_factory=dict)
    figures: Mapping[str, Figure] = field(default_factory=dict)
    registers: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    shortage: Callable[[pd.DataFrame], NDArray[np.bool_]] | None = None
    recoveries: pd.DataFrame | None = None
    roll: pd.DataFrame | None = None
    followed: pd.DataFrame | None = None
    made: dict[str, pd.DataFrame] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What several sheets ask for, by name, made once."""

    @property
    def year_to_date(self) -> Period:
        """From 1 January of the year in which the period ends."""
        return between(date(self.period.last.year, 1, 1), self.period.last)

    @property
    def campaign(self) -> Period:
        """From the policy's first day to the period's last; the period alone where it lies before."""
        return between(min(self.policy.valid_from, self.period.first), self.period.last)

    @property
    def heading(self) -> str:
        """What stands before every sheet's own title."""
        return f"{self.agency}{self.period.title}职业技能培训"

    @property
    def basis(self) -> str:
        """Under every title: which days, by which clock, as of when."""
        if self.clock is Clock.USUAL:
            by = f"人次、人数按{self.clock.people.words}，条数、金额按{self.clock.money.words}"
        else:
            by = f"人次、人数、条数、金额都按{self.clock.words}"
        return f"统计期：{self.period.first} 至 {self.period.last}　　{by}　　制表日期：{self.as_of}"


class EarlierIssue(Struct, frozen=True):
    """The report of the same period that was written before: its book, the day, and the transactions since
    (``schema.entries.EVENT_DTYPES``)."""

    book: Book
    day: str
    position: int
    events: pd.DataFrame
