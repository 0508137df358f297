"""The workbook 审计资料: a sheet a table of the ledger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from skillcli import __version__
from skillcli.reports.provenance import provenance_sheet
from skillcli.reports.tables import printed
from skillcli.schema.extract import EXTRACT
from skillcli.schema.outputs import EXTRACT_COUNTS, EXTRACT_POLICIES
from skillcli.xlsx.book import Book, Sheet

ROWS = 1_000_000
"""Rows of one sheet at most; Excel takes 1,048,576 with what stands above."""


def extract_book(
    tables: Mapping[str, pd.DataFrame],
    policies: Sequence[tuple[str, str, str]],
    agency: str,
    head: str,
    problems: Sequence[str],
    *,
    revealed: bool,
) -> Book:
    """``tables``: name → frame (``schema.extract.EXTRACT``); a long one takes several sheets."""
    sheets = [sheet for name, frame in tables.items() for sheet in _sheets(name, frame)]
    facts = {
        "单位": agency,
        "台账链头": head,
        "台账核对": "完好" if not problems else "；".join(problems),
        "身份证号、账号、电话": "完整显示" if revealed else "已遮盖；同一个人的人员编号相同",
        "工具": f"skillcli {__version__}",
    }
    counts = pd.DataFrame(
        {"sheet": [EXTRACT[name].title for name in tables], "rows": [len(frame) for frame in tables.values()]}
    )
    files = pd.DataFrame([(p, s) for p, s, _ in policies], columns=pd.Index(["policy", "sha256"]), dtype="str")
    explained = provenance_sheet(
        facts,
        printed(EXTRACT_COUNTS, counts, caption="各表行数"),
        printed(EXTRACT_POLICIES, files, caption="政策文件（原文在“政策文件”文件夹）"),
        notes=("注：金额单位为元。同一本台账写出的文件逐字节相同；各文件的校验值在“校验值.txt”。",),
    )
    return Book("审计资料", (*sheets, explained))


def _sheets(name: str, frame: pd.DataFrame) -> Iterator[Sheet]:
    sheet = EXTRACT[name]
    for part, first in enumerate(range(0, max(len(frame), 1), ROWS), 1):
        title = sheet.title if part == 1 else f"{sheet.title}（{part}）"
        shown = frame.iloc[first : first + ROWS]
        yield Sheet(title, (printed(sheet, _yes_no(shown)),), f"{sheet.title}（台账）")


def _yes_no(frame: pd.DataFrame) -> pd.DataFrame:
    """Yes/no columns as words."""
    flags = {key: values for key, values in frame.items() if values.dtype == "boolean"}
    return frame.assign(**{str(key): v.map({True: "是", False: "否"}).astype("str") for key, v in flags.items()})
