"""Which lines a row of the bank's return file speaks of.

A row is one transfer: all that a payee gets from a batch, or what the payee gets from one fund, for one
subsidy, or for one line. The coarsest reading that explains every row of a payee is taken.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from msgspec import Struct

from skillcli.core.identity import examine, mask, mask_account
from skillcli.core.money import yuan_text
from skillcli.ledger.netting import PERSON, payee_key
from skillcli.ledger.payments import FAILED, OPEN, OUTCOME_DTYPES, PAID

SUCCESS = "成功"
_LEVELS: tuple[tuple[str, ...], ...] = ((), ("fund",), ("fund", "line_title"), ("line",))
_NO_REASON = "银行没有说明原因"


class Problem(Struct, frozen=True):
    """What is wrong with a row: its position, the accused column's key, what stands there, the sentence, what to do."""

    row: int
    key: str
    found: str
    message: str
    remedy: str


def match(
    rows: pd.DataFrame, transfers: pd.DataFrame, batch_id: str, as_of: pd.Timestamp
) -> tuple[pd.DataFrame, list[Problem]]:
    """The outcome of every line that the rows speak of (``ledger.payments.OUTCOME_DTYPES``), and what is wrong.

    ``rows``: frame of ``inputs.RETURNS``, index 0…n-1; ``transfers``: ``jobs.money.payees`` of the batch.
    """
    rows = rows.assign(day=rows["day"].fillna(as_of), payee_key=_keys(rows))
    problems = _plain_problems(rows, transfers, batch_id, as_of)
    bad = {problem.row for problem in problems}
    good = rows[~rows.index.isin(bad)]
    pool = transfers[transfers["transfer_fen"].gt(0) & ~transfers["reversed"]]
    waiting, paid = pool[pool["state"].eq(OPEN)], pool[pool["state"].eq(PAID)]
    parts = []
    left = good
    for chosen, failures_only in ((waiting, False), (paid, True)):
        for level in _LEVELS:
            some = left[left["result"].ne(SUCCESS)] if failures_only else left
            done = _explain(some, chosen, level)
            parts.append(done)
            left = left[~left.index.isin(done["row"])]
            chosen = chosen[~chosen["line"].isin(done["line"])]
    for level in _LEVELS:  # nothing is taken any more: find the very rows that are to blame
        done = _explain(left, waiting, level, every=False)
        left, waiting = left[~left.index.isin(done["row"])], waiting[~waiting["line"].isin(done["line"])]
    problems += _unexplained(left, good, pool, set(waiting["payee_key"]))
    joined = pd.concat(parts, ignore_index=True)
    said = rows.loc[joined["row"]]
    success = said["result"].eq(SUCCESS).to_numpy()
    outcome = pd.DataFrame(
        {
            "line": joined["line"].to_numpy(),
            "result": np.where(success, PAID, FAILED),
            "day": said["day"].to_numpy(),
            "reason": said["reason"]
            .fillna("")
            .mask(success, "")
            .where(success | said["reason"].notna(), _NO_REASON)
            .to_numpy(),
        }
    )
    return outcome.astype(OUTCOME_DTYPES), sorted(problems, key=lambda problem: problem.row)


def _keys(rows: pd.DataFrame) -> pd.Series:
    """Payee key of each row: by identity number, else by name; "" where neither names anybody."""
    _, person, _ = examine(rows["id_number"].fillna("").to_numpy(dtype=object))
    by_name = rows["payee"].map(lambda name: payee_key("", name, 0), na_action="ignore").astype("str").fillna("")
    own = pd.Series(person, index=rows.index)
    return (
        (f"{PERSON} " + own.astype("str"))
        .where(rows["id_number"].notna() & own.ne(0), "")
        .where(rows["id_number"].notna(), by_name)
    )


def _explain(rows: pd.DataFrame, pool: pd.DataFrame, level: tuple[str, ...], *, every: bool = True) -> pd.DataFrame:
    """``row`` and ``line`` of the payees whose every row is one unit of this level (not ``every``: of the rows that are)."""
    units = pool.assign(unit=pool.groupby(["payee_key", *level], sort=False).ngroup())
    sums = units.groupby("unit").agg(payee_key=("payee_key", "first"), amount_fen=("transfer_fen", "sum")).reset_index()
    same = ["payee_key", "amount_fen"]
    sums["nth"] = sums.groupby(same).cumcount()
    asked = rows[same].astype({"amount_fen": "int64"}).assign(nth=rows.groupby(same).cumcount(), row=rows.index)
    found = asked.merge(sums, on=[*same, "nth"], how="left", validate="1:1")
    known = found["unit"].notna()
    whole = known.groupby(found["payee_key"]).transform("all") if every else known
    found = found.loc[whole, ["row", "unit"]].astype("int64")
    return found.merge(units[["unit", "line"]], on="unit", how="left", validate="1:m")[["row", "line"]]


