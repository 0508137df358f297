"""Duplicates and limits: what depends on the person's other trainings and on the ledger (step 8).

Everything here compares trainings of one person, in the winner order of the policy page (section 5);
no row or file order enters it. Frames are narrowed to the few persons with more than one training
first; what follows is a plain loop over those, because each step depends on the one before.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from skillcli.schema.inputs import ROSTER

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from skillcli.policy.model import Limit, Policy
    from skillcli.rules.case import Case

PAYABLE, UNDECIDED, HELD, REFUSED = range(4)
"""State of a line so far, heavier is larger."""

_PLACE = ["batch", "file", "sheet", "row"]
"""What tells where an earlier training stands."""

_FIRST_KEYS = ["person", "own_error", "issued_or_end", "start"]


def winner_order(trainings: pd.DataFrame, own_error: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Each training's place among its person's trainings: 0 wins over 1.

    发证日期 (else 结课日期), 开班日期, 证书编号, 培训机构, 身份证号, then the row's other values in schema
    order as far as the frame has them, blanks last; trainings with an error of their own after all others.
    """
    rank = np.zeros(len(trainings), dtype=np.int64)
    person = trainings["person"]
    several = np.flatnonzero((person.ne(0) & person.duplicated(keep=False)).to_numpy())
    if not several.size:
        return rank
    days = trainings[["person", "issued_on", "start", "end"]].take(several)
    rows = days.assign(own_error=own_error[several], issued_or_end=days["issued_on"].fillna(days["end"]))
    tied = rows.duplicated(_FIRST_KEYS, keep=False).to_numpy()
    within = np.zeros(len(rows), dtype=np.int64)
    if tied.any():
        of_days = rows[tied].groupby(_FIRST_KEYS, dropna=False, sort=False).ngroup().to_numpy()
        within[tied] = _rank_of_tied(trainings, several[tied], of_days)
    # numpy, as pandas, sorts missing days last
    order = np.lexsort([within, *(rows[key].to_numpy() for key in reversed(_FIRST_KEYS))])
    people = rows["person"].to_numpy()[order]
    first = np.flatnonzero(np.append(True, people[1:] != people[:-1]))
    rank[several[order]] = np.arange(len(order)) - np.repeat(first, np.diff(np.append(first, len(order))))
    return rank


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
        _, tied = np.unique(finer, return_inverse=True)
        still = np.flatnonzero(pd.Series(tied).duplicated(keep=False).to_numpy())
        if not still.size:
            break
    rank = np.empty(len(tied), dtype=np.int64)
    rank[np.argsort(tied, kind="stable")] = np.arange(len(tied))
    return rank


def same_training(trainings: pd.DataFrame) -> NDArray[np.int64]:
    """For each training the rid of the winner that claims the same training, -1 for winners (D01).

    ``trainings`` has ``rank`` and ``own_error``. The same: equal ``certificate_claim`` or equal
    ``class_hash``; compared with winners only, and a training with an error of its own blocks nobody.
    """
    winner_of = np.full(len(trainings), -1, dtype=np.int64)
    claim, lesson = trainings["certificate_claim"], trainings["class_hash"]
    twice = (claim.ne(0) & claim.duplicated(keep=False)) | (lesson.ne(0) & lesson.duplicated(keep=False))
    asked = ["person", "rank", "certificate_claim", "class_hash", "own_error"]
    suspects = trainings.loc[twice, asked].sort_values(["person", "rank"], kind="stable")
    seen: dict[tuple[str, int], int] = {}
    for rid, by_certificate, by_class, erroneous in zip(
        suspects.index, suspects["certificate_claim"], suspects["class_hash"], suspects["own_error"], strict=True
    ):
        identities = [("certificate", by_certificate)] * bool(by_certificate) + [("class", by_class)] * bool(by_class)
        winner = next((seen[identity] for identity in identities if identity in seen), -1)
        winner_of[trainings.index.get_loc(rid)] = winner
        if winner < 0 and not erroneous:
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
    theirs = _in_order(theirs).assign(key=theirs[key], scope=_scope(case.policy, theirs["line"]))
    theirs = theirs.drop_duplicates(["key", "scope"])[["key", "scope", "line_no", *_PLACE]]
    found = mine[["lid", "key", "scope"]].merge(theirs, on=["key", "scope"], validate="m:1").set_index("lid")
    return found[["line_no"]].assign(place=_past_places(found))


def _scope(policy: Policy, line_ids: pd.Series) -> pd.Series:
    groups = {line.id: line.group or line.id for line in policy.lines}
    return line_ids.map(groups).fillna(line_ids)


