"""The payment workbook of a batch: who is paid what, and why the rest is not."""

from __future__ import annotations

import numpy as np
import pandas as pd

from skillcli.core import period
from skillcli.core.finding import Verdict
from skillcli.core.money import uppercase, yuan_text
from skillcli.reports.control import check_netting, check_sums
from skillcli.reports.explanation import explanation_sheet
from skillcli.reports.facts import RunFacts
from skillcli.reports.grants import grants_sheet, unit_lines
from skillcli.reports.grouping import distinct, groups, summed
from skillcli.reports.lines import COUNTED, PAYABLE, line_frame, training_frame
from skillcli.reports.netting import kept_back, netting_sheet
from skillcli.reports.reasons import deciding, joined
from skillcli.reports.refusals import doubts_sheet, no_line_sheet, reduction_sheet, undecided_sheet, waiting_sheet
from skillcli.reports.tables import SIGNATURES, numbered, printed
from skillcli.schema.outputs import HELD, PAYMENT_LINES, PAYMENT_SUMMARY, PERSONAL_LIST, REFUSED
from skillcli.xlsx.book import Book, Sheet

PERSONS_TOGETHER = "个人（见个人补贴发放花名册）"
_LINE_WIDTHS = {
    "number": 7,
    "line_no": 11,
    "payee_kind": 9,
    "payee": 16,
    "name": 9,
    "town": 9,
    "institution": 16,
    "class_no": 11,
    "training_kind": 11,
    "occupation": 11,
    "level": 8,
    "certificate_no": 14,
    "line_title": 13,
    "quantity": 6,
    "fund": 12,
    "clause": 10,
    "file": 12,
    "sheet": 8,
    "row": 7,
}
"""Narrow, for twenty-two columns must stay legible across one page."""
_PAYEE_ORDER = {"培训机构": 0, "用人单位": 1, "个人": 2}


def payment_book(facts: RunFacts) -> Book:
    """The workbook ``<batch>-拨付.xlsx``.

    Sums of 拨付汇总, 拨付明细, 个人补贴发放花名册 and 申报核减情况 agree to the fen; RuntimeError
    (our own bug) when they do not.
    """
    payable = facts.decision.lines["verdict"].isin(PAYABLE)
    lines = facts.decision.lines.assign(payable=payable)[list(COUNTED)]
    # never the texts of every line at once: they would be the largest thing held here
    trainings = training_frame(facts)
    paid = line_frame(facts, payable, trainings)
    kept = kept_back(facts, paid)
    paid = paid.assign(kept_fen=kept)
    pairs = deciding(facts)
    reasons = joined(facts, pairs)
    month = period.month(facts.month).title if facts.month else ""
    heading = f"{facts.agency}{month}职业技能培训"
    batch = f"批次：{facts.batch}　　政策：{facts.policy.full_title}　　判定日期：{facts.as_of}"
    of_units = unit_lines(facts)
    of_projects = lines["line"].isin(of_units)
    grants = (
        (grants_sheet(facts, line_frame(facts, trainings=trainings), reasons, heading, batch),)
        if of_projects.any()
        else ()
    )
    rest = line_frame(facts, ~payable, trainings)
    sheets = (
        _summary_sheet(paid, of_units, heading, batch),
        _lines_sheet(paid, heading, batch),
        *grants,
        _personal_sheet(paid, heading, batch),
        *((netting_sheet(facts, paid, heading, batch),) if kept.any() else ()),
        reduction_sheet(facts, lines, trainings, pairs, heading, batch),
        waiting_sheet(rest, reasons, REFUSED, heading, batch),
        waiting_sheet(rest, reasons, HELD, heading, batch),
        undecided_sheet(facts, rest, pairs, reasons, heading, batch),
        no_line_sheet(facts, trainings, heading, batch),
        doubts_sheet(facts, trainings, heading, batch),
        explanation_sheet(facts),
    )
    book = Book(f"{heading}补贴拨付表 {facts.batch}", sheets)
    check_sums(book, int(paid["amount_fen"].sum()))
    check_netting(book, int(paid["amount_fen"].sum()), int(kept.sum()))
    return book


