"""Candidate lines beside the facts of their trainings, for rules that aim at single lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.rules.derive_people import has_any

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from skillcli.policy.model import Line, Release
    from skillcli.rules.case import Case


def with_training(case: Case, lines: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """Rows of ``case.lines`` (best with the columns needed alone: a filter copies all) with these of their trainings.

    Index ``rid`` (a training with two such lines stands twice).
    """
    joined = lines.set_index("rid")
    place = case.trainings.index.get_indexer(joined.index)
    return joined.assign(**{key: case.trainings[key].array.take(place) for key in columns})


def lines_where(case: Case, fits: Callable[[Line], bool], *columns: str) -> pd.DataFrame:
    """The candidate lines whose policy line fits, as ``with_training``."""
    wanted = [line.id for line in case.policy.lines if fits(line)]
    return with_training(case, case.lines.loc[case.lines["line"].isin(wanted), ["rid", "line", "clause"]], *columns)


def line_rows(case: Case, line: Line, *columns: str) -> pd.DataFrame:
    """The candidate lines of one policy line, as ``with_training``: index ``rid`` is unique."""
    return with_training(case, case.lines.loc[case.lines["line"].eq(line.id), ["rid", "line"]], *columns)


def to_be_released(case: Case, line: Line, release: Release) -> pd.DataFrame:
    """The candidate lines of people whose release must be near (E02, E03), with ``release_on`` and
    ``start``, as ``line_rows``."""
    rows = line_rows(case, line, "release_on", "start", "category_set")
    concerned = has_any(rows["category_set"], release.categories) & ~has_any(rows["category_set"], release.without)
    return rows[concerned]
