"""The money of the whole ledger in a few sums that must agree."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from sqlalchemy import Connection

_NOT_VOID = """ NOT IN (SELECT "batch" FROM "batch_event" WHERE "status" = 'void')"""
_STAYED = (
    'p."result" = \'paid\' AND NOT EXISTS (SELECT 1 FROM "payout" f WHERE f."line" = p."line" '
    'AND f."batch" = p."batch" AND f."result" = \'failed\')'
)


class Balance(Struct, frozen=True):
    """Fen. Of the payable lines of all batches that are not void (``lines_fen``): ``paid_fen`` arrived, ``netted_fen``
    was kept back, ``unpaid_fen`` still has to leave, ``withdrawn_fen`` never will. ``reversed_fen``: lines taken back
    after they had been paid or netted; ``advances_fen`` paid in advance; ``repaid_fen`` given back in money;
    ``owed_fen``: what payees still owe; ``advanced_fen``: advances not yet set against lines.
    """

    lines_fen: int
    paid_fen: int
    netted_fen: int
    unpaid_fen: int
    withdrawn_fen: int
    reversed_fen: int
    advances_fen: int
    repaid_fen: int
    owed_fen: int
    advanced_fen: int

    @property
    def cash_fen(self) -> int:
        """What has left the treasury for good: transfers and advances, less what was given back."""
        return self.paid_fen + self.advances_fen - self.repaid_fen

    def disagreements(self) -> Iterator[str]:
        """Plain Chinese, one sentence an equation that does not hold."""
        parts = self.paid_fen + self.netted_fen + self.unpaid_fen + self.withdrawn_fen
        if self.lines_fen != parts:
            yield f"补贴明细合计 {self.lines_fen} 分，支付、抵扣、未付、撤回合计 {parts} 分，两者不等。"
        raised = self.reversed_fen + self.advances_fen
        used = self.netted_fen + self.repaid_fen + self.owed_fen + self.advanced_fen
        if raised != used:
            yield f"追回和先行拨付合计 {raised} 分，抵扣、退回、尚欠、未结算合计 {used} 分，两者不等。"


def read(connection: Connection) -> Balance:
    """Each sum from its own rows; none is made from the others."""

    def total(statement: str) -> int:
        return int(connection.exec_driver_sql(statement).scalar() or 0)

    lines = f'"line" l WHERE l."amount_fen" > 0 AND l."seq"{_NOT_VOID}'
    kept = 'SELECT SUM("amount_fen") FROM "receivable_move" WHERE "kind" IN (\'netted\', \'freed\')'
    left = (
        'SELECT SUM(m."left_fen") FROM "receivable_move" m JOIN "receivable" r ON r."id" = m."receivable" WHERE m."step" = '
        '(SELECT MAX(n."step") FROM "receivable_move" n WHERE n."receivable" = m."receivable") AND r."kind" '
    )
    done = (
        f'NOT EXISTS (SELECT 1 FROM "payout" p WHERE p."line" = l."id" AND {_STAYED}) '
        'AND NOT EXISTS (SELECT 1 FROM "reversal" v WHERE v."line" = l."id")'
    )
    waiting = total(f'SELECT SUM(l."amount_fen") FROM {lines} AND {done}')
    waiting_kept = -total(
        'SELECT SUM(m."amount_fen") FROM "receivable_move" m JOIN "line" l ON l."id" = m."line" '
        f"WHERE m.\"kind\" IN ('netted', 'freed') AND l.\"seq\"{_NOT_VOID} AND {done}"
    )
    return Balance(
        lines_fen=total(f'SELECT SUM(l."amount_fen") FROM {lines}'),
        paid_fen=total(f'SELECT SUM(p."amount_fen") FROM "payout" p WHERE {_STAYED}'),
        netted_fen=-total(kept),
        unpaid_fen=waiting - waiting_kept,
        withdrawn_fen=total('SELECT SUM("withdrawn_fen") FROM "reversal"'),
        reversed_fen=total('SELECT SUM("settled_fen") FROM "reversal"'),
        advances_fen=total('SELECT SUM("amount_fen") FROM "receivable" WHERE "kind" = \'advance\''),
        repaid_fen=-total('SELECT SUM("amount_fen") FROM "receivable_move" WHERE "kind" = \'repaid\''),
        owed_fen=total(left + "<> 'advance'"),
        advanced_fen=total(left + "= 'advance'"),
    )


def problems(connection: Connection) -> Iterator[str]:
    """What the chain cannot see: sums and links of the money that do not fit. One sentence each."""
    yield from read(connection).disagreements()
    for statement, sentence in _CHECKS:
        for row in connection.exec_driver_sql(statement):
            yield sentence.format(*row)


_CHECKS = (
    (
        f'SELECT p."line" FROM "payout" p WHERE {_STAYED} GROUP BY p."line" HAVING COUNT(*) > 1',
        "编号 {0} 的补贴明细支付成功了不止一次。",
    ),
    (
        'SELECT p."line", p."amount_fen", l."amount_fen" FROM "payout" p JOIN "line" l ON l."id" = p."line" '
        'WHERE p."amount_fen" <> l."amount_fen" + COALESCE((SELECT SUM(m."amount_fen") FROM "receivable_move" m '
        """WHERE m."line" = l."id" AND m."kind" IN ('netted', 'freed')), 0)""",
        "编号 {0} 的补贴明细登记支付 {1} 分，与明细 {2} 分减抵扣不等。",
    ),
    (
        'SELECT m."receivable", m."step" FROM "receivable_move" m LEFT JOIN "receivable_move" b '
        'ON b."receivable" = m."receivable" AND b."step" = m."step" - 1 '
        'WHERE m."left_fen" <> m."amount_fen" + COALESCE(b."left_fen", 0) OR (m."step" > 0 AND b."step" IS NULL) '
        """OR (m."step" = 0) <> (m."kind" = 'opened')""",
        "第 {0} 号应退款第 {1} 步的余额不对。",
    ),
    (
        'SELECT r."id" FROM "receivable" r LEFT JOIN "receivable_move" m ON m."receivable" = r."id" AND m."step" = 0 '
        'WHERE m."amount_fen" IS NULL OR m."amount_fen" <> r."amount_fen"',
        "第 {0} 号应退款与它的账户不符。",
    ),
    (
        'SELECT r."id" FROM "repay" r LEFT JOIN "payout" p ON p."id" = r."failed" '
        'WHERE p."id" IS NULL OR p."result" <> \'failed\' OR p."line" <> r."line" OR p."amount_fen" <> r."amount_fen"',
        "第 {0} 条补发与它的退票不符。",
    ),
    (
        'SELECT v."line" FROM "reversal" v JOIN "line" l ON l."id" = v."line" LEFT JOIN "receivable" r '
        'ON r."id" = v."receivable" WHERE v."settled_fen" + v."withdrawn_fen" <> l."amount_fen" '
        'OR COALESCE(r."amount_fen", 0) <> v."settled_fen"',
        "编号 {0} 的补贴明细的追回金额不对。",
    ),
    (
        'SELECT s."advance" FROM "settlement" s LEFT JOIN "receivable" r ON r."id" = s."excess" '
        'WHERE COALESCE(r."amount_fen", 0) <> s."excess_fen"',
        "第 {0} 号先行拨付的结算与应退款不符。",
    ),
)
