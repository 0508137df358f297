"""Ledgers that already hold many lines: the product's through its own tables, the good script's beside it.

Three people in ten of the benchmark's roster have earlier trainings in them; everybody else in them
is new. Made once a size, kept under ``build/bench``.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from skillcli.core.finding import Verdict
from skillcli.ledger import tables
from skillcli.ledger.batch import NewBatch
from skillcli.ledger.ledger import Ledger
from skillcli.policy.load import load_policy
from skillcli.policy.model import Policy
from skillcli.rules.facts import derive
from skillcli.schema import pages
from skillcli.schema.decision import FINDING_DTYPES, LINE_DTYPES, TRAINING_DTYPES, Decision
from skillcli.schema.roster import Roster, RosterSheet, empty_faults
from tests.bench import generate, people

POLICY = "linkou-2019"
CHUNK = 200_000
_KNOWN = 0.3
_FIRST_SERIAL = 1_000_000_000
_FIRST_AREA = 100_000
"""Nobody has numbers of such areas: of 50 million people with real ones a third of the roster would be among them by accident."""
_VERSION = 2
"""Of what is made here; raised with every change of it."""


def ledger(folder: Path, lines: int, rows: int) -> Path:
    """A ledger of ``lines`` lines, some of them for people of the roster of ``rows`` rows."""
    shape = hashlib.sha256(b"".join(Path(each.__file__).read_bytes() for each in (tables, pages))).hexdigest()[:8]
    path = folder / f"ledger-{generate.VERSION}.{_VERSION}-{shape}-{rows}-{lines}.db"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(".part")
        temporary.unlink(missing_ok=True)
        with Ledger.open(temporary, create=True) as made:
            _hurry(made)
            _fill(made, lines, rows)
        os.sync()
        temporary.rename(path)
    return path


def script_ledger(folder: Path, lines: int, rows: int) -> Path:
    """The good script's history: one table of as many paid trainings."""
    path = folder / f"script-{generate.VERSION}.{_VERSION}-{rows}-{lines}.db"
    if path.exists():
        return path
    temporary = path.with_suffix(".part")
    temporary.unlink(missing_ok=True)
    with sqlite3.connect(temporary) as connection:
        connection.execute(
            "CREATE TABLE paid (id_number TEXT, occupation TEXT, level TEXT, certificate TEXT, year INT, amount REAL)"
        )
        for number, count in enumerate(_chunks(lines)):
            frame = _past(number, count, rows)
            keys = ["id_number", "occupation", "level", "certificate_no"]
            columns = [*(frame[key].tolist() for key in keys), frame["issued_on"].dt.year.tolist(), [1000.0] * count]
            connection.executemany("INSERT INTO paid VALUES (?, ?, ?, ?, ?, ?)", zip(*columns, strict=True))
        connection.execute("CREATE INDEX person ON paid (id_number)")
    temporary.rename(path)
    return path


def _chunks(lines: int) -> list[int]:
    return [min(CHUNK, lines - done) for done in range(0, lines, CHUNK)]


def _past(number: int, count: int, rows: int) -> pd.DataFrame:
    """A batch of earlier trainings; the first ones are of people in the roster."""
    known = None
    if number * CHUNK < rows * _KNOWN:
        everybody = people.people(np.random.default_rng(generate.SEED), rows)
        known = everybody[: int(rows * _KNOWN)][number * CHUNK : number * CHUNK + count]
    serial = _FIRST_SERIAL + number * CHUNK
    frame = people.trainings(
        generate.SEED + 100 + number, count, first="2019-01-07", days=300, first_serial=serial, among=known
    )
    ids = frame["id_number"]
    elsewhere = people.moved(ids, _FIRST_AREA + number)
    return frame.assign(id_number=elsewhere if known is None else ids.where(ids.isin(known["id_number"]), elsewhere))


def _hurry(made: Ledger) -> None:
    """Nothing is lost if the making of a benchmark's ledger is cut off: no journal, no waiting for the disk, pages kept in memory."""
    connection = made._engine.raw_connection().driver_connection
    assert isinstance(connection, sqlite3.Connection)
    cache = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 3 // 1024
    for setting in ("synchronous = OFF", "journal_mode = OFF", "locking_mode = EXCLUSIVE", f"cache_size = -{cache}"):
        connection.execute(f"PRAGMA {setting}")


def _batches(lines: int, rows: int) -> Iterator[tuple[Roster, Decision]]:
    """What is booked, batch by batch; the next one is made in another process meanwhile."""
    chunks = _chunks(lines)
    with ProcessPoolExecutor(1) as other:
        coming = other.submit(_batch, 0, chunks[0], rows)
        for number, count in enumerate(chunks[1:], 1):
            batch = coming.result()
            coming = other.submit(_batch, number, count, rows)
            yield batch
        yield coming.result()


def _batch(number: int, count: int, rows: int) -> tuple[Roster, Decision]:
    sheet = RosterSheet(f"以往-{number + 1}.xlsx", f"{number:064x}", "花名册", 2, count)
    roster = Roster(frame=_past(number, count, rows), faults=empty_faults(), findings=(), sheets=(sheet,))
    return roster, _decided(roster, load_policy(POLICY))


def _fill(made: Ledger, lines: int, rows: int) -> None:
    policy = load_policy(POLICY)
    for number, (roster, decision) in enumerate(_batches(lines, rows)):
        # the year after holds what the benchmark itself pays, and nothing else
        month = f"{2019 + number % 24 // 12}-{number % 12 + 1:02d}"
        batch = NewBatch(
            roster=roster,
            decision=decision,
            policy=policy,
            month=month,
            as_of=date(2019, 12, 31),
            at="2020-01-01T00:00:00Z",
            person="bench",
            tool="bench",
            head=made.head(),
        )
        made.book(batch)


def _decided(roster: Roster, policy: Policy) -> Decision:
    """One payable line a training, without judging it."""
    facts = derive(roster, policy)
    once = ~facts.duplicated("class_hash") & ~facts.duplicated("certificate_claim")
    payable = once.to_numpy()
    staff = facts["categories"].str.contains("企业职工").to_numpy()
    frame = facts.assign(
        rank=facts.groupby("person").cumcount(),
        attended=True,
        loser=False,
        verdict=np.where(payable, Verdict.PAYABLE.value, Verdict.REFUSED.value),
    )
    lines = pd.DataFrame(
        {
            "rid": np.arange(len(facts)),
            "line": np.where(staff, "staff", "free"),
            "verdict": frame["verdict"],
            "amount_fen": np.where(payable, 100_000, 0),
            "proposed_fen": 100_000,
            "standard_fen": 100_000,
            "quantity": 1,
            "unit": "人",
            "payee_kind": np.where(staff, "用人单位", "培训机构"),
            "payee": facts["employer"].where(staff, facts["institution"]).fillna(""),
            "fund": "",
            "clause": np.where(staff, "四（二）1", "四（一）1"),
            "codes": np.where(payable, "", "D01"),
            "group": "training",
        }
    ).astype(LINE_DTYPES)
    findings = pd.DataFrame({key: pd.Series(dtype=dtype) for key, dtype in FINDING_DTYPES.items()})
    return Decision(frame[list(TRAINING_DTYPES)].astype(TRAINING_DTYPES), lines, findings, (), ())
