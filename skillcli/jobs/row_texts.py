"""Rows of a roster as text, cell by cell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pandas as pd

from skillcli.core.identity import mask
from skillcli.schema.inputs import ROSTER
from skillcli.schema.written import cell_text

if TYPE_CHECKING:
    from skillcli.schema.roster import Roster

_NUMBER = re.compile(r"(?<!\d)(?:\d{17}[\dXx]|\d{15})(?![\dXx])")


def row_texts(roster: Roster, *, masked: bool) -> pd.DataFrame:
    """Every cell as a roster writes it: index rid, the keys of ``inputs.ROSTER`` (str, "" = blank).

    A cell that gave no value shows what stands in it. ``masked``: identity and account numbers are covered; else
    they stand whole, and a faulty one is blank, for what was shown of it is no number.
    """
    texts = pd.DataFrame(
        {column.key: cell_text(roster.frame[column.key], column.kind, masked=masked) for column in ROSTER.columns}
    )
    for key, faults in roster.faults.groupby("key"):
        if masked or not ROSTER[str(key)].kind.masked:
            shown = faults.drop_duplicates("rid").set_index("rid")["shown"].fillna("")
            texts[str(key)] = shown.reindex(texts.index).fillna(texts[str(key)])
    return texts


def covered(texts: pd.Series) -> pd.Series:
    """The texts with every identity number in them covered: a certificate number can be one, and a remark hold one."""
    shown: pd.Series = texts.str.replace(_NUMBER, lambda found: mask(found[0]), regex=True)
    return shown


def places(roster: Roster) -> pd.DataFrame:
    """Where each row stands: index rid, ``file``, ``sheet`` (str), ``row`` (int64)."""
    source = roster.frame["source"].to_numpy()
    sheets = pd.DataFrame(
        {"file": [each.path for each in roster.sheets], "sheet": [each.sheet for each in roster.sheets]}, dtype="str"
    )
    found = sheets.take(source).set_axis(roster.frame.index)
    return found.assign(row=roster.frame["row"])
