"""The ledger's side door to the life of the money: ``Ledger.money``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from msgspec.structs import replace
from sqlalchemy import Connection, func, select

from skillcli.core.errors import ClerkError
from skillcli.core.money import yuan_text
from skillcli.ledger import advances, balance, batches, payments, receivables, recoveries, reversals, trail
from skillcli.ledger.batch import BatchHead, LedgerMoved, Status
from skillcli.ledger.money_tables import PAYOUT, REPAY_OF, RETURN_FILE
from skillcli.ledger.netting import NETTING_DTYPES
from skillcli.ledger.tables import BATCH, JOURNAL, LINE
from skillcli.ledger.transaction import Transaction, span

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.ledger.advances import Account, NewAdvance
    from skillcli.ledger.balance import Balance
    from skillcli.ledger.ledger import Ledger
    from skillcli.ledger.reversals import Reversal

BeforeCommit = Callable[[BatchHead], None]


class Money:
    """Reading and adding what happens to the money after a batch is booked.

    Writers take ``at`` (UTC text) and ``person``; ``head``, where asked for, is the ledger's head when the
    caller read what it decided on: LedgerMoved when somebody wrote in between.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def balance(self) -> Balance:
        """The sums of the whole ledger, each from its own rows."""
        with self._ledger._reading() as connection:
            return balance.read(connection)

    def root(self, batch_id: str) -> BatchHead:
        """The batch whose lines a batch pays: itself unless it follows up failed transfers."""
        with self._ledger._reading() as connection:
            return payments.root(connection, batches.head(connection, batch_id))

    def transfers(self, batch_id: str) -> pd.DataFrame:
        """What a batch pays, and what became of it (``payments.TRANSFER_DTYPES``)."""
        with self._ledger._reading() as connection:
            return payments.transfers(connection, batches.head(connection, batch_id))

    def netting(self, batch_id: str) -> pd.DataFrame:
        """What a batch kept back (``netting.NETTING_DTYPES``); void or not, as it was booked."""
        with self._ledger._reading() as connection:
            batch = batches.head(connection, batch_id)
            first, _ = span(connection, LINE, batch.seq)
            moves = receivables.moves_of(connection, batch.seq)
            kept = moves[moves["amount_fen"].lt(0)]
            frame = kept.assign(lid=kept["line"] - first, amount_fen=-kept["amount_fen"])
            return frame[list(NETTING_DTYPES)].reset_index(drop=True).astype(NETTING_DTYPES)

    def trail(self, line_nos: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """批次行号 → what became of its money, one sentence each (``trail.of_lines``). Raises ClerkError."""
        with self._ledger._reading() as connection:
            return trail.of_lines(connection, line_nos)

    def receivables(self) -> pd.DataFrame:
        """Every receivable with what is left of it (``receivables.accounts``)."""
        with self._ledger._reading() as connection:
            return receivables.accounts(connection)

    def receivable_steps(self, number: int) -> pd.DataFrame:
        """One account, step by step. Raises ClerkError when there is none."""
        with self._ledger._reading() as connection:
            receivables.account(connection, number)
            return receivables.steps(connection, number)

    def advances(self) -> list[Account]:
        """Every advance and how it stands, oldest first."""
        with self._ledger._reading() as connection:
            return advances.accounts(connection)

    def advance(self, class_no: str, payee: str = "") -> Account | None:
        """The advance of a class; None without any. Raises ClerkError where the class is not one payee's."""
        with self._ledger._reading() as connection:
            return advances.find(connection, class_no, payee)

    def returned(self, batch_id: str, sha256: str) -> bool:
        """Whether this return file was taken in for this batch."""
        with self._ledger._reading() as connection:
            batch = batches.head(connection, batch_id)
            query = select(RETURN_FILE.c.id).where(RETURN_FILE.c.batch == batch.seq, RETURN_FILE.c.sha256 == sha256)
            return connection.execute(query).first() is not None

    def repeats(self, batch_id: str) -> str:
        """Id of the batch whose failed transfers a follow-up batch pays; "" for any other batch."""
        with self._ledger._reading() as connection:
            batch = batches.head(connection, batch_id)
            of = select(REPAY_OF.c.batch).where(REPAY_OF.c.seq == batch.seq).scalar_subquery()
            return connection.execute(select(BATCH.c.id).where(BATCH.c.seq == of)).scalar() or ""

    def return_files(self, batch_id: str) -> list[tuple[str, str]]:
        """Path and sha256 of the return files taken in for a batch, oldest first."""
        with self._ledger._reading() as connection:
            batch = batches.head(connection, batch_id)
            query = select(RETURN_FILE.c.path, RETURN_FILE.c.sha256).where(RETURN_FILE.c.batch == batch.seq)
            return [(row.path, row.sha256) for row in connection.execute(query.order_by(RETURN_FILE.c.id))]

    def heard_head(self, batch_id: str) -> str:
        """The chain's head when the bank was last heard of a batch; "" when it never was."""
        with self._ledger._reading() as connection:
            batch = batches.head(connection, batch_id)
            last = select(func.max(PAYOUT.c.seq)).where(PAYOUT.c.batch == batch.seq).scalar_subquery()
            return connection.execute(select(JOURNAL.c.head).where(JOURNAL.c.seq == last)).scalar() or ""

    def follow_up(self, batch_id: str, month: str) -> BatchHead | None:
        """The newest follow-up batch of a batch in a month, unless void."""
        with self._ledger._reading() as connection:
            batch = batches.head(connection, batch_id)
            query = (
                select(BATCH.c.id)
                .join(REPAY_OF, REPAY_OF.c.seq == BATCH.c.seq)
                .where(REPAY_OF.c.batch == batch.seq, BATCH.c.month == month)
                .order_by(BATCH.c.seq.desc())
            )
            for found in connection.execute(query).scalars():
                known = batches.head(connection, found)
                if known.status != Status.VOID:
                    return known
            return None

    # Writing

    def step(self, batch_id: str, status: str, *, at: str, person: str, by: str = "", document: str = "") -> BatchHead:
        """Take a batch one step further on the responsibility of ``by`` (default: ``person``)."""
        with self._ledger._transaction("status", at, person, f"{batch_id} {status}") as transaction:
            batches.set_status(transaction, batch_id, status, document, by)
            return batches.head(transaction.connection, batch_id)

    def record(
        self,
        batch_id: str,
        outcome: pd.DataFrame,
        *,
        day: date,
        head: str,
        at: str,
        person: str,
        document: str = "",
        file: tuple[str, str] | None = None,
        before_commit: Callable[[BatchHead, str], None] | None = None,
    ) -> BatchHead:
        """Keep what the bank said of a batch (``payments.OUTCOME_DTYPES``); statuses follow.

        ``file``: path and sha256 of the return file; ``before_commit`` gets the batch and the chain's new head.
        Raises LedgerMoved, ClerkError.
        """
        with self._ledger._writing() as connection:
            transaction = self._begin(connection, "payout", at, person, batch_id, head)
            payments.record(transaction, batch_id, outcome, day, document)
            if file is not None:
                _keep_file(transaction, batches.head(connection, batch_id), outcome, file)
            new_head = transaction.close()
            now = batches.head(connection, batch_id)
            if before_commit is not None:
                before_commit(now, new_head)
        return now

    def pay_again(
        self,
        batch_id: str,
        month: str,
        accounts: pd.DataFrame,
        *,
        head: str,
        as_of: date,
        at: str,
        person: str,
        tool: str,
        before_commit: BeforeCommit | None = None,
    ) -> BatchHead:
        """Book a follow-up batch of failed transfers (``payments.book_again``). Raises LedgerMoved, ClerkError."""
        with self._ledger._writing() as connection:
            transaction = self._begin(connection, "batch", at, person, "", head)
            digest = f"repay {batch_id} {head}"
            new_id = payments.book_again(transaction, batch_id, month, as_of, tool, accounts, digest)
            transaction.close()
            now = replace(batches.head(connection, new_id), new=True)
            if before_commit is not None:
                before_commit(now)
        return now

    def reverse(
        self, line_no: str, *, reason: str, document: str, mode: str, frees: bool, at: str, person: str
    ) -> Reversal:
        """Take a paid line back (``reversals.reverse``). Raises ClerkError."""
        said = {"reason": reason, "document": document, "kind": "", "referral": "", "at": at, "person": person}
        return self.reverse_all([line_no], mode=mode, frees=frees, **said)[0]

    def reverse_all(
        self,
        line_nos: Sequence[str],
        *,
        reason: str,
        document: str,
        mode: str,
        frees: bool,
        kind: str,
        referral: str,
        at: str,
        person: str,
    ) -> list[Reversal]:
        """Take several paid lines back, all or none, with the kind of reason and the 移送文号. Raises ClerkError."""
        subject = line_nos[0] if len(line_nos) == 1 else f"{line_nos[0]}等{len(line_nos)}条"
        with self._ledger._transaction("reversal", at, person, subject) as transaction:
            done = [
                reversals.reverse(transaction, each, reason=reason, document=document, mode=mode, frees=frees)
                for each in line_nos
            ]
            if kind:
                recoveries.write(transaction, [each.line_no for each in done], kind, referral)
            return done

    def repaid(self, number: int, amount_fen: int, day: date, *, document: str, at: str, person: str) -> int:
        """Money came back on a receivable; returns what is left. Raises ClerkError when it is more than is owed, or when the
        same sum on the same paper and day was recorded already."""
        import pandas as pd

        with self._ledger._transaction("repaid", at, person, str(number)) as transaction:
            owed = receivables.account(transaction.connection, number)
            if owed["kind"] == receivables.ADVANCED:
                raise ClerkError(f"{owed['title']} 还没有结算，不能登记退回。", "请先运行 skillcli settle。")
            days = (day - date(1970, 1, 1)).days
            steps = receivables.steps(transaction.connection, number)
            same = steps["kind"].eq("repaid") & steps["document"].eq(document) & steps["day"].eq(days)
            if (same & steps["amount_fen"].eq(-amount_fen)).any():
                raise ClerkError(
                    f"“{owed['title']}”在 {day} 凭 {document} 退回的 {yuan_text(amount_fen)} 元已经登记过。",
                    "确实另有一笔的，请写明它自己的文号。",
                )
            if amount_fen > owed["left_fen"]:
                left = yuan_text(owed["left_fen"])
                raise ClerkError(f"“{owed['title']}”只剩 {left} 元应退，不能登记退回 {yuan_text(amount_fen)} 元。")
            move = pd.DataFrame({"receivable": [number], "line": [0], "amount_fen": [-amount_fen]})
            receivables.post(transaction, move, "repaid", day=days, document=document)
            return int(owed["left_fen"]) - amount_fen

    def grant(
        self, new: NewAdvance, *, at: str, person: str, before_commit: Callable[[Account], None] | None = None
    ) -> Account:
        """Record an advance (``advances.grant``). Raises ClerkError."""
        with self._ledger._writing() as connection:
            transaction = self._begin(connection, "advance", at, person, new.class_no)
            advances.grant(transaction, new)
            transaction.close()
            return _finished(connection, new.class_no, new.payee, before_commit)

    def settle(
        self,
        account: Account,
        *,
        head: str,
        mode: str,
        document: str,
        at: str,
        person: str,
        before_commit: Callable[[Account], None] | None = None,
    ) -> Account:
        """Make the final account of an advance (``advances.settle``). Raises LedgerMoved, ClerkError."""
        with self._ledger._writing() as connection:
            transaction = self._begin(connection, "settlement", at, person, account.class_no, head)
            advances.settle(transaction, account, mode=mode, document=document)
            transaction.close()
            return _finished(connection, account.class_no, account.payee, before_commit)

    def _begin(
        self, connection: Connection, kind: str, at: str, person: str, subject: str, head: str = ""
    ) -> Transaction:
        transaction = Transaction(connection, kind=kind, at=at, person=person, subject=subject)
        if head and transaction.prev != head:
            raise LedgerMoved(transaction.prev)
        return transaction


def _finished(
    connection: Connection, class_no: str, payee: str, before_commit: Callable[[Account], None] | None
) -> Account:
    """The advance just written, shown to the caller before COMMIT."""
    found = advances.find(connection, class_no, payee)
    if found is None:
        raise RuntimeError(f"advance of {class_no} was written and is not there")
    if before_commit is not None:
        before_commit(found)
    return found


def _keep_file(transaction: Transaction, batch: BatchHead, outcome: pd.DataFrame, file: tuple[str, str]) -> None:
    known = payments.transfers(transaction.connection, batch)[["line", "transfer_fen"]]
    sums = outcome.merge(known, on="line", validate="1:1").groupby("result")["transfer_fen"].sum()
    transaction.add_row(
        RETURN_FILE,
        batch=batch.seq,
        path=file[0],
        sha256=file[1],
        rows=len(outcome),
        paid_fen=int(sums.get(payments.PAID, 0)),
        failed_fen=int(sums.get(payments.FAILED, 0)),
    )
