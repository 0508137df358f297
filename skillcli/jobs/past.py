"""Earlier years' Excel lists into the ledger (以往台账), so that repeats of past payments are found on day one.

Every row is one subsidy that was paid. Rows of one training become one training with several lines; each
month of 拨付日期 becomes a batch of kind ``history`` with the month's next number, paid and closed. A
list with one bad row is not taken in at all.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from msgspec import Struct

from skillcli import __version__
from skillcli.core.errors import ClerkError
from skillcli.core.finding import Finding
from skillcli.jobs import custody
from skillcli.jobs.past_decision import Paid, decided, month_of
from skillcli.jobs.past_faults import clashes, faults
from skillcli.jobs.past_rows import PastRows, read_rows
from skillcli.jobs.pay import ATTEMPTS, once_a_person
from skillcli.jobs.policies import policy_of
from skillcli.jobs.sheets import refuse_faults
from skillcli.ledger.batch import LedgerMoved, NewBatch
from skillcli.ledger.past import HISTORY_KIND, Past, PastMonth
from skillcli.policy.load import policy_file
from skillcli.reports.past import past_book
from skillcli.xlsx.write import stage

if TYPE_CHECKING:
    from datetime import date

    from skillcli.jobs.workspace import Workspace
    from skillcli.ledger.batch import BatchHead
    from skillcli.ledger.ledger import Ledger
    from skillcli.policy.model import Policy

CHECKED = "-以往台账核对.xlsx"


class Imported(Struct, frozen=True):
    """A list in the ledger: its batches in the order of months, rows and fen taken, sheets of the file
    that were not read, where the safety copy of the ledger lies (None: none made); ``already``: it
    stood there before, nothing was booked."""

    batches: tuple[BatchHead, ...]
    rows: int
    amount_fen: int
    passed_over: tuple[str, ...]
    backup: Path | None
    already: bool


class Checked(Struct, frozen=True):
    """What an import would say, nothing booked: rows read, what is wrong, and the workbook that lists it."""

    rows: int
    findings: tuple[Finding, ...]
    passed_over: tuple[str, ...]
    output: Path


def import_history(workspace: Workspace, path: Path, *, as_of: date, at: str, person: str, stamp: str) -> Imported:
    """Take a list in, all months or nothing. ``as_of``: today; ``stamp``: the moment in digits, for the copy of the
    ledger that is made before anything is written.

    The same file again is the same import. Raises ClerkError naming the bad rows, or the rows whose
    subsidy the ledger holds already.
    """
    from skillcli.ledger.ledger import Ledger

    rows = read_rows(path, workspace.titles())
    with Ledger.open(workspace.ledger) as ledger:
        policy = policy_of(workspace, ledger)
        known = _standing(ledger, policy, rows)
        if known:
            return _imported(known, rows, None, already=True)
        if not ledger.writable:
            raise ClerkError(f"台账 {ledger.where} 只能读，不能写入，不能入账。", "请检查文件和文件夹的写权限。")
        copy = None
        for _ in range(ATTEMPTS):
            head = ledger.head()
            _refuse(path, _all_faults(ledger, policy, rows, as_of))
            months = _months(workspace, policy, rows, head, as_of, at, person)
            if copy is None and workspace.ledger_file is not None:
                copy = custody.backup(workspace, None, stamp=stamp)
            try:
                return _imported(Past(ledger).book(months), rows, copy, already=False)
            except LedgerMoved:
                continue
    raise ClerkError("台账正被别人连续使用，本次没有入账。", "请稍后再运行同一条命令。")


def check_history(workspace: Workspace, path: Path, *, as_of: date, out: Path | None) -> Checked:
    """Say what is wrong with a list, row by row, in a workbook beside it (or in ``out``); nothing is booked."""
    from skillcli.ledger.ledger import Ledger

    rows = read_rows(path, workspace.titles())
    with Ledger.open(workspace.ledger) as ledger:
        policy = policy_of(workspace, ledger)
        found = () if _standing(ledger, policy, rows) else tuple(_all_faults(ledger, policy, rows, as_of))
        book = past_book(found, rows.frame, policy, rows.inputs, head=ledger.head(), as_of=as_of)
    output = stage(book, out or path.absolute().parent, f"{path.stem}{CHECKED}").publish()
    return Checked(len(rows.frame), found, rows.passed_over, output)


def _all_faults(ledger: Ledger, policy: Policy, rows: PastRows, as_of: date) -> list[Finding]:
    """Bad rows; only of a list without any, the rows whose subsidy was paid or reserved before."""
    return faults(rows, policy, as_of) or clashes(rows, policy, ledger)


def _refuse(path: Path, found: list[Finding]) -> None:
    try:
        refuse_faults(path, found)
    except ClerkError as error:
        remedy = f"{error.remedy}加上 --check 可以写出全部问题的清单。"
        raise ClerkError(str(error), remedy) from None


def _digest(rows: PastRows) -> str:
    return hashlib.sha256(f"{HISTORY_KIND}\n{rows.sha256}".encode()).hexdigest()


def _standing(ledger: Ledger, policy: Policy, rows: PastRows) -> tuple[BatchHead, ...]:
    """The batches of this file; none when it was never taken in."""
    months = sorted(month_of(rows.frame["paid_on"]).dropna().unique())
    found = (ledger.find_batch(policy.id, str(month), _digest(rows)) for month in months)
    return tuple(head for head in found if head is not None)


def _months(
    workspace: Workspace, policy: Policy, rows: PastRows, head: str, as_of: date, at: str, person: str
) -> list[PastMonth]:
    month = month_of(rows.frame["paid_on"])
    text = policy_file(workspace.policy)
    made = []
    for name in sorted(month.unique()):
        paid: Paid = decided(rows, policy, np.flatnonzero(month.eq(name).to_numpy()))
        batch = NewBatch(
            roster=paid.roster,
            decision=paid.decision,
            policy=policy,
            month=str(name),
            as_of=as_of,
            at=at,
            person=person,
            tool=__version__,
            head=head,
            extra_claims=once_a_person(policy, paid.decision),
            policy_text=text,
            files_digest=_digest(rows),
            kind=HISTORY_KIND,
        )
        made.append(PastMonth(batch, paid.paid_on))
    return made


def _imported(heads: tuple[BatchHead, ...], rows: PastRows, copy: Path | None, *, already: bool) -> Imported:
    total = pd.to_numeric(rows.frame["amount_fen"]).sum()
    return Imported(heads, len(rows.frame), int(total), rows.passed_over, copy, already)
