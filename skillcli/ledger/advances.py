"""Advances on registered classes (先行拨付) and their final account."""

from __future__ import annotations

from datetime import date, timedelta

from msgspec import Struct
from sqlalchemy import Connection, Row, select

from skillcli.core.errors import ClerkError
from skillcli.ledger import batches, receivables
from skillcli.ledger.batch import Status
from skillcli.ledger.money_tables import ADVANCE, RECEIVABLE, RECEIVABLE_MOVE, SETTLEMENT
from skillcli.ledger.netting import fold, payee_key
from skillcli.ledger.receivables import Owed
from skillcli.ledger.tables import BATCH, JOURNAL, LINE, TRAINING, WORD
from skillcli.ledger.transaction import Transaction

_EPOCH = date(1970, 1, 1)


class NewAdvance(Struct, frozen=True):
    """An advance about to be recorded: ``heads`` × ``standard_fen`` × ``ratio`` (hundredths of a percent) =
    ``amount_fen``; ``clause`` on which the ratio rests."""

    class_no: str
    payee_kind: str
    payee: str
    heads: int
    standard_fen: int
    ratio: int
    amount_fen: int
    category: str
    clause: str
    day: date
    document: str
    policy_id: str
    policy_sha256: str


class Account(Struct, frozen=True):
    """An advance and how it stands. ``netted_fen``: set against lines of batches that are not void; ``left_fen``:
    not yet; ``lines``, ``lines_fen``: the class's lines to this payee, booked and not taken back; ``settled``: the final
    account is made; ``excess_fen``: what of it became 应退回, on account ``excess`` (None: nothing); once settled, ``lines``,
    ``lines_fen`` and ``netted_fen`` are those of the final account, made on ``settled_on``."""

    id: int
    receivable: int
    class_no: str
    payee_kind: str
    payee: str
    heads: int
    standard_fen: int
    ratio: int
    amount_fen: int
    category: str
    clause: str
    day: date
    document: str
    at: str
    person: str
    head: str
    policy_id: str
    policy_sha256: str
    lines: int
    lines_fen: int
    netted_fen: int
    left_fen: int
    settled: bool
    excess_fen: int
    excess: int | None
    settled_on: date
    settled_head: str


def grant(transaction: Transaction, new: NewAdvance) -> None:
    """Record an advance as paid out. Raises ClerkError when the class has one already."""
    key, scope = payee_key(new.payee_kind, new.payee, 0), fold(new.class_no)
    taken = select(ADVANCE.c.id).where(ADVANCE.c.class_key == scope, ADVANCE.c.payee_key == key)
    if transaction.connection.execute(taken).first() is not None:
        raise ClerkError(
            f"“{new.payee}”的班级 {new.class_no} 已经先行拨付过，一个班只能先行拨付一次。",
            "用 skillcli debt list 查看。",
        )
    owed = Owed(
        receivables.ADVANCED,
        f"先行拨付 班级 {new.class_no}",
        new.payee_kind,
        new.payee,
        key,
        receivables.NET,
        new.amount_fen,
        "",
        new.document,
        scope=scope,
        day=(new.day - _EPOCH).days,
    )
    transaction.add_row(
        ADVANCE,
        receivable=receivables.open_account(transaction, owed),
        policy=new.policy_id,
        policy_sha256=new.policy_sha256,
        class_no=new.class_no,
        class_key=scope,
        payee_key=key,
        heads=new.heads,
        standard_fen=new.standard_fen,
        ratio=new.ratio,
        category=new.category,
        clause=new.clause,
        day=(new.day - _EPOCH).days,
    )


def settle(transaction: Transaction, account: Account, *, mode: str, document: str) -> None:
    """Make the final account: what no line took up becomes 应退回. Raises ClerkError while a batch that took some
    of it up may still be voided, or when it was made already."""
    connection = transaction.connection
    if account.settled:
        raise ClerkError(f"班级 {account.class_no} 的先行拨付已经结算过。", "用 skillcli debt list 查看。")
    for batch_id in batches_of(connection, account):
        status = batches.head(connection, batch_id).status
        if status in (Status.DRAFT, Status.PUBLISHED):
            raise ClerkError(
                f"批次 {batch_id} 有班级 {account.class_no} 的补贴，还没有批准，不能结算。", "请先批准或作废这个批次。"
            )
    excess = None
    if account.left_fen:
        import pandas as pd

        move = pd.DataFrame({"receivable": [account.receivable], "line": [0], "amount_fen": [-account.left_fen]})
        receivables.post(transaction, move, "settled", document=document)
        owed = Owed(
            receivables.EXCESS,
            f"先行拨付应退 班级 {account.class_no}",
            account.payee_kind,
            account.payee,
            payee_key(account.payee_kind, account.payee, 0),
            mode,
            account.left_fen,
            "先行拨付超出结算金额",
            document,
        )
        excess = receivables.open_account(transaction, owed)
    transaction.add_row(
        SETTLEMENT,
        advance=account.id,
        excess=excess,
        lines=account.lines,
        lines_fen=account.lines_fen,
        netted_fen=account.netted_fen,
        excess_fen=account.left_fen,
        document=document,
    )


