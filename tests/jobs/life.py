"""An office whose clerks do everything in any order, and what must hold after every step.

What the machine knows itself: who was trained in what, what each line is worth, and what each line still needs before it
may be paid. It predicts no verdict; it says which payments could never be right, and where money must be the same.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, precondition, rule

from jobs.two_batches import AS_OF, AT, Office, Row
from money.build import approve, hear, reverse
from rules.build import person_id
from skillcli.core import period
from skillcli.core.errors import ClerkError
from skillcli.core.finding import Verdict
from skillcli.core.identity import examine
from skillcli.jobs.exceptions import import_answers, import_overrides
from skillcli.jobs.outcome import Outcome
from skillcli.jobs.repay import repay
from skillcli.jobs.report import report
from skillcli.jobs.tie_out import tie_out
from skillcli.ledger.batch import Status
from skillcli.ledger.ledger import Ledger
from skillcli.reports.period_facts import Clock
from skillcli.schema.inputs import ANSWERS, OVERRIDES

PERSONS = (1, 2, 3)
OCCUPATIONS = ("电工", "焊工", "钳工", "车工")
ACCOUNTS = {1: "6212288802000001617", 2: "6212288802000001625", 3: "6212288802000001633"}
"""Each person's own; one account for two persons would be held (A10)."""
NEEDS = ("nothing", "an account for free", "an account for living", "a reading")
WORTH = {"free": 90000, "living": 10 * 1500}
WHO = {"at": AT, "person": "某某"}
YEAR = period.year("2020")
Pair = tuple[int, str]
"""A person and an occupation: one training, always the same."""


def need(pair: Pair) -> str:
    """What the training of this pair needs before all of it can be paid."""
    return NEEDS[(pair[0] + OCCUPATIONS.index(pair[1])) % len(NEEDS)]


def training(office: Office, pair: Pair, account: bool) -> Row:
    """A row of the roster. Every person has four trainings in the year, one more than may be enjoyed."""
    person, occupation = pair
    month = 1 + OCCUPATIONS.index(occupation)
    what = need(pair)
    changes: dict[str, Any] = {
        "categories": {"an account for living": "贫困劳动力", "a reading": "其他"}.get(what, "农村转移就业劳动者"),
        "payer": "个人缴费" if what == "an account for free" else "机构垫付",
        "account": ACCOUNTS[person] if account else None,
    }
    days = {"start": date(2020, month, 2), "end": date(2020, month, 20), "issued_on": date(2020, month, 28)}
    number = f"S00002312345620{5000000 + 100 * person + month:07d}"
    return office.row(person, occupation=occupation, certificate_no=number, days=10, hours=None, **days, **changes)


@cache
def keys() -> dict[int, int]:
    """Person key of the ledger → number of the person."""
    numbers = pd.Series([person_id(number) for number in PERSONS]).to_numpy(dtype=object)
    return dict(zip(examine(numbers)[1].tolist(), PERSONS, strict=True))


