"""Candidate lines beside the facts of their trainings, for rules that aim at single lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.rules.derive_people import has_any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from skillcli.policy.model import Line, Release
    from skillcli.rules.case import Case


def with_training(case: Case, which: NDArray[np.bool_], own: Sequence[str], *columns: str) -> pd.DataFrame:
    """The candidate lines that a mask is true of, with their ``own`` columns and these of their trainings.

    Index ``rid`` (a training with two such lines stands twice).
    """
    import numpy as np
    import pandas as pd

    at = np.flatnonzero(which)
    rid = pd.Index(case.lines["rid"].to_numpy()[at], name="rid")
    place = case.at(rid)
    mine = {key: case.lines[key].array.take(at) for key in own}
    theirs = {key: case.column(key).take(place) for key in columns}
    return pd.DataFrame({**mine, **theirs}, index=rid, copy=False)


def lines_where(case: Case, fits: Callable[[Line], bool], *columns: str) -> pd.DataFrame:
    """The candidate lines whose policy line fits, as ``with_training``."""
    wanted = [line.id for line in case.policy.lines if fits(line)]
    return with_training(case, case.on_lines(*wanted), ["line", "clause"], *columns)


def line_rows(case: Case, line: Line, *columns: str) -> pd.DataFrame:
    """The candidate lines of one policy line, as ``with_training``: index ``rid`` is unique."""
    return with_training(case, case.on_lines(line.id), ["line"], *columns)


def to_be_released(case: Case, line: Line, release: Release) -> pd.DataFrame:
    """The candidate lines of people whose release must be near (E02, E03), with ``release_on`` and
    ``start``, as ``line_rows``."""
    rows = line_rows(case, line, "release_on", "start", "category_set")
    concerned = has_any(rows["category_set"], release.categories) & ~has_any(rows["category_set"], release.without)
    return rows[concerned]