def batches_of(connection: Connection, account: Account) -> list[str]:
    """The batches, void ones left out, whose lines took up some of an advance."""
    query = (
        select(BATCH.c.id)
        .join(RECEIVABLE_MOVE, RECEIVABLE_MOVE.c.batch == BATCH.c.seq)
        .where(RECEIVABLE_MOVE.c.receivable == account.receivable)
        .distinct()
        .order_by(BATCH.c.id)
    )
    found = connection.execute(query).scalars().all()
    return [batch_id for batch_id in found if batches.head(connection, batch_id).status != Status.VOID]


def find(connection: Connection, class_no: str, payee: str = "") -> Account | None:
    """The advance of a class (and payee, where two have classes of that number). None without any; ClerkError when
    several payees have one and none is named."""
    found = [each for each in accounts(connection) if fold(each.class_no) == fold(class_no)]
    if payee:
        found = [each for each in found if fold(each.payee) == fold(payee)]
    if len(found) > 1:
        names = "、".join(each.payee for each in found)
        raise ClerkError(f"有几个单位的班级都叫 {class_no}：{names}。", "请用 --institution 写明是哪一个单位。")
    return found[0] if found else None


def accounts(connection: Connection) -> list[Account]:
    """Every advance, oldest first."""
    done = JOURNAL.alias("done")
    query = (
        select(ADVANCE, RECEIVABLE, JOURNAL.c.at, JOURNAL.c.person, JOURNAL.c.head, SETTLEMENT.c.excess_fen)
        .add_columns(SETTLEMENT.c.id.label("settlement"), SETTLEMENT.c.excess, ADVANCE.c.id.label("number"))
        .add_columns(SETTLEMENT.c.lines, SETTLEMENT.c.lines_fen, SETTLEMENT.c.netted_fen)
        .add_columns(done.c.at.label("settled_at"), done.c.head.label("settled_head"))
        .join(RECEIVABLE, RECEIVABLE.c.id == ADVANCE.c.receivable)
        .join(JOURNAL, JOURNAL.c.seq == ADVANCE.c.seq)
        .outerjoin(SETTLEMENT, SETTLEMENT.c.advance == ADVANCE.c.id)
        .outerjoin(done, done.c.seq == SETTLEMENT.c.seq)
        .order_by(ADVANCE.c.id)
    )
    return [_account(connection, row) for row in connection.execute(query).all()]


def _account(connection: Connection, row: Row[tuple[object, ...]]) -> Account:
    sums = connection.exec_driver_sql(
        f'SELECT "kind", SUM("amount_fen") FROM "receivable_move" WHERE "receivable" = {row.receivable} GROUP BY "kind"'
    )
    moves = {str(kind): int(total) for kind, total in sums.all()}
    settled = row.settlement is not None
    lines, lines_fen = (row.lines, row.lines_fen) if settled else _class_lines(connection, row.class_key, row.payee_key)
    day = _EPOCH + timedelta(days=row.day)
    return Account(
        id=row.number,
        receivable=row.receivable,
        class_no=row.class_no,
        payee_kind=row.payee_kind,
        payee=row.payee,
        heads=row.heads,
        standard_fen=row.standard_fen,
        ratio=row.ratio,
        amount_fen=row.amount_fen,
        category=row.category,
        clause=row.clause,
        day=day,
        document=row.document,
        at=row.at,
        person=row.person,
        head=row.head,
        policy_id=row.policy,
        policy_sha256=row.policy_sha256,
        lines=lines,
        lines_fen=lines_fen,
        netted_fen=row.netted_fen if settled else -moves.get("netted", 0) - moves.get("freed", 0),
        left_fen=sum(moves.values()),
        settled=settled,
        excess_fen=row.excess_fen or 0,
        excess=row.excess,
        settled_on=date.fromisoformat(row.settled_at[:10]) if settled else day,
        settled_head=row.settled_head or "",
    )


def _class_lines(connection: Connection, class_key: str, key: str) -> tuple[int, int]:
    """How many lines of a class are paid to a payee, and their sum: payable, not void, not taken back."""
    named = [
        word_id
        for word_id, text in connection.execute(
            select(WORD.c.id, WORD.c.text).where(WORD.c.id.in_(select(TRAINING.c.class_no).distinct()))
        )
        if fold(text) == class_key
    ]
    payees = [
        word_id
        for word_id, text in connection.execute(
            select(WORD.c.id, WORD.c.text).where(WORD.c.id.in_(select(LINE.c.payee).distinct()))
        )
        if payee_key("", text, 0) == key
    ]
    if not named or not payees:
        return 0, 0
    marks = ", ".join(map(str, named)), ", ".join(map(str, payees))
    count, total = connection.exec_driver_sql(
        'SELECT COUNT(*), SUM(l."amount_fen") FROM "training" t JOIN "line" l ON l."tid" = t."tid" '
        'JOIN "word" k ON k."id" = l."payee_kind" '
        f"""WHERE t."class_no" IN ({marks[0]}) AND l."payee" IN ({marks[1]}) AND k."text" <> '个人' AND l."amount_fen" > 0 """
        """AND l."seq" NOT IN (SELECT "batch" FROM "batch_event" WHERE "status" = 'void') """
        'AND NOT EXISTS (SELECT 1 FROM "reversal" v WHERE v."line" = l."id")'
    ).one()
    return int(count), int(total or 0)
