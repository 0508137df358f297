"""Why a line was not paid: the findings that decided its verdict."""

from __future__ import annotations

import pandas as pd

from skillcli.core.finding import Severity, Verdict
from skillcli.reports.facts import RunFacts

DECIDING = {
    Verdict.REFUSED.value: Severity.ERROR.value,
    Verdict.HELD.value: Severity.HOLD.value,
    Verdict.UNDECIDED.value: Severity.RULING.value,
}
"""Verdict → severity of the findings that brought it about."""


def deciding(facts: RunFacts, verdict: str) -> pd.DataFrame:
    """The findings that decided the lines of this verdict.

    One row a line and finding, ordered by line and code: ``lid``, ``rid``, ``line``, ``code``,
    ``message``, ``clause``, ``found``. Raises RuntimeError when a line has none: a verdict
    without a reason is our own bug.
    """
    lines = facts.decision.lines
    lines = lines.loc[lines["verdict"] == verdict, ["rid", "line", "codes"]].rename_axis("lid").reset_index()
    findings = facts.decision.findings
    findings = findings.loc[findings["severity"] == DECIDING[verdict]].rename(columns={"line": "aim"})
    # A line may fall by several findings, and a finding on the training meets several lines.
    pairs = lines.merge(findings, on="rid", how="inner", validate="many_to_many")
    aim = pairs["aim"].fillna("")
    meant = (aim == "") | (aim == pairs["line"])
    codes = zip(pairs["code"], pairs["codes"], strict=True)
    meant &= pd.Series([code in listed.split() for code, listed in codes], index=pairs.index, dtype="bool")
    pairs = pairs.loc[meant].sort_values(["lid", "code", "message"], kind="stable", ignore_index=True)
    unexplained = lines.loc[~lines["lid"].isin(pairs["lid"])]
    if len(unexplained):
        first = unexplained.iloc[0]
        raise RuntimeError(
            f"{len(unexplained)} lines are {verdict} without a finding of severity {DECIDING[verdict]}; "
            f"the first is line {first['line']} of training {first['rid']} with codes {first['codes']!r}"
        )
    return pairs[["lid", "rid", "line", "code", "message", "clause", "found"]]


def joined(facts: RunFacts, pairs: pd.DataFrame) -> pd.DataFrame:
    """One row a line, index ``lid``: ``rule``, ``reason``, ``remedy`` and ``clause``, several of
    them one under the other."""
    pairs = pairs.assign(remedy=facts.remedies(pairs["code"]))
    return pd.DataFrame(
        {
            "rule": _under(pairs, "code", "、"),
            "reason": _under(pairs, "message", "\n"),
            "remedy": _under(pairs, "remedy", "\n"),
            "clause": _under(pairs, "clause", "、"),
        }
    )


def _under(pairs: pd.DataFrame, key: str, between: str) -> pd.Series:
    """lid → the distinct values of a column, joined."""
    values = pairs.assign(value=pairs[key].fillna("")).drop_duplicates(["lid", "value"])
    values = values.loc[(values["value"] != "") | ~values["lid"].duplicated(keep=False)]
    several = values["lid"].duplicated(keep=False)
    single = values.loc[~several].set_index("lid")["value"]
    many = values.loc[several].groupby("lid")["value"].agg(between.join)
    together: pd.Series = pd.concat([single, many.astype("str")]).sort_index().astype("str")
    return together
