"""Workbooks of the life of the money: 退票, 补发, 先行拨付 and its settlement, 追回台账."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pandas as pd
from msgspec import Struct, field

from skillcli.core.money import uppercase, yuan_text
from skillcli.reports.facts import InputFile
from skillcli.reports.tables import SIGNATURES, numbered, printed
from skillcli.schema.money import ADVANCED, OWED, REPAID, REPAID_SUMMARY, RETURNED, SETTLED
from skillcli.schema.outputs import EXPLANATION, FACTS, SOURCES
from skillcli.xlsx.book import Book, Sheet, Table

_WIDTHS = {
    "number": 7,
    "line_no": 16,
    "payee_kind": 11,
    "payee": 18,
    "bank": 16,
    "line_title": 16,
    "fund": 16,
    "reason": 20,
    "new_bank": 16,
    "new_account": 22,
    "title": 26,
    "changed": 12,
    "item": 30,
    "remark": 34,
    "clause": 12,
    "document": 20,
}


class MoneyFacts(Struct, frozen=True):
    """What every such workbook says of itself. ``head``: the ledger's head; ``tool``: version of the program."""

    agency: str
    policy: str
    head: str
    tool: str
    as_of: date
    inputs: tuple[InputFile, ...] = ()
    more: Mapping[str, str] = field(default_factory=dict)


def returned_book(batch: str, rows: pd.DataFrame, facts: MoneyFacts) -> Book:
    """``<batch>-退票.xlsx``: the failed transfers that wait to be repeated (columns of ``schema.money.RETURNED``)."""
    total = int(rows["amount_fen"].sum())
    totals = {"number": "合计", "amount_fen": total}
    table = printed(RETURNED, numbered(rows), totals=totals, widths=_WIDTHS)
    line = f"批次：{batch}　　退票 {len(rows):,} 笔，{yuan_text(total)} 元（大写：{uppercase(total)}）"
    notes = (
        "办理：核对账号，把改正后的开户银行和账号填在最后两栏（没有变的空着），删去暂时不补发的行，保存后运行：",
        f"skillcli repay {batch} 本表.xlsx --month 年-月",
    )
    sheet = Sheet(RETURNED.title, (table,), f"{facts.agency}补贴退票名单", (line,), notes, SIGNATURES)
    return Book(f"{facts.agency}补贴退票名单 {batch}", (sheet, _explanation(facts, batch)))


def repaid_book(batch: str, of: str, rows: pd.DataFrame, facts: MoneyFacts) -> Book:
    """``<batch>-补发.xlsx``: failed transfers of batch ``of`` paid again (columns of ``schema.money.REPAID``)."""
    total = int(rows["amount_fen"].sum())
    groups = (
        rows.assign(payee=rows["payee"].where(rows["payee_kind"].ne("个人"), "个人（见补发名单）"))
        .groupby(["payee_kind", "payee", "line_title", "fund"], sort=False, dropna=False)["amount_fen"]
        .agg(times="size", amount_fen="sum")
        .reset_index()
    )
    line = f"批次：{batch}　　补发 {of} 的退票 {len(rows):,} 笔，{yuan_text(total)} 元"
    totals = {"number": "合计", "payee": f"大写：{uppercase(total)}", "times": len(rows), "amount_fen": total}
    summary = Sheet(
        REPAID_SUMMARY.title,
        (printed(REPAID_SUMMARY, numbered(groups), totals=totals, widths=_WIDTHS | {"payee": 34}),),
        f"{facts.agency}补贴补发汇总表",
        (line,),
        ("注：这些补贴已在原批次入账，本批只是重新付款，不计入新的补贴。",),
        SIGNATURES,
        opinion="财政部门意见",
    )
    totals = {"number": "合计", "amount_fen": total}
    names = Sheet(
        REPAID.title,
        (printed(REPAID, numbered(rows), totals=totals, widths=_WIDTHS),),
        f"{facts.agency}补贴补发名单",
        (line,),
        (),
        SIGNATURES,
    )
    return Book(f"{facts.agency}补贴补发表 {batch}", (summary, names, _explanation(facts, batch)))


