"""Who gets the money of a line, and the one spelling each payee is listed under."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from skillcli.policy.model import Line, Policy
    from skillcli.schema.catalogue import Catalogue

_TEXT = pa.large_string()


def read_for_payee(line: Line) -> tuple[str, ...]:
    """Columns of the trainings that ``payee_kinds`` looks at."""
    asked = {
        "category_set": True,
        "payer": any(r.payer for r in line.payee),
        "training_kind": any(r.kinds for r in line.payee),
    }
    return tuple(key for key, needed in asked.items() if needed)


def payee_kinds(policy: Policy, line: Line, trainings: pd.DataFrame) -> tuple[list[str], NDArray[np.int64]]:
    """个人, 培训机构 or 用人单位 of each training's line, as texts and each row's place among them: the
    first payee route that fits, "" where none does."""
    from skillcli.rules.match import Matcher

    matcher = Matcher(policy, trainings)
    kind = np.zeros(len(trainings), dtype=np.int64)
    for number, route in reversed(list(enumerate(line.payee, 1))):
        fits = matcher.everyone.copy()
        if route.payer:
            fits &= matcher.is_one_of("payer", [route.payer])
        if route.categories:
            fits &= matcher.has_any(route.categories)
        if route.kinds:
            fits &= matcher.is_one_of("training_kind", policy.kinds(route.kinds))
        kind[fits] = number
    return ["", *(route.to for route in line.payee)], kind


class Payees:
    """Whom the money of each training may go to, by the spelling it is listed under."""

    def __init__(self, trainings: pd.DataFrame, catalogue: Catalogue) -> None:
        names = payee_names(trainings, catalogue)
        pools = [pa.array(trainings["name"], type=_TEXT, from_pandas=True)]
        self.places: dict[str, NDArray[np.int64]] = {"个人": np.arange(len(trainings))}
        size = len(trainings)
        for kind, column in (("培训机构", "institution_n"), ("用人单位", "employer_n")):
            codes, distinct = pd.factorize(trainings[column])
            pools.append(pa.array(names.reindex(distinct), type=_TEXT, from_pandas=True))
            self.places[kind] = np.where(codes >= 0, codes + size, -1)
            size += len(distinct)
        chunks = [part for pool in pools for part in (pool.chunks if isinstance(pool, pa.ChunkedArray) else [pool])]
        # the last one is nobody, where a place of -1 points
        self.pool = pa.concat_arrays([*chunks, pa.array([""], _TEXT)]).fill_null("")

    def names(self, kind: NDArray[np.object_], place: NDArray[np.int64]) -> Any:
        """Payee of each line, by the kind of its payee and the place of its training."""
        where = np.full(len(kind), len(self.pool) - 1)
        for known, places in self.places.items():
            mine = kind == known
            where[mine] = places[place[mine]] % len(self.pool)
        return self.pool.take(pa.array(where))


def payee_names(trainings: pd.DataFrame, catalogue: Catalogue) -> pd.Series:
    """Normal form of an institution or employer → the one spelling its money is listed under.

    The 机构 catalogue's spelling, else the first of the run in character order, so that no row
    order decides it.
    """
    seen = [trainings[key].drop_duplicates() for key in ("institution", "employer")]
    names = _first_spelling(pd.concat(seen))
    if catalogue.bodies is not None and len(catalogue.bodies):
        names = pd.concat([_first_spelling(catalogue.bodies["institution"]), names])
        names = names[~names.index.duplicated()]
    return names


def _first_spelling(names: pd.Series) -> pd.Series:
    """Normal form → the first of its spellings in character order."""
    from skillcli.rules.facts import normal

    spelt = names.dropna().drop_duplicates().sort_values()
    plain = normal(spelt)
    first = (plain.notna() & ~plain.duplicated()).to_numpy()
    return pd.Series(spelt.array[first], index=pd.Index(plain.array[first]))
