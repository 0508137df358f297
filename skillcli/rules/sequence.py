"""Winners, duplicates and what stands beside them: what depends on the person's other trainings and on the ledger (step 8).

Everything here compares trainings of one person, in the winner order of the policy page (section 5);
no row or file order enters it. How much is allowed: ``limits``; months of work: ``spells``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from skillcli.core.letters import text_array
from skillcli.rules.facts import numbered, text_column
from skillcli.schema.inputs import ROSTER

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from skillcli.policy.model import Policy
    from skillcli.rules.case import Case

PAYABLE, UNDECIDED, HELD, REFUSED = range(4)
"""State of a line so far, heavier is larger."""

_PLACE = ["batch", "file", "sheet", "row"]
"""What tells where an earlier training stands."""


def winner_order(trainings: pd.DataFrame, own_error: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Each training's place among its person's trainings: 0 wins over 1.

    发证日期 (else 结课日期), 开班日期, 证书编号, 培训机构, 身份证号, then the row's other values in schema
    order as far as the frame has them, blanks last; trainings with an error of their own after all others.
    """
    rank = np.zeros(len(trainings), dtype=np.int64)
    several = np.flatnonzero(_repeated(trainings["person"]))
    if not several.size:
        return rank
    person, issued, start, end = (trainings[key].to_numpy()[several] for key in ("person", "issued_on", "start", "end"))
    keys = [person, own_error[several], np.where(np.isnat(issued), end, issued), start]
    group = numbered(*keys)
    tied = np.bincount(group)[group] > 1
    within = np.zeros(len(several), dtype=np.int64)
    if tied.any():
        within[tied] = _rank_of_tied(trainings, several[tied], group[tied])
    # numpy, as pandas, sorts missing days last
    order = np.lexsort([within, *reversed(keys)])
    people = person[order]
    first = np.flatnonzero(np.append(True, people[1:] != people[:-1]))
    rank[several[order]] = np.arange(len(order)) - np.repeat(first, np.diff(np.append(first, len(order))))
    return rank


def _repeated(keys: pd.Series) -> NDArray[np.bool_]:
    """Which of these numbers stand in several rows; 0 is nobody's."""
    repeated: NDArray[np.bool_] = keys.duplicated(keep=False).to_numpy() & (keys.to_numpy() != 0)
    return repeated


def _rank_of_tied(trainings: pd.DataFrame, places: NDArray[np.int64], tied: NDArray[Any]) -> NDArray[np.int64]:
    """The place of each of these rows by what decides after the days, among those of the same number in ``tied``; rows
    equal in all of it keep their order."""
    # cells that were compared in their normal form decide last, as they were typed
    typed = ["certificate_no", "institution", "id_number"]
    others = [key for key in ROSTER.keys if key not in (*typed, "start") and key in trainings] + typed
    still = np.arange(len(tied))
    for key in ["certificate_n", "institution_n", *others]:
        values, distinct = pd.factorize(trainings[key].array.take(places[still]), sort=True)
        if len(distinct) < 2 and (values == values[:1]).all():
            continue
        # what was told apart already stays so: each number makes room for all values of the column
        finer = tied * (len(distinct) + 1)
        finer[still] += np.where(values < 0, len(distinct), values)
        _, tied, often = np.unique(finer, return_inverse=True, return_counts=True)
        still = np.flatnonzero(often[tied] > 1)
        if not still.size:
            break
    rank = np.empty(len(tied), dtype=np.int64)
    rank[np.argsort(tied, kind="stable")] = np.arange(len(tied))
    return rank


def same_training(trainings: pd.DataFrame, rank: NDArray[np.int64], own_error: NDArray[np.bool_]) -> NDArray[np.int64]:
    """For each training the rid of the winner that claims the same training, -1 for winners (D01).

    ``rank``: ``winner_order``. The same: equal ``certificate_claim`` or equal
    ``class_hash``; compared with winners only, and a training with an error of its own blocks nobody.
    """
    winner_of = np.full(len(trainings), -1, dtype=np.int64)
    claim, lesson = trainings["certificate_claim"], trainings["class_hash"]
    twice = np.flatnonzero(_repeated(claim) | _repeated(lesson))
    suspects = twice[np.lexsort([rank[twice], trainings["person"].to_numpy()[twice]])]
    columns = (suspects, trainings.index.to_numpy()[suspects], claim.to_numpy()[suspects], lesson.to_numpy()[suspects])
    seen: dict[tuple[str, int], int] = {}
    for at, rid, by_certificate, by_class in zip(*(column.tolist() for column in columns), strict=True):
        identities = [("certificate", by_certificate)] * bool(by_certificate) + [("class", by_class)] * bool(by_class)
        winner = next((seen[identity] for identity in identities if identity in seen), -1)
        winner_of[at] = winner
        if winner < 0 and not own_error[at]:
            seen.update(dict.fromkeys(identities, rid))
    return winner_of


def booked(case: Case, past: pd.DataFrame) -> pd.DataFrame:
    """Lines of the run that the ledger already holds (D01 against the ledger, line by line); ``past``: ``live``.

    Index ``lid``, columns ``line_no`` and ``place`` of the live line. A live line of a group stands for
    every line of that group on the same training.
    """
    place = case.trainings.index.get_indexer(pd.Index(case.lines["rid"]))
    hits = [
        pd.DataFrame({key: pd.Series(dtype="str") for key in ("line_no", "place")}, index=pd.Index([], dtype="int64"))
    ]
    for key in ("certificate_claim", "class_hash"):
        own = case.trainings[key].to_numpy()[place]
        theirs = past[past[key].ne(0) & past[key].isin(own)]
        if len(theirs):
            hits.append(_booked_by(case, pd.Series(own, index=case.lines.index), theirs, key))
    found = pd.concat(hits)
    once: pd.DataFrame = found[~found.index.duplicated()].sort_index()
    return once


