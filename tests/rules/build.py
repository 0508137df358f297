"""Clean trainings to start a test from, and the case a rule sees.

``clean_row(policy)`` is a training without any fault under a policy; a test changes single cells of
it. ``case_of(rows, policy)`` takes it through the facts, the matching and the prices as the judge does.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from skillcli.core.identity import check_digit
from skillcli.policy.load import load_national, load_policy
from skillcli.policy.model import Policy, Ruling
from skillcli.rules.case import REFERENCE_DTYPES, Case, no_references
from skillcli.rules.facts import derive
from skillcli.rules.match import match
from skillcli.rules.price import price
from skillcli.rules.sequence import PAYABLE
from skillcli.schema.catalogue import Catalogue
from skillcli.schema.column import Table
from skillcli.schema.history import CLASSMATE_DTYPES, LINE_DTYPES, TRAINING_DTYPES, History, no_history
from skillcli.schema.inputs import (
    CATALOGUE_ABILITIES,
    CATALOGUE_BODIES,
    CATALOGUE_ISSUERS,
    CATALOGUE_ITEMS,
    CATALOGUE_LEVELS,
    CATALOGUE_QUALIFICATIONS,
    CATALOGUE_SHORTAGE,
    ROSTER,
)
from skillcli.schema.registers import CLASSES, INSPECTIONS
from skillcli.schema.roster import Roster, RosterSheet, empty_faults, empty_frame

AS_OF = pd.Timestamp(2022, 6, 30)

Row = dict[str, Any]
"""Roster key → value of its kind (dates ``date``; 人员类别 as one text). The entry ``faults`` maps a
key to (``CellFault``, what stands there)."""


def person_id(number: int = 1, born: str = "19900101", area: str = "231025") -> str:
    """A synthetic identity number with a sound check digit; odd numbers are men."""
    first17 = f"{area}{born}{number:03d}"
    return first17 + check_digit(first17)


def clean_row(policy: Policy | None = None, **changes: Any) -> Row:
    """A training without a fault, payable under either shipped policy (Taiyuan's certificate line
    beside it waits for its reading).

    ``policy`` chooses the place names; ``changes`` are set last (None empties a cell).
    """
    city = "太原市" if policy is not None and policy.id.startswith("taiyuan") else "林口县"
    row: Row = dict.fromkeys(ROSTER.keys)
    row.update(
        name="王小明",
        id_number=person_id(1),
        sex="男",
        phone="13812345678",
        categories="农村转移就业劳动者",
        household="农村",
        town="林口镇",
        pension=False,
        institution=f"{city}职业培训学校",
        class_no="B001",
        training_kind="就业技能培训",
        occupation="电工",
        level="初级工",
        start=date(2020, 3, 2),
        end=date(2020, 3, 31),
        hours=80,
        days=20,
        attendance=9500,
        result="合格",
        certificate_kind="职业技能等级证书",
        certificate_no="S000023123456205000001",
        issued_on=date(2020, 4, 10),
        employer=f"{city}机械厂",
        employer_insured=True,
        fee=200000,
        payer="机构垫付",
        bank="农村商业银行",
        account="6212288802000001666",
    )
    row["faults"] = {}
    for key, value in changes.items():
        if key not in row:
            raise KeyError(key)
        row[key] = value
    return row


def shipped(name: str = "linkou-2019", **values: Any) -> Policy:
    """A shipped policy in which every line has a fund, with these readings (``__`` for a dot).
    A value None takes the office's answer away."""
    return _decided(name, tuple(sorted(values.items())))


@cache
def _decided(name: str, values: tuple[tuple[str, Any], ...]) -> Policy:
    policy = load_policy(name)
    rulings = {r.key: Ruling(value=policy.funds[0]) for r in policy.readings if r.key.startswith("fund.")}
    for key, value in values:
        key = key.replace("__", ".")
        if value is None:
            rulings.pop(key, None)
        else:
            rulings[key] = Ruling(value=value)
    return load_policy(name, rulings)


def table_of(table: Table, rows: list[Row]) -> pd.DataFrame:
    """A frame of an input sheet from dicts of its keys."""
    return pd.DataFrame({c.key: pd.Series([row.get(c.key) for row in rows], dtype=c.kind.dtype) for c in table.columns})


FURTHER = {
    "issuers": CATALOGUE_ISSUERS,
    "abilities": CATALOGUE_ABILITIES,
    "levels": CATALOGUE_LEVELS,
    "qualifications": CATALOGUE_QUALIFICATIONS,
    "classes": CLASSES.table,
    "inspections": INSPECTIONS.table,
}


