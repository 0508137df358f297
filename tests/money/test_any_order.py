"""Whatever happens in whatever order: nothing is paid twice, nothing goes below zero, ledger and sheets agree."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, precondition, rule
from msgspec.structs import replace

from skillcli.core.errors import ClerkError
from skillcli.ledger.ledger import Ledger
from skillcli.policy.load import load_policy
from skillcli.reports.facts import RunFacts
from skillcli.reports.payment import payment_book

from .build import BY, DAY, Due, approve, book, hear, pay_again, reverse
from .test_advances import NEW

PAYEES: list[int | str] = [7, 8, "甲校", "乙校"]
CLASSES = ["一班", "二班", None]


@dataclass
class Line:
    """What the test itself knows of a line, in fen."""

    payee: int | str
    amount: int
    due: int
    state: str = "reserved"
    paid: int = 0


@dataclass
class Model:
    """The same money kept by hand: what each payee received in all, and every line."""

    lines: dict[str, Line] = field(default_factory=dict)
    cash: dict[int | str, int] = field(default_factory=lambda: dict.fromkeys(PAYEES, 0))

    def entitled(self, payee: int | str) -> int:
        return sum(each.amount for each in self.lines.values() if each.payee == payee and each.state != "gone")

    def waiting(self, payee: int | str) -> int:
        states = ("reserved", "approved", "failed")
        return sum(each.due for each in self.lines.values() if each.payee == payee and each.state in states)


class Office(RuleBasedStateMachine):
    drafts, ready, done = Bundle("drafts"), Bundle("ready"), Bundle("done")

    @initialize()
    def open(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="skillcli-money-"))
        self.ledger = Ledger.open(self.folder / "台账.db", create=True)
        self.model, self.salt, self.papers, self.advanced = Model(), 0, 0, set[tuple[str, str]]()

    def teardown(self) -> None:
        if hasattr(self, "ledger"):
            assert self.ledger.verify().problems == ()
            self.ledger.close()
            shutil.rmtree(self.folder)

    def _refused(self, action: Callable[[], object]) -> bool:
        """A refusal leaves everything as it was."""
        before = self.ledger.head()
        try:
            action()
        except ClerkError:
            assert self.ledger.head() == before
            return True
        return False

    @rule(
        target=drafts,
        rows=st.lists(
            st.tuples(
                st.sampled_from(PAYEES), st.integers(1, 300000), st.sampled_from("甲乙丙"), st.sampled_from(CLASSES)
            ),
            min_size=1,
            max_size=5,
        ),
    )
    def pay(self, rows: list[tuple[int | str, int, str, str | None]]) -> str:
        self.salt += 1
        dues = [Due(payee, fen / 100, fund, name) for payee, fen, fund, name in rows]
        batch = book(self.ledger, dues, salt=self.salt)
        known = self.ledger.money.transfers(batch.id)
        for (payee, fen, _, _), number, due in zip(rows, known["number"], known["transfer_fen"], strict=True):
            assert 0 <= due <= fen
            self.model.lines[f"{batch.id}/{number:06d}"] = Line(payee, fen, int(due))
        self._sheets(batch.id, sum(fen for _, fen, _, _ in rows), int(known["transfer_fen"].sum()))
        return batch.id

    def _sheets(self, batch_id: str, due: int, leaves: int) -> None:
        """The payment workbook says what the ledger says."""
        loaded = self.ledger.load_batch(batch_id)
        numbers = [f"{batch_id}/{number + 1:06d}" for number in range(len(loaded.decision.lines))]
        facts = RunFacts(
            loaded.roster,
            loaded.decision,
            load_policy("linkou-2019"),
            date(2020, 3, 31),
            "0.1.0",
            batch=batch_id,
            line_numbers=pd.Series(numbers, dtype="str"),
            netting=self.ledger.money.netting(batch_id),
        )
        sheets = payment_book(facts)
        assert int(sheets["拨付明细"].tables[0].frame["金额（元）"].sum()) == due
        kept = due - leaves
        assert (kept > 0) == ("抵扣" in [sheet.name for sheet in sheets.sheets])
        if kept:
            assert int(sheets["抵扣"].tables[0].frame["抵扣（元）"].sum()) == kept
            assert int(sheets["抵扣"].tables[2].frame["实付（元）"].sum()) == leaves

    def _own(self, batch_id: str) -> dict[str, Line]:
        return {number: line for number, line in self.model.lines.items() if number.startswith(f"{batch_id}/")}

    @rule(batch=consumes(drafts))
    def void(self, batch: str) -> None:
        self.ledger.money.step(batch, "void", **BY)
        for line in self._own(batch).values():
            line.state = "gone"

    @rule(target=ready, batch=consumes(drafts))
    def approve(self, batch: str) -> str:
        approve(self.ledger, self.ledger.batch(batch))
        for line in self._own(batch).values():
            line.state = "approved"
        return batch

    @rule(target=done, batch=consumes(ready), data=st.data())
    def bank_answers(self, batch: str, data: st.DataObject) -> str:
        heard = {}
        for text, line in self._own(batch).items():
            if line.due:
                heard[int(text[-6:])] = data.draw(st.sampled_from(["paid", "paid", "failed"]))
        hear(self.ledger, self.ledger.batch(batch), heard)
        for text, line in self._own(batch).items():
            self._settle(line, heard.get(int(text[-6:]), "paid"))
        return batch

    def _settle(self, line: Line, result: str) -> None:
        line.state = result
        if result == "paid":
            assert line.paid == 0, "a line was paid twice"
            line.paid = line.due
            self.model.cash[line.payee] += line.due

    @rule(batch=done, voided=st.booleans(), data=st.data())
    def repeat(self, batch: str, voided: bool, data: st.DataObject) -> None:
        failed = {int(text[-6:]): line for text, line in self._own(batch).items() if line.state == "failed"}
        made: list[str] = []
        if self._refused(lambda: made.append(pay_again(self.ledger, self.ledger.batch(batch)).id)):
            assert not failed or not self._waits(batch)
            return
        again = self.ledger.batch(made[0])
        assert set(self.ledger.money.transfers(again.id)["number"]) <= set(failed)
        if voided:
            self.ledger.money.step(again.id, "void", **BY)
            return
        approve(self.ledger, again)
        taken = self.ledger.money.transfers(again.id)["number"].tolist()
        hear(self.ledger, again, dict.fromkeys(taken, "paid"))
        for number in taken:
            self._settle(failed[number], "paid")

    def _waits(self, batch: str) -> bool:
        known = self.ledger.money.transfers(batch)
        return bool((known["state"].eq("failed") & ~known["reversed"] & known["repaid_in"].eq("")).any())

    @rule(batch=done, data=st.data())
    def comes_back(self, batch: str, data: st.DataObject) -> None:
        """The bank sends money of a paid line back after all."""
        known = self.ledger.money.transfers(batch)
        paid = known[known["state"].eq("paid") & ~known["reversed"] & known["transfer_fen"].gt(0)]["number"].tolist()
        if not paid:
            return
        number = data.draw(st.sampled_from(paid))
        hear(self.ledger, self.ledger.batch(batch), {number: "failed"})
        line = self.model.lines[f"{batch}/{number:06d}"]
        self.model.cash[line.payee] -= line.paid
        line.state, line.paid = "failed", 0

    @rule(batch=done, data=st.data(), mode=st.sampled_from(["net", "demand"]))
    def reverse(self, batch: str, data: st.DataObject, mode: str) -> None:
        text = data.draw(st.sampled_from(sorted(self._own(batch))))
        line = self.model.lines[text]
        refused = self._refused(lambda: reverse(self.ledger, text, mode))
        assert refused == (line.state == "gone")
        line.state = "gone"

    @rule(school=st.sampled_from(["甲校", "乙校"]), name=st.sampled_from(["一班", "二班"]), fen=st.integers(1, 400000))
    def advance(self, school: str, name: str, fen: int) -> None:
        new = replace(NEW, class_no=name, payee=school, heads=1, standard_fen=fen, ratio=10000, amount_fen=fen)
        refused = self._refused(lambda: self.ledger.money.grant(new, **BY))
        assert refused == ((school, name) in self.advanced)
        if not refused:
            self.advanced.add((school, name))
            self.model.cash[school] += fen

    @precondition(lambda self: self.advanced)
    @rule(data=st.data(), mode=st.sampled_from(["net", "demand"]))
    def settle(self, data: st.DataObject, mode: str) -> None:
        school, name = data.draw(st.sampled_from(sorted(self.advanced)))
        account = self.ledger.money.advance(name, school)
        assert account is not None
        self._refused(
            lambda: self.ledger.money.settle(account, head=self.ledger.head(), mode=mode, document="结", **BY)
        )

    @rule(data=st.data())
    def give_back(self, data: st.DataObject) -> None:
        owed = self.ledger.money.receivables()
        owed = owed[owed["kind"].ne("advance") & owed["left_fen"].gt(0)]
        if owed.empty:
            return
        row = owed.iloc[data.draw(st.integers(0, len(owed) - 1))]
        fen = data.draw(st.integers(1, int(row["left_fen"]) + 5))
        number = int(row["receivable"])
        self.papers += 1

        def record() -> None:
            self.ledger.money.repaid(number, fen, DAY, document=f"缴{self.papers}", **BY)

        refused = self._refused(record)
        assert refused == (fen > row["left_fen"])
        if not refused:
            assert self._refused(record), "one paper was taken twice"
            key = row["payee_key"]
            payee = next(
                each for each in PAYEES if key == (f"个人 {each}" if isinstance(each, int) else f"单位 {each}")
            )
            self.model.cash[payee] -= fen

    @invariant()
    def it_all_agrees(self) -> None:
        if not hasattr(self, "ledger"):
            return
        balance = self.ledger.money.balance()
        assert list(balance.disagreements()) == []
        assert balance.cash_fen == sum(self.model.cash.values())
        owed = self.ledger.money.receivables()
        assert owed["left_fen"].ge(0).all()
        for payee in PAYEES:
            key = f"个人 {payee}" if isinstance(payee, int) else f"单位 {payee}"
            left = int(owed.loc[owed["payee_key"].eq(key), "left_fen"].sum())
            # what a payee holds is what it may keep, plus what it owes, less what it still gets
            assert self.model.cash[payee] == self.model.entitled(payee) + left - self.model.waiting(payee)


PROFILE = settings(
    deadline=None,
    phases=(Phase.explicit, Phase.generate),  # every step writes to disk: shrinking would take minutes
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


class TestAnyOrder(Office.TestCase):  # type: ignore[name-defined,misc]
    settings = settings(PROFILE, max_examples=12, stateful_step_count=25)


@pytest.mark.faults
class TestAnyOrderAtLength(Office.TestCase):  # type: ignore[name-defined,misc]
    settings = settings(PROFILE, max_examples=100, stateful_step_count=40)