def _booked_by(case: Case, own: pd.Series, theirs: pd.DataFrame, key: str) -> pd.DataFrame:
    """The same, by one of the keys that trainings have; ``own``: the key of each line's training."""
    mine = case.lines.loc[own.isin(theirs[key]), ["line", "group"]].assign(key=own)
    mine = mine.assign(scope=mine["group"].where(mine["group"].ne(""), mine["line"])).rename_axis("lid").reset_index()
    theirs = in_order(theirs).assign(key=theirs[key], scope=_scope(case.policy, theirs["line"]))
    theirs = theirs.drop_duplicates(["key", "scope"])[["key", "scope", "line_no", *_PLACE]]
    found = mine[["lid", "key", "scope"]].merge(theirs, on=["key", "scope"], validate="m:1").set_index("lid")
    return found[["line_no"]].assign(place=past_places(found))


def _scope(policy: Policy, line_ids: pd.Series) -> pd.Series:
    groups = {line.id: line.group or line.id for line in policy.lines}
    return line_ids.map(groups).fillna(line_ids)


def live(case: Case) -> pd.DataFrame:
    """Live lines of the ledger with what is compared of their trainings, in no order."""
    columns = ["tid", "person", "batch_order", "rank", *_PLACE, "certificate_claim", "class_hash"]
    columns += ["occupation", "level_key", "year", "training_kind"]
    lines, trainings = case.history.lines, case.history.trainings
    place = pd.Index(trainings["tid"]).get_indexer(pd.Index(lines["tid"]))
    alive = np.flatnonzero(lines["live"].to_numpy() & (place >= 0))
    own = {key: lines[key].array.take(alive) for key in ("tid", "line", "line_no")}
    of_training = {key: trainings[key].array.take(place[alive]) for key in columns if key != "tid"}
    return pd.DataFrame({**own, **of_training}, copy=False)


def in_order(past: pd.DataFrame) -> pd.DataFrame:
    return past.sort_values(["person", "batch_order", "rank", "line"], kind="stable")


def past_places(past: pd.DataFrame) -> pd.Series:
    batch, file, sheet = (text_array(past[key].array) for key in ("batch", "file", "sheet"))
    row = pa.array(past["row"]).cast(pa.large_string())
    fixed = {text: pa.scalar(text, pa.large_string()) for text in ("批次 ", "，", " 第 ", " 行", " ", "")}
    blank = pc.if_else(pc.equal(sheet, fixed[""]), fixed[""], fixed[" "])
    parts = ["批次 ", batch, "，", file, blank, sheet, " 第 ", row, " 行", ""]
    texts = [fixed[part] if isinstance(part, str) else part for part in parts]
    return text_column(pc.binary_join_element_wise(*texts), past.index)


def line_places(case: Case, lines: pd.DataFrame) -> pd.Series:
    return case.places.reindex(lines["rid"]).set_axis(lines.index)


def once_per_person(case: Case, past: pd.DataFrame) -> pd.DataFrame:
    """D07: index ``lid`` of lines given once per person that an earlier one forestalls; ``earlier``
    (str, its place). The first payable in winner order has it. ``past``: ``live``."""
    parts = [pd.DataFrame({"earlier": pd.Series(dtype="str")}, index=pd.Index([], dtype="int64"))]
    for line in case.policy.lines:
        if line.placement is None or case.policy.value(line.placement.once_per) != "person":
            continue
        lines = case.lines[case.lines["line"].eq(line.id) & case.lines["state"].lt(REFUSED)]
        if lines.empty:
            continue
        given_then = in_order(past[past["line"].eq(line.id)]).drop_duplicates("person").set_index("person")
        holders = past_places(given_then)
        people = case.trainings[["person", "rank"]].reindex(lines["rid"]).set_axis(lines.index)
        people = people[people["person"].ne(0)]
        own = people[lines["state"].reindex(people.index).eq(PAYABLE)].sort_values(["person", "rank"], kind="stable")
        first = own.drop_duplicates("person").reset_index().set_index("person")
        given = people["person"].map(holders)
        earlier_rank = people["person"].map(first["rank"])
        winner = people["person"].map(first["lid"])
        later = given.isna() & earlier_rank.notna() & people["rank"].gt(earlier_rank)
        winners = case.places.reindex(lines["rid"]).set_axis(lines.index).reindex(winner).set_axis(people.index)
        earlier = given.where(given.notna(), winners.where(later))
        parts.append(earlier.dropna().astype("str").rename("earlier").to_frame())
    return pd.concat(parts)


def stacking(case: Case, past: pd.DataFrame) -> pd.DataFrame:
    """Lines beside a live or not refused line of another group (reading ``stacks``): index ``lid``,
    ``reading`` (str). ``past``: ``live``."""
    parts = [pd.DataFrame({"reading": pd.Series(dtype="str")}, index=pd.Index([], dtype="int64"))]
    for line in case.policy.lines:
        if line.stacks is None:
            continue
        mine = case.lines[case.lines["line"].eq(line.id)]
        beside = case.lines[case.lines["group"].eq(line.stacks.group) & case.lines["state"].lt(REFUSED)]
        theirs = past[_scope(case.policy, past["line"]) == line.stacks.group]
        own = case.trainings[["certificate_claim", "class_hash"]].reindex(mine["rid"])
        stacks = mine["rid"].isin(beside["rid"]).to_numpy()
        for key in ("certificate_claim", "class_hash"):
            stacks = stacks | own[key].isin(theirs.loc[theirs[key].ne(0), key]).to_numpy()
        parts.append(pd.DataFrame({"reading": line.stacks.reading}, index=mine.index[stacks]).astype("str"))
    return pd.concat(parts)
