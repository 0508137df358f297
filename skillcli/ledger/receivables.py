"""What payees owe: reversed lines, advances, what an advance was too much. One account each."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
from msgspec import Struct
from sqlalchemy import Connection, select

from skillcli.core.errors import ClerkError
from skillcli.core.money import yuan_text
from skillcli.ledger import bulk, codec
from skillcli.ledger.money_tables import RECEIVABLE, RECEIVABLE_MOVE
from skillcli.ledger.transaction import Transaction

REVERSED, ADVANCED, EXCESS = "reversal", "advance", "excess"
NET, DEMAND = "net", "demand"
KINDS = {REVERSED: "追回", ADVANCED: "先行拨付", EXCESS: "先行拨付应退"}
MODES = {NET: "从下次拨付中抵扣", DEMAND: "要求退回"}
STEPS = {
    "opened": "产生",
    "netted": "抵扣",
    "freed": "批次作废，恢复",
    "repaid": "退回款项",
    "settled": "结算，转为应退",
}

_NAMES = ("id", "seq", "kind", "title", "payee_kind", "payee", "payee_key", "scope", "mode", "amount_fen")
_TEXTS = ("kind", "title", "payee_kind", "payee", "payee_key", "scope", "mode", "reason", "document")


class Owed(Struct, frozen=True):
    """A receivable about to be opened. ``amount_fen`` > 0; ``scope``: key of an advance's class."""

    kind: str
    title: str
    payee_kind: str
    payee: str
    payee_key: str
    mode: str
    amount_fen: int
    reason: str
    document: str
    scope: str = ""
    line: int | None = None
    day: int | None = None


def open_account(transaction: Transaction, owed: Owed) -> int:
    """Record what is owed; returns the number of its account."""
    number = transaction.add_row(
        RECEIVABLE,
        amount_fen=owed.amount_fen,
        **{name: getattr(owed, name) for name in _TEXTS},
    )
    transaction.add_row(
        RECEIVABLE_MOVE,
        receivable=number,
        step=0,
        kind="opened",
        amount_fen=owed.amount_fen,
        left_fen=owed.amount_fen,
        batch=None,
        line=owed.line,
        day=owed.day,
        document=owed.document,
    )
    return number


def accounts(connection: Connection) -> pd.DataFrame:
    """Every receivable, oldest first: ``receivable`` (its number), ``seq``, ``amount_fen``, ``left_fen``, ``step`` (int64),
    ``kind``, ``title``, ``payee_kind``, ``payee``, ``payee_key``, ``scope``, ``mode``, ``reason``, ``document`` (str)."""
    names = (*_NAMES, "reason", "document")
    kinds = bulk.kinds(RECEIVABLE, names) | {"left_fen": pa.int64(), "step": pa.int64()}
    columns = bulk.fetch(
        connection,
        f'SELECT {bulk.quoted(names, "r")}, m."left_fen", m."step" FROM "receivable" r '
        'JOIN "receivable_move" m ON m."receivable" = r."id" WHERE m."step" = '
        '(SELECT MAX(n."step") FROM "receivable_move" n WHERE n."receivable" = r."id") ORDER BY r."id"',
        kinds,
    )
    frame = pd.DataFrame(
        {
            name: codec.from_arrow(columns[name], "int64" if kind == pa.int64() else "str")
            for name, kind in kinds.items()
        }
    )
    return frame.rename(columns={"id": "receivable"})


def account(connection: Connection, number: int) -> pd.Series:
    """One row of ``accounts``. Raises ClerkError when there is none of that number."""
    found = accounts(connection)
    found = found[found["receivable"].eq(number)]
    if found.empty:
        raise ClerkError(f"没有第 {number} 号应退款。", "用 skillcli debt list 查看编号。")
    return found.iloc[0]


def to_net(connection: Connection) -> pd.DataFrame:
    """Those with something left that is taken off the next payment."""
    found = accounts(connection)
    return found[found["left_fen"].gt(0) & found["mode"].eq(NET)].reset_index(drop=True)