def _plain_problems(rows: pd.DataFrame, transfers: pd.DataFrame, batch_id: str, as_of: pd.Timestamp) -> list[Problem]:
    """Problems that one row has by itself; the first of each row."""
    named = rows["id_number"].notna() | rows["payee"].notna()
    known = rows["payee_key"].isin(transfers["payee_key"]) & rows["payee_key"].ne("")
    other = rows["batch"].notna() & rows["batch"].fillna("").str.strip().ne(batch_id)
    accounts = set(zip(transfers["payee_key"], transfers["account"].fillna(""), strict=True))
    pairs = zip(rows["payee_key"], rows["account"].fillna(""), strict=True)
    strange = pd.Series([pair not in accounts for pair in pairs], index=rows.index)
    strange &= rows["account"].notna() & rows["payee_key"].str.startswith(PERSON)
    checks = (
        ("batch", other, "写的是批次“{batch}”，这次登记的是批次 " + batch_id, "核对是不是拿错了文件"),
        ("amount_fen", rows["amount_fen"].isna(), "没有金额", "按银行返回的金额填写"),
        ("amount_fen", rows["amount_fen"].fillna(1).le(0), "金额是 {amount} 元，应大于 0", "按银行返回的金额填写"),
        ("result", rows["result"].isna(), "没有结果", "填“成功”或“失败”"),
        ("payee", ~named, "没有身份证号，也没有收款方", "个人填身份证号，单位填收款方全称"),
        (
            "id_number",
            ~known & rows["id_number"].notna(),
            "批次 " + batch_id + " 里没有付给 {id} 的补贴",
            "核对身份证号和批次",
        ),
        (
            "payee",
            ~known & rows["id_number"].isna(),
            "批次 " + batch_id + " 里没有付给“{payee}”的补贴",
            "核对收款方全称和批次",
        ),
        ("day", rows["day"].gt(as_of), "日期 {day} 在今天（" + f"{as_of:%Y-%m-%d}" + "）之后", "核对日期"),
        ("account", known & strange, "账号 {account} 不是付款用的账号", "核对是不是付错了账号"),
    )
    problems: dict[int, Problem] = {}
    for key, wrong, message, remedy in checks:
        for place in np.flatnonzero(wrong.to_numpy()).tolist():
            row = rows.iloc[place]
            shown = {
                "batch": row["batch"],
                "amount": yuan_text(row["amount_fen"]) if pd.notna(row["amount_fen"]) else "",
                "id": mask(row["id_number"]) if pd.notna(row["id_number"]) else "",
                "payee": row["payee"],
                "day": f"{row['day']:%Y-%m-%d}",
                "account": mask_account(row["account"]) if pd.notna(row["account"]) else "",
            }
            problems.setdefault(place, Problem(place, key, "", message.format(**shown), remedy))
    return list(problems.values())


def _unexplained(left: pd.DataFrame, good: pd.DataFrame, pool: pd.DataFrame, unpaid: set[str]) -> list[Problem]:
    """Rows of known payees that are no transfer of theirs: given twice, heard before, too much, or some other sum.

    ``unpaid``: keys of payees of whom the other rows leave something open.
    """
    problems = []
    for place, row in zip(left.index.tolist(), left.to_dict("records"), strict=True):
        own = pool[pool["payee_key"].eq(row["payee_key"])]
        waiting = own[own["state"].eq(OPEN)]
        due = int(waiting["transfer_fen"].sum())
        same = good[good["payee_key"].eq(row["payee_key"]) & good["amount_fen"].eq(row["amount_fen"])]
        who = mask(row["id_number"]) if isinstance(row["id_number"], str) else f"“{row['payee']}”"
        amount = yuan_text(int(row["amount_fen"]))
        if waiting.empty:
            sentence = f"{who} 的款项已经登记过结果，或者没有要付的"
            remedy = "核对是不是同一份回盘登记了两次"
        elif len(same) > 1 and place != same.index[0]:
            sentence, remedy = f"{who} 的 {amount} 元写了两次", "删去重复的一行"
        elif int(row["amount_fen"]) > due:
            sentence, remedy = f"{who} 的 {amount} 元多于应付的 {yuan_text(due)} 元", "核对金额"
        elif row["payee_key"] not in unpaid:
            sentence = f"{who} 应付的 {yuan_text(due)} 元，别的行已经写满，这 {amount} 元是多出来的"
            remedy = "删去多出来的行"
        else:
            parts = "、".join(yuan_text(fen) for fen in sorted(waiting["transfer_fen"].unique())[:5])
            sentence = f"{who} 的 {amount} 元不是应付的任何一笔；应付合计 {yuan_text(due)} 元，单笔 {parts} 元"
            remedy = "一笔款要么全部成功要么全部失败，核对金额"
        problems.append(Problem(place, "amount_fen", "", sentence, remedy))
    return problems
