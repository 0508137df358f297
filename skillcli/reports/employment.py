"""Employment and income after training: the rates of a year, from what was followed up."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd

from skillcli.policy.model import Policy
from skillcli.reports.period_facts import PeriodFacts
from skillcli.reports.sheets import report_sheet, report_table
from skillcli.schema.outputs import FOLLOW_UP_RATES
from skillcli.xlsx.book import Sheet

EMPLOYED = "已就业"
"""Outcome of a follow-up: work taken up after the training and in time."""
STAFF = "企业职工"


def employment_sheet(facts: PeriodFacts) -> Sheet:
    """就业率与增收率: one row a year of 结课 up to the period's last, from the follow-up lists the ledger keeps."""
    table = report_table(FOLLOW_UP_RATES, follow_up_rates(facts))
    notes = (
        "注：应跟踪人数是台账里当年结课（到本期末）、不是企业职工的人数（按身份证号去重），没有跟踪的也在内；就业率＝就业人数÷应跟踪人数。",
        "注：增收率＝增收人数÷收入填全人数；收入没有填的不计入，空白表示没有可计算的数据。",
        "注：来自 skillcli placement 登记的就业跟踪名单，同一培训以最后一次登记为准；没有登记过名单的年度，已跟踪人数为 0。",
    )
    return report_sheet(facts, FOLLOW_UP_RATES.title, (table,), notes)


def follow_up_rates(facts: PeriodFacts) -> pd.DataFrame:
    """``rates`` of what the ledger keeps, trainings that ended up to the period's last day."""
    trainings = facts.entries.trainings
    trainings = trainings[trainings["end"].le(pd.Timestamp(facts.period.last)).fillna(False)]
    told = empty_followed() if facts.followed is None else facts.followed
    told = told.merge(trainings[["tid", "person"]].astype({"tid": "Int64"}), on="tid", how="inner", validate="1:1")
    return rates(told, trainings, facts.policy)


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


def rates(told: pd.DataFrame, trainings: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """One row a year of 结课: persons to be followed (without 企业职工), followed, employed, with a higher income.

    ``trainings``: of the whole ledger (``schema.entries``). Shares in hundredths of a percent, missing where there
    is nothing to divide by; an income left blank is in no share.
    """
    staff = trainings["categories"].fillna("").str.split("、").map(lambda words: STAFF in words).astype("bool")
    people = trainings[trainings["person"].ne(0) & ~trainings["loser"] & ~staff & trainings["end"].notna()]
    people = people.assign(year=people["end"].dt.year)[["year", "person"]].drop_duplicates()
    mine = told[told["end"].notna()].assign(year=lambda f: f["end"].dt.year.astype("int64"))
    both = mine["income_before"].notna() & mine["income_after"].notna()
    raised = (both & mine["income_after"].gt(mine["income_before"]).fillna(False)).astype("bool")
    mine = mine.assign(employed=mine["outcome"].eq(EMPLOYED), known_income=both, raised=raised)
    mine = mine.groupby(["year", "person"])[["employed", "known_income", "raised"]].any().reset_index()
    whole = people.merge(mine.assign(tracked=True), on=["year", "person"], how="left", validate="1:1")
    flags = ["tracked", "employed", "known_income", "raised"]
    whole[flags] = whole[flags].astype("boolean").fillna(False).astype("int64")
    sums = whole.groupby("year")[flags].sum()
    sums.insert(0, "trainees", whole.groupby("year").size())
    goal = {int(year): _goal(policy, int(year)) for year in sums.index}
    made = sums.assign(
        tracked_share=_share(sums["tracked"], sums["trainees"]),
        rate=_share(sums["employed"], sums["trainees"]),
        raised_rate=_share(sums["raised"], sums["known_income"]),
        goal=pd.Series(goal, dtype="Int64"),
    )
    met = made["rate"].ge(made["goal"])
    made["reached"] = met.map({True: "达到", False: "未达到"}).astype("str").fillna("")
    return made.reset_index().assign(year=lambda f: f["year"].astype("str"))


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