def live(case: Case) -> pd.DataFrame:
    """Live lines of the ledger with what is compared of their trainings, in no order."""
    columns = ["tid", "person", "batch_order", "rank", *_PLACE, "certificate_claim", "class_hash"]
    columns += ["occupation", "level_key", "year", "training_kind"]
    lines, trainings = case.history.lines, case.history.trainings
    lines = lines.loc[lines["live"], ["tid", "line", "line_no"]]
    place = pd.Index(trainings["tid"]).get_indexer(pd.Index(lines["tid"]))
    known = place >= 0
    of_training = {key: trainings[key].array.take(place[known]) for key in columns if key != "tid"}
    alive: pd.DataFrame = lines[known].reset_index(drop=True).assign(**of_training)
    return alive


def _in_order(past: pd.DataFrame) -> pd.DataFrame:
    return past.sort_values(["person", "batch_order", "rank", "line"], kind="stable")


def _past_places(past: pd.DataFrame) -> pd.Series:
    sheet = (" " + past["sheet"]).where(past["sheet"].ne(""), "")
    return "批次 " + past["batch"] + "，" + past["file"] + sheet + " 第 " + past["row"].astype("str") + " 行"


@dataclass
class _Person:
    """What one person has used up so far."""

    keys: dict[tuple[str, str], str] = field(default_factory=dict)
    years: dict[int, list[str]] = field(default_factory=dict)

    def add(self, key: tuple[str, str], year: int, place: str) -> None:
        self.keys.setdefault(key, place)
        if year >= 0:
            self.years.setdefault(year, []).append(place)


def limits(case: Case, past: pd.DataFrame) -> pd.DataFrame:
    """D02 and D03: index ``lid`` of the lines they refuse; ``repeat_of`` (str, place of the earlier one,
    "" none), ``beyond`` (str, places of those that count, "" within the limit), ``times`` (int64).

    Needs ``rank``, ``attended`` and ``loser`` on the trainings, ``state`` and ``booked`` on the lines; ``past``: ``live``.
    """
    return _enjoyed(case, past) if case.policy.limit.counts == "enjoyed" else _attended(case)


_ENTRY = ["person", "batch_order", "rank", "certificate_claim", "class_hash", "occupation", "level_key", "year"]
"""What a limit compares, of the past as of the run."""


def _entries(frame: pd.DataFrame) -> pd.DataFrame:
    """What a limit compares of some run trainings, in the columns the past has too."""
    return frame.assign(batch_order=np.iinfo(np.int64).max, occupation=frame["occupation_n"])[_ENTRY]


def _times(limit: Limit, entries: pd.DataFrame) -> NDArray[np.int64]:
    """How often is allowed, by the step in force in each entry's year (the first serves earlier ones)."""
    times = np.full(len(entries), limit.steps[0].times, dtype=np.int64)
    for step in limit.steps[1:]:
        times[entries["year"].to_numpy() >= step.valid_from.year] = step.times
    return times


def _window(limit: Limit, years: pd.Series) -> pd.Series:
    """The counting window of each entry: its year, 0 for a lifetime limit, -1 unknown."""
    known = years.where(years.ne(0), -1)
    return known.where(known.lt(0), 0) if limit.window == "lifetime" else known


def _prepare(case: Case, past: pd.DataFrame, now: pd.DataFrame, rids: pd.Series) -> pd.DataFrame:
    """Both together in order of person and rank, the past first, only persons of whom something may be too much.
    ``rids``: the training of each entry of ``now``."""
    limit = case.policy.limit
    both = pd.concat([past[_ENTRY].assign(mine=-1, at=range(len(past))), now.assign(mine=now.index, at=rids)])
    both = both[both["person"].duplicated(keep=False)]
    both = both.assign(
        window=_window(limit, both["year"]),
        times=_times(limit, both),
        occupation=both["occupation"].fillna(""),
        level_key=both["level_key"].fillna(""),
    )
    again = both.duplicated(["person", "occupation", "level_key"])
    crowded = both.groupby(["person", "window"])["times"].transform("size").gt(both["times"])
    both = both[both["person"].isin(both.loc[again | crowded, "person"])]
    both = both.sort_values(["person", "batch_order", "rank"], kind="stable")
    mine = both["mine"].ge(0).to_numpy()
    place = np.empty(len(both), dtype=object)
    place[mine] = case.places.reindex(both["at"][mine])
    place[~mine] = _past_places(past.take(both["at"].to_numpy()[~mine]))
    return both.assign(place=place)


