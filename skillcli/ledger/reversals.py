"""Taking a paid line back: once, linked to what it makes the payee owe."""

from __future__ import annotations

from msgspec import Struct
from sqlalchemy import Connection, select

from skillcli.core.errors import ClerkError
from skillcli.ledger import batches, claims, payments, receivables
from skillcli.ledger.batch import TITLES, BatchHead, Status, line_no, split_line_no
from skillcli.ledger.money_tables import REVERSAL
from skillcli.ledger.netting import payee_key
from skillcli.ledger.receivables import Owed
from skillcli.ledger.tables import LINE, TRAINING, WORD
from skillcli.ledger.transaction import Transaction, span


class Reversal(Struct, frozen=True):
    """A line taken back. ``settled_fen`` had reached the payee (paid or netted) and is owed now, on account
    ``receivable`` (None: nothing had); ``withdrawn_fen`` had not left the house and never will; ``frees``:
    count and 职业+等级 are free again."""

    line_no: str
    payee_kind: str
    payee: str
    settled_fen: int
    withdrawn_fen: int
    receivable: int | None
    mode: str
    frees: bool
    reason: str
    document: str


class _Line(Struct, frozen=True):
    id: int
    line_no: str
    batch: BatchHead
    verdict: str
    amount_fen: int
    payee_kind: str
    payee: str
    person: int


def find(connection: Connection, text: str) -> _Line:
    """The line of a 批次行号. Raises ClerkError when there is none."""
    batch_id, number = split_line_no(text)
    batch = batches.head(connection, batch_id)
    if not 1 <= number <= batch.lines:
        raise ClerkError(f"批次 {batch.id} 共 {batch.lines} 行，没有第 {number} 行。", "请核对批次行号。")
    first, _ = span(connection, LINE, batch.seq)
    query = select(LINE, TRAINING.c.person, TRAINING.c.name).join(TRAINING, TRAINING.c.tid == LINE.c.tid)
    row = connection.execute(query.where(LINE.c.id == first + number - 1)).one()
    words = {
        name: connection.execute(select(WORD.c.text).where(WORD.c.id == getattr(row, name))).scalar() or ""
        for name in ("verdict", "payee_kind", "payee")
    }
    return _Line(row.id, line_no(batch.id, number), batch, amount_fen=row.amount_fen, person=row.person, **words)


def reverse(transaction: Transaction, text: str, *, reason: str, document: str, mode: str, frees: bool) -> Reversal:
    """Take a line back. Raises ClerkError when it is not payable, not paid yet, or taken back already."""
    connection = transaction.connection
    line = find(connection, text)
    _refuse_unpaid(line)
    earlier = connection.execute(select(REVERSAL).where(REVERSAL.c.line == line.id)).first()
    if earlier is not None:
        raise ClerkError(
            f"{line.line_no} 已经追回过（{earlier.document}），一行只能追回一次。",
            f"用 skillcli explain {line.line_no} 查看。",
        )
    known = payments.transfers(connection, line.batch)
    own = known[known["line"].eq(line.id)].iloc[0]
    paid = line.id in payments.paid_lines(connection, [line.id])
    if not paid and (own["state"] == payments.OPEN or _on_its_way(connection, line)):
        raise ClerkError(
            f"{line.line_no} 的款项还没有支付结果，不能追回。",
            "先登记支付结果（skillcli batch paid 或 skillcli returns），再追回；还没有批准的批次可以作废。",
        )
    withdrawn = 0 if paid else int(own["transfer_fen"])
    settled = line.amount_fen - withdrawn
    account = None
    if settled:
        owed = Owed(
            receivables.REVERSED,
            f"追回 {line.line_no}",
            line.payee_kind,
            line.payee,
            payee_key(line.payee_kind, line.payee, line.person),
            mode,
            settled,
            reason,
            document,
            line=line.id,
        )
        account = receivables.open_account(transaction, owed)
    transaction.add_row(
        REVERSAL,
        line=line.id,
        receivable=account,
        settled_fen=settled,
        withdrawn_fen=withdrawn,
        frees=int(frees),
        reason=reason,
        document=document,
    )
    if frees:
        batches.release(transaction, [line.id], "追回", document)
    payments.follow(transaction, line.batch, document)
    return Reversal(
        line.line_no, line.payee_kind, line.payee, settled, withdrawn, account, mode, frees, reason, document
    )


def _refuse_unpaid(line: _Line) -> None:
    if line.verdict not in claims.PAYABLE:
        raise ClerkError(f"{line.line_no} 的结论是“{line.verdict}”，没有拨付，不用追回。", "请核对批次行号。")
    status = line.batch.status
    if status == Status.VOID:
        raise ClerkError(f"批次 {line.batch.id} 已作废，没有拨付，不用追回。", "请核对批次行号。")
    if status in (Status.DRAFT, Status.PUBLISHED, Status.APPROVED):
        remedy = (
            "付款并登记支付结果以后才能追回。"
            if status == Status.APPROVED
            else f"请作废整个批次（skillcli batch void {line.batch.id} --document …），改正花名册后重新入账。"
        )
        raise ClerkError(f"批次 {line.batch.id} 现为“{TITLES[status]}”，还没有付款，不能追回。", remedy)


def _on_its_way(connection: Connection, line: _Line) -> bool:
    """Whether a follow-up batch that is not void pays this line and has not heard of it."""
    rows = connection.exec_driver_sql(
        'SELECT 1 FROM "repay" r WHERE r."line" = '
        f'{line.id} AND r."seq" NOT IN (SELECT "batch" FROM "batch_event" WHERE "status" = \'void\') '
        'AND NOT EXISTS (SELECT 1 FROM "payout" p WHERE p."line" = r."line" AND p."batch" = r."seq")'
    )
    return rows.first() is not None
