"""The sheet 抵扣 of a payment workbook: what is due, what is kept back, what is transferred."""

from __future__ import annotations

import pandas as pd

from skillcli.core.money import uppercase, yuan_text
from skillcli.reports.facts import RunFacts
from skillcli.reports.tables import SIGNATURES, numbered, printed
from skillcli.schema.money import NETTED, NETTED_LINES, TRANSFERS
from skillcli.xlsx.book import Sheet, Table

SHEET = "抵扣"
_WIDTHS = {"number": 7, "payee_kind": 12, "payee": 24, "fund": 22, "title": 30}


def kept_back(facts: RunFacts, paid: pd.DataFrame) -> pd.Series:
    """Fen kept back from each payable line (int64, index ``lid``)."""
    if facts.netting is None:
        return pd.Series(0, index=paid.index, dtype="int64")
    sums = facts.netting.groupby("lid")["amount_fen"].sum()
    return sums.reindex(paid.index, fill_value=0).astype("int64")


def netting_sheet(facts: RunFacts, paid: pd.DataFrame, heading: str, batch: str) -> Sheet:
    """应付、抵扣、实付 of every payee from whom something is kept back, line by line, and of the whole batch by fund.

    ``paid``: the payable lines of ``reports.lines.line_frame``.
    """
    lines = paid.assign(due_fen=paid["amount_fen"], kept_fen=kept_back(facts, paid))
    lines["paid_fen"] = lines["due_fen"] - lines["kept_fen"]
    sums = {key: int(lines[key].sum()) for key in ("due_fen", "kept_fen", "paid_fen")}
    line = (
        f"应付 {yuan_text(sums['due_fen'])} 元 − 抵扣 {yuan_text(sums['kept_fen'])} 元"
        f" ＝ 实付 {yuan_text(sums['paid_fen'])} 元（大写：{uppercase(sums['paid_fen'])}）"
    )
    notes = (
        "注：抵扣的是收款方应退的款项（追回、先行拨付），按资金渠道和明细的应付金额分摊到分；实际拨付以“实付”为准。",
    )
    return Sheet(
        SHEET,
        (_payees(lines), _details(facts, lines), _funds(lines, sums)),
        f"{heading}补贴抵扣表",
        (batch, line),
        notes,
        SIGNATURES,
        opinion="财政部门意见",
    )


def _payees(lines: pd.DataFrame) -> Table:
    netted = lines.groupby(["payee_kind", "payee", "who"], dropna=False)["kept_fen"].transform("sum")
    body = lines["payee_kind"].ne("个人")
    whole = lines.groupby(["payee_kind", "payee"], dropna=False)["kept_fen"].transform("sum")
    shown = lines[netted.gt(0) & ~body | whole.gt(0) & body]
    keyed = shown.assign(
        who=shown["who"].where(shown["payee_kind"].eq("个人"), 0),
        id_number=shown["id_number"].where(shown["payee_kind"].eq("个人")),
    )
    rows = (
        keyed.groupby(["payee_kind", "payee", "who", "fund"], dropna=False, sort=False)
        .agg(
            id_number=("id_number", "first"),
            due_fen=("due_fen", "sum"),
            kept_fen=("kept_fen", "sum"),
            paid_fen=("paid_fen", "sum"),
        )
        .reset_index()
    )
    totals = {"number": "合计"} | {key: int(rows[key].sum()) for key in ("due_fen", "kept_fen", "paid_fen")}
    return printed(NETTED, numbered(rows), caption="一、有抵扣的收款方", totals=totals, widths=_WIDTHS)


def _details(facts: RunFacts, lines: pd.DataFrame) -> Table:
    assert facts.netting is not None
    netted = facts.netting.drop(columns=["receivable"]).rename(columns={"amount_fen": "kept_fen"})
    names = lines[["line_no", "payee", "line_title", "fund", "due_fen"]]
    rows = netted.merge(names, left_on="lid", right_index=True, how="left", validate="m:1").sort_values(
        ["lid", "title"], kind="stable"
    )
    totals = {"line_no": "合计", "kept_fen": int(rows["kept_fen"].sum())}
    return printed(NETTED_LINES, rows, caption="二、抵扣明细", totals=totals, widths=_WIDTHS)


def _funds(lines: pd.DataFrame, sums: dict[str, int]) -> Table:
    rows = (
        lines.groupby("fund", sort=False)
        .agg(
            lines=("due_fen", "size"),
            due_fen=("due_fen", "sum"),
            kept_fen=("kept_fen", "sum"),
            paid_fen=("paid_fen", "sum"),
        )
        .reset_index()
    )
    totals = {"fund": "合计", "lines": len(lines)} | sums
    return printed(TRANSFERS, rows, caption="三、全批合计（按资金渠道）", totals=totals, widths=_WIDTHS)
