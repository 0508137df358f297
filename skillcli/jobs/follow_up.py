"""Which training a follow-up is about, and what became of the person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from skillcli.core.period import add_months
from skillcli.reports.employment import EMPLOYED

if TYPE_CHECKING:
    from skillcli.jobs.outcome import Outcome
    from skillcli.ledger.story import Story

LATE, BEFORE, OPEN, NOBODY = (
    "就业日期超过期限",
    "就业日期早于结课",
    "未就业或未填",
    "台账里没有对应的培训",
)


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
