"""Names of the roster looked up in the office's catalogues on the day the class began."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

MOST_SUGGESTIONS = 3
EMPLOYER = "用人单位"
_ENTRY = ("body_kind", "admission", "document", "account", "valid_from", "valid_to")
_PAPERS = ("documented", "dated", "admitted")
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
    from skillcli.rules.facts import normal

    keyed = bodies.assign(body=normal(bodies["institution"])).dropna(subset="body")
    keyed = keyed.reindex(columns=["body", *_ENTRY])
    dates = keyed["valid_from"].notna() | keyed["valid_to"].notna()
    school = keyed["body_kind"].ne(EMPLOYER)
    keyed["documented"] = keyed["document"].notna() | bool(keyed["document"].isna().all())
    keyed["dated"] = dates | (not dates.any())
    keyed["admitted"] = keyed["admission"].notna() | ~school | bool(keyed.loc[school, "admission"].isna().all())
    wanted = names.dropna().rename("body").to_frame().assign(day=day).rename_axis("at").reset_index()
    found = wanted.merge(
        keyed[["body", "account", "valid_from", "valid_to", *_PAPERS]], on="body", how="inner", validate="m:m"
    )
    opened = found["valid_from"].isna() | found["day"].isna() | found["valid_from"].le(found["day"])
    lasting = found["valid_to"].isna() | found["day"].isna() | found["valid_to"].ge(found["day"])
    found["current"] = opened & lasting
    for paper in _PAPERS:
        found[paper] &= found["current"]
    found["account"] = found["current"] & found["account"].notna()
    columns = ["current", *_PAPERS, "account"]
    state = found.groupby("at")[columns].any().reindex(names.index, fill_value=False).astype(bool)
    state.insert(0, "listed", names.index.isin(found["at"]))
    return state


def nearest(unknown: pd.Series, choices: list[str]) -> pd.Series:
    """For each name up to three like it among ``choices``, as the end of a sentence; "" where none is.

    Suggestions only: nothing is ever matched by likeness.
    """
    from rapidfuzz import fuzz, process

    pool = sorted(set(choices))

    def sentence(name: str) -> str:
        found = process.extract(name, pool, scorer=fuzz.ratio, limit=MOST_SUGGESTIONS, score_cutoff=LEAST_LIKENESS)
        return f"；相近的有：{'、'.join(choice for choice, _likeness, _place in found)}" if found else ""

    distinct = {name: sentence(name) for name in unknown.dropna().unique()}
    return unknown.map(distinct).astype("str").fillna("")
