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
from skillcli.schema.recovery import FRAUD, REASON_KINDS

if TYPE_CHECKING:
    from skillcli.jobs.workspace import Workspace
    from skillcli.ledger.balance import Balance
    from skillcli.ledger.ledger import Ledger
    from skillcli.ledger.recoveries import Paid
    from skillcli.ledger.reversals import Reversal

OWED_FILE = "追回台账.xlsx"


def lines_of(workspace: Workspace, class_no: str, institution: str) -> list[Paid]:
    """The paid lines of a class or an institution that can still be taken back. Raises ClerkError where there is none."""
    from skillcli.ledger.ledger import Ledger
    from skillcli.ledger.recoveries import paid_lines

    with Ledger.open(workspace.ledger) as ledger:
        found = paid_lines(ledger, policy_of(workspace, ledger).id, class_no, institution)
    if not found:
        named = "、".join(
            each for each in (class_no and f"班级“{class_no}”", institution and f"机构“{institution}”") if each
        )
        raise ClerkError(
            f"{named}没有已经报送付款、还没有追回的明细。", "请核对班级编号和机构名称；没有付款的批次可以作废。"
        )
    return found


def reverse_all(
    workspace: Workspace,
    line_nos: list[str],
    *,
    reason: str,
    document: str,
    kind: str,
    referral: str,
    mode: str,
    at: str,
    person: str,
) -> list[Reversal]:
    """Take paid lines back, all or none, with the kind of reason (``schema.recovery.KINDS``, "" = not said) and the
    移送文号. Raises ClerkError."""
    from skillcli.ledger.ledger import Ledger

    if not reason.strip() or not document.strip():
        raise ClerkError("追回要写明理由和文号。", '例如：--reason 虚假培训 --document "某人社〔2020〕15号"。')
    if kind and kind not in REASON_KINDS:
        raise ClerkError(f"没有“{kind}”这种原因类别。", f"可写：{'、'.join(REASON_KINDS)}。")
    if referral.strip() and kind != FRAUD:
        raise ClerkError(f"移送文号只用于“{FRAUD}”。", f"请加 --kind {FRAUD}，或去掉 --referral。")
    with Ledger.open(workspace.ledger) as ledger:
        return ledger.money.reverse_all(
            [each.strip() for each in line_nos],
            reason=reason.strip(),
            document=document.strip(),
            mode=mode,
            frees=policy_of(workspace, ledger).limit.reversal_frees,
            kind=kind,
            referral=referral.strip(),
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
