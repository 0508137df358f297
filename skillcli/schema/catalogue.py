"""The office's catalogues as the rules see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Catalogue:
    """The newest import of each sheet; ``None`` = that sheet was never imported.

    Columns and dtypes are those of ``inputs.CATALOGUE_ITEMS``, ``CATALOGUE_SHORTAGE`` and
    ``CATALOGUE_BODIES`` (missing ``level`` = every level; missing dates are open).
    """

    items: pd.DataFrame | None = None
    shortage: pd.DataFrame | None = None
    bodies: pd.DataFrame | None = None
