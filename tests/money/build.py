"""Judged runs with payees, funds and classes of their own, booked with what the payees owe kept back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd
from msgspec.structs import replace

from ledger.build import PAYABLE, Run
from skillcli.jobs.money import netting
from skillcli.ledger.batch import BatchHead, NewBatch
from skillcli.ledger.ledger import Ledger
from skillcli.ledger.payments import OUTCOME_DTYPES
from skillcli.schema.roster import Roster

AT = "2020-04-20T08:00:00Z"
DAY = date(2020, 4, 20)
BY = {"at": AT, "person": "王经办"}


@dataclass(frozen=True)
class Due:
    """One payable line: a person by number or a body by name, yuan, fund, class, and which training it is for."""

    payee: int | str
    yuan: float
    fund: str = "就业补助资金"
    class_no: str | None = None
    training: int = 0
    line: str = "free"


def batch_of(ledger: Ledger, dues: Sequence[Due], month: str = "2020-03", salt: int = 0) -> NewBatch:
    """A run of these lines, ready to be booked on what the ledger holds now. Lines of one ``training`` number claim the
    same training."""
    persons = [due.payee if isinstance(due.payee, int) else 1 for due in dues]
    keys = [due.training or salt * 1000 + place + 1 for place, due in enumerate(dues)]
    rows = [(place, due.line, PAYABLE, 0) for place, due in enumerate(dues)]
    run = Run(persons, rows, salt=salt, classes=keys, certificates=[key + 500_000 for key in keys])
    batch = run.batch(ledger, month)
    own = [isinstance(due.payee, int) for due in dues]
    fen = pd.Series([round(due.yuan * 100) for due in dues], dtype="int64")
    lines = batch.decision.lines.assign(
        amount_fen=fen.to_numpy(),
        standard_fen=fen.astype("Int64").to_numpy(),
        payee_kind=pd.Series(["个人" if each else "培训机构" for each in own], dtype="str").to_numpy(),
        payee=pd.Series(
            [f"人{due.payee}" if each else due.payee for each, due in zip(own, dues, strict=True)], dtype="str"
        ),
        fund=pd.Series([due.fund for due in dues], dtype="str").to_numpy(),
    )
    lines = lines.astype(batch.decision.lines.dtypes.to_dict())
    decision = replace(batch.decision, lines=lines)
    frame = batch.roster.frame.assign(class_no=pd.Series([due.class_no for due in dues], dtype="str"))
    roster = Roster(frame, batch.roster.faults, batch.roster.findings, batch.roster.sheets, batch.roster.columns)
    return replace(batch, roster=roster, decision=decision, netting=netting(ledger, roster, decision))


def book(ledger: Ledger, dues: Sequence[Due], month: str = "2020-03", salt: int = 0) -> BatchHead:
    """Book these lines as a draft batch."""
    return ledger.book(batch_of(ledger, dues, month, salt))


def approve(ledger: Ledger, batch: BatchHead) -> None:
    for status in ("published", "approved"):
        ledger.money.step(batch.id, status, **BY, by="李科长")


def hear(
    ledger: Ledger, batch: BatchHead, results: dict[int, str], reason: str = "账号不符", day: date = DAY
) -> BatchHead:
    """The bank's word on lines by their number in the (first) batch: paid or failed."""
    known = ledger.money.transfers(batch.id).set_index("number")
    outcome = pd.DataFrame(
        {
            "line": [int(known["line"].loc[number]) for number in results],
            "result": list(results.values()),
            "day": pd.Timestamp(day),
            "reason": [reason if result == "failed" else "" for result in results.values()],
        }
    ).astype(OUTCOME_DTYPES)
    return ledger.money.record(batch.id, outcome, day=day, head=ledger.head(), **BY)


def pay(ledger: Ledger, dues: Sequence[Due], month: str = "2020-03", salt: int = 0) -> BatchHead:
    """Book, approve and pay all of it."""
    batch = book(ledger, dues, month, salt)
    approve(ledger, batch)
    known = ledger.money.transfers(batch.id)
    return hear(ledger, batch, dict.fromkeys(known.loc[known["transfer_fen"].gt(0), "number"].tolist(), "paid"))


def reverse(ledger: Ledger, line_no: str, mode: str = "net", frees: bool = True) -> int | None:
    """Take a line back; returns the account of what is owed."""
    done = ledger.money.reverse(line_no, reason="虚假培训", document="追〔2020〕1号", mode=mode, frees=frees, **BY)
    return done.receivable


def pay_again(ledger: Ledger, batch: BatchHead, month: str = "2020-04") -> BatchHead:
    """A follow-up batch of all that failed."""
    known = ledger.money.transfers(batch.id)
    failed = known[known["state"].eq("failed") & ~known["reversed"] & known["repaid_in"].eq("")]
    accounts = pd.DataFrame({"line": failed["line"], "bank": None, "account": None})
    accounts = accounts.astype({"line": "int64", "bank": "str", "account": "str"})
    return ledger.money.pay_again(batch.id, month, accounts, head=ledger.head(), as_of=DAY, tool="0.1.0", **BY)


def received(ledger: Ledger) -> int:
    """Yuan that left the treasury and stayed away."""
    fen = ledger.money.balance().cash_fen
    assert fen % 100 == 0
    return fen // 100
