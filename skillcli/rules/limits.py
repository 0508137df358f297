"""D02 and D03: what a person had before, and how often a year or a life allows.

Frames are narrowed to the few persons of whom something may be too much; what follows is a plain loop over
those, because each step depends on the one before.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from skillcli.rules.sequence import PAYABLE, in_order, past_places

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from skillcli.policy.model import Limit
    from skillcli.rules.case import Case


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
    place[~mine] = past_places(past.take(both["at"].to_numpy()[~mine]))
    return both.assign(place=place)


_COMPARED = [
    *("person", "rank", "certificate_claim", "class_hash", "occupation_n", "level_key", "year"),
    *("training_kind", "own_error", "loser"),
]
"""What a limit looks at."""


def _enjoyed(case: Case, past: pd.DataFrame) -> pd.DataFrame:
    policy, limit = case.policy, case.policy.limit
    counting = {line.id for line in policy.lines if line.counts and line.group == limit.group}
    past = in_order(past[past["line"].isin(counting) & ~past["training_kind"].isin(limit.except_kinds)])
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
    return pd.DataFrame(
        {
            "repeat_of": pd.array([repeat for _, repeat, _, _ in found], dtype="str"),
            "beyond": pd.array([beyond for _, _, beyond, _ in found], dtype="str"),
            "times": np.array([times for _, _, _, times in found], dtype=np.int64),
        },
        index=pd.Index([each for each, _, _, _ in found], dtype="int64", name="id"),
    )