def advance_book(row: pd.DataFrame, facts: MoneyFacts) -> Book:
    """``先行拨付-<class>.xlsx``: one row of ``schema.money.ADVANCED``."""
    total = int(row["amount_fen"].iloc[0])
    table = printed(ADVANCED, row, widths=_WIDTHS)
    line = (
        f"{row['heads'].iloc[0]:,} 人 × {yuan_text(row['standard_fen'].iloc[0])} 元 × {row['ratio'].iloc[0] / 100:g}%"
        f" ＝ {yuan_text(total)} 元（大写：{uppercase(total)}）"
    )
    notes = ("注：培训结束后按实际合格人数结算；先行拨付的钱从这个班的补贴里抵扣，多出的部分应退回。",)
    sheet = Sheet(
        ADVANCED.title,
        (table,),
        f"{facts.agency}培训补贴先行拨付表",
        (line,),
        notes,
        SIGNATURES,
        opinion="财政部门意见",
    )
    return Book(f"{facts.agency}培训补贴先行拨付表", (sheet, _explanation(facts)))


def settlement_book(heading: str, rows: pd.DataFrame, note: str, facts: MoneyFacts) -> Book:
    """``先行拨付结算-<class>.xlsx``: items of ``schema.money.SETTLED``."""
    table = printed(SETTLED, rows, widths=_WIDTHS)
    sheet = Sheet(SETTLED.title, (table,), f"{facts.agency}培训补贴先行拨付结算单", (heading,), (note,), SIGNATURES)
    return Book(f"{facts.agency}培训补贴先行拨付结算单", (sheet, _explanation(facts)))


def owed_book(rows: pd.DataFrame, facts: MoneyFacts) -> Book:
    """追回台账: every receivable but open advances (columns of ``schema.money.OWED``)."""
    sums = {key: int(rows[key].sum()) for key in ("due_fen", "kept_fen", "repaid_fen", "left_fen")}
    table = printed(OWED, numbered(rows), totals={"number": "合计", **sums}, widths=_WIDTHS)
    line = f"尚欠合计 {yuan_text(sums['left_fen'])} 元（大写：{uppercase(sums['left_fen'])}）"
    sheet = Sheet(OWED.title, (table,), f"{facts.agency}补贴追回台账", (line,), (), SIGNATURES)
    return Book(f"{facts.agency}补贴追回台账", (sheet, _explanation(facts)))


def _explanation(facts: MoneyFacts, batch: str = "") -> Sheet:
    items = {
        "单位": facts.agency,
        "批次": batch,
        **facts.more,
        "日期": str(facts.as_of),
        "政策": facts.policy,
        "台账链头": facts.head,
        "工具": f"skillcli {facts.tool}",
    }
    frame = pd.DataFrame(
        {"item": [k for k, v in items.items() if v], "content": [v for v in items.values() if v]}, dtype="str"
    )
    tables: list[Table] = [printed(FACTS, frame, spans={"content": 5}, widths={"item": 16})]
    if facts.inputs:
        files = pd.DataFrame(
            {
                "file": [each.name for each in facts.inputs],
                "sheet": [each.what for each in facts.inputs],
                "header_row": pd.array([None] * len(facts.inputs), dtype="Int64"),
                "rows": pd.array([None] * len(facts.inputs), dtype="Int64"),
                "passed_over": [""] * len(facts.inputs),
                "sha256": [each.sha256 for each in facts.inputs],
            }
        )
        tables.append(printed(SOURCES, files, caption="来源文件", widths={"sheet": 14, "header_row": 9, "rows": 9}))
    return Sheet(EXPLANATION, tuple(tables), EXPLANATION)
