"""Which subsidy lines a training matches (step 6 of the order of decision).

A match is category and kind, with level, certificate and a flag where the route names them; whether
the line's conditions hold comes after, and a refused match does not fall through to the next.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from msgspec import Struct

from skillcli.rules.facts import NO_LEVEL, category_bits, is_one_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from skillcli.policy.model import Line, PersonGroup, Policy, Route

    Mask = NDArray[np.bool_]


class Condition(Struct, frozen=True):
    """One demand of a route: the title of what it looks at, who meets it, and what it wants."""

    title: str
    met: Mask
    wanted: str


class Matcher:
    """The policy's routes over one frame of trainings (facts included)."""

    def __init__(self, policy: Policy, trainings: pd.DataFrame) -> None:
        self.policy = policy
        self.trainings = trainings
        self.sets = trainings["category_set"].to_numpy(dtype=np.int64)
        self.everyone: Mask = np.ones(len(trainings), dtype=bool)
        self._groups: dict[str, Mask] = {}
        self._words: dict[tuple[str, frozenset[str]], Mask] = {}

    def group(self, name: str) -> Mask:
        """Who belongs to a group of persons."""
        if name not in self._groups:
            self._groups[name] = self._in_group(self.policy.person_group(name))
        return self._groups[name]

    def has_any(self, categories: list[str]) -> Mask:
        """Who has one of these categories (not counting what they would imply)."""
        found: Mask = (self.sets & category_bits(categories, {})) != 0
        return found

    def _in_group(self, group: PersonGroup) -> Mask:
        member = ~self.everyone
        for who in group.any:
            fits = self.everyone.copy()
            if who.categories:
                fits &= self.has_any(who.categories)
            for category in who.all:
                fits &= self.has_any([category])
            if who.without:
                fits &= ~self.has_any(who.without)
            if who.household:
                fits &= self.is_one_of("household", [who.household])
            member |= fits
        return member & ~self.has_any(group.without) if group.without else member

    def is_one_of(self, column: str, words: list[str] | frozenset[str]) -> Mask:
        """Rows whose word is one of these; a missing word is none."""
        asked = (column, frozenset(words))
        if asked not in self._words:
            self._words[asked] = is_one_of(self.trainings[column], words)
        return self._words[asked].copy()

    def conditions(self, route: Route) -> Iterator[Condition]:
        """Everything a route demands, one by one (their conjunction is the match)."""
        policy = self.policy
        if route.groups:
            titles = "、".join(policy.person_group(group).title for group in route.groups)
            yield Condition("人员类别", np.logical_or.reduce([self.group(g) for g in route.groups]), titles)
        for group in route.not_groups:
            yield Condition("人员类别", ~self.group(group), f"不属于{policy.person_group(group).title}")
        if route.without:
            yield Condition("人员类别", ~self.has_any(route.without), "不是" + "、".join(route.without))
        kinds = policy.kinds(route.kinds)
        if route.kinds_from:
            more = policy.value(route.kinds_from)
            kinds |= frozenset(more if isinstance(more, list) else ())
        yield Condition("培训类型", self.is_one_of("training_kind", kinds), "、".join(sorted(kinds)))
        if route.levels:
            fits = self.is_one_of("level", route.levels)
            if route.blank_level:
                fits |= self.trainings["level"].isna().to_numpy() | self.is_one_of("level", [NO_LEVEL])
            yield Condition("技能等级", fits, "、".join(route.levels))
        if route.certificates:
            fits = self.is_one_of("certificate_kind", route.certificates)
            if route.blank_certificate:
                fits |= self.trainings["certificate_kind"].isna().to_numpy()
            yield Condition("证书类型", fits, "、".join(route.certificates))
        if route.flag:
            flagged = self.trainings[route.flag].fillna(False).to_numpy(dtype=bool)
            yield Condition(_title(route.flag), flagged, "是")

    def first_route(self, line: Line) -> NDArray[np.int64]:
        """For each training the position of the line's first route that fits, -1 for none."""
        chosen = np.full(len(self.trainings), -1, dtype=np.int64)
        for position, route in enumerate(line.match):
            fits = np.logical_and.reduce([c.met for c in self.conditions(route)])
            chosen[fits & (chosen < 0)] = position
        return chosen


def match(policy: Policy, trainings: pd.DataFrame) -> pd.DataFrame:
    """Candidate lines: index ``lid``, columns ``rid``, ``line``, ``group`` and ``route`` (position in
    the line's ``match``), ordered by training, then by the policy's order of lines.

    Among lines of one group a training keeps the first that matches.
    """
    matcher = Matcher(policy, trainings)
    taken: dict[str, Mask] = {}
    parts = []
    for order, line in enumerate(policy.lines):
        if line.for_units:
            continue
        route = matcher.first_route(line)
        fits = route >= 0
        if line.group:
            before = taken.setdefault(line.group, np.zeros(len(trainings), dtype=bool))
            fits &= ~before
            before |= fits
        where = np.flatnonzero(fits)
        parts.append((where, np.full(len(where), order), route[where]))
    place, number, route = (np.concatenate(column) for column in zip(*parts, strict=True))
    sequence = np.lexsort([number, place])
    place, number, route = place[sequence], number[sequence], route[sequence]
    lines = pd.DataFrame(
        {
            "rid": trainings.index.to_numpy(dtype=np.int64)[place],
            "line": pd.array([line.id for line in policy.lines], dtype="str").take(number),
            "group": pd.array([line.group for line in policy.lines], dtype="str").take(number),
            "route": route,
        }
    )
    lines.index.name = "lid"
    return lines


class Nearest(Struct, frozen=True):
    """The line a training missed most narrowly: ``title`` of the line, its clause, and what is
    missing as sentences."""

    line: str
    clause: str
    missing: str


def nearest(policy: Policy, trainings: pd.DataFrame) -> list[Nearest]:
    """For each of these trainings (all unmatched) the route with the fewest unmet demands; of
    equals the one for the fewest kinds of training, then the first in the file."""
    matcher = Matcher(policy, trainings)
    best = np.full(len(trainings), 10_000)
    result = [Nearest("", "", "")] * len(trainings)
    for line in policy.lines:
        for route in line.match:
            demands = list(matcher.conditions(route))
            unmet = np.sum([~c.met for c in demands], axis=0) * 100 + len(policy.kinds(route.kinds))
            for position in np.flatnonzero(unmet < best):
                missing = "；".join(f"{c.title}应为{c.wanted}" for c in demands if not c.met[position])
                result[position] = Nearest(line.title, line.clause, missing)
            best = np.minimum(best, unmet)
    return result


def _title(key: str) -> str:
    from skillcli.schema.inputs import ROSTER

    return ROSTER[key].title
