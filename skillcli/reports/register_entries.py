"""The registers as reports read them: by period, by unit, under the names that a report's rows bear."""

from __future__ import annotations

import pandas as pd

from skillcli.core.period import Period
from skillcli.reports.period_facts import PeriodFacts
from skillcli.reports.places import labels
from skillcli.schema.registers import ARRIVED, DONATED, FUNDS, GRANTED, OTHER_USE, TASKS, Register, folded

FUND_KEYS = {GRANTED: "granted_fen", ARRIVED: "arrived_fen", DONATED: "donated_fen", OTHER_USE: "other_fen"}
_PLACE = ("镇", "乡", "街道", "县", "区", "市", "旗")
"""How the name of a place ends; a unit of any other name is a department."""


def entries(facts: PeriodFacts, register: Register) -> pd.DataFrame | None:
    """The entries of a register; None where it was never imported."""
    return facts.registers.get(register.table.kind)


def within(frame: pd.DataFrame, day: str, period: Period) -> pd.DataFrame:
    """The entries whose day lies in the period."""
    days = frame[day]
    return frame[days.between(pd.Timestamp(period.first), pd.Timestamp(period.last))]


def tasks(facts: PeriodFacts, key: str) -> pd.DataFrame | None:
    """The year's tasks of places (``place``) or departments (``department``): ``goal`` (int64) and ``document`` (str)
    by the label that a report's row bears; None where no tasks were ever imported. The year is the period's last."""
    register = entries(facts, TASKS)
    if register is None:
        return None
    own = register[register["year"].eq(facts.period.last.year).fillna(False)]
    place = folded(own["unit"]).str.endswith(_PLACE)
    own = own[place if key == "place" else ~place]
    label = labels(own["unit"], facts.policy.region) if key == "place" else own["unit"]
    by = own.groupby(label.astype("str"))
    return pd.DataFrame(
        {
            "goal": by["goal"].sum().astype("int64"),
            "document": by["document"].agg(lambda texts: "、".join(dict.fromkeys(texts.dropna()))).astype("str"),
        }
    )


def fund_sums(facts: PeriodFacts, period: Period) -> pd.DataFrame | None:
    """Fen by fund (index) and kind of entry (``FUND_KEYS``, int64) of a period; None where no funds were ever imported."""
    register = entries(facts, FUNDS)
    if register is None:
        return None
    own = within(register, "day", period)
    sums = own.groupby(["fund", "kind"])["amount_fen"].sum().unstack("kind")
    return sums.reindex(columns=list(FUND_KEYS)).rename(columns=FUND_KEYS).fillna(0).astype("int64")


def by_name(names: pd.Series, known: pd.Index) -> pd.Series:
    """Names as the report's rows bear them: the row of the same name, blanks and width aside, else the name itself."""
    rows = pd.Series(known, dtype="str")
    table = dict(zip(folded(rows), rows, strict=True))
    same: pd.Series = folded(names).map(table).astype("str").fillna(names.astype("str"))
    return same
