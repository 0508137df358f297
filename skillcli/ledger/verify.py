"""Recomputing the chain from the tables: every changed, added or removed row is found."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator

import pyarrow as pa
from msgspec import Struct
from sqlalchemy import Connection, Table, UniqueConstraint, func, inspect, select

from skillcli.ledger import balance, bulk, chain, claims, codec
from skillcli.ledger.chain import Entry, Part
from skillcli.ledger.checkpoint import Checkpoint, newest
from skillcli.ledger.codec import Columns
from skillcli.ledger.define import METADATA
from skillcli.ledger.lookup import Lookups
from skillcli.ledger.migrations.guards import guarded
from skillcli.ledger.tables import BATCH, CHAINED, JOURNAL, LINE, PART, SHEET_IMPORT, SHEET_ROW, TRAINING, number
from skillcli.schema.pages import PAGE

_TITLES = {
    "advance": "先行拨付",
    "batch": "批次",
    "batch_event": "批次状态",
    "claim": "防重登记",
    "fault": "无效单元格",
    "finding": "问题",
    "journal": "流水",
    "line": "补贴明细",
    "lookup": "查找键",
    "part": "分块校验值",
    "payout": "支付结果",
    "policy_text": "政策文件",
    "receivable": "应退款",
    "receivable_move": "应退款账户",
    "release": "退回登记",
    "remark": "读取说明",
    "repay": "补发",
    "repay_of": "补发批次",
    "return_file": "回盘文件",
    "reversal": "追回",
    "settlement": "先行拨付结算",
    "ruling": "政策口径",
    "sheet_import": "目录导入",
    "sheet_row": "目录行",
    "source": "来源表",
    "training": "培训",
    "word": "词语",
    "alembic_version": "版本",
}


class Verification(Struct, frozen=True):
    """What checking a ledger came to. ``problems``: plain Chinese, one sentence each, empty when all
    is well; ``head``: the last link; ``transactions``, ``rows``: how much was recomputed;
    ``totals``: rows of each table. ``checkpoint``: rows up to there were not read again (None: every row was);
    ``passed_over``: how many those are; ``last``: number of the last transaction."""

    problems: tuple[str, ...]
    head: str
    transactions: int
    rows: int
    totals: dict[str, int]
    checkpoint: Checkpoint | None = None
    passed_over: int = 0
    last: int = 0

    @property
    def ok(self) -> bool:
        return not self.problems


MANY_ROWS = frozenset({"training", "line", "claim", "finding", "fault", "word"})
"""Tables that grow with every training."""


def verify(connection: Connection, *, quick: bool = False, but_for: Collection[str] | None = None) -> Verification:
    """Check links, every row, table totals, sums of batches, and that the guards still stand.

    ``quick``: only the rows written since the newest checkpoint, their totals and sums; links and digests
    of the whole journal all the same. A row changed before the checkpoint is not found then. ``but_for``: the tables
    to which this leave is given (None: to all); every row of the others is read, but for pages (``ledger.pages``): whoever reads
    one checks it.
    """
    entries = [Entry(*row) for row in connection.execute(select(JOURNAL).order_by(JOURNAL.c.seq))]
    parts: dict[int, list[Part]] = defaultdict(list)
    query = select(PART).order_by(PART.c.seq, PART.c.table_name, PART.c.block)
    for row in connection.execute(query):
        parts[row.seq].append(Part(row.table_name, row.block, row.first, row.rows, row.digest))
    names = {entry.seq: f"第 {entry.seq} 笔（{entry.subject or entry.kind}）" for entry in entries}
    problems = [*_schema(connection), *_links(entries, parts, names)]
    since = newest(entries) if quick else None
    upto = since.upto if since else 0
    totals: dict[str, int] = {}
    passed_over, lookups, unseen = 0, Lookups(), 0
    for table in CHAINED:
        registered = [(seq, part) for seq in sorted(parts) for part in parts[seq] if part.table == table.name]
        begun = upto if but_for is None or table.name in but_for else 0
        known = [part for seq, part in registered if seq <= begun]
        passed_over += sum(part.rows for part in known)
        after = max((part.first + part.rows - 1 for part in known), default=None)
        totals[table.name] = _count(connection, table, after)
        expected = [(seq, part) for seq, part in registered if seq > begun]
        if table is SHEET_ROW and begun < upto:
            pages = _pages(connection, registered)
            aside = sum(part.rows for seq, part in expected if seq <= upto and part.first in pages)
            expected = [(seq, part) for seq, part in expected if seq > upto or part.first not in pages]
            totals[table.name] -= aside
            passed_over += aside
        see = None
        if table is TRAINING:
            see, unseen = lookups.see, after or 0
        problems += _table(connection, table, expected, totals[table.name], names, see)
    problems += lookups.problems(connection, unseen, _TITLES)
    problems += _sums(connection, upto)
    problems += [] if since else balance.problems(connection)
    return Verification(
        problems=tuple(problems),
        head=entries[-1].head if entries else chain.GENESIS,
        transactions=len(entries),
        rows=sum(totals.values()),
        totals=totals,
        checkpoint=since,
        passed_over=passed_over,
        last=entries[-1].seq if entries else 0,
    )


def _pages(connection: Connection, registered: list[tuple[int, Part]]) -> frozenset[int]:
    """First numbers of the parts of 目录行 that hold pages of trainings and lines, which grow with these. Told by what
    目录导入 says of each import's rows, which are written one import after the other."""
    ends: dict[int, list[tuple[int, bool]]] = defaultdict(list)
    query = select(SHEET_IMPORT.c.seq, SHEET_IMPORT.c.kind, SHEET_IMPORT.c.rows).order_by(SHEET_IMPORT.c.id)
    for seq, kind, rows in connection.execute(query):
        before = ends[seq][-1][0] if ends[seq] else 0
        ends[seq].append((before + rows, kind == PAGE.kind))
    found, taken = set(), Counter[int]()
    for seq, part in registered:
        if next((page for end, page in ends[seq] if end > taken[seq]), False):
            found.add(part.first)
        taken[seq] += part.rows
    return frozenset(found)


