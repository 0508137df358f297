"""Names of the roster looked up in the office's catalogues on the day the class began."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

MOST_SUGGESTIONS = 3
EMPLOYER = "用人单位"
_ENTRY = ("body_kind", "admission", "document", "account", "valid_from", "valid_to")
LEAST_LIKENESS = 50.0
"""Of 100; names less alike than this are no help to a clerk."""


def register_state(names: pd.Series, day: pd.Series, bodies: pd.DataFrame) -> pd.DataFrame:
    """How each name stands in the 机构 sheet.

    ``names``: normalised (str); ``day``: datetime64, same index, which is unique. Returns bool columns on
    that index: ``listed`` (in the sheet at all), ``current`` (an entry in force on the day), ``documented``,
    ``dated`` and ``admitted`` (one of those has its 文号, a date of its 有效期, its 准入方式, where the sheet has any
    at all of the kind; 用人单位 need no 准入方式), ``account`` (one of those has a 银行账号). An unknown day
    contradicts no entry: its own rule speaks about it.
    """
    import pandas as pd

    name, _ = pd.factorize(names)
    date, _ = pd.factorize(day)
    pair, _ = pd.factorize(name * (len(day) + 1) + date)
    first = ~pd.Series(pair).duplicated().to_numpy()
    state = _register_state(names[first].reset_index(drop=True), day[first].reset_index(drop=True), bodies)
    return state.take(pair).set_axis(names.index)


def _register_state(names: pd.Series, day: pd.Series, bodies: pd.DataFrame) -> pd.DataFrame:
    """The same for distinct pairs of name and day."""
    import numpy as np
    import pandas as pd

    from skillcli.rules.facts import normal

    entries = bodies.reindex(columns=list(_ENTRY))
    body = normal(bodies["institution"])
    papers = _papers(entries[body.notna().to_numpy()])
    known = pd.Index(body.dropna().unique())
    of_entry, wanted = known.get_indexer(body.dropna()), known.get_indexer(names)
    # each name beside all its entries
    order = np.argsort(of_entry, kind="stable")
    start = np.searchsorted(of_entry[order], wanted, "left")
    count = np.searchsorted(of_entry[order], wanted, "right") - start
    count[wanted < 0] = 0
    at = np.repeat(np.arange(len(names)), count)
    entry = order[np.arange(len(at)) + np.repeat(start - np.concatenate([[0], np.cumsum(count)[:-1]]), count)]
    papers = {key: having[entry] for key, having in papers.items()}
    asked = day.to_numpy(dtype="datetime64[D]")[at]
    opened, closed = (
        entries.loc[body.notna().to_numpy(), key].to_numpy(dtype="datetime64[D]")[entry]
        for key in ("valid_from", "valid_to")
    )
    current = (np.isnat(opened) | np.isnat(asked) | (opened <= asked)) & (
        np.isnat(closed) | np.isnat(asked) | (closed >= asked)
    )
    found = {"listed": np.ones(len(at), dtype=bool), "current": current}
    found |= {key: having & current for key, having in papers.items()}
    return pd.DataFrame(
        {key: np.bincount(at[hit], minlength=len(names)) > 0 for key, hit in found.items()}, index=names.index
    )


def _papers(entries: pd.DataFrame) -> dict[str, NDArray[np.bool_]]:
    """Which entries of the 机构 sheet have what is asked of them, as ``register_state`` says."""
    has = {key: entries[key].notna().to_numpy() for key in _ENTRY}
    dated = has["valid_from"] | has["valid_to"]
    school = entries["body_kind"].ne(EMPLOYER).to_numpy()
    return {
        "documented": has["document"] | (not has["document"].any()),
        "dated": dated | (not dated.any()),
        "admitted": has["admission"] | ~school | (not has["admission"][school].any()),
        "account": has["account"],
    }


def nearest(unknown: pd.Series, choices: list[str]) -> pd.Series:
    """For each name up to three like it among ``choices``, as the end of a sentence; "" where none is.

    Suggestions only: nothing is ever matched by likeness.
    """
    distinct = unknown.dropna().unique()
    if not len(distinct):
        return unknown.fillna("")
    from rapidfuzz import fuzz, process

    from skillcli.rules.facts import looked_up

    pool = sorted(set(choices))

    def sentence(name: str) -> str:
        found = process.extract(name, pool, scorer=fuzz.ratio, limit=MOST_SUGGESTIONS, score_cutoff=LEAST_LIKENESS)
        return f"；相近的有：{'、'.join(choice for choice, _likeness, _place in found)}" if found else ""

    return looked_up(unknown, {name: sentence(name) for name in distinct}).fillna("")
