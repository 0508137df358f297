"""Special approvals (特殊审批): what the office decided about single lines by way of exception.

They lift holds and what the policy calls overridable (D03), never D01, D02 or C03, and lapse by
their date. A line is known again by its training's identity, so that an approval given to a line of
an earlier batch serves when the roster is sent again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

OVERRIDE_DTYPES = {
    "line": "str",
    "certificate_claim": "int64",
    "class_hash": "int64",
    "document": "str",
    "valid_to": "datetime64[s]",
}
"""One row an approval: the policy line, the two identities of its training (``schema.decision``), the
paper, the last day on which it holds."""


def overridden(
    lines: pd.DataFrame, trainings: pd.DataFrame, overrides: pd.DataFrame | None, as_of: pd.Timestamp
) -> NDArray[np.object_]:
    """The approving paper of each line, "" where there is none in force on ``as_of``."""
    papers = pd.Series("", index=lines.index, dtype="str")
    if overrides is None or overrides.empty:
        return papers.to_numpy(dtype=object)
    places = pd.Series(in_force(lines, trainings, overrides, as_of), index=lines.index)
    return papers.mask(places.ge(0), places.map(overrides["document"].reset_index(drop=True))).to_numpy(dtype=object)


def in_force(
    lines: pd.DataFrame, trainings: pd.DataFrame, overrides: pd.DataFrame, as_of: pd.Timestamp
) -> NDArray[np.int64]:
    """For each line the place in ``overrides`` of its approval in force on ``as_of``, the newest; -1 where there is none."""
    places = pd.Series(-1, index=lines.index, dtype="int64")
    numbered = overrides.assign(place=range(len(overrides)))
    valid = numbered[numbered["valid_to"].ge(as_of)]
    for key in ("certificate_claim", "class_hash"):
        known = valid[valid[key].ne(0)].drop_duplicates(["line", key], keep="last")
        mine = lines[["line"]].assign(**{key: trainings[key].reindex(lines["rid"]).to_numpy()})
        found = mine.merge(known[["line", key, "place"]], on=["line", key], how="left", validate="m:1")["place"]
        places = places.mask(found.notna().to_numpy(), found.fillna(-1).astype("int64").set_axis(lines.index))
    return np.asarray(places, dtype=np.int64)
