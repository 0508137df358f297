"""Special approvals (特殊审批): what the office decided about single lines by way of exception.

They lift holds and what the policy calls overridable (D03), never D01, D02 or C03, and lapse by
their date. A line is known again by its training's identity, so that an approval given to a line of
an earlier batch serves when the roster is sent again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    import numpy as np
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
    valid = overrides[overrides["valid_to"].ge(as_of)]
    for key in ("certificate_claim", "class_hash"):
        known = valid[valid[key].ne(0)].drop_duplicates(["line", key], keep="last")
        mine = lines[["line"]].assign(**{key: trainings[key].reindex(lines["rid"]).to_numpy()})
        found = mine.merge(known[["line", key, "document"]], on=["line", key], how="left", validate="m:1")
        papers = papers.mask(found["document"].notna().to_numpy(), found["document"].set_axis(lines.index))
    return papers.to_numpy(dtype=object)
