"""Two rosters side by side: which rows are the same training, and which cells of them differ.

Rows are paired by ever weaker likeness, each row once: identical rows, the same certificate, the same class; then, where
only one row on either side is left to choose from, the same person and occupation, the same certificate under another
identity number, the same name in the same class where a number is damaged. What nobody pairs is new, or gone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from msgspec import Struct

from skillcli.jobs.row_texts import covered, row_texts
from skillcli.rules.facts import normal
from skillcli.schema.inputs import ROSTER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from skillcli.schema.roster import Roster

CHANGE_DTYPES = {"old": "int64", "new": "int64", "key": "str", "before": "str", "after": "str"}
_CERTAIN = (("certificate_claim",), ("class_hash",))
_LIKELY = (
    ("person", "occupation_n", "start"),
    ("person", "occupation_n"),
    ("certificate_hash",),
)
_BY_NAME = ["name_n", "institution_n", "occupation_n", "start"]
"""For rows whose number, on either side, identifies nobody: two valid numbers are two persons."""
_COVERED = "（号码有改动，中间几位不显示）"


class Side(Struct, frozen=True):
    """A roster and the facts or keys of its trainings (``schema.decision.TRAINING_DTYPES``), both by rid."""

    roster: Roster
    trainings: pd.DataFrame


class Match(Struct, frozen=True):
    """``pairs``: ``old``, ``new`` (rids, int64), in the order of the new roster; ``removed``: rids of the old, ``added`` of
    the new roster, in order; ``changes``: one row a cell that differs (``CHANGE_DTYPES``), numbers covered. ``gone``: the
    removed, and those of the old roster whose changed row is another training to the ledger (D01 does not see it)."""

    pairs: pd.DataFrame
    removed: pd.Index
    added: pd.Index
    changes: pd.DataFrame
    gone: pd.Index

    @property
    def changed(self) -> pd.DataFrame:
        """The pairs of which some cell differs."""
        return self.pairs[self.pairs["new"].isin(self.changes["new"])]


def match(old: Side, new: Side) -> Match:
    """Compare two rosters. Cells are compared in the columns that both have."""
    keys = [key for key in ROSTER.keys if key in old.roster.columns & new.roster.columns]
    plain = row_texts(old.roster, masked=False), row_texts(new.roster, masked=False)
    seen = row_texts(old.roster, masked=True), row_texts(new.roster, masked=True)
    # a damaged number is told apart by what can be seen of it
    texts = [p.mask(p == "", s) for p, s in zip(plain, seen, strict=True)]
    pairs = _pair(_identities(old, texts[0], keys), _identities(new, texts[1], keys))
    left, right = pairs["old"].to_numpy(), pairs["new"].to_numpy()
    parts = [pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in CHANGE_DTYPES.items()})]
    for key in keys:
        before, after = texts[0][key].loc[left].to_numpy(), texts[1][key].loc[right].to_numpy()
        differ = before != after
        if not differ.any():
            continue
        shown = pd.DataFrame(
            {
                "old": left[differ],
                "new": right[differ],
                "key": key,
                "before": covered(seen[0][key].loc[left[differ]]).to_numpy(),
                "after": covered(seen[1][key].loc[right[differ]]).to_numpy(),
            }
        )
        parts.append(
            shown.assign(after=shown["after"].mask(shown["before"].eq(shown["after"]), shown["after"] + _COVERED))
        )
    changes = (
        pd.concat(parts, ignore_index=True).astype(CHANGE_DTYPES).sort_values("new", kind="stable", ignore_index=True)
    )
    removed = old.trainings.index.difference(pd.Index(pairs["old"]))
    added = new.trainings.index.difference(pd.Index(pairs["new"]))
    other = pd.Index(pairs.loc[_another(old.trainings.loc[left], new.trainings.loc[right]), "old"])
    return Match(pairs, removed, added, changes, removed.union(other))


def _another(before: pd.DataFrame, after: pd.DataFrame) -> pd.Series:
    """Of paired rows, in order: whether neither certificate nor class is the same any more. A row that identified
    nobody has no claim to lose."""
    same = pd.Series(False, index=range(len(before)))
    for (key,) in _CERTAIN:
        same |= (before[key].to_numpy() == after[key].to_numpy()) & (before[key].to_numpy() != 0)
    another: pd.Series = ~same & (before["person"].to_numpy() != 0)
    return another


def _identities(side: Side, texts: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    frame = side.trainings[
        ["person", "certificate_claim", "class_hash", "certificate_hash", "institution_n", "occupation_n"]
    ]
    whole = pd.util.hash_pandas_object(texts[keys].astype("object"), index=False).to_numpy()
    return frame.assign(
        whole=whole, start=texts["start"], name_n=normal(side.roster.frame["name"]), rid=side.trainings.index
    )


def _pair(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    parts: list[pd.DataFrame] = []
    for keys, sole in _steps():
        parts.append(_joined(_left(old, parts, "old"), _left(new, parts, "new"), list(keys), sole=sole))
    for nobody in ("old", "new"):
        sides = {"old": _left(old, parts, "old"), "new": _left(new, parts, "new")}
        sides[nobody] = sides[nobody][sides[nobody]["person"] == 0]
        parts.append(_joined(sides["old"], sides["new"], _BY_NAME, sole=True))
    return pd.concat(parts).astype("int64").sort_values("new", ignore_index=True)


def _left(frame: pd.DataFrame, parts: list[pd.DataFrame], side: str) -> pd.DataFrame:
    """The rows nobody has paired yet."""
    taken = pd.concat([part[side] for part in parts]) if parts else pd.Series(dtype="int64")
    return frame[~frame["rid"].isin(taken)]


def _steps() -> Iterator[tuple[tuple[str, ...], bool]]:
    yield ("whole",), False
    yield from ((keys, False) for keys in _CERTAIN)
    yield from ((keys, True) for keys in _LIKELY)


def _joined(old: pd.DataFrame, new: pd.DataFrame, keys: list[str], *, sole: bool) -> pd.DataFrame:
    """Rows equal in ``keys``, the first with the first, and so on; ``sole``: only where there is one on either side."""
    sides = []
    for frame, name in ((old, "old"), (new, "new")):
        known = ~(frame[keys].isna() | (frame[keys] == 0) | (frame[keys] == "")).any(axis=1)
        frame = frame[known]
        if sole:
            frame = frame[~frame.duplicated(keys, keep=False)]
        sides.append(
            frame.assign(turn=frame.groupby(keys).cumcount())[[*keys, "turn", "rid"]].rename(columns={"rid": name})
        )
    return sides[0].merge(sides[1], on=[*keys, "turn"], validate="1:1")[["old", "new"]]
