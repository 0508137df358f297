"""Which training a follow-up is about, what became of the person, and the rates of a year."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from skillcli.core.period import add_months

if TYPE_CHECKING:
    from skillcli.jobs.outcome import Outcome
    from skillcli.ledger.story import Story
    from skillcli.policy.model import Policy

EMPLOYED, LATE, BEFORE, OPEN, NOBODY = (
    "已就业",
    "就业日期超过期限",
    "就业日期早于结课",
    "未就业或未填",
    "台账里没有对应的培训",
)
STAFF = "企业职工"


def about(rows: pd.DataFrame, trainings: pd.DataFrame) -> pd.DataFrame:
    """Row of the list (its index) → ``tid`` (Int64) and ``end`` of the training it is about.

    The one of the certificate where that is given; else the newest that ended by 就业日期; else the newest. Void
    batches and repeats of a training are left out; of a training judged several times the latest judging.
    """
    valid = trainings[trainings["status"].ne("void") & ~trainings["loser"]]
    valid = valid.sort_values("tid").drop_duplicates("class_hash", keep="last")
    pairs = rows.reset_index(names="at")[["at", "person", "certificate_n", "employed_on"]].merge(
        valid[["tid", "person", "certificate_n", "end"]].rename(columns={"certificate_n": "certificate"}),
        on="person",
        how="inner",
        validate="m:m",
    )
    same = pairs["certificate_n"].isna() | pairs["certificate_n"].eq(pairs["certificate"])
    ended = pairs["end"].le(pairs["employed_on"]).fillna(False)
    ranked = pairs[same].assign(ended=ended[same]).sort_values(["at", "ended", "end", "tid"], kind="stable")
    best = ranked.drop_duplicates("at", keep="last").set_index("at")
    return best[["tid", "end"]].reindex(rows.index).astype({"tid": "Int64"})


def follow_up(rows: pd.DataFrame, story: Story, outcome: Outcome | None, months: int) -> pd.DataFrame:
    """The list with ``tid``, ``institution``, ``occupation``, ``end`` of its training, ``outcome`` in words, and the
    placement line's ``verdict``, ``amount_fen`` (Int64) and ``reason``."""
    chosen = about(rows, story.trainings)
    known = story.trainings.set_index("tid")
    told = rows.assign(tid=chosen["tid"], end=chosen["end"])
    for key in ("institution", "occupation"):
        told[key] = chosen["tid"].map(known[key]).astype("str")
    limit = add_months(told["end"].to_numpy("datetime64[D]"), months)
    late = told["employed_on"].to_numpy("datetime64[D]") > limit
    words = np.select(
        [told["end"].isna(), told["employed_on"].isna(), told["employed_on"].lt(told["end"]), late],
        [NOBODY, OPEN, BEFORE, LATE],
        EMPLOYED,
    )
    told["outcome"] = pd.Series(words, index=told.index, dtype="str")
    return told.join(_lines(outcome), on="person")


def _lines(outcome: Outcome | None) -> pd.DataFrame:
    """Person → the placement line of the batch."""
    if outcome is None:
        empty = {
            "verdict": pd.Series(dtype="str"),
            "amount_fen": pd.Series(dtype="Int64"),
            "reason": pd.Series(dtype="str"),
        }
        return pd.DataFrame(empty, index=pd.Index([], dtype="int64"))
    decision = outcome.decision
    lines = decision.lines
    weighty = decision.findings[decision.findings["severity"].isin(["error", "hold", "ruling"])]
    reason = weighty.groupby("rid")["message"].agg("；".join)
    frame = pd.DataFrame(
        {
            "verdict": lines["verdict"].array,
            "amount_fen": lines["amount_fen"].astype("Int64").array,
            "reason": lines["rid"]
            .map(reason)
            .astype("str")
            .where(lines["verdict"].ne("拟补贴"))
            .fillna("")
            .astype("str")
            .array,
        },
        index=pd.Index(decision.trainings["person"].loc[lines["rid"]].to_numpy(), dtype="int64"),
    )
    return frame[~frame.index.duplicated(keep="first")]


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