def _links(entries: list[Entry], parts: dict[int, list[Part]], names: dict[int, str]) -> Iterator[str]:
    prev, expected = chain.GENESIS, 1
    for entry in entries:
        where = names[entry.seq]
        if entry.seq != expected:
            yield f"流水缺号：第 {expected} 笔之后是第 {entry.seq} 笔。"
        if entry.prev != prev:
            yield f"流水{where}与前一笔的链接断开。"
        if entry.payload != chain.payload(parts.get(entry.seq, [])):
            yield f"流水{where}的分块校验值被改动。"
        if entry.head != chain.link(
            entry.seq, entry.kind, entry.at, entry.person, entry.subject, entry.prev, entry.payload
        ):
            yield f"流水{where}本身被改动。"
        prev, expected = entry.head, entry.seq + 1
    for seq in sorted(set(parts) - set(names)):
        yield f"有分块校验值属于不存在的流水第 {seq} 笔。"


def _table(
    connection: Connection,
    table: Table,
    expected: list[tuple[int, Part]],
    total: int,
    names: dict[int, str],
    see: Callable[[Columns], None] | None,
) -> Iterator[str]:
    title = _TITLES.get(table.name, table.name)
    registered = sum(part.rows for _, part in expected)
    if total != registered:
        yield f"{title}表应有 {registered} 行，现有 {total} 行。"
    for seq, part in expected:
        last = part.first + part.rows - 1
        columns = bulk.rows(connection, table, table.columns.keys(), part.first, last)
        if see is not None:
            see(columns)
        found = codec.length(columns)
        digests = codec.block_digests(columns)
        if digests != [(part.rows, part.digest)]:
            place = f"{names.get(seq, f'第 {seq} 笔')}写入的{title}表，编号 {part.first}–{last}"
            detail = f"应有 {part.rows} 行，现有 {found} 行" if found != part.rows else "内容与入账时不同"
            yield f"{place}：{detail}。"


def _count(connection: Connection, table: Table, after: int | None) -> int:
    """Rows of a table; ``after``: only those numbered higher."""
    where = "" if after is None else f' WHERE "{number(table)}" > {after}'
    return int(connection.exec_driver_sql(f'SELECT COUNT(*) FROM "{table.name}"{where}').scalar() or 0)


def _sums(connection: Connection, upto: int) -> Iterator[str]:
    """Totals of the batches booked after transaction ``upto`` as registered against the sum of their lines."""
    first = connection.execute(
        select(func.min(PART.c.first)).where(PART.c.table_name == LINE.name, PART.c.seq > upto)
    ).scalar()
    marks = ", ".join(f"'{verdict}'" for verdict in claims.PAYABLE)
    summed = bulk.fetch(
        connection,
        f'SELECT l."seq", COUNT(*), SUM(l."amount_fen"), SUM(CASE WHEN w."text" IN ({marks}) THEN 1 ELSE 0 END) '
        'FROM "line" l LEFT JOIN "word" w ON w."id" = l."verdict" '
        f'WHERE l."id" >= {first or 0} GROUP BY l."seq"',
        dict.fromkeys(("seq", "lines", "amount_fen", "payable"), pa.int64()),
    )
    found = {row[0]: row[1:] for row in codec.to_rows(summed)}
    for batch in connection.execute(select(BATCH).where(BATCH.c.seq > upto).order_by(BATCH.c.seq)):
        lines, amount_fen, payable = found.get(batch.seq, (0, 0, 0))
        if (lines, payable, amount_fen) != (batch.lines, batch.payable, batch.amount_fen):
            yield (
                f"批次 {batch.id} 登记 {batch.lines} 行、拟补贴 {batch.payable} 行、{batch.amount_fen} 分，"
                f"明细合计为 {lines} 行、拟补贴 {payable} 行、{amount_fen} 分。"
            )


def _schema(connection: Connection) -> Iterator[str]:
    """UNIQUE keys, indexes and triggers that must stand."""
    looked = inspect(connection)
    for table in METADATA.sorted_tables:
        title = _TITLES.get(table.name, table.name)
        unique = {tuple(found["column_names"]) for found in looked.get_unique_constraints(table.name)}
        wanted = {
            tuple(column.name for column in constraint.columns)
            for constraint in table.constraints
            if isinstance(constraint, UniqueConstraint)
        }
        if not wanted <= unique:
            yield f"{title}表的唯一性约束不见了。"
        if not {str(index.name) for index in table.indexes} <= {
            found["name"] for found in looked.get_indexes(table.name)
        }:
            yield f"{title}表的索引不见了。"
    for name, stands in guarded(connection, [*METADATA.tables, "alembic_version"]).items():
        if not stands:
            yield f"{_TITLES.get(name, name)}表的防改触发器不见了或被改动。"