class AnyLife(RuleBasedStateMachine):
    drafts, done = Bundle("drafts"), Bundle("done")

    @initialize()
    def open(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="skillcli-life-"))
        self.office = Office(self.folder, "linkou-2019")
        self.accounts, self.approved = set[Pair](), set[tuple[Pair, str]]()
        self.answered_lines, self.approved_lines = set[str](), set[str]()
        self.ruled, self.cash = False, 0

    def teardown(self) -> None:
        if hasattr(self, "office"):
            self.tie_out()
            shutil.rmtree(self.folder)

    @contextmanager
    def ledger(self) -> Iterator[Ledger]:
        with Ledger.open(self.office.workspace.ledger) as ledger:
            yield ledger

    def _refused(self, action: Callable[[], object]) -> str:
        """The sentence of a refusal, which leaves everything as it was; "" where it was done."""
        with self.ledger() as ledger:
            before = ledger.head()
        try:
            action()
        except ClerkError as error:
            with self.ledger() as ledger:
                assert ledger.head() == before
            return str(error)
        return ""

    # Batches

    @rule(
        target=drafts,
        rows=st.dictionaries(
            st.tuples(st.sampled_from(PERSONS), st.sampled_from(OCCUPATIONS)), st.booleans(), min_size=1, max_size=6
        ),
        month=st.sampled_from(["2020-05", "2020-06"]),
    )
    def pay(self, rows: dict[Pair, bool], month: str) -> str:
        self.accounts |= {pair for pair, account in rows.items() if account}
        file = self.office.write([training(self.office, *each) for each in rows.items()])
        outcome = self.office.pay_files([file], month)
        assert outcome.batch is not None
        assert not outcome.already_booked
        again = self.office.pay_files([file], month)
        assert again.already_booked
        assert again.batch is not None
        assert again.batch.id == outcome.batch.id
        assert again.outputs[0].read_bytes() == outcome.outputs[0].read_bytes()
        return outcome.batch.id

    @rule(target=drafts)
    def pending(self) -> str:
        """``pay --pending``; what it leaves waiting lacks something."""
        found: list[Outcome] = []
        told = self._refused(lambda: found.append(self.office.pending()))
        assert not told or "没有待核实、待明确" in told
        for number, line in self._waiting().items():
            if line["verdict"] == Verdict.HELD.value:
                assert number not in self.answered_lines, f"{number} was answered and still waits"
                assert number not in self.approved_lines, f"{number} was approved and still waits"
            if line["verdict"] == Verdict.UNDECIDED.value:
                assert not self.ruled, f"{number} was decided and still waits"
        return found[0].batch.id if found and found[0].batch is not None else ""

    @rule(batch=consumes(drafts))
    def void(self, batch: str) -> None:
        if batch:
            self.office.void(batch)

    @rule(target=done, batch=consumes(drafts), data=st.data())
    def is_paid(self, batch: str, data: st.DataObject) -> str:
        """Approved and sent; the bank pays, and may send one line back."""
        if not batch:
            return ""
        with self.ledger() as ledger:
            approve(ledger, ledger.batch(batch))
            known = ledger.money.transfers(batch)
            due = known[known["transfer_fen"].gt(0)].set_index("number")["transfer_fen"].to_dict()
            failed = data.draw(st.sampled_from([None, *due]))
            heard = {number: "failed" if number == failed else "paid" for number in due}
            if heard:
                hear(ledger, ledger.batch(batch), heard)
        self.cash += sum(fen for number, fen in due.items() if number != failed)
        return batch

    @rule(batch=done)
    def repay(self, batch: str) -> None:
        """What failed is paid by a follow-up batch, and only that."""
        if not batch:
            return
        with self.ledger() as ledger:
            known = ledger.money.transfers(batch)
        failed = known[known["state"].eq("failed") & ~known["reversed"] & known["repaid_in"].eq("")]
        found: list[Any] = []
        told = self._refused(
            lambda: found.append(repay(self.office.workspace, batch, "2020-06", None, as_of=AS_OF, **WHO))
        )
        if failed.empty:
            assert told or found[0].already
            return
        (again,) = found
        assert again.amount_fen == int(failed["transfer_fen"].sum())
        with self.ledger() as ledger:
            approve(ledger, ledger.batch(again.batch.id))
            hear(ledger, ledger.batch(again.batch.id), dict.fromkeys(failed["number"].tolist(), "paid"))
        self.cash += again.amount_fen

    @rule(batch=done, data=st.data())
    def take_back(self, batch: str, data: st.DataObject) -> None:
        with self.ledger() as ledger:
            known = ledger.money.transfers(batch) if batch else pd.DataFrame({"number": []})
            if known.empty:
                return
            number = data.draw(st.sampled_from(known["number"].tolist()))
            before = bool(known.set_index("number")["reversed"].loc[number])
        told = self._refused(lambda: self._reverse(f"{batch}/{number:06d}"))
        assert bool(told) == before

    def _reverse(self, line_no: str) -> None:
        with self.ledger() as ledger:
            reverse(ledger, line_no)

    # What people decide about waiting lines

    def _waiting(self) -> dict[str, dict[str, Any]]:
        """批次行号 → verdict, line and whose training it is."""
        with self.ledger() as ledger:
            found = ledger.waiting(self.office.policy.limit.overridable)
        trainings = found.story.trainings.set_index("tid")
        waiting = {}
        for record in found.story.lines.to_dict("records"):
            if record["line_no"] in found.lines:
                own = trainings.loc[record["tid"]]
                pair = (keys()[int(own["person"])], str(own["occupation"]))
                waiting[str(record["line_no"])] = {"verdict": record["verdict"], "line": record["line"], "pair": pair}
        return waiting

    @rule(data=st.data())
    def answer(self, data: st.DataObject) -> None:
        waiting = self._waiting()
        if not waiting:
            return
        number = data.draw(st.sampled_from(sorted(waiting)))
        account = ACCOUNTS[waiting[number]["pair"][0]]
        row = {"line_no": number, "field": "银行账号", "value": account, "proof": "社保卡", "checked_by": "乙"}
        file = self.office.sheet(ANSWERS, [row], "核实结果.xlsx")
        told = self._refused(lambda: import_answers(self.office.workspace, file, **WHO))
        assert bool(told) == (waiting[number]["verdict"] != Verdict.HELD.value), told
        if not told:
            self.accounts.add(waiting[number]["pair"])
            self.answered_lines.add(number)

    @rule(data=st.data())
    def override(self, data: st.DataObject) -> None:
        waiting = self._waiting()
        if not waiting:
            return
        number = data.draw(st.sampled_from(sorted(waiting)))
        row = {
            "line_no": number,
            "reason": "骨干",
            "document": "纪要9号",
            "approved_by": "局长",
            "valid_to": "2020-12-31",
        }
        file = self.office.sheet(OVERRIDES, [row], "特殊审批.xlsx")
        told = self._refused(lambda: import_overrides(self.office.workspace, file, **WHO))
        assert bool(told) == (waiting[number]["verdict"] == Verdict.UNDECIDED.value), told
        if not told:
            self.approved.add((waiting[number]["pair"], waiting[number]["line"]))
            self.approved_lines.add(number)

    @precondition(lambda self: not self.ruled)
    @rule()
    def decide(self) -> None:
        self.office.decide(free_other_workers=True)
        self.ruled = True

    # What must hold

    @rule()
    def tie_out(self) -> None:
        """Report = ledger = sheets, to the fen, and all of them what the lines are worth."""
        owed = sum(WORTH[line] for _, line in self._standing().index)
        written = report(self.office.workspace, "annual", YEAR, clock=Clock.USUAL, as_of=AS_OF, **WHO)
        assert written.report.totals["amount_fen"] == owed
        proof = tie_out(self.office.workspace, YEAR, as_of=AS_OF)
        assert proof.problems == ()
        assert [check.sentence for check in proof.checks if not check.ok] == []
        assert proof.amount_fen == owed

    def _standing(self) -> pd.DataFrame:
        """Payable lines that were neither voided nor taken back; index: pair and line."""
        with self.ledger() as ledger:
            entries = ledger.reporting.entries(self.office.policy.id, ledger.reporting.position())
        payable = [Verdict.PAYABLE.value, Verdict.SPECIAL.value]
        lines = entries.lines[entries.lines["verdict"].isin(payable) & ~entries.lines["reversed"]]
        lines = lines[["tid", "line", "verdict", "amount_fen"]].astype({"line": "str", "verdict": "str"})
        owners = entries.trainings[["tid", "person", "occupation"]].astype({"occupation": "str"})
        lines = lines.merge(owners, on="tid", how="left", validate="m:1")
        pairs = list(zip(lines["person"].map(keys()).tolist(), lines["occupation"].tolist(), strict=True))
        index = pd.Index(list(zip(pairs, lines["line"].tolist(), strict=True)), tupleize_cols=False)
        return lines.set_axis(index, axis=0)

    @invariant()
    def it_all_agrees(self) -> None:
        if not hasattr(self, "office"):
            return
        standing = self._standing()
        assert standing.index.is_unique, f"paid twice: {standing.index[standing.index.duplicated()].tolist()}"
        enjoyed: dict[int, int] = dict.fromkeys(PERSONS, 0)
        for (pair, line), verdict, fen in zip(standing.index, standing["verdict"], standing["amount_fen"], strict=True):
            assert fen == WORTH[line], (pair, line)
            if verdict == Verdict.SPECIAL.value:
                assert (pair, line) in self.approved, f"{pair} {line}: nobody approved it"
                continue
            enjoyed[pair[0]] += line == "free"
            if need(pair) == f"an account for {line}":
                assert pair in self.accounts, f"{pair} {line}: nobody gave an account"
            if need(pair) == "a reading":
                assert self.ruled, f"{pair}: paid without a reading"
        assert max(enjoyed.values()) <= 3, f"more than the year allows: {enjoyed}"
        with self.ledger() as ledger:
            assert ledger.verify().problems == ()
            balance = ledger.money.balance()
            assert list(balance.disagreements()) == []
            assert balance.cash_fen == self.cash
            assert ledger.money.receivables()["left_fen"].ge(0).all()
            assert set(ledger.batches()["status"]) <= set(vars(Status).values())
