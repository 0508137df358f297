"""Claims: the rows that make paying the same thing twice impossible.

Each payable line claims the class it was for, its certificate, and what the policy grants once; the
database's UNIQUE key refuses the second claim, whatever judged before. A line that was released
(void, reversal) leaves its keys free for the next ``round``.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from skillcli.core.errors import ClerkError
from skillcli.core.finding import Verdict
from skillcli.core.letters import text_array
from skillcli.ledger import bulk, codec, words
from skillcli.ledger.batch import line_no
from skillcli.ledger.codec import Columns
from skillcli.ledger.tables import CLAIM, RELEASE
from skillcli.ledger.transaction import Transaction

PAYABLE = (Verdict.PAYABLE.value, Verdict.SPECIAL.value)
CLASS, CERTIFICATE = "class", "certificate"
_KEY = ("subject", "key")


def wanted(lines: pd.DataFrame, trainings: pd.DataFrame, extra: pd.DataFrame | None) -> pd.DataFrame:
    """The claims of a decision: ``lid``, ``scope``, ``kind``, ``key``, one row a claim.

    ``lines``, ``trainings``: the decision's frames; ``extra``: ``EXTRA_CLAIM_DTYPES``.
    """
    at = np.flatnonzero(lines["verdict"].isin(PAYABLE).to_numpy())
    lid = lines.index.to_numpy(dtype=np.int64)[at]
    line, group = (text_array(lines[key].array.take(at)) for key in ("line", "group"))
    scope = pc.if_else(pc.equal(group.fill_null(""), codec.repeat("", len(at))), line, group)
    place = trainings.index.get_indexer(pd.Index(lines["rid"].to_numpy()[at]))
    claimed = {CERTIFICATE: "certificate_claim", CLASS: "class_hash"}
    of = [np.arange(len(at))] * len(claimed)
    kinds = [codec.repeat(kind, len(at)) for kind in claimed]
    keys = [trainings[name].to_numpy()[place] for name in claimed.values()]
    if extra is not None and len(extra):
        mine = pd.Index(lid).get_indexer(pd.Index(extra["lid"]))
        of.append(mine[mine >= 0])
        kinds.append(text_array(extra["kind"].array.take(np.flatnonzero(mine >= 0))))
        keys.append(extra["key"].to_numpy()[mine >= 0])
    which, kind, key = np.concatenate(of), pa.concat_arrays(kinds).dictionary_encode(), np.concatenate(keys)
    rank = np.argsort(np.argsort(kind.dictionary.to_numpy(zero_copy_only=False)))[kind.indices.to_numpy()]
    known = np.flatnonzero(key != 0)
    known = known[np.lexsort([rank[known], which[known]])]
    return pd.DataFrame(
        {
            "lid": lid[which[known]],
            "scope": codec.from_arrow(scope.take(pa.array(which[known])), "str"),
            "kind": codec.from_arrow(kind.take(pa.array(known)).cast(pa.large_string()), "str"),
            "key": key[known],
        },
        copy=False,
    )


def write(transaction: Transaction, policy_id: str, claims: pd.DataFrame, first_line: int, batch_id: str) -> None:
    """Claim; raises ClerkError naming the earlier batch and line when a key is taken."""
    if not len(claims):
        return
    lid, key = claims["lid"].to_numpy(), claims["key"].to_numpy()
    order = np.lexsort([lid, key])  # the index is filled page by page
    parts = [codec.repeat(policy_id, len(claims)), *(text_array(claims[name].array) for name in ("scope", "kind"))]
    subject = pc.binary_join_element_wise(*parts, pa.scalar(" ", pa.large_string()))
    columns: Columns = {
        "subject": subject.take(pa.array(order)),
        "key": codec.numbers(key[order]),
        "line": codec.numbers(lid[order] + first_line),
    }
    words.encode(transaction, (CLAIM, columns))
    columns["round"] = _rounds(transaction.connection, columns)

    def named(insert: Callable[[], None]) -> None:
        try:
            with _survivable(transaction.connection):
                insert()
        except Exception as error:
            if not _violates_unique(error):
                raise
            raise _refusal(transaction, columns, first_line, batch_id) from error

    transaction.add(CLAIM, columns, scattered=True, around=named)


def _survivable(connection: Connection) -> AbstractContextManager[object]:
    """Lets the transaction be asked who was first after a claim was refused: a server needs a
    savepoint for that; for SQLite one would only copy every page touched."""
    return nullcontext() if connection.dialect.name == "sqlite" else connection.begin_nested()


def _rounds(connection: Connection, columns: Columns) -> pa.Array:
    """How often each key has been released so far."""
    count = codec.length(columns)
    rounds = np.zeros(count, dtype=np.int64)
    if connection.execute(select(RELEASE.c.id).limit(1)).first() is not None:
        _scratch(connection, columns)
        found = bulk.fetch(
            connection,
            f'SELECT n."place", COUNT(*) FROM new_claim n CROSS JOIN "claim" c CROSS JOIN "release" r '
            f'WHERE {_same_key()} AND r."line" = c."line" GROUP BY n."place"',
            {"place": pa.int64(), "released": pa.int64()},
        )
        rounds[found["place"].to_numpy()] = found["released"].to_numpy()
    return codec.numbers(rounds)


def _scratch(connection: Connection, columns: Columns) -> None:
    place = {"place": codec.numbers(np.arange(codec.length(columns)))}
    bulk.scratch(connection, "new_claim", place | {name: columns[name] for name in (*_KEY, "line")})


def _same_key() -> str:
    return " AND ".join(f'c."{name}" = n."{name}"' for name in _KEY)


def _violates_unique(error: BaseException) -> bool:
    driver = error.orig if isinstance(error, IntegrityError) else error
    return type(driver).__name__ in ("IntegrityError", "UniqueViolation")


def _refusal(transaction: Transaction, columns: Columns, first_line: int, batch_id: str) -> ClerkError:
    """Which line stands in the way: one of an earlier batch, else one of this batch."""
    _scratch(transaction.connection, columns)
    taken = transaction.connection.exec_driver_sql(
        f'SELECT n."place", b."id", l."number" FROM new_claim n CROSS JOIN "claim" c CROSS JOIN "line" l '
        f'CROSS JOIN "batch" b WHERE {_same_key()} AND l."id" = c."line" AND b."seq" = l."seq" '
        f'AND c."seq" <> {transaction.seq} '
        'AND NOT EXISTS (SELECT 1 FROM "release" r WHERE r."line" = c."line") ORDER BY n."line", l."id" LIMIT 1'
    ).first()
    numbers = columns["line"].to_numpy() - first_line + 1
    if taken is not None:
        mine, other = int(numbers[taken[0]]), line_no(taken[1], taken[2])
    else:
        keys = pd.DataFrame({name: columns[name].to_numpy() for name in _KEY})
        twice = np.flatnonzero(keys.duplicated().to_numpy())
        here = int(twice[0])
        there = int(np.flatnonzero((keys == keys.iloc[here]).all(axis=1).to_numpy())[0])
        mine, other = int(numbers[here]), line_no(batch_id, int(numbers[there]))
    return ClerkError(
        f"本批次第 {mine} 行与 {other} 是同一项补贴，台账拒绝重复入账，整批未入账。",
        f"请用 skillcli explain {other} 查看原来的一行。",
    )
