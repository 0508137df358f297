"""Why a line was not paid: the findings that decided its verdict."""

from __future__ import annotations

from typing import NamedTuple

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
    # On a few hundred lines every call on a frame costs more than the rows: a line and a finding meet by whole numbers.
    lines, findings = facts.decision.lines, facts.decision.findings
    waiting, reason = (
        _of_kind(lines["verdict"], list(DECIDING)),
        _of_kind(findings["severity"], list(DECIDING.values())),
    )
    rid = lines["rid"].to_numpy()[waiting.rows]
    # A line may fall by several findings, and a finding on the training meets several lines.
    left, right = _meeting(
        rid * len(DECIDING) + waiting.kind, findings["rid"].to_numpy()[reason.rows] * len(DECIDING) + reason.kind
    )
    on, by = waiting.rows[left], reason.rows[right]
    line, codes = lines["line"].array.take(on), pd.Series(lines["codes"].array.take(on))
    aim, code = findings["line"].fillna("").array.take(by), pd.Series(findings["code"].array.take(by))
    meant = np.asarray((aim == "") | (aim == line)) & _listed(code, codes)
    lid = lines.index.to_numpy()
    on, by = on[meant], by[meant]
    unexplained = waiting.rows[~np.isin(waiting.rows, on)]
    if len(unexplained):
        first = lines.iloc[unexplained[0]]
        raise RuntimeError(
            f"{len(unexplained)} lines are without a finding that explains their verdict; the first is line "
            f"{first['line']} of training {first['rid']}, {first['verdict']}, with codes {first['codes']!r}"
        )
    ranks = (pd.factorize(findings[key].array.take(by), sort=True)[0] for key in ("message", "code"))
    order = np.lexsort((*ranks, lid[on]))
    on, by = on[order], by[order]
    told = {key: findings[key].array.take(by) for key in ("code", "message", "clause", "found")}
    of_line = {key: lines[key].array.take(on) for key in ("rid", "line", "verdict")}
    return pd.DataFrame({"lid": lid[on], **of_line, **told}, copy=False)


class _Chosen(NamedTuple):
    """Positions of rows, and which of the words asked for each holds."""

    rows: NDArray[np.intp]
    kind: NDArray[np.intp]


def _of_kind(values: pd.Series, words: list[str]) -> _Chosen:
    kind = pd.Index(words).get_indexer(pd.Index(values))
    rows = np.flatnonzero(kind >= 0)
    return _Chosen(rows, kind[rows])


def _meeting(left: NDArray[np.int64], right: NDArray[np.int64]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Positions of every pair of equal numbers, in the order of ``left``, then of ``right``."""
    order = np.argsort(right, kind="stable")
    first, last = (np.searchsorted(right[order], left, side=side) for side in ("left", "right"))
    several = last - first
    at = np.repeat(np.arange(len(left)), several)
    return at, order[np.arange(len(at)) + np.repeat(first - np.cumsum(several) + several, several)]


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
    lids, line = np.unique(pairs["lid"].to_numpy(), return_inverse=True)
    return pd.DataFrame(
        {
            "rule": _under(line, pairs["code"], "、"),
            "reason": _under(line, pairs["message"], "\n"),
            "remedy": _under(line, facts.remedies(pairs["code"]), "\n"),
            "clause": _under(line, pairs["clause"], "、"),
        },
        index=pd.Index(lids, name="lid"),
        dtype="str",
    )


def _under(line: NDArray[np.intp], texts: pd.Series, between: str) -> pa.Array:
    """The distinct texts of every line (numbered from 0, in order), joined in the order of the rows."""
    kinds, words = pd.factorize(texts.fillna(""))
    once = np.sort(np.unique(line * len(words) + kinds, return_index=True)[1])
    line, kinds = line[once], kinds[once]
    blank = np.asarray(words == "")[kinds]
    held = ~blank | (np.bincount(line)[line] == 1)
    listed = pa.array(words.to_list(), type=pa.string()).take(pa.array(kinds[held]))
    ends = np.cumsum(np.bincount(line[held]))
    return pc.binary_join(pa.ListArray.from_arrays(np.append(0, ends).astype(np.int32), listed), between)
