"""The workbook that says what keeps an earlier year's list out of the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import PurePath

import pandas as pd

from skillcli import __version__
from skillcli.core.finding import Finding
from skillcli.core.money import yuan_text
from skillcli.policy.model import Policy
from skillcli.reports.facts import InputFile
from skillcli.reports.provenance import provenance_sheet
from skillcli.reports.tables import printed
from skillcli.schema.outputs import PROBLEMS
from skillcli.xlsx.book import Book, Sheet


def past_book(
    findings: Sequence[Finding],
    rows: pd.DataFrame,
    policy: Policy,
    inputs: Sequence[InputFile],
    *,
    head: str,
    as_of: date,
) -> Book:
    """问题清单 and 说明. ``rows``: the list as read (``schema.past.HISTORY`` and ``row``)."""
    frame = pd.DataFrame(
        {
            "rule": [f.code for f in findings],
            "severity": ["未导入" for _ in findings],
            "sheet": [f.place.sheet for f in findings],
            "column": [f.place.column for f in findings],
            "found": [f.found for f in findings],
            "problem": [f.message for f in findings],
            "remedy": [f.remedy or "更正后重新导入。" for f in findings],
        },
        dtype="str",
    ).assign(row=pd.Series([f.place.row for f in findings], dtype="int64"), name="", clause="")
    bad = len(frame[["sheet", "row"]].drop_duplicates())
    total = yuan_text(int(rows["amount_fen"].fillna(0).sum()))
    lines = (f"共 {len(rows):,} 行，{total} 元；有问题的 {bad:,} 行。全部改正以前，一行也不会导入。",)
    problems = Sheet(PROBLEMS.title, (printed(PROBLEMS, frame),), "以往台账核对结果", lines)
    source = inputs[0]
    facts = {
        "核对的文件": PurePath(source.name).name,
        "文件校验值": source.sha256,
        "核对日期": str(as_of),
        "政策": f"{policy.full_title}，编号 {policy.id}",
        "政策校验值": policy.sha256,
        "台账链头": head,
        "工具": f"skillcli {__version__}",
    }
    return Book("以往台账核对结果", (problems, provenance_sheet(facts)))
