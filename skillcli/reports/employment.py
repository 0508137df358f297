"""Employment and income after training: the rates of a year, from what was followed up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from skillcli.core.distinct import among, each_once
from skillcli.core.period import Period, between
from skillcli.policy.model import Policy
from skillcli.reports.breakdowns import exploded, in_order
from skillcli.reports.counting import NOT_FILLED
from skillcli.reports.period_facts import PeriodFacts
from skillcli.reports.sheets import report_sheet, report_table
from skillcli.schema.outputs import FOLLOW_UP_GROUPS, FOLLOW_UP_RATES
from skillcli.schema.vocabulary import words
from skillcli.xlsx.book import Sheet, Table

EMPLOYED = "已就业"
"""Outcome of a follow-up: work taken up after the training and in time."""
STAFF = "企业职工"
_RATES = "follow_up_rates"


def employment_sheet(facts: PeriodFacts) -> Sheet:
    """就业率与增收率: one row a year of 结课 up to the period's last, then one a category of people in the last of these
    years, from the follow-up lists the ledger keeps."""
    table = report_table(FOLLOW_UP_RATES, follow_up_rates(facts), caption="一、按结课年度")
    notes = (
        "注：应跟踪人数是台账里当年结课（到本期末）、不是企业职工的人数（按身份证号去重），没有跟踪的也在内；就业率＝就业人数÷应跟踪人数。",
        "注：增收率＝增收人数÷收入填全人数；收入没有填的不计入，增收人数、增收率空白表示没有人填全收入。",
        "注：来自 skillcli placement 登记的就业跟踪名单，同一培训以最后一次登记为准；没有登记过名单的年度，已跟踪人数为 0。",
        "注：一人有几种类别的，在每一种里都计；合计每人只计一次。",
    )
    return report_sheet(facts, FOLLOW_UP_RATES.title, (table, _groups(facts)), notes)


def _groups(facts: PeriodFacts) -> Table:
    """The year in which the period ends, by category; a person stands in each of theirs, in the total once."""
    year = facts.period.last.year
    people = _by_category(facts.entries.trainings, between(date(year, 1, 1), facts.period.last), facts)
    mine = _by_person(_followed_up(facts))
    rows = _shares(mine[mine["year"].eq(year)], people).reindex(in_order(list(people), words("category")))
    whole = follow_up_rates(facts)
    whole = whole[whole["year"].eq(str(year))]
    keys = [column.key for column in FOLLOW_UP_GROUPS.columns[1:]]
    totals: dict[str, object] = {"label": "合计"}
    totals |= {key: int(whole[key].iloc[0]) for key in keys if len(whole) and pd.notna(whole[key].iloc[0])}
    frame = rows.rename_axis("label").reset_index().astype({"label": "str"})
    return report_table(FOLLOW_UP_GROUPS, frame, caption=f"二、{year} 年按人员类别", totals=totals)


def follow_up_rates(facts: PeriodFacts) -> pd.DataFrame:
    """``rates`` of what the ledger keeps, trainings that ended up to the period's last day."""
    if _RATES not in facts.made:
        facts.made[_RATES] = _follow_up_rates(facts)
    return facts.made[_RATES]


def _follow_up_rates(facts: PeriodFacts) -> pd.DataFrame:
    return rates(_followed_up(facts), facts.entries.trainings, facts.policy, facts.period.last)


def _followed_up(facts: PeriodFacts) -> pd.DataFrame:
    """What was told of trainings that ended up to the period's last day, each with its ``person``."""
    told = empty_followed() if facts.followed is None else facts.followed
    trainings = facts.entries.trainings
    # few of millions, which are in the order of ``tid``
    tids, wanted = trainings["tid"].to_numpy(), told["tid"].dropna().to_numpy(dtype=np.int64)
    at = np.searchsorted(tids, wanted[among(wanted, tids)])
    known = trainings[["tid", "person", "end"]].take(at).astype({"tid": "Int64", "end": "datetime64[s]"})
    people = known.loc[known["end"].le(pd.Timestamp(facts.period.last)), ["tid", "person"]]
    return told.merge(people, on="tid", how="inner", validate="1:1")


def employment_of_year(facts: PeriodFacts) -> dict[str, int] | None:
    """``trainees``, ``tracked``, ``employed`` of the year in which the period ends; None while nobody was followed up."""
    own = follow_up_rates(facts)
    own = own[own["year"].eq(str(facts.period.last.year)) & own["tracked"].gt(0)]
    if own.empty:
        return None
    return {key: int(own[key].iloc[0]) for key in ("trainees", "tracked", "employed")}


def empty_followed() -> pd.DataFrame:
    """Nothing followed up."""
    dtypes = {"tid": "Int64", "end": "datetime64[s]", "employed_on": "datetime64[s]", "income_before": "Int64"}
    dtypes |= {"income_after": "Int64", "outcome": "str"}
    return pd.DataFrame({key: pd.Series(dtype=dtype) for key, dtype in dtypes.items()})


