"""Why a line was not paid: the findings that decided its verdict."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from skillcli.core.finding import Severity, Verdict
from skillcli.reports.facts import RunFacts

DECIDING = {
    Verdict.REFUSED.value: Severity.ERROR.value,
    Verdict.HELD.value: Severity.HOLD.value,
    Verdict.UNDECIDED.value: Severity.RULING.value,
}
"""Verdict → severity of the findings that brought it about."""


def deciding(facts: RunFacts) -> pd.DataFrame:
    """The findings that decided the lines of the verdicts that need a reason.

    One row a line and finding, ordered by line and code: ``lid``, ``rid``, ``line``, ``verdict``, ``code``,
    ``message``, ``clause``, ``found`` (int64 and str). Raises RuntimeError when a line has none: a verdict
    without a reason is our own bug.
    """
    lines = facts.decision.lines[["rid", "line", "codes", "verdict"]].rename_axis("lid").reset_index()
    lines = _of_kind(lines, "verdict", list(DECIDING))
    findings = facts.decision.findings.rename(columns={"line": "aim"})
    findings = _of_kind(findings, "severity", list(DECIDING.values()))
    # A line may fall by several findings, and a finding on the training meets several lines.
    pairs = lines.merge(findings, on=["rid", "kind"], how="inner", validate="many_to_many")
    aim = pairs["aim"].fillna("")
    meant = ((aim == "") | (aim == pairs["line"])) & _listed(pairs["code"], pairs["codes"])
    pairs = pairs.loc[meant].sort_values(["lid", "code", "message"], kind="stable", ignore_index=True)
    unexplained = lines.loc[~lines["lid"].isin(pairs["lid"])]
    if len(unexplained):
        first = unexplained.iloc[0]
        raise RuntimeError(
            f"{len(unexplained)} lines are without a finding that explains their verdict; the first is line "
            f"{first['line']} of training {first['rid']}, {first['verdict']}, with codes {first['codes']!r}"
        )
    return pairs[["lid", "rid", "line", "verdict", "code", "message", "clause", "found"]]


def _of_kind(frame: pd.DataFrame, key: str, words: list[str]) -> pd.DataFrame:
    """The rows whose ``key`` is one of these words, and which it is as ``kind`` (int64)."""
    kind = pd.Index(words).get_indexer(pd.Index(frame[key]))
    return frame.loc[kind >= 0].assign(kind=kind[kind >= 0])


def _listed(codes: pd.Series, lists: pd.Series) -> NDArray[np.bool_]:
    """Whether each code is a word of the list beside it. Few different pairs occur, so each is
    looked at once."""
    code, codes_seen = pd.factorize(codes)
    listed, lists_seen = pd.factorize(lists)
    pairs, which = np.unique(code * len(lists_seen) + listed, return_inverse=True)
    answers = [codes_seen[p // len(lists_seen)] in lists_seen[p % len(lists_seen)].split() for p in pairs]
    return np.array(answers, dtype=bool)[which]


def joined(facts: RunFacts, pairs: pd.DataFrame) -> pd.DataFrame:
    """One row a line, index ``lid``: ``rule``, ``reason``, ``remedy`` and ``clause``, several of
    them one under the other. ``pairs`` as ``deciding`` gives them, ordered by line.

    Called once for all verdicts: on a few hundred lines the calls cost, not the rows."""
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
    """lid → the distinct values of a column, joined in the order of the rows."""
    kinds, words = pd.factorize(pairs[key].fillna(""))
    values = pd.DataFrame({"lid": pairs["lid"].to_numpy(), "kind": kinds}).drop_duplicates()
    blank = words.take(values["kind"].to_numpy()) == ""
    values = values.loc[~blank | ~values["lid"].duplicated(keep=False).to_numpy()]
    lids, starts = np.unique(values["lid"].to_numpy(), return_index=True)
    listed = pa.array(words.to_list(), type=pa.string()).take(pa.array(values["kind"].to_numpy()))
    offsets = pa.array(np.append(starts, len(values)).astype(np.int32))
    joined_text = pc.binary_join(pa.ListArray.from_arrays(offsets, listed), between)
    return pd.Series(joined_text.to_pandas(), dtype="str").set_axis(pd.Index(lids, name="lid"))
