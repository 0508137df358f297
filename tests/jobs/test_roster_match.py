"""Pairing the rows of two rosters: each row once, nothing lost, in whatever order they stand."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from oracle import bridge
from oracle.generate import scenario
from skillcli.jobs.roster_match import Side, match
from skillcli.rules.facts import derive
from skillcli.schema.roster import Roster

CITY = "linkou-2019"


@pytest.fixture(scope="module")
def whole() -> Side:
    case = scenario(5, CITY, 150)
    return side(bridge.roster([case.rows], 1))


def side(roster: Roster) -> Side:
    return Side(roster, derive(roster, bridge.policy(CITY, {})))


def some(of: Side, rids: list[int]) -> Side:
    """These rows in this order, as a roster of its own."""
    new = pd.Series(range(len(rids)), index=rids)
    faults = of.roster.faults[of.roster.faults["rid"].isin(rids)]
    roster = replace(
        of.roster,
        frame=of.roster.frame.loc[rids].reset_index(drop=True).rename_axis("rid"),
        faults=faults.assign(rid=faults["rid"].map(new)).reset_index(drop=True),
    )
    return Side(roster, of.trainings.loc[rids].reset_index(drop=True).rename_axis("rid"))


@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_rows_left_out_are_the_removed_ones_and_nothing_else(whole: Side, data: st.DataObject) -> None:
    count = len(whole.trainings)
    kept = data.draw(st.lists(st.integers(0, count - 1), unique=True, max_size=count))
    found = match(whole, some(whole, kept))
    assert len(found.pairs) == len(kept)
    assert found.added.empty
    assert found.pairs["old"].is_unique
    assert len(found.removed) == count - len(kept)
    # a row that stands twice may be paired with its twin: what it says is the same
    assert found.changes.empty
    back = match(some(whole, kept), whole)
    assert (len(back.pairs), len(back.added)) == (len(kept), count - len(kept))


@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_every_row_of_either_side_is_told_once(whole: Side, data: st.DataObject) -> None:
    rids = st.lists(st.integers(0, len(whole.trainings) - 1), max_size=60, unique=True)
    old, new = some(whole, data.draw(rids)), some(whole, data.draw(rids))
    found = match(old, new)
    assert sorted([*found.pairs["old"], *found.removed]) == list(old.trainings.index)
    assert sorted([*found.pairs["new"], *found.added]) == list(new.trainings.index)
    assert set(found.removed) <= set(found.gone)
    assert set(found.changed["new"]) == set(found.changes["new"])


def test_the_order_of_either_side_changes_nothing(whole: Side) -> None:
    rids = list(range(len(whole.trainings)))
    found = match(whole, some(whole, rids[::-1]))
    assert (len(found.pairs), found.changes.empty, found.gone.empty) == (len(rids), True, True)
