"""D02 and D03: what a person had before, and how often a year or a life allows.

Frames are narrowed to the few persons of whom something may be too much; what follows is a plain loop over
those, because each step depends on the one before.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
from msgspec import Struct, field

from skillcli.core.letters import text_array
from skillcli.rules.facts import is_one_of, numbered
from skillcli.rules.sequence import PAYABLE, in_order, past_places

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from skillcli.policy.model import Limit
    from skillcli.rules.case import Case


class _Person(Struct):
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


_Entries = dict[str, list[Any]]
"""What a limit compares, of the past as of the run, a list for each column."""
_NUMBERS = ("rank", "certificate_claim", "class_hash", "year")


def _times(limit: Limit, years: NDArray[np.int64]) -> NDArray[np.int64]:
    """How often is allowed, by the step in force in each entry's year (the first serves earlier ones)."""
    times = np.full(len(years), limit.steps[0].times, dtype=np.int64)
    for step in limit.steps[1:]:
        times[years >= step.valid_from.year] = step.times
    return times


def _window(limit: Limit, years: NDArray[np.int64]) -> NDArray[np.int64]:
    """The counting window of each entry: its year, 0 for a lifetime limit, -1 unknown."""
    return np.where(years == 0, -1, 0 if limit.window == "lifetime" else years)


def _prepare(case: Case, past: pd.DataFrame, mine: NDArray[np.int64], place: NDArray[np.int64]) -> _Entries:
    """Both together in order of person and rank, the past first (``mine`` -1), only persons of whom something may be
    too much. ``mine``: the own id of each entry of the run; ``place``: the position of its training."""
    limit, trainings = case.policy.limit, case.trainings
    person = np.concatenate([past["person"].to_numpy(), trainings["person"].to_numpy()[place]])
    several = np.flatnonzero(pd.Series(person).duplicated(keep=False).to_numpy())
    then, now = np.split(several, [np.searchsorted(several, len(past))])
    mine, place, person = mine[now - len(past)], place[now - len(past)], person[several]
    numbers = {key: np.concatenate([past[key].to_numpy()[then], trainings[key].to_numpy()[place]]) for key in _NUMBERS}
    texts = {
        key: pa.concat_arrays([text_array(past[key].array.take(then)), text_array(trainings[own].array.take(place))])
        for key, own in (("occupation", "occupation_n"), ("level_key", "level_key"))
    }
    texts = {key: text.fill_null("").dictionary_encode() for key, text in texts.items()}
    batch = np.append(past["batch_order"].to_numpy()[then], np.full(len(place), np.iinfo(np.int64).max))
    window, times = _window(limit, numbers["year"]), _times(limit, numbers["year"])
    same = numbered(person, *(text.indices.to_numpy() for text in texts.values()))
    crowd = numbered(person, window)
    much = (np.bincount(same)[same] > 1) | (np.bincount(crowd)[crowd] > times)
    kept = np.flatnonzero(np.isin(person, person[much]))
    kept = kept[np.lexsort([numbers["rank"][kept], batch[kept], person[kept]])]
    of_run = kept >= len(then)
    where = np.empty(len(kept), dtype=object)
    where[of_run] = case.places.reindex(trainings.index[place[kept[of_run] - len(then)]]).to_numpy(dtype=object)
    where[~of_run] = past_places(past.take(then[kept[~of_run]]))
    whole = {**numbers, "person": person, "mine": np.append(np.full(len(then), -1), mine)}
    whole |= {"window": window, "times": times}
    entries: _Entries = {key: values[kept].tolist() for key, values in whole.items()}
    entries |= {key: text.take(pa.array(kept)).to_pylist() for key, text in texts.items()}
    return entries | {"place": where.tolist()}


def _enjoyed(case: Case, past: pd.DataFrame) -> pd.DataFrame:
    policy, limit, lines = case.policy, case.policy.limit, case.lines
    counting = {line.id for line in policy.lines if line.counts and line.group == limit.group}
    counted = is_one_of(past["line"], counting) & ~is_one_of(past["training_kind"], limit.except_kinds)
    past = in_order(past.take(np.flatnonzero(counted)))
    # a line refused for want of 合格 or a certificate is compared too: else its living allowance would
    # fare better than that of a repeat with its papers in order (D04)
    asked = np.flatnonzero(case.on_lines(*counting) & is_one_of(lines["booked_as"], [""]))
    place = case.at(pd.Index(lines["rid"].to_numpy()[asked]))
    barred = np.logical_or.reduce([case.trainings[key].to_numpy() for key in ("own_error", "loser")])
    barred |= case.says("training_kind", *limit.except_kinds) | (case.trainings["person"].to_numpy() == 0)
    asked, place = asked[~barred[place]], place[~barred[place]]
    entries = _prepare(case, past, lines.index.to_numpy()[asked], place)
    own = np.array([lid for lid in entries["mine"] if lid >= 0], dtype=np.int64)
    payable = set(own[lines["state"].to_numpy()[lines.index.get_indexer(pd.Index(own))] == PAYABLE].tolist())
    found: list[tuple[int, str, str, int]] = []
    for rows in _by_person(entries):
        person = _Person()
        for lid, key, window, times, where in rows:
            if lid >= 0:
                repeat, beyond = _against(person, key, window, times)
                if repeat or beyond:
                    found.append((lid, repeat, beyond, times))
                    continue
                if lid not in payable:
                    continue
            person.add(key, window, where)
    return _limit_frame(found)


def _attended(case: Case) -> pd.DataFrame:
    past, now = case.history.trainings, case.trainings
    past = past.take(np.flatnonzero(past["attended"].to_numpy() & ~past["loser"].to_numpy()))
    place = np.flatnonzero(now["attended"].to_numpy() & (now["person"].to_numpy() != 0))
    entries = _prepare(case, past, now.index.to_numpy()[place], place)
    found: list[tuple[int, str, str, int]] = []
    identity = [entries["certificate_claim"], entries["class_hash"]]
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
            _, key, window, _, where = turn[-1]
            person.add(key, window, where)
    by_training = _limit_frame(found)
    lines = case.lines[case.lines["rid"].isin(by_training.index)]
    return by_training.loc[lines["rid"]].set_axis(lines.index)


_Row = tuple[int, tuple[str, str], int, int, str]


def _by_person(entries: _Entries) -> Iterator[list[_Row]]:
    """The entries of each person in turn: (own id or -1, key, window, times, place)."""
    rows: list[_Row] = []
    last = None
    names = ("person", "mine", "occupation", "level_key", "window", "times", "place")
    for person, mine, occupation, level, window, times, place in zip(*(entries[key] for key in names), strict=True):
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
    return pd.DataFrame(
        {
            "repeat_of": pd.array([repeat for _, repeat, _, _ in found], dtype="str"),
            "beyond": pd.array([beyond for _, _, beyond, _ in found], dtype="str"),
            "times": np.array([times for _, _, _, times in found], dtype=np.int64),
        },
        index=pd.Index([each for each, _, _, _ in found], dtype="int64", name="id"),
    )