def _summary_sheet(paid: pd.DataFrame, of_units: frozenset[str], heading: str, batch: str) -> Sheet:
    payee = paid["payee"].where(paid["payee_kind"] != "个人", PERSONS_TOGETHER)
    keys = {"payee_kind": paid["payee_kind"], "payee": payee, "line_title": paid["line_title"], "fund": paid["fund"]}
    group, first = groups([paid["payee_kind"].map(_PAYEE_ORDER), *keys.values()])
    # a unit is no person
    person = ~paid["line"].isin(of_units).to_numpy()
    who, of_person, count = paid["who"].loc[person], group[person], len(first)
    rows = pd.DataFrame(
        {key: column.array.take(first) for key, column in keys.items()}
        | {
            "number": np.arange(1, count + 1),
            "times": np.bincount(of_person, minlength=count),
            "persons": distinct(of_person, who, count),
            "amount_fen": summed(group, paid["amount_fen"].to_numpy(dtype=np.int64), count),
        },
        copy=False,
    )
    total = int(rows["amount_fen"].sum())
    totals = {
        "number": "合计",
        "payee": f"大写：{uppercase(total)}",
        "times": len(who),
        "persons": int(who.nunique()),
        "amount_fen": total,
    }
    table = printed(PAYMENT_SUMMARY, rows, totals=totals, widths={"number": 8, "payee": 34, "fund": 28})
    notes = ("注：人数按身份证号去重，同一人可在几行中出现，合计人数可能少于各行之和。", *_kept_note(paid))
    return Sheet(
        "拨付汇总",
        (table,),
        f"{heading}补贴拨付汇总表",
        (batch,),
        notes,
        SIGNATURES,
        opinion="财政部门意见",
        landscape=True,
    )


def _kept_note(paid: pd.DataFrame) -> tuple[str, ...]:
    """What of the total is kept back and what really leaves the house; nothing where nothing is."""
    total, kept = int(paid["amount_fen"].sum()), int(paid["kept_fen"].sum())
    if not kept:
        return ()
    left = total - kept
    return (
        f"注：合计 {yuan_text(total)} 元为应付；其中抵扣应退款 {yuan_text(kept)} 元，"
        f"实际拨付 {yuan_text(left)} 元（大写：{uppercase(left)}），见“抵扣”。",
    )


def _kept_remark(own: pd.DataFrame) -> pd.Series:
    """``抵扣 750.00，实付 250.00`` where something is kept back, else blank."""
    kept = own.loc[own["kept_fen"].gt(0), ["amount_fen", "kept_fen"]]
    words = [
        f"抵扣 {yuan_text(k)}，实付 {yuan_text(a - k)}"
        for a, k in zip(kept["amount_fen"], kept["kept_fen"], strict=True)
    ]
    return pd.Series(words, index=kept.index, dtype="str").reindex(own.index, fill_value="")


def _lines_sheet(paid: pd.DataFrame, heading: str, batch: str) -> Sheet:
    total = int(paid["amount_fen"].sum())
    special = paid.loc[paid["verdict"] == Verdict.SPECIAL.value, "line_no"]
    notes = [f"合计（大写）：{uppercase(total)}", "注：数量为补贴的天数、月数、年数或人数，标准×数量为该条金额。"]
    if len(special):
        notes.append(f"注：其中特殊审批 {len(special)} 条：{'、'.join(special)}。")
    totals = {"number": "合计", "amount_fen": total}
    table = printed(PAYMENT_LINES, numbered(paid), totals=totals, widths=_LINE_WIDTHS)
    line = f"{batch}　　共 {len(paid):,} 条，{yuan_text(total)} 元"
    return Sheet("拨付明细", (table,), f"{heading}补贴拨付明细表", (line,), tuple(notes), SIGNATURES)


def _personal_sheet(paid: pd.DataFrame, heading: str, batch: str) -> Sheet:
    own = paid.loc[paid["payee_kind"] == "个人"]
    total = int(own["amount_fen"].sum())
    special = (own["verdict"] == Verdict.SPECIAL.value).map({True: "特殊审批", False: ""}).astype("str")
    account = own["codes"].fillna("").str.contains(r"\bA09\b").map({True: "账号需核对", False: ""}).astype("str")
    remark = (special + "；" + account + "；" + _kept_remark(own)).str.strip("；").str.replace("；；", "；")
    totals = {"number": "合计", "bank": f"大写：{uppercase(total)}", "amount_fen": total}
    widths = {"number": 8, "bank": 30, "remark": 14}
    table = printed(PERSONAL_LIST, numbered(own.assign(remark=remark)), totals=totals, widths=widths)
    accounts = own["account"].dropna().nunique()
    control = f"控制数：{len(own):,} 条，{own['who'].nunique():,} 人，{accounts:,} 个账号，金额 {yuan_text(total)} 元"
    kept = int(own["kept_fen"].sum())
    if kept:
        control += f"，其中抵扣 {yuan_text(kept)} 元，实付 {yuan_text(total - kept)} 元"
    return Sheet("个人补贴发放花名册", (table,), f"{heading}个人补贴发放花名册", (batch, control), (), SIGNATURES)
