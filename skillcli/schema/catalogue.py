"""The office's catalogues as the rules see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    import pandas as pd


class Catalogue(Struct, frozen=True):
    """The newest import of each sheet; ``None`` = that sheet was never imported.

    Columns and dtypes are those of ``inputs.CATALOGUE_ITEMS``, ``CATALOGUE_SHORTAGE``, ``CATALOGUE_BODIES``,
    ``CATALOGUE_ISSUERS``, ``CATALOGUE_ABILITIES``, ``CATALOGUE_LEVELS`` and ``CATALOGUE_QUALIFICATIONS``
    (missing ``level`` = every level; missing dates are open). ``classes`` and ``inspections``: the registers that
    rules look at beside the catalogues (``registers.CLASSES``, ``registers.INSPECTIONS``).
    """

    items: pd.DataFrame | None = None
    shortage: pd.DataFrame | None = None
    bodies: pd.DataFrame | None = None
    issuers: pd.DataFrame | None = None
    abilities: pd.DataFrame | None = None
    levels: pd.DataFrame | None = None
    qualifications: pd.DataFrame | None = None
    classes: pd.DataFrame | None = None
    inspections: pd.DataFrame | None = None
