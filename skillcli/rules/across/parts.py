"""The partition keys of an audit over many ledgers, and what is asked under each.

Which questions make sense across cities:

* one certificate for two persons (C03), one number with two names (P10), one training or one certificate paid twice (D01),
  overlap in time (T05), occupation and level again (D02), yearly limit (D03, D04), on-the-job months (D05, D08): yes, of
  trainings with a subsidy that stands; what was refused costs nothing. The limits are counted within one policy, for a limit
  is a clause of its text. A10 is flag ``account_shared``, P11 is ``phone_shared``; D06 and D07 need what an export of
  trainings does not hold.
* every red flag over trainings: yes; ``roster_swapped`` within one ledger only, since it compares batches in the order of
  their judging, which two ledgers do not share. ``advance_unsettled`` is about one ledger and is asked there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from msgspec import Struct

from skillcli.core import identity
from skillcli.policy.model import Policy
from skillcli.rules.across import paid
from skillcli.rules.facts import certificate_hashes, hashed, normal
from skillcli.rules.flags import TRAINING_FLAGS
from skillcli.rules.flags.flag import Flag, audit_frame, no_flags
from skillcli.rules.flags.keys import keyed, made_of
from skillcli.schema.audit import FLAGGED_DTYPES, KEY_DTYPES
from skillcli.schema.inputs import ROSTER

ORDER = ["flag", "group", "record", "message"]
"""A total order of findings: no two of them are equal in all of it."""
WITHIN_ONE_LEDGER = frozenset({"roster_swapped"})
_ALONE_IS_HARMLESS = frozenset({"person", "certificate_hash", "phone_n", "account_n", "address_n", "name_n"})
"""Keys of which a value that stands once raises nothing."""
MARKS = {"record": "int64", "ledger": "int64", "batch": "int64", "void": "bool"}
"""Columns every part has. ``record``: number of a training, unique over all ledgers; ``batch``: likewise of a batch."""
KEY = "key"
"""The column to partition by (int64): a hash of the part's key."""


class Part(Struct, frozen=True):
    """One partition key: the ``flags`` asked, whether rules over paid trainings are, and the roster columns needed."""

    key: str
    flags: tuple[Flag, ...]
    rules: bool = False
    more: tuple[str, ...] = ()

    @property
    def reads(self) -> tuple[str, ...]:
        """Roster columns that ``prepare`` needs, in the order of the roster."""
        wanted = {name for flag in self.flags for name in flag.reads if name not in MARKS}
        needed = {*made_of([*wanted, self.key]), *self.more}
        return tuple(key for key in ROSTER.keys if key in needed)

    @property
    def columns(self) -> dict[str, str]:
        """Columns of a prepared frame and their dtypes."""
        columns = {KEY: "int64", **MARKS}
        if self.rules:
            return columns | paid.COLUMNS | {key: ROSTER[key].kind.dtype for key in self.reads} | {"person": "int64"}
        wanted = {name for flag in self.flags for name in flag.reads if name not in MARKS} | {self.key}
        return columns | {name: KEY_DTYPES.get(name) or ROSTER[name].kind.dtype for name in sorted(wanted)}


def _parts() -> dict[str, Part]:
    keys = list(dict.fromkeys(flag.key for flag in TRAINING_FLAGS))
    parts = {key: Part(key, tuple(flag for flag in TRAINING_FLAGS if flag.key == key)) for key in keys}
    parts["person"] = Part("person", parts["person"].flags, rules=True, more=paid.READS)
    parts["certificate_hash"] = Part("certificate_hash", (), rules=True, more=paid.CERTIFICATE_READS)
    return parts


PARTS: dict[str, Part] = _parts()


class Setting(Struct, frozen=True):
    """What the questions are asked with: ``thresholds`` of the flags, ``names`` of the ledgers (by number), the
    ``policies`` of their batches by id, and the day."""

    thresholds: Mapping[str, int]
    names: tuple[str, ...]
    policies: Mapping[str, Policy]
    as_of: pd.Timestamp


def prepare(part: Part, trainings: pd.DataFrame) -> pd.DataFrame:
    """What one key needs of some trainings (``MARKS``, ``part.reads``, and for rules ``paid.COLUMNS``), any rows in any
    order; rows without a value of the key are left out. Returns ``part.columns``."""
    if part.rules:
        frame = _prepare_paid(part, trainings)
    else:
        wanted = {name for flag in part.flags for name in flag.reads} | {part.key}
        frame = keyed(trainings, [name for name in KEY_DTYPES if name in wanted])
        frame = frame[frame[part.key].notna()]
        frame = frame.assign(**{KEY: hashed(frame[part.key], frame[part.key].isna())})
    prepared: pd.DataFrame = frame[list(part.columns)].astype(part.columns).reset_index(drop=True)
    return prepared


def _prepare_paid(part: Part, trainings: pd.DataFrame) -> pd.DataFrame:
    person = identity.examine(trainings["id_number"])[1]
    key: Any = person
    taking_part = (person != 0) & ~trainings["void"].to_numpy()
    if part.key == "certificate_hash":
        key = certificate_hashes(trainings["certificate_kind"], normal(trainings["certificate_no"], upper=True))
        taking_part &= (key != 0) & trainings["paid"].ne("").to_numpy()
    prepared: pd.DataFrame = trainings.assign(person=person, **{KEY: np.asarray(key)})[taking_part]
    return prepared


def check(part: Part, frame: pd.DataFrame, setting: Setting) -> pd.DataFrame:
    """The findings (``schema.audit.FLAGGED_DTYPES``, in total order) of one partition: any rows that hold all rows of each
    value of the key, in any order."""
    frame = frame.astype(part.columns)
    if part.key in _ALONE_IS_HARMLESS:
        frame = frame[frame[KEY].duplicated(keep=False)]
    if not len(frame):
        return no_flags()
    frame = frame.sort_values("record", ignore_index=True)
    found = []
    if part.rules:
        found.append(paid.check(part.key, frame, setting.names, setting.policies, setting.as_of))
        if part.flags:
            wanted = {name for flag in part.flags for name in flag.reads} - set(frame.columns)
            frame = keyed(frame, [name for name in KEY_DTYPES if name in wanted])
    across = [flag for flag in part.flags if flag.name not in WITHIN_ONE_LEDGER]
    found.append(audit_frame(frame, across, setting.thresholds))
    within = [flag for flag in part.flags if flag.name in WITHIN_ONE_LEDGER]
    if within:
        found += [audit_frame(rows, within, setting.thresholds) for _, rows in frame.groupby("ledger")]
    return in_order(found)


def in_order(found: list[pd.DataFrame]) -> pd.DataFrame:
    """Findings of several partitions or keys as one, in total order, each once."""
    full = [each for each in found if len(each)]
    if not full:
        return no_flags()
    whole = pd.concat(full, ignore_index=True).astype(FLAGGED_DTYPES)
    return whole.drop_duplicates().sort_values(ORDER, ignore_index=True)
