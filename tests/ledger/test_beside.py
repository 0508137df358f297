"""A large batch is inserted while its workbook is written: still all or nothing."""

from __future__ import annotations

import threading

import pytest
from msgspec.structs import replace

from skillcli.core.errors import ClerkError
from skillcli.ledger import transaction
from skillcli.ledger.batch import BatchHead
from skillcli.ledger.ledger import Ledger

from .build import Run, plain_run

PERSONS = 6
FEW = 2


@pytest.fixture(autouse=True)
def _few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a small batch counts as a large one."""
    _many_are_above(FEW, monkeypatch)


def test_the_workbook_is_written_beside_and_knows_the_final_head(ledger: Ledger) -> None:
    seen: list[tuple[BatchHead, str]] = []
    booked = ledger.book(
        plain_run(PERSONS).batch(ledger), lambda head: seen.append((head, threading.current_thread().name))
    )
    assert [head for head, _ in seen] == [booked]
    assert seen[0][1] != threading.current_thread().name
    assert booked.head == ledger.head()
    assert ledger.verify().ok


def test_what_is_booked_beside_is_what_is_booked_alone(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = plain_run(PERSONS).batch(ledger)
    with pytest.raises(ZeroDivisionError):
        ledger.book(batch, _break)
    _many_are_above(10**6, monkeypatch)
    alone: list[str] = []
    with pytest.raises(ZeroDivisionError):
        ledger.book(batch, lambda head: (alone.append(head.head), _break(head)))
    _many_are_above(FEW, monkeypatch)
    assert ledger.book(batch, lambda head: None).head == alone[0]


def test_a_workbook_that_fails_undoes_the_batch(ledger: Ledger) -> None:
    before = ledger.head()
    with pytest.raises(ZeroDivisionError):
        ledger.book(plain_run(PERSONS).batch(ledger), _break)
    assert ledger.head() == before
    assert ledger.batches().empty
    assert ledger.verify().ok


def test_a_line_paid_before_is_refused_by_name_and_the_writer_has_ended(ledger: Ledger) -> None:
    first = ledger.book(plain_run(PERSONS).batch(ledger))
    ended = threading.Event()
    again = replace(plain_run(PERSONS).batch(ledger), files_digest="other files")
    with pytest.raises(ClerkError, match=f"{first.id}/000001 是同一项补贴"):
        ledger.book(again, lambda head: ended.set())
    assert ended.is_set()
    assert len(ledger.batches()) == 1
    assert ledger.verify().ok


def test_claims_alone_are_many_sooner(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transaction, "MANY", 10**6)
    head = ledger.book(plain_run(PERSONS).batch(ledger), lambda head: None)
    again = replace(plain_run(PERSONS).batch(ledger), files_digest="other files")
    with pytest.raises(ClerkError, match=f"{head.id}/000001 是同一项补贴"):
        ledger.book(again, lambda head: None)
    assert ledger.verify().ok


def test_nobody_needs_a_writer(ledger: Ledger) -> None:
    assert ledger.book(Run(range(PERSONS)).batch(ledger)).trainings == PERSONS
    assert ledger.verify().ok


def _many_are_above(rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MANY", "MANY_SCATTERED"):
        monkeypatch.setattr(transaction, name, rows)


def _break(_: BatchHead) -> None:
    raise ZeroDivisionError
