"""Taking paid lines back, and what payees owe because of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from skillcli.core.errors import ClerkError
from skillcli.jobs.money import Paper, money_facts
from skillcli.jobs.policies import policy_of
from skillcli.ledger.receivables import ADVANCED, KINDS, MODES
from skillcli.reports.money import owed_book

if TYPE_CHECKING:
    from skillcli.jobs.workspace import Workspace
    from skillcli.ledger.balance import Balance
    from skillcli.ledger.ledger import Ledger
    from skillcli.ledger.reversals import Reversal

OWED_FILE = "追回台账.xlsx"


def reverse(
    workspace: Workspace, line_no: str, *, reason: str, document: str, mode: str, at: str, person: str
) -> Reversal:
    """Take a paid line back, once. Whether count and 职业+等级 are free again is the policy's word.

    Raises ClerkError without reason and document, or when the line cannot be taken back.
    """
    from skillcli.ledger.ledger import Ledger

    if not reason.strip() or not document.strip():
        raise ClerkError("追回要写明理由和文号。", '例如：--reason 虚假培训 --document "某人社〔2020〕15号"。')
    with Ledger.open(workspace.ledger) as ledger:
        frees = policy_of(workspace, ledger).limit.reversal_frees
        return ledger.money.reverse(
            line_no.strip(),
            reason=reason.strip(),
            document=document.strip(),
            mode=mode,
            frees=frees,
            at=at,
            person=person,
        )


def debts(workspace: Workspace, *, as_of: date, write: bool) -> tuple[pd.DataFrame, Balance, tuple[Path, ...]]:
    """Every receivable but advances that wait for their class (columns of ``schema.money.OWED`` and ``payee_kind``), the
    sums of the ledger, and the workbook 追回台账 where ``write`` asks for it."""
    from skillcli.ledger.ledger import Ledger

    with Ledger.open(workspace.ledger) as ledger:
        rows, balance = owed_rows(ledger), ledger.money.balance()
        if not write:
            return rows, balance, ()
        head = ledger.head()
    paper = Paper("追回台账没有改动", "skillcli debt list --write")
    facts = money_facts(workspace, workspace.policy, head, as_of)
    paper.stage(owed_book(rows, facts), workspace.output, OWED_FILE)
    return rows, balance, paper.publish()


def owed_rows(ledger: Ledger) -> pd.DataFrame:
    """One row a receivable that is no advance, oldest first."""
    found = ledger.money.receivables()
    found = found[found["kind"].ne(ADVANCED)].reset_index(drop=True)
    sums = [_sums(ledger, number) for number in found["receivable"].tolist()]
    return found.assign(
        kind=found["kind"].map(KINDS).astype("str"),
        mode=found["mode"].map(MODES).astype("str"),
        due_fen=found["amount_fen"],
        kept_fen=pd.Series([kept for kept, _ in sums], dtype="int64"),
        repaid_fen=pd.Series([repaid for _, repaid in sums], dtype="int64"),
    )


def _sums(ledger: Ledger, number: int) -> tuple[int, int]:
    """Netted and repaid fen of one account."""
    steps = ledger.money.receivable_steps(number)
    by_kind = steps.groupby("kind")["amount_fen"].sum()
    return -int(by_kind.get("netted", 0) + by_kind.get("freed", 0)), -int(by_kind.get("repaid", 0))


def repaid(
    workspace: Workspace, number: int, amount_fen: int, *, day: date, today: date, document: str, at: str, person: str
) -> int:
    """Money came back on a receivable; returns what is left of it, fen. Raises ClerkError."""
    from skillcli.ledger.ledger import Ledger

    if not document.strip():
        raise ClerkError("登记退回要写明凭证或文号。", "例如：--document 缴款书20200018。")
    if amount_fen <= 0:
        raise ClerkError("退回的金额应大于 0。", "写法：--amount 1500 或 --amount 1500.00。")
    if day > today:
        raise ClerkError(f"退回日期 {day} 在今天（{today}）之后。", "请核对日期。")
    with Ledger.open(workspace.ledger) as ledger:
        return ledger.money.repaid(number, amount_fen, day, document=document, at=at, person=person)
