"""What a red flag is: a query over one frame that returns the rows which raise it, with their evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from string import Formatter

import numpy as np
import pandas as pd
from msgspec import Struct

from skillcli.schema.audit import FLAGGED_DTYPES

Thresholds = Mapping[str, int]
"""Figure → its value on the day of the audit (``policy.model.National.flag_values``)."""
Find = Callable[[pd.DataFrame, Thresholds], pd.DataFrame]


class Flag(Struct, frozen=True):
    """A red flag and everything that belongs to it.

    ``find`` is given the columns ``reads`` of any rows that hold all rows of each value of ``key`` (one partition or
    the whole), in any order, and the thresholds. It returns a frame of ``record`` (int64), ``group`` (str: what the
    rows raise together, unique within the flag) and the placeholders of ``message``, equal within a group. Rows whose
    key is missing raise nothing. ``figures`` names the thresholds it looks at.
    ``title``, ``message`` and ``remedy`` are plain Chinese; the message never accuses.
    """

    name: str
    title: str
    key: str
    reads: tuple[str, ...]
    figures: tuple[str, ...]
    message: str
    remedy: str
    find: Find


def flag(
    *,
    name: str,
    title: str,
    key: str,
    reads: tuple[str, ...],
    message: str,
    remedy: str,
    figures: tuple[str, ...] = (),
) -> Callable[[Find], Flag]:
    """Make a ``Flag`` of the function below it."""

    def declare(find: Find) -> Flag:
        return Flag(name, title, key, ("record", *reads), figures, message, remedy, find)

    return declare


def audit_frame(frame: pd.DataFrame, flags: Iterable[Flag], thresholds: Thresholds) -> pd.DataFrame:
    """The rows that raise these flags, as ``schema.audit.FLAGGED_DTYPES`` in the order of flag, group, record.

    The same whether asked over the whole frame or, flag by flag, over partitions that keep the rows of one value of
    ``flag.key`` together: put the answers one under the other and ``ordered`` them. Raises KeyError when the frame
    lacks a column or ``thresholds`` a figure that a flag declares.
    """
    return ordered([_flagged(each, frame, thresholds) for each in flags])


def ordered(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Answers of several flags or partitions as one, ordered."""
    full = [part for part in parts if len(part)]
    if not full:
        return no_flags()
    whole = pd.concat(full, ignore_index=True)
    return whole.sort_values(["flag", "group", "record"], ignore_index=True)


def no_flags() -> pd.DataFrame:
    """Nothing raised."""
    return pd.DataFrame({key: pd.Series(dtype=dtype) for key, dtype in FLAGGED_DTYPES.items()})


def none_found() -> pd.DataFrame:
    """What ``find`` returns when nothing is there."""
    return pd.DataFrame({"record": pd.Series(dtype="int64"), "group": pd.Series(dtype="str")})


def _flagged(each: Flag, frame: pd.DataFrame, thresholds: Thresholds) -> pd.DataFrame:
    found = each.find(frame[list(each.reads)], {name: thresholds[name] for name in each.figures})
    if not len(found):
        return no_flags()
    codes, first = _first_of(found["group"])
    sentences = pd.Series(_sentences(each.message, found.iloc[first]), dtype="str")
    return pd.DataFrame(
        {
            "flag": pd.Series(each.name, index=found.index, dtype="str"),
            "group": found["group"],
            "record": found["record"],
            "message": sentences.take(codes).set_axis(found.index),
        }
    ).astype(FLAGGED_DTYPES)


def _sentences(message: str, evidence: pd.DataFrame) -> list[str]:
    """One sentence for each row of evidence."""
    fields = [name for _, name, _, _ in Formatter().parse(message) if name]
    if not fields:
        return [message] * len(evidence)
    values = zip(*(evidence[field] for field in fields), strict=True)
    return [message.format(**dict(zip(fields, row, strict=True))) for row in values]


def _first_of(groups: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    codes, _ = pd.factorize(groups)
    _, first = np.unique(codes, return_index=True)
    return codes, first
