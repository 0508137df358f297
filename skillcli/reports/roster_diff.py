"""The workbook 花名册比对: what a resubmitted roster adds, leaves out and changes, and what that is in money."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from skillcli import __version__
from skillcli.reports.facts import InputFile
from skillcli.reports.provenance import provenance_sheet
from skillcli.reports.tables import SIGNATURES, printed
from skillcli.schema.roster_diff import ADDED, CHANGED, GONE, SUMS
from skillcli.xlsx.book import Book, Sheet

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

_WIDTHS = {
    "institution": 18,
    "changes": 46,
    "line_nos": 18,
    "remark": 16,
    "file": 14,
    "sheet": 10,
    "row": 7,
    "old_row": 8,
}
_MONEY = (
    "注：原金额是台账里这一行在账的补贴（批次），或按原花名册测算的补贴（文件）；新金额是按新花名册、照现在的台账和政策"
    "审核应得的补贴，同一次培训已入账的也按新内容测算。差额只供核对：已入账的行不会自动改变，要改的先作废批次或追回。"
)


class DiffFacts(Struct, frozen=True):
    """What the sheet 说明 says. ``confirm``: the number that a correction must confirm (0: none)."""

    old: str
    new: str
    agency: str
    as_of: date
    policy: str
    policy_sha256: str
    head: str
    inputs: tuple[InputFile, ...]
    passed_over: tuple[str, ...]
    confirm: int


def diff_book(
    sums: pd.DataFrame, added: pd.DataFrame, gone: pd.DataFrame, changed: pd.DataFrame, facts: DiffFacts
) -> Book:
    """``<name>-比对.xlsx``; frames in the columns of ``schema.roster_diff``."""
    title = f"{facts.agency}花名册比对"
    line = f"原：{facts.old}　　新：{facts.new}"
    notes = [_MONEY]
    if facts.passed_over:
        notes.append(f"注：只有一份花名册有的栏目没有比对：{'、'.join(facts.passed_over)}。")
    if facts.confirm:
        notes.append(
            f"注：按新花名册更正这个批次时，要写 --confirm-removals {facts.confirm}（减少的行和改成另一次培训的行）。"
        )
    fen = ("old_fen", "new_fen", "effect_fen")
    totals = {"kind": "合计", "rows": int(sums["rows"].sum()), **{key: int(sums[key].sum()) for key in fen}}
    sheets = (
        Sheet(
            SUMS.title,
            (printed(SUMS, sums, totals=totals, widths={"kind": 16}),),
            title,
            (line,),
            tuple(notes),
            SIGNATURES,
            landscape=False,
        ),
        *(
            Sheet(
                table.title,
                (printed(table, frame, totals=_totals(frame, fen), widths=_WIDTHS),),
                f"{title}：{table.title}",
                (f"{line}　　{len(frame):,} 行",),
            )
            for table, frame in ((ADDED, added), (GONE, gone), (CHANGED, changed))
        ),
        provenance_sheet(
            {
                "单位": facts.agency,
                "原": facts.old,
                "新": facts.new,
                "判定日期": str(facts.as_of),
                "政策": facts.policy,
                "政策校验值": facts.policy_sha256,
                "台账链头": facts.head,
                **{
                    f"来源文件 {number}": f"{each.what} {each.name}　{each.sha256}"
                    for number, each in enumerate(facts.inputs, 1)
                },
                "工具": f"skillcli {__version__}",
            }
        ),
    )
    return Book(title, sheets)


def _totals(frame: pd.DataFrame, keys: tuple[str, ...]) -> dict[str, object]:
    return {"name": "合计", **{key: int(frame[key].sum()) for key in keys if key in frame.columns}}
