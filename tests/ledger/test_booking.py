"""A batch goes in whole and comes out as it went in."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pandas as pd
import pytest

from skillcli.core.errors import ClerkError
from skillcli.ledger.batch import BatchHead, LedgerMoved, files_digest
from skillcli.ledger.ledger import Ledger
from skillcli.policy.model import Ruling

from .build import AT, PAYABLE, REFUSED, SPECIAL, Run, plain_run, policy


def test_a_booked_batch_says_what_it_holds(ledger: Ledger) -> None:
    run = Run([7, 8, 9], [(0, "free", PAYABLE, 1000), (1, "free", REFUSED, 1000), (2, "free", SPECIAL, 800)])
    booked = ledger.book(run.batch(ledger))
    assert booked.new
    assert (booked.id, booked.status, booked.month) == ("2020-03-1", "draft", "2020-03")
    assert (booked.trainings, booked.lines, booked.payable, booked.amount_fen) == (3, 3, 2, 180000)
    assert (booked.person, booked.at, booked.as_of) == ("王经办", AT, date(2020, 3, 31))
    assert booked.head == ledger.head()


def test_frames_come_back_identical(ledger: Ledger) -> None:
    run = plain_run(11)
    batch = run.batch(
        ledger, policy=policy(rulings={"hours_per_day": Ruling(value=6, decided_by="张", document="1号")})
    )
    loaded = ledger.load_batch(ledger.book(batch).id)
    pd.testing.assert_frame_equal(loaded.roster.frame, batch.roster.frame)
    pd.testing.assert_frame_equal(loaded.roster.faults, batch.roster.faults)
    pd.testing.assert_frame_equal(loaded.decision.trainings, batch.decision.trainings)
    pd.testing.assert_frame_equal(loaded.decision.lines, batch.decision.lines)
    pd.testing.assert_frame_equal(loaded.decision.findings, batch.decision.findings)
    assert loaded.roster.findings == batch.roster.findings
    assert loaded.roster.sheets == batch.roster.sheets
    assert loaded.roster.columns == batch.roster.columns
    assert loaded.decision.unchecked == batch.decision.unchecked
    assert loaded.decision.rulings_used == batch.decision.rulings_used
    assert loaded.head.rulings == batch.policy.rulings
    assert loaded.policy_text == batch.policy_text


@pytest.mark.parametrize("value", [True, False, 3, "范围词", Decimal("0.30"), ["甲", "乙"]])
def test_a_reading_comes_back_with_its_type(ledger: Ledger, value: object) -> None:
    ruling = Ruling(value=value, decided_by="张", document="会议纪要1号", decided_on=date(2020, 1, 2))  # type: ignore[arg-type]
    ledger.import_rulings("linkou-2019", {"k": ruling}, at=AT, person="张")
    back = ledger.rulings("linkou-2019")["k"]
    assert back == ruling
    assert type(back.value) is type(value)


def test_a_batch_without_any_training_can_be_booked(ledger: Ledger) -> None:
    batch = Run([]).batch(ledger)
    loaded = ledger.load_batch(ledger.book(batch).id)
    pd.testing.assert_frame_equal(loaded.roster.frame, batch.roster.frame)
    assert ledger.verify().ok


def test_the_same_files_are_the_same_batch(ledger: Ledger) -> None:
    first = ledger.book(plain_run().batch(ledger))
    head = ledger.head()
    again = ledger.book(plain_run().batch(ledger))
    assert (again.id, again.new) == (first.id, False)
    assert ledger.head() == head
    found = ledger.find_batch("linkou-2019", "2020-03", plain_run().batch(ledger).digest)
    assert found is not None
    assert found.id == first.id


def test_order_of_the_files_does_not_matter() -> None:
    assert files_digest(["a", "b"]) == files_digest(["b", "a"])
    assert files_digest(["a"]) != files_digest(["a", "b"])


@pytest.mark.parametrize(
    ("month", "policy_id", "files"),
    [("2020-04", "linkou-2019", ""), ("2020-03", "taiyuan-2019", ""), ("2020-03", "linkou-2019", "other")],
)
def test_another_month_policy_or_file_is_another_batch(ledger: Ledger, month: str, policy_id: str, files: str) -> None:
    ledger.book(plain_run(salt=1).batch(ledger))
    other = plain_run(salt=2)
    digest = files or plain_run(salt=1).batch(ledger).digest
    booked = ledger.book(other.batch(ledger, month, policy=policy(policy_id), files_digest=digest))
    assert booked.new
    assert booked.id == ("2020-04-1" if month == "2020-04" else "2020-03-2")


def test_a_decision_on_an_older_ledger_is_not_booked(ledger: Ledger) -> None:
    stale = plain_run(salt=1).batch(ledger)
    ledger.book(plain_run(salt=2).batch(ledger))
    with pytest.raises(LedgerMoved):
        ledger.book(stale)
    assert len(ledger.batches()) == 1


def test_what_the_hook_raises_undoes_the_batch(ledger: Ledger) -> None:
    seen: list[BatchHead] = []

    def cannot_write(head: BatchHead) -> None:
        seen.append(head)
        raise OSError("disk")

    with pytest.raises(OSError, match="disk"):
        ledger.book(plain_run().batch(ledger), cannot_write)
    assert seen[0].id == "2020-03-1"
    assert len(ledger.batches()) == 0
    assert ledger.head() == "0" * 64
    assert ledger.verify().totals["training"] == 0


def test_an_interrupt_while_booking_leaves_nothing(ledger: Ledger) -> None:
    def stop(_: BatchHead) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ledger.book(plain_run().batch(ledger), stop)
    assert len(ledger.batches()) == 0
    assert ledger.book(plain_run().batch(ledger)).id == "2020-03-1"


def test_the_hook_sees_the_head_that_is_committed(ledger: Ledger) -> None:
    seen: list[BatchHead] = []
    booked = ledger.book(plain_run().batch(ledger), seen.append)
    assert seen == [booked]
    assert ledger.head() == seen[0].head


def test_frames_that_are_not_the_schemas_are_refused(ledger: Ledger) -> None:
    batch = plain_run().batch(ledger)
    batch.decision.lines["amount_fen"] = batch.decision.lines["amount_fen"].astype("float64")
    with pytest.raises(TypeError, match="amount_fen"):
        ledger.book(batch)


def test_a_month_that_is_none_is_refused(ledger: Ledger) -> None:
    with pytest.raises(ClerkError, match="2020-13"):
        ledger.book(plain_run().batch(ledger, "2020-13"))