def rates(told: pd.DataFrame, trainings: pd.DataFrame, policy: Policy, until: date = date.max) -> pd.DataFrame:
    """One row a year of 结课: persons to be followed (without 企业职工), followed, employed, with a higher income.

    ``trainings``: of the whole ledger (``schema.entries``), of which those count that ended up to ``until``. Shares in hundredths of a percent, missing where there
    is nothing to divide by; an income left blank is in no share.
    """
    mine = _by_person(told)
    years = [_shares(mine[mine["year"].eq(year)], {year: persons}) for year, persons in _to_follow(trainings, until)]
    made = pd.concat(years) if years else _shares(mine, {})
    made = made.rename_axis("year").reset_index()
    made["goal"] = pd.array([_goal(policy, int(year)) for year in made["year"]], dtype="Int64")
    met = made["rate"].ge(made["goal"])
    made["reached"] = met.map({True: "达到", False: "未达到"}).astype("str").fillna("")
    return made.astype({"year": "str"})


def _by_person(told: pd.DataFrame) -> pd.DataFrame:
    """One row a year of 结课 and person followed up: ``employed``, ``known_income``, ``raised`` (bool)."""
    mine = told[told["end"].notna()].assign(year=lambda f: f["end"].dt.year.astype("int64"))
    both = mine["income_before"].notna() & mine["income_after"].notna()
    raised = (both & mine["income_after"].gt(mine["income_before"]).fillna(False)).astype("bool")
    mine = mine.assign(employed=mine["outcome"].eq(EMPLOYED), known_income=both, raised=raised)
    return mine.groupby(["year", "person"])[["employed", "known_income", "raised"]].any().reset_index()


def _shares(mine: pd.DataFrame, people: Mapping[Any, NDArray[np.int64]]) -> pd.DataFrame:
    """One row a group of ``people`` (group → its persons): how many they are, how many were followed up, have work, have
    told their income, earn more (int64, the last Int64: missing where nobody told), and the shares. ``mine``: one row a person followed up."""
    flags = ["tracked", "employed", "known_income", "raised"]
    mine = mine.assign(tracked=True)
    sums = pd.DataFrame(
        {group: mine.loc[among(mine["person"].to_numpy(), persons), flags].sum() for group, persons in people.items()},
        index=flags,
    ).T.astype("int64")
    sums.insert(0, "trainees", pd.Series({group: len(persons) for group, persons in people.items()}, dtype="int64"))
    return sums.assign(
        tracked_share=_share(sums["tracked"], sums["trainees"]),
        rate=_share(sums["employed"], sums["trainees"]),
        raised=sums["raised"].astype("Int64").where(sums["known_income"].gt(0)),
        raised_rate=_share(sums["raised"], sums["known_income"]),
    )


def _to_follow(trainings: pd.DataFrame, until: date) -> Iterator[tuple[int, NDArray[np.int64]]]:
    """Year of 结课, and the persons trained in it who are no 企业职工, each once, sorted; year by year."""
    person, others = trainings["person"].to_numpy(), _no_staff(trainings)
    years = np.unique(pd.DatetimeIndex(trainings["end"].cat.categories).year)
    for year in (int(each) for each in years if each <= until.year):
        found = each_once(
            person[others & _ended(trainings, Period(date(year, 1, 1), min(date(year, 12, 31), until), ""))]
        )
        if len(found):
            yield year, found


def _by_category(trainings: pd.DataFrame, ended: Period, facts: PeriodFacts) -> dict[str, NDArray[np.int64]]:
    """Category of people, the implied ones too → the persons with it who are no 企业职工, each once, sorted."""
    asked = np.flatnonzero(_no_staff(trainings) & _ended(trainings, ended))
    person = trainings["person"].to_numpy()[asked]
    codes = trainings["categories"].cat.codes.to_numpy()[asked]
    lists = pd.Series(trainings["categories"].cat.categories, dtype="str")
    bears = exploded(lists, facts).astype("str")
    blank = len(lists)
    codes = np.where(codes < 0, blank, codes.astype(np.int64))
    kinds = pd.concat([bears, pd.Series([NOT_FILLED], index=[blank], dtype="str")])
    found = {str(word): person[np.isin(codes, rows.index)] for word, rows in kinds.groupby(kinds)}
    return {word: each_once(persons) for word, persons in found.items() if len(persons)}


def _no_staff(trainings: pd.DataFrame) -> NDArray[np.bool_]:
    """Which trainings are to be followed up: of persons who are no 企业职工."""
    lists = trainings["categories"].cat
    # the code of a blank is -1, the last
    other = np.array([STAFF not in text.split("、") for text in lists.categories] + [True], dtype=bool)
    found: NDArray[np.bool_] = other[lists.codes.to_numpy()] & ~trainings["loser"].to_numpy()
    found &= trainings["person"].to_numpy() != 0
    return found


def _ended(trainings: pd.DataFrame, period: Period) -> NDArray[np.bool_]:
    """Which trainings ended in a period; no day lies in none."""
    days = trainings["end"].cat.categories.to_numpy()
    inside = (days >= np.datetime64(period.first, "s")) & (days <= np.datetime64(period.last, "s"))
    found: NDArray[np.bool_] = np.append(inside, False)[trainings["end"].cat.codes.to_numpy()]
    return found


def _share(part: pd.Series, whole: pd.Series) -> pd.Series:
    """Hundredths of a percent, rounded half up; missing where ``whole`` is 0."""
    known = whole.where(whole.gt(0)).astype("Int64")
    return (part.astype("Int64") * 20_000 + known) // (known * 2)


def _goal(policy: Policy, year: int) -> int | None:
    """The year's target of the employment rate, hundredths of a percent."""
    for target in policy.targets:
        if (
            target.measure == "employment"
            and target.first.year <= year <= target.last.year
            and target.value is not None
        ):
            return int(Decimal(target.value) * 100)
    return None