_COMPARED = [
    *("person", "rank", "certificate_claim", "class_hash", "occupation_n", "level_key", "year"),
    *("training_kind", "own_error", "loser"),
]
"""What a limit looks at."""


def _enjoyed(case: Case, past: pd.DataFrame) -> pd.DataFrame:
    policy, limit = case.policy, case.policy.limit
    counting = {line.id for line in policy.lines if line.counts and line.group == limit.group}
    past = _in_order(past[past["line"].isin(counting) & ~past["training_kind"].isin(limit.except_kinds)])
    # a line refused for want of 合格 or a certificate is compared too: else its living allowance would
    # fare better than that of a repeat with its papers in order (D04)
    lines = case.lines.loc[case.lines["line"].isin(counting) & case.lines["booked_as"].eq(""), ["rid"]]
    who = case.trainings["person"].reindex(lines["rid"]).set_axis(lines.index)
    lines = lines[who.duplicated(keep=False) | who.isin(past["person"])]
    trainings = case.trainings.loc[lines["rid"], _COMPARED].set_axis(lines.index)
    takes_part = trainings["person"].ne(0) & ~trainings["own_error"] & ~trainings["loser"]
    open_to = takes_part & ~trainings["training_kind"].isin(limit.except_kinds)
    entries = _prepare(case, past, _entries(trainings[open_to]), lines.loc[open_to, "rid"])
    mine = case.lines["state"].reindex(entries["mine"])
    payable = set(mine.index[mine.eq(PAYABLE)])
    found: list[tuple[int, str, str, int]] = []
    for rows in _by_person(entries):
        person = _Person()
        for lid, key, window, times, place in rows:
            if lid >= 0:
                repeat, beyond = _against(person, key, window, times)
                if repeat or beyond:
                    found.append((lid, repeat, beyond, times))
                    continue
                if lid not in payable:
                    continue
            person.add(key, window, place)
    return _limit_frame(found)


def _line_places(case: Case, lines: pd.DataFrame) -> pd.Series:
    return case.places.reindex(lines["rid"]).set_axis(lines.index)


def _attended(case: Case) -> pd.DataFrame:
    past = case.history.trainings
    past = past[past["attended"] & ~past["loser"]]
    now = case.trainings.loc[case.trainings["attended"] & case.trainings["person"].ne(0), _COMPARED]
    entries = _prepare(case, past, _entries(now), now.index.to_series())
    found: list[tuple[int, str, str, int]] = []
    identity = [entries["certificate_claim"].tolist(), entries["class_hash"].tolist()]
    position = 0
    for rows in _by_person(entries):
        members = _first_judged(rows, list(zip(*(i[position : position + len(rows)] for i in identity), strict=True)))
        position += len(rows)
        person = _Person()
        for turn in members:
            # a training sent again stands where it was first judged, with today's cells
            for rid, key, window, times, _ in turn:
                if rid >= 0:
                    repeat, beyond = _against(person, key, window, times)
                    if repeat or beyond:
                        found.append((rid, repeat, beyond, times))
            _, key, window, _, place = turn[-1]
            person.add(key, window, place)
    by_training = _limit_frame(found)
    lines = case.lines[case.lines["rid"].isin(by_training.index)]
    return by_training.loc[lines["rid"]].set_axis(lines.index)


_Row = tuple[int, tuple[str, str], int, int, str]


def _by_person(entries: pd.DataFrame) -> Iterator[list[_Row]]:
    """The entries of each person in turn: (own id or -1, key, window, times, place)."""
    rows: list[_Row] = []
    last = None
    for person, mine, occupation, level, window, times, place in zip(
        entries["person"].tolist(),
        entries["mine"].tolist(),
        entries["occupation"].tolist(),
        entries["level_key"].tolist(),
        entries["window"].tolist(),
        entries["times"].tolist(),
        entries["place"].tolist(),
        strict=True,
    ):
        if person != last and rows:
            yield rows
            rows = []
        last = person
        rows.append((mine, (occupation, level), window, times, place))
    if rows:
        yield rows


def _first_judged(rows: list[_Row], identities: list[tuple[int, int]]) -> list[list[_Row]]:
    """Entries that are the same training put together, each set in the place of its first."""
    turns: list[list[_Row]] = []
    seen: dict[tuple[str, int], int] = {}
    for row, (certificate, lesson) in zip(rows, identities, strict=True):
        own = [("certificate", certificate)] * bool(certificate) + [("class", lesson)] * bool(lesson)
        turn = next((seen[i] for i in own if i in seen), None)
        if turn is None:
            turn = len(turns)
            turns.append([])
        turns[turn].append(row)
        for i in own:
            seen.setdefault(i, turn)
    return turns


