"""The workbook of an employment follow-up: rates by year, and every row with what became of it."""

from __future__ import annotations

from datetime import date
from pathlib import PurePath

import pandas as pd

from skillcli import __version__
from skillcli.policy.model import Policy
from skillcli.reports.provenance import provenance_sheet
from skillcli.reports.tables import SIGNATURES, printed
from skillcli.schema.outputs import FOLLOW_UP, FOLLOW_UP_RATES
from skillcli.xlsx.book import Book, Sheet


def placement_book(
    rates: pd.DataFrame,
    told: pd.DataFrame,
    policy: Policy,
    agency: str,
    source: tuple[str, str],
    head: str,
    as_of: date,
) -> Book:
    """就业率与增收率, 跟踪明细 and 说明. ``source``: path and SHA-256 of the list."""
    notes = (
        "注：应跟踪人数是台账里当年结课、不是企业职工的人数（按身份证号去重），没有跟踪的也在内；就业率＝就业人数÷应跟踪人数。",
        "注：增收率＝增收人数÷收入填全人数；收入没有填的不计入，增收人数、增收率空白表示没有人填全收入。",
    )
    heading = f"{agency}就业跟踪"
    first = Sheet(FOLLOW_UP_RATES.title, (printed(FOLLOW_UP_RATES, rates),), f"{heading}统计表", (), notes, SIGNATURES)
    second = Sheet(FOLLOW_UP.title, (printed(FOLLOW_UP, told),), f"{heading}明细表", (f"共 {len(told):,} 行",))
    facts = {
        "单位": agency,
        "就业跟踪文件": PurePath(source[0]).name,
        "文件校验值": source[1],
        "判定日期": str(as_of),
        "政策": f"{policy.full_title}，编号 {policy.id}",
        "政策校验值": policy.sha256,
        "台账链头": head,
        "工具": f"skillcli {__version__}",
    }
    return Book(f"{heading}结果", (first, second, provenance_sheet(facts)))