def catalogue(
    items: list[Row] | None = None,
    shortage: list[Row] | None = None,
    bodies: list[Row] | None = None,
    **others: list[Row],
) -> Catalogue:
    """The three sheets; ``None`` takes a clean one that knows the clean row. ``others``: further catalogues and
    registers by field, never imported where not named."""
    schools = [f"{city}{what}" for city in ("林口县", "太原市") for what in ("职业培训学校", "机械厂")]
    return Catalogue(
        items=table_of(CATALOGUE_ITEMS, [{"occupation": "电工", "price_fen": 90000}] if items is None else items),
        shortage=table_of(CATALOGUE_SHORTAGE, shortage or []),
        bodies=table_of(
            CATALOGUE_BODIES,
            [{"institution": s, "body_kind": "培训机构", "document": "1号", "account": "23050166"} for s in schools]
            if bodies is None
            else bodies,
        ),
        **{name: table_of(FURTHER[name], rows) for name, rows in others.items()},
    )


def roster_of(rows: list[Row]) -> Roster:
    """The rows as intake would hand them on."""
    frame = empty_frame(len(rows))
    for column in ROSTER.columns:
        values = [row[column.key] for row in rows]
        frame[column.key] = pd.Series(values, index=frame.index, dtype=column.kind.dtype)
    frame["row"] = np.arange(len(rows), dtype=np.int64) + 2
    frame["training_kind_written"] = frame["training_kind"]
    faults = [
        {"rid": rid, "key": key, "fault": fault, "shown": shown}
        for rid, row in enumerate(rows)
        for key, (fault, shown) in row.get("faults", {}).items()
    ]
    table = pd.DataFrame(faults).astype(empty_faults().dtypes.to_dict()) if faults else empty_faults()
    return Roster(frame, table, (), (RosterSheet("花名册.xlsx", "0" * 64, "Sheet1", 1, len(rows)),))


def history_of(rows: list[Row], policy: Policy) -> History:
    """Earlier trainings of a batch 2019-01-1, without lines."""
    facts = derive(roster_of(rows), policy)
    size = len(rows)
    past = facts.assign(
        tid=np.arange(size),
        batch_order=1,
        rank=np.arange(size),
        attended=True,
        loser=False,
        institution=facts["institution_n"],
        employer=facts["employer_n"],
        occupation=facts["occupation_n"],
        certificate=facts["certificate_n"],
        batch="2019-01-1",
        file="旧花名册.xlsx",
        sheet="Sheet1",
    ).reset_index(drop=True)
    lines = pd.DataFrame({key: pd.Series(dtype=dtype) for key, dtype in LINE_DTYPES.items()})
    classmates = facts.loc[facts["person"].ne(0), list(CLASSMATE_DTYPES)].astype(CLASSMATE_DTYPES)
    return History(past[list(TRAINING_DTYPES)].astype(TRAINING_DTYPES), lines, classmates=classmates)


def references_of(entries: list[Row]) -> pd.DataFrame:
    """Reference lists from dicts of ``list_name``, ``id_number``, ``event_on``, ``treatment``."""
    columns = {
        "list_name": [entry["list_name"] for entry in entries],
        "person": [int(entry["id_number"][:17]) for entry in entries],
        "event_on": [entry.get("event_on") for entry in entries],
        "treatment": [entry.get("treatment") or "" for entry in entries],
    }
    return pd.DataFrame({key: pd.Series(values, dtype=REFERENCE_DTYPES[key]) for key, values in columns.items()})


def case_of(
    rows: list[Row],
    policy: Policy | None = None,
    *,
    past: list[Row] | None = None,
    sheets: Catalogue | None = None,
    as_of: pd.Timestamp = AS_OF,
    references: pd.DataFrame | None = None,
) -> Case:
    """The case of these rows after facts, matching and prices, before duplicates."""
    policy = policy or shipped()
    sheets = sheets or catalogue()
    roster = roster_of(rows)
    facts = derive(roster, policy)
    priced = price(policy, match(policy, facts), facts, sheets)
    places = pd.Series(
        [f"花名册.xlsx Sheet1 第 {row} 行" for row in roster.frame["row"]], index=facts.index, dtype="str"
    )
    return Case(
        policy=policy,
        national=load_national(),
        as_of=as_of,
        trainings=facts,
        faults=roster.faults,
        lines=priced.lines.assign(state=PAYABLE, booked_as="", repeat_of="", beyond=""),
        history=history_of(past, policy) if past else no_history(),
        catalogue=sheets,
        columns=roster.columns,
        places=places,
        references=no_references() if references is None else references,
    )