def _against(person: _Person, key: tuple[str, str], window: int, times: int) -> tuple[str, str]:
    """The earlier one with the same key, and those that fill the window ("" where none)."""
    counted = person.years.get(window, []) if window >= 0 else []
    # an occupation left blank (T17) repeats nothing
    return (person.keys.get(key, "") if key[0] else ""), "；".join(counted[:times]) if len(counted) >= times else ""


def _limit_frame(found: list[tuple[int, str, str, int]]) -> pd.DataFrame:
    frame = pd.DataFrame(found, columns=["id", "repeat_of", "beyond", "times"])
    return frame.astype({"id": "int64", "repeat_of": "str", "beyond": "str", "times": "int64"}).set_index("id")


def months(case: Case) -> pd.DataFrame:
    """D05 and D08 of lines paid by the month: index ``lid`` of the lines touched; ``granted`` (int64,
    months still free, never more than asked), ``asked``, ``used`` (int64), ``overlaps`` (str, place of the earlier one)."""
    found: list[tuple[int, int, int, int, str]] = []
    for line in case.policy.lines:
        if line.amount.kind == "per_month" and line.amount.lifetime_months:
            found += _months_of(case, line.id, line.amount.lifetime_months)
    frame = pd.DataFrame(found, columns=["lid", "granted", "asked", "used", "overlaps"])
    return frame.astype(
        {"lid": "int64", "granted": "int64", "asked": "int64", "used": "int64", "overlaps": "str"}
    ).set_index("lid")


def _months_of(case: Case, line_id: str, cap: int) -> list[tuple[int, int, int, int, str]]:
    lines = case.lines[case.lines["line"].eq(line_id) & case.lines["state"].lt(REFUSED)]
    if lines.empty:
        return []
    trainings = case.trainings.loc[lines["rid"], ["person", "rank", "start", "end", "class_hash"]].set_axis(lines.index)
    now = trainings[["person", "rank", "start", "end"]].assign(
        batch_order=np.iinfo(np.int64).max,
        mine=lines.index,
        quantity=lines["quantity"].fillna(0).astype("int64"),
        place=_line_places(case, lines),
        payable=lines["state"].eq(PAYABLE),
    )
    past = _spells(case, line_id, trainings)
    both = pd.concat([past[now.columns], now[now["person"].ne(0)]])
    suspect = both["person"].duplicated(keep=False) | both["quantity"].gt(cap)
    both = both[suspect].sort_values(["person", "batch_order", "rank"], kind="stable")
    found: list[tuple[int, int, int, int, str]] = []
    last, used = None, 0
    spans: list[tuple[pd.Timestamp, pd.Timestamp, str]] = []
    for person, mine, asked, start, end, place, payable in zip(
        *(both[key].tolist() for key in ("person", "mine", "quantity", "start", "end", "place", "payable")), strict=True
    ):
        if person != last:
            last, used, spans = person, 0, []
        if mine < 0:
            spans.append((start, end, place))
            used += asked if payable else 0
            continue
        granted = min(asked, max(cap - used, 0))
        if granted == 0 and asked > 0:
            found.append((mine, 0, asked, used, ""))
            continue
        overlaps = next((where for s, e, where in spans if start <= e and s <= end), "")
        if granted < asked or overlaps:
            found.append((mine, granted, asked, used, overlaps))
        spans.append((start, end, place))
        used += granted if payable and not overlaps else 0
    return found


def _spells(case: Case, line_id: str, trainings: pd.DataFrame) -> pd.DataFrame:
    """Earlier spells of one line that are not refused; only the live ones use months (``payable``). A
    spell sent again is no second one."""
    columns = ["tid", "person", "batch_order", "rank", "batch", "file", "sheet", "row", "start", "end", "loser"]
    columns += ["certificate_claim", "class_hash"]
    lines = case.history.lines
    lines = lines[lines["line"].eq(line_id) & (lines["live"] | lines["verdict"].isin(["待核实", "待明确"]))]
    past = lines.merge(case.history.trainings[columns], on="tid", validate="m:1")
    again = past["class_hash"].isin(trainings["class_hash"]) & ~past["live"] & past["class_hash"].ne(0)
    past = past[~past["loser"] & ~again]
    return past.assign(mine=-1, payable=past["live"], place=_past_places(past))


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
        given_then = _in_order(past[past["line"].eq(line.id)]).drop_duplicates("person").set_index("person")
        holders = _past_places(given_then)
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
