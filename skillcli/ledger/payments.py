"""What became of the money of a batch: transfers, what the bank said of them, follow-up batches."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd
import pyarrow as pa
from sqlalchemy import Connection, func, select

from skillcli.core.errors import ClerkError
from skillcli.ledger import batches, bulk, claims, codec, receivables
from skillcli.ledger.batch import TITLES, BatchHead, Status
from skillcli.ledger.money_tables import PAYOUT, REPAY, REPAY_OF
from skillcli.ledger.tables import BATCH, BATCH_EVENT, LINE
from skillcli.ledger.transaction import Transaction, span

REPAY_KIND = "repay"
PAID, FAILED, OPEN = "paid", "failed", "open"

TRANSFER_DTYPES = {
    "line": "int64",
    "number": "int64",
    "amount_fen": "int64",
    "netted_fen": "int64",
    "transfer_fen": "int64",
    "state": "str",
    "day": "datetime64[s]",
    "reason": "str",
    "payout": "Int64",
    "reversed": "bool",
    "repaid_in": "str",
    "bank": "str",
    "account": "str",
}
"""One row a line that a batch pays, in the order of the lines. ``line``: its number in the ledger, ``number``: in
its batch (of a follow-up batch: in the first one). ``transfer_fen`` = ``amount_fen`` - ``netted_fen`` leaves the house.
``state``: open (nothing heard yet), paid, failed; ``payout``: row of what was heard last; ``repaid_in``: the
follow-up batch that took a failed line up, "" while none did; ``bank``, ``account``: where a follow-up batch pays now,
missing where that has not changed."""

OUTCOME_DTYPES = {"line": "int64", "result": "str", "day": "datetime64[s]", "reason": "str"}
"""What the bank said: ``result`` paid or failed."""

_WORDS = "', '".join(claims.PAYABLE)
_NOT_VOID = """ NOT IN (SELECT "batch" FROM "batch_event" WHERE "status" = 'void')"""


def root(connection: Connection, batch: BatchHead) -> BatchHead:
    """The batch whose lines these are: itself, or of a follow-up batch the first one."""
    if batch.kind != REPAY_KIND:
        return batch
    seq = connection.execute(select(REPAY_OF.c.root).where(REPAY_OF.c.seq == batch.seq)).scalar_one()
    batch_id = connection.execute(select(BATCH.c.id).where(BATCH.c.seq == seq)).scalar_one()
    return batches.head(connection, batch_id)


def transfers(connection: Connection, batch: BatchHead) -> pd.DataFrame:
    """What a batch pays and what became of it (``TRANSFER_DTYPES``)."""
    frame = _repaid_lines(connection, batch) if batch.kind == REPAY_KIND else _own_lines(connection, batch)
    heard = _heard(connection, batch.seq)
    frame = frame.merge(heard, on="line", how="left", validate="1:1")
    taken = _fetch(
        connection,
        'SELECT r."failed", b."id" FROM "payout" p JOIN "repay" r ON r."failed" = p."id" '
        f'JOIN "batch" b ON b."seq" = r."seq" WHERE p."batch" = {batch.seq} AND r."seq"{_NOT_VOID}',
        payout="Int64",
        repaid_in="str",
    )
    frame = frame.merge(taken, on="payout", how="left", validate="m:1")
    back = _fetch(connection, f'SELECT v."line" FROM "reversal" v {_join(batch)}', line="int64")
    frame["reversed"] = frame["line"].isin(back["line"])
    frame["state"] = frame["state"].fillna(OPEN)
    return frame.fillna({"repaid_in": "", "reason": ""})[list(TRANSFER_DTYPES)].astype(TRANSFER_DTYPES)


def _join(batch: BatchHead) -> str:
    if batch.kind == REPAY_KIND:
        return f'JOIN "repay" r ON r."line" = v."line" WHERE r."seq" = {batch.seq}'
    return f'JOIN "line" l ON l."id" = v."line" WHERE l."seq" = {batch.seq}'


def _own_lines(connection: Connection, batch: BatchHead) -> pd.DataFrame:
    first, last = span(connection, LINE, batch.seq)
    frame = _fetch(
        connection,
        'SELECT l."id", l."number", l."amount_fen" FROM "line" l JOIN "word" w ON w."id" = l."verdict" '
        f"""WHERE l."id" BETWEEN {first} AND {last} AND w."text" IN ('{_WORDS}') ORDER BY l."id" """,
        line="int64",
        number="int64",
        amount_fen="int64",
    )
    kept = -receivables.moves_of(connection, batch.seq).groupby("line")["amount_fen"].sum()
    frame["netted_fen"] = frame["line"].map(kept).fillna(0).astype("int64")
    frame["transfer_fen"] = frame["amount_fen"] - frame["netted_fen"]
    return frame.assign(bank=None, account=None)


def _repaid_lines(connection: Connection, batch: BatchHead) -> pd.DataFrame:
    frame = _fetch(
        connection,
        'SELECT r."line", l."number", l."amount_fen", r."amount_fen", r."bank", r."account" FROM "repay" r '
        f'JOIN "line" l ON l."id" = r."line" WHERE r."seq" = {batch.seq} ORDER BY r."line"',
        line="int64",
        number="int64",
        amount_fen="int64",
        transfer_fen="int64",
        bank="str",
        account="str",
    )
    frame["netted_fen"] = frame["amount_fen"] - frame["transfer_fen"]
    return frame


def _heard(connection: Connection, batch: int) -> pd.DataFrame:
    """The last word on each line of a batch: a failure after a payment is the last."""
    frame = _fetch(
        connection,
        f'SELECT "line", "result", "day", "reason", "id" FROM "payout" WHERE "batch" = {batch} ORDER BY "id"',
        line="int64",
        state="str",
        day="datetime64[s]",
        reason="str",
        payout="Int64",
    )
    return frame.drop_duplicates("line", keep="last")


def _fetch(connection: Connection, statement: str, **dtypes: str) -> pd.DataFrame:
    kinds = {name: pa.large_string() if dtype == "str" else pa.int64() for name, dtype in dtypes.items()}
    columns = bulk.fetch(connection, statement, kinds)
    return pd.DataFrame({name: codec.from_arrow(columns[name], dtype) for name, dtype in dtypes.items()})


def record(transaction: Transaction, batch_id: str, outcome: pd.DataFrame, day: date, document: str) -> None:
    """Keep what the bank said (``OUTCOME_DTYPES``) and take the statuses along.

    Lines of which nothing leaves the house are settled with it, on ``day``. Raises ClerkError when the batch is not
    approved, or when a line is not the batch's or has its word already.
    """
    connection = transaction.connection
    batch = ready(transaction, batch_id)
    known = transfers(connection, batch)
    nothing = known[known["state"].eq(OPEN) & known["transfer_fen"].eq(0) & ~known["line"].isin(outcome["line"])]
    added = nothing.assign(result=PAID, day=pd.Timestamp(day), reason="")[list(OUTCOME_DTYPES)]
    outcome = pd.concat([outcome, added], ignore_index=True).astype(OUTCOME_DTYPES)
    rows = outcome.merge(known[["line", "state", "transfer_fen"]], on="line", how="left", validate="1:1")
    late = rows["state"].eq(PAID) & rows["result"].eq(FAILED)
    if not (rows["state"].eq(OPEN) | late).all():
        raise ClerkError(f"批次 {batch.id} 里有的补贴已经登记过支付结果，什么也没有记。", "请核对回盘文件。")
    transaction.add(
        PAYOUT,
        {
            "batch": codec.repeat(batch.seq, len(rows)),
            "line": codec.to_arrow(rows["line"]),
            "result": codec.to_arrow(rows["result"]),
            "amount_fen": codec.to_arrow(rows["transfer_fen"]),
            "day": codec.to_arrow(rows["day"]),
            "reason": codec.to_arrow(rows["reason"].fillna("")),
        },
    )
    follow(transaction, batch, document)


def ready(transaction: Transaction, batch_id: str) -> BatchHead:
    """The batch, sent: an approved one is noted as sent first. Raises ClerkError in any other status."""
    batch = batches.head(transaction.connection, batch_id)
    if batch.status == Status.APPROVED:
        batches.set_status(transaction, batch.id, Status.SENT, "")
        batch = batches.head(transaction.connection, batch_id)
    if batch.status not in (Status.SENT, Status.PARTLY_PAID, Status.PAID):
        remedy = "请先批准：skillcli batch approve。" if batch.status in (Status.DRAFT, Status.PUBLISHED) else ""
        raise ClerkError(f"批次 {batch.id} 现为“{TITLES[batch.status]}”，不能登记支付结果。", remedy)
    return batch


def follow(transaction: Transaction, batch: BatchHead, document: str = "") -> None:
    """Bring the status of a batch, and of those whose lines it repeats, in line with its lines."""
    connection = transaction.connection
    seqs = [batch.seq]
    while (
        before := connection.execute(select(REPAY_OF.c.batch).where(REPAY_OF.c.seq == seqs[-1])).scalar()
    ) is not None:
        seqs.append(before)
    for seq in seqs:
        batch_id = connection.execute(select(BATCH.c.id).where(BATCH.c.seq == seq)).scalar_one()
        now = batches.head(connection, batch_id)
        if now.status not in (Status.SENT, Status.PARTLY_PAID, Status.PAID):
            continue
        wanted = Status.PAID if settled(connection, now) else Status.PARTLY_PAID
        if wanted != now.status:
            batches.set_status(transaction, now.id, wanted, document)


def settled(connection: Connection, batch: BatchHead) -> bool:
    """Whether every line of a batch was paid, here or by a follow-up batch, or taken back."""
    known = transfers(connection, batch)
    waiting = known[known["state"].ne(PAID) & ~known["reversed"]]
    if waiting.empty:
        return True
    return bool(waiting["line"].isin(paid_lines(connection, waiting["line"].tolist())).all())


def paid_lines(connection: Connection, lines: Sequence[int]) -> set[int]:
    """Those of the lines whose transfer, in whatever batch, arrived and stayed."""
    bulk.scratch(connection, "asked_line", {"line": codec.numbers(list(lines))}, primary="line")
    rows = connection.exec_driver_sql(
        'SELECT p."line" FROM asked_line a JOIN "payout" p ON p."line" = a."line" WHERE p."result" = \'paid\' '
        'AND NOT EXISTS (SELECT 1 FROM "payout" f WHERE f."line" = p."line" AND f."batch" = p."batch" '
        "AND f.\"result\" = 'failed')"
    ).scalars()
    return set(rows)


def book_again(
    transaction: Transaction, batch_id: str, month: str, as_of: date, tool: str, accounts: pd.DataFrame, digest: str
) -> str:
    """Book a follow-up batch of the failed transfers of a batch; returns its id.

    ``accounts``: ``line`` (int64), ``bank``, ``account`` (str), the lines to pay. Raises ClerkError when a line was
    taken up already; the UNIQUE key of ``repay`` stands behind that.
    """
    connection = transaction.connection
    batch = batches.head(connection, batch_id)
    known = transfers(connection, batch)
    failed = known[known["state"].eq(FAILED) & ~known["reversed"] & known["repaid_in"].eq("")]
    rows = accounts.merge(failed[["line", "payout", "transfer_fen"]], on="line", how="left", validate="1:1")
    if rows.empty or rows["payout"].isna().any():
        raise ClerkError(f"批次 {batch.id} 没有等待补发的退票，什么也没有入账。", "用 skillcli batch show 核对。")
    seq_of_root = root(connection, batch).seq
    new_id = _write_head(transaction, batch, month, as_of, tool, digest)
    transaction.add_row(REPAY_OF, batch=batch.seq, root=seq_of_root)
    before = _fetch(
        connection, 'SELECT "failed", COUNT(*) FROM "repay" GROUP BY "failed"', payout="Int64", again="int64"
    ).set_index("payout")["again"]
    transaction.add(
        REPAY,
        {
            "failed": codec.to_arrow(rows["payout"]),
            "again": codec.to_arrow(rows["payout"].map(before).fillna(0).astype("int64")),
            "line": codec.to_arrow(rows["line"]),
            "amount_fen": codec.to_arrow(rows["transfer_fen"]),
            "bank": codec.to_arrow(rows["bank"]),
            "account": codec.to_arrow(rows["account"]),
        },
    )
    return new_id


def _write_head(transaction: Transaction, of: BatchHead, month: str, as_of: date, tool: str, digest: str) -> str:
    """A batch without lines of its own, under the policy of the one it repeats."""
    connection = transaction.connection
    highest = connection.execute(select(func.max(BATCH.c.number)).where(BATCH.c.month == month)).scalar()
    number = (highest or 0) + 1
    transaction.subject = f"{month}-{number}"
    rulings = connection.execute(select(BATCH.c.rulings).where(BATCH.c.seq == of.seq)).scalar_one()
    transaction.add_row(
        BATCH,
        id=f"{month}-{number}",
        kind=REPAY_KIND,
        month=month,
        number=number,
        policy=of.policy_id,
        policy_sha256=of.policy_sha256,
        as_of=as_of.isoformat(),
        files_digest=digest,
        tool=tool,
        columns="[]",
        unchecked="[]",
        rulings_used="[]",
        rulings=rulings,
        trainings=0,
        lines=0,
        payable=0,
        amount_fen=0,
    )
    transaction.add_row(
        BATCH_EVENT,
        batch=transaction.seq,
        status=Status.DRAFT,
        at=transaction.at,
        person=transaction.person,
        document=f"补发 {of.id} 的退票",
    )
    return f"{month}-{number}"
