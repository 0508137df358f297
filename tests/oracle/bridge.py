"""The oracle's rows, catalogue and readings in the program's own types."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from oracle.catalogue import Catalogue, Entry
from oracle.facts import KEYS, Row
from skillcli.policy.load import load_policy
from skillcli.policy.model import Policy, Ruling
from skillcli.schema import catalogue as program
from skillcli.schema.column import Kind, Table
from skillcli.schema.inputs import CATALOGUE_BODIES, CATALOGUE_ITEMS, CATALOGUE_SHORTAGE, ROSTER
from skillcli.schema.roster import Roster, RosterSheet, empty_faults, empty_frame


def roster(files: Sequence[Sequence[Row]], number: int = 0) -> Roster:
    """What intake would hand on for these files, one sheet each; ``rid`` runs through them in order. ``number`` tells
    the files of one batch from those of another."""
    rows = [row for rows in files for row in rows]
    frame = empty_frame(len(rows))
    for key in KEYS:
        values = [_value(row[key]) for row in rows]
        frame[key] = pd.Series(values, index=frame.index, dtype=ROSTER[key].kind.dtype)
    frame["training_kind_written"] = frame["training_kind"]
    frame["source"] = [at for at, part in enumerate(files) for _ in part]
    frame["row"] = [at + 2 for part in files for at in range(len(part))]
    faults = [
        {"rid": rid, "key": key, "fault": fault, "shown": str(row["written"].get(key, ""))}
        for rid, row in enumerate(rows)
        for key, fault in row["faults"].items()
    ]
    sheets = tuple(
        RosterSheet(f"{number}-{at}.xlsx", f"{number * 1000 + at:064d}", "花名册", 1, len(part))
        for at, part in enumerate(files)
    )
    known = pd.DataFrame(faults).astype(empty_faults().dtypes.to_dict()) if faults else empty_faults()
    return Roster(frame, known, (), sheets)


def catalogue(ours: Catalogue) -> program.Catalogue:
    return program.Catalogue(
        _sheet(CATALOGUE_ITEMS, ours.items),
        _sheet(CATALOGUE_SHORTAGE, ours.shortage),
        _sheet(CATALOGUE_BODIES, ours.bodies),
    )


def policy(city: str, readings: dict[str, Any]) -> Policy:
    """The shipped policy with the oracle's readings on it (fen become yuan)."""
    kinds = {r.key: r.kind for r in load_policy(city).readings}
    values = {k: Decimal(v) / 100 if kinds[k] == "yuan" else v for k, v in readings.items()}
    return load_policy(city, {k: Ruling(value=v) for k, v in values.items()})


def _value(value: Any) -> Any:
    return "、".join(value) or None if isinstance(value, list) else value


def _sheet(table: Table, entries: list[Entry] | None) -> pd.DataFrame | None:
    if entries is None:
        return None
    columns = {}
    for column in table.columns:
        dtype = "datetime64[s]" if column.kind is Kind.DATE else column.kind.dtype
        columns[column.key] = pd.Series([e.get(column.key) for e in entries], dtype=dtype)
    return pd.DataFrame(columns)
