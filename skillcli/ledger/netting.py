"""Who owes what is set against whom is paid what: pure arithmetic on whole fen."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import numpy as np
import pandas as pd

NETTING_DTYPES = {"receivable": "int64", "title": "str", "lid": "int64", "amount_fen": "int64"}
"""One row a receivable and line: ``amount_fen`` > 0 of the line ``lid`` of the run is kept back for
the receivable; ``title`` is what the sheet calls it."""

PERSON = "个人"


def fold(text: str) -> str:
    """NFKC, lower case, without blanks: how names of payees and classes are compared."""
    return "".join(unicodedata.normalize("NFKC", text).lower().split())


def payee_key(kind: str, payee: str, person: int) -> str:
    """Key under which a payee's money is kept together: a person by the person key, a body by its
    name whatever it is paid for. "" where a person has no key: nothing is netted then."""
    if kind != PERSON:
        return f"单位 {fold(payee)}"
    return f"{PERSON} {person}" if person else ""


def payee_keys(kinds: pd.Series, payees: pd.Series, persons: pd.Series) -> pd.Series:
    """``payee_key`` of many lines; all of one index."""
    names = {name: payee_key("", name, 0) for name in payees.dropna().unique()}
    bodies = payees.map(names).astype("str").fillna("")
    own = (f"{PERSON} " + persons.astype("str")).where(persons.ne(0), "")
    return bodies.where(kinds.ne(PERSON), own).astype("str")


def class_keys(classes: pd.Series) -> pd.Series:
    """Key of each 班级编号, "" where there is none."""
    return classes.map({name: fold(name) for name in classes.dropna().unique()}).astype("str").fillna("")


def apportion(total: int, weights: Sequence[int]) -> list[int]:
    """Split fen by weights (each 0 or more) by largest remainder; among equals the first gets more.

    The parts sum to ``total``, which may be negative. Raises ValueError when all weights are 0 and
    there is something to split.
    """
    whole = sum(weights)
    if whole <= 0:
        if total:
            raise ValueError("nothing to split by")
        return [0] * len(weights)
    sign = -1 if total < 0 else 1
    shares = [divmod(abs(total) * int(weight), whole) for weight in weights]
    parts = [share for share, _ in shares]
    missing = abs(total) - sum(parts)
    for place in sorted(range(len(parts)), key=lambda at: -shares[at][1])[:missing]:
        parts[place] += 1
    return [sign * part for part in parts]


def allocate(lines: pd.DataFrame, receivables: pd.DataFrame) -> pd.DataFrame:
    """What is kept back from the lines of a run (``NETTING_DTYPES``), ordered by receivable and line.

    ``lines``: index ``lid``; ``payee_key``, ``class_key``, ``fund`` (str), ``amount_fen`` (int64, what is due).
    ``receivables``: ``receivable``, ``title``, ``payee_key``, ``scope``, ``left_fen``, oldest first. An
    advance (``scope``) comes first and takes only from its class's lines. What a payee owes is
    split over the funds, then over the lines of a fund, by largest remainder.
    """
    lines = lines[lines["payee_key"].isin(receivables["payee_key"]) & lines["payee_key"].ne("")]
    due = lines["amount_fen"].copy()
    parts = []
    groups = receivables.assign(late=receivables["scope"].eq("")).groupby(["late", "payee_key", "scope"], sort=True)
    for _, owed in groups:
        key, scope = str(owed["payee_key"].iloc[0]), str(owed["scope"].iloc[0])
        fits = lines["payee_key"].eq(key) & due.gt(0)
        if scope:
            fits &= lines["class_key"].eq(scope)
        taken = min(int(due[fits].sum()), int(owed["left_fen"].sum()))
        if taken > 0:
            shares = _by_fund(taken, due[fits], lines.loc[fits, "fund"])
            due[fits] -= shares
            parts.append(_match(owed, shares))
    frame = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(NETTING_DTYPES))
    return frame.astype(NETTING_DTYPES).sort_values(["receivable", "lid"], ignore_index=True)


def _by_fund(taken: int, due: pd.Series, funds: pd.Series) -> pd.Series:
    """Shares of lines: first the funds (in order of appearance), then the lines of each."""
    funds = funds.fillna("")
    sums = due.groupby(funds, sort=False).sum()
    parts = []
    for fund, share in zip(sums.index, apportion(taken, sums.tolist()), strict=True):
        own = due[funds.eq(str(fund))]
        parts.append(pd.Series(apportion(share, own.tolist()), index=own.index, dtype="int64"))
    return pd.concat(parts).reindex(due.index)


def _match(owed: pd.DataFrame, shares: pd.Series) -> pd.DataFrame:
    """Fill receivables one after the other, oldest first, from the lines one after the other."""
    by_line = np.cumsum(shares.to_numpy())
    by_debt = np.minimum(np.cumsum(owed["left_fen"].to_numpy()), by_line[-1])
    ends = np.unique(np.concatenate([by_line, by_debt]))
    ends = ends[ends > 0]
    debt = np.searchsorted(by_debt, ends)
    return pd.DataFrame(
        {
            "receivable": owed["receivable"].to_numpy()[debt],
            "title": owed["title"].to_numpy()[debt],
            "lid": shares.index.to_numpy()[np.searchsorted(by_line, ends)],
            "amount_fen": np.diff(ends, prepend=0),
        }
    )