def post(
    transaction: Transaction,
    moves: pd.DataFrame,
    kind: str,
    *,
    batch: int | None = None,
    day: int | None = None,
    document: str = "",
) -> None:
    """Write steps of accounts, in order: ``receivable``, ``line`` (0: none), ``amount_fen`` (signed: what is owed
    grows or shrinks). Raises ClerkError when an account would go below zero."""
    if moves.empty:
        return
    now = accounts(transaction.connection).set_index("receivable")
    number = moves["receivable"]
    left = moves.groupby("receivable")["amount_fen"].cumsum() + number.map(now["left_fen"])
    if left.lt(0).any():
        short = now.loc[number[left.lt(0)].iloc[0]]
        raise ClerkError(
            f"“{short['title']}”只剩 {yuan_text(short['left_fen'])} 元应退，不能再抵扣或退回更多。",
            "用 skillcli debt list 核对后再办。",
        )
    count = len(moves)
    line = moves["line"].astype("Int64")
    transaction.add(
        RECEIVABLE_MOVE,
        {
            "receivable": codec.to_arrow(number),
            "step": codec.to_arrow(moves.groupby("receivable").cumcount() + 1 + number.map(now["step"])),
            "kind": codec.repeat(kind, count),
            "amount_fen": codec.to_arrow(moves["amount_fen"]),
            "left_fen": codec.to_arrow(left),
            "batch": codec.numbers([batch] * count),
            "line": codec.to_arrow(line.mask(line.eq(0))),
            "day": codec.numbers([day] * count),
            "document": codec.repeat(document, count),
        },
    )


def net(transaction: Transaction, netting: pd.DataFrame, first_line: int) -> None:
    """Keep back from the lines of the batch being booked (``netting.NETTING_DTYPES``)."""
    moves = netting.assign(line=netting["lid"] + first_line, amount_fen=-netting["amount_fen"])
    post(transaction, moves, "netted", batch=transaction.seq)


def free(transaction: Transaction, batch: int, document: str) -> None:
    """A batch is void: what it had netted is owed again."""
    found = moves_of(transaction.connection, batch)
    post(transaction, found.assign(amount_fen=-found["amount_fen"]), "freed", batch=batch, document=document)


def moves_of(connection: Connection, batch: int) -> pd.DataFrame:
    """What a batch netted and freed: ``receivable``, ``line``, ``amount_fen`` (int64, netted is negative), ``title``
    (str), in the order of receivable and line."""
    table = RECEIVABLE_MOVE
    query = (
        select(table.c.receivable, table.c.line, table.c.amount_fen, RECEIVABLE.c.title)
        .join(RECEIVABLE, RECEIVABLE.c.id == table.c.receivable)
        .where(table.c.batch == batch)
        .order_by(table.c.receivable, table.c.line, table.c.id)
    )
    rows = connection.execute(query).all()
    names = ("receivable", "line", "amount_fen", "title")
    frame = pd.DataFrame([tuple(row) for row in rows], columns=list(names))
    return frame.astype({"receivable": "int64", "line": "int64", "amount_fen": "int64", "title": "str"})


def steps(connection: Connection, number: int) -> pd.DataFrame:
    """The account of one receivable, step by step: ``kind``, ``document`` (str), ``amount_fen``, ``left_fen``, ``day``
    (Int64), ``at`` (str), ``person`` (str)."""
    rows = connection.exec_driver_sql(
        'SELECT m."kind", m."document", m."amount_fen", m."left_fen", m."day", j."at", j."person" '
        'FROM "receivable_move" m JOIN "journal" j ON j."seq" = m."seq" '
        f'WHERE m."receivable" = {int(number)} ORDER BY m."step"'
    ).all()
    frame = pd.DataFrame(
        [tuple(row) for row in rows], columns=["kind", "document", "amount_fen", "left_fen", "day", "at", "person"]
    )
    whole = dict.fromkeys(("amount_fen", "left_fen", "day"), "Int64")
    return frame.astype(whole | dict.fromkeys(("kind", "document", "at", "person"), "str"))
