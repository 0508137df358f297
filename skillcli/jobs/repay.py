"""Paying failed transfers again: a follow-up batch of those alone, under the accounts as corrected."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from msgspec import Struct

from skillcli import __version__
from skillcli.core import period
from skillcli.core.errors import ClerkError
from skillcli.core.finding import Finding, Place, Severity
from skillcli.jobs.money import Paper, money_facts, payees, until_settled
from skillcli.jobs.returns import to_repeat
from skillcli.jobs.sheets import read_filled, refuse_faults
from skillcli.ledger.payments import REPAY_KIND
from skillcli.reports.money import repaid_book
from skillcli.schema.money import RETURNED

if TYPE_CHECKING:
    from datetime import date

    from skillcli.jobs.workspace import Workspace
    from skillcli.ledger.batch import BatchHead
    from skillcli.ledger.ledger import Ledger

REPAID = "补发"


class Repeat(Struct, frozen=True):
    """A follow-up batch of batch ``of``: how many transfers and fen; ``already``: it was booked before."""

    batch: BatchHead
    of: str
    transfers: int
    amount_fen: int
    outputs: tuple[Path, ...]
    already: bool = False


def repay(
    workspace: Workspace, batch_id: str, month: str, names: Path | None, *, as_of: date, at: str, person: str
) -> Repeat:
    """Book the failed transfers of a batch as a new draft batch and write its workbook.

    ``names``: the 退票 workbook with corrected accounts; only the lines it names are paid then. Asked again with
    nothing new to pay, the follow-up batch of that month is found and its workbook written again. Raises ClerkError,
    BookedNotWritten.
    """
    from skillcli.ledger.ledger import Ledger

    period.month(month)
    with Ledger.open(workspace.ledger) as ledger:

        def book() -> Repeat:
            head = ledger.head()
            batch = ledger.batch(batch_id)
            rows = to_repeat(payees(ledger, batch))
            if rows.empty:
                known = ledger.money.follow_up(batch.id, month)
                if known is None:
                    raise ClerkError(f"批次 {batch.id} 没有等待补发的退票。", "用 skillcli batch show 查看支付情况。")
                outputs = write_repaid(ledger, workspace, known)
                return _repeat(ledger, known, batch.id, outputs, already=True)
            rows = _corrected(rows, names) if names else rows.assign(new_bank=None, new_account=None)
            accounts = pd.DataFrame(
                {"line": rows["line"], "bank": rows["new_bank"], "account": rows["new_account"]}
            ).astype({"line": "int64", "bank": "str", "account": "str"})
            paper = Paper("补发批次已入账", "skillcli batch show 批次号 --write")

            def write(now: BatchHead) -> None:
                _stage(paper, workspace, now, batch.id, rows)

            try:
                now = ledger.money.pay_again(
                    batch.id,
                    month,
                    accounts,
                    head=head,
                    as_of=as_of,
                    at=at,
                    person=person,
                    tool=__version__,
                    before_commit=write,
                )
            except BaseException:
                paper.discard()
                raise
            return _repeat(ledger, now, batch.id, paper.publish())

        return until_settled(book)


def write_repaid(ledger: Ledger, workspace: Workspace, batch: BatchHead) -> tuple[Path, ...]:
    """The workbook of a follow-up batch, from the ledger alone. Raises BookedNotWritten."""
    known = payees(ledger, batch)
    original = payees(ledger, ledger.batch(_of(ledger, batch)))[["line", "bank", "account"]]
    before = known[["line"]].merge(original, on="line", how="left", validate="1:1")
    changed = ledger.money.transfers(batch.id)[["bank", "account"]].rename(
        columns={"bank": "new_bank", "account": "new_account"}
    )
    rows = known.assign(
        bank=before["bank"],
        account=before["account"],
        new_bank=changed["new_bank"],
        new_account=changed["new_account"],
    )
    paper = Paper("补发批次已入账", f"skillcli batch show {batch.id} --write")
    _stage(paper, workspace, batch, _of(ledger, batch), rows)
    return paper.publish()


def _of(ledger: Ledger, batch: BatchHead) -> str:
    if batch.kind != REPAY_KIND:
        raise ClerkError(f"批次 {batch.id} 不是补发批次。")
    return ledger.money.repeats(batch.id)


def _corrected(rows: pd.DataFrame, path: Path) -> pd.DataFrame:
    """The lines the workbook names, with the accounts it gives. Raises ClerkError with every wrong row."""
    read = read_filled(path, [RETURNED])[RETURNED.title]
    given = read.frame[["line_no", "new_bank", "new_account", "row"]]
    unknown = ~given["line_no"].isin(rows["line_no"])
    twice = given["line_no"].duplicated() & ~unknown
    refuse_faults(
        path,
        [
            Finding("F08", Severity.ERROR, Place(str(path), read.sheet, row, "批次行号"), sentence, remedy=remedy)
            for row, text, strange in zip(
                given.loc[unknown | twice, "row"],
                given.loc[unknown | twice, "line_no"].fillna("（空）"),
                unknown[unknown | twice],
                strict=True,
            )
            for sentence, remedy in [
                (f"{text} 不在等待补发的退票里。", "请核对批次行号。")
                if strange
                else (f"{text} 写了两次。", "请删去重复的一行。")
            ]
        ],
    )
    joined = rows.merge(given.drop(columns="row"), on="line_no", how="inner", validate="1:1")
    return joined.reset_index(drop=True)


def _stage(paper: Paper, workspace: Workspace, batch: BatchHead, of: str, rows: pd.DataFrame) -> None:
    changed = rows["new_account"].notna() & rows["new_account"].fillna("").ne("")
    frame = rows.assign(
        amount_fen=rows["transfer_fen"],
        bank=rows["bank"].where(rows["new_bank"].isna(), rows["new_bank"]),
        account=rows["account"].where(~changed, rows["new_account"]),
        changed=changed.map({True: "账号已改", False: ""}).astype("str"),
    )
    facts = money_facts(workspace, batch.policy_id, batch.head, batch.as_of, more={"补发哪一批": of})
    paper.stage(repaid_book(batch.id, of, frame, facts), workspace.output / batch.id, f"{batch.id}-{REPAID}.xlsx")


def _repeat(ledger: Ledger, batch: BatchHead, of: str, outputs: tuple[Path, ...], *, already: bool = False) -> Repeat:
    known = ledger.money.transfers(batch.id)
    return Repeat(batch, of, len(known), int(known["transfer_fen"].sum()), outputs, already)
