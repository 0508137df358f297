"""上报表: what an office sends upward, in figures that can be added up with those of other offices."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from skillcli.reports.breakdowns import grouped
from skillcli.reports.counting import Counted, Slice
from skillcli.reports.funding import fund_rows
from skillcli.reports.labels import renamed
from skillcli.reports.period_facts import PeriodFacts
from skillcli.reports.register_entries import tasks
from skillcli.reports.sheets import report_sheet, report_table
from skillcli.reports.tables import SIGNATURES
from skillcli.schema.column import Table as Columns
from skillcli.schema.office_tables import (
    UPWARD,
    UPWARD_FUNDS,
    UPWARD_HEAD,
    UPWARD_LINES,
    UPWARD_SOURCES,
    UPWARD_TABLES,
    UPWARD_UNITS,
)
from skillcli.xlsx.book import Book, Sheet, Table

TOTAL = "合计"
OFFICE, DAYS, CLOCK, POLICY = "填报单位", "统计期", "日期口径", "政策"
"""Items of the head; all but the first must be the same in sheets that are added up."""
_DONE = ("now", "year", "done")


def upward_sheet(facts: PeriodFacts, counted: Counted, cut: Slice) -> Sheet:
    """Head, then by unit, by unit and subsidy, and by fund; every total is the sum of its rows."""
    head = {
        OFFICE: facts.agency,
        DAYS: f"{facts.period.first} 至 {facts.period.last}",
        CLOCK: facts.clock.words if facts.clock else "人次按发证日期，金额按拨付月份",
        POLICY: facts.policy.id,
    }
    frame = pd.DataFrame({"item": list(head), "content": list(head.values())}, dtype="str")
    tables = (
        report_table(UPWARD_HEAD, frame, caption="一、填报情况", spans={"content": 3}),
        summed(UPWARD_UNITS, _units(facts, counted, cut), "二、各单位"),
        summed(UPWARD_LINES, _lines(facts, counted, cut), "三、各补贴项目"),
        summed(UPWARD_FUNDS, fund_rows(facts, cut), "四、各资金渠道"),
    )
    notes = (
        "注：供上级合并（skillcli report merge）。补贴人数在各单位之内去重，合计为各单位之和，一人在两个单位的计两次。",
        "注：任务人次、下达、到位等没有登记的空着。",
    )
    return report_sheet(facts, UPWARD, tables, notes)


def summed(columns: Columns, rows: pd.DataFrame, caption: str) -> Table:
    """A table with the sum of every column that is no name; blank where no row has a value."""
    names = [column.key for column in columns.columns if column.kind.dtype == "str"]
    keys = [column.key for column in columns.columns if column.key not in names]
    sums: dict[str, object] = {key: int(rows[key].sum()) for key in keys if rows[key].notna().any()}
    return report_table(columns, rows, caption=caption, totals={names[0]: TOTAL, **sums})


def _units(facts: PeriodFacts, counted: Counted, cut: Slice) -> pd.DataFrame:
    frame = grouped(counted, cut, "place")
    spans = {"now": facts.period, "year": facts.year_to_date, "done": facts.campaign}
    for key, span in spans.items():
        frame = frame.join(counted.within(span).by("place", "target").rename(key), how="outer")
    goals = tasks(facts, "place")
    none = pd.Series(dtype="Int64", name="goal")
    frame = frame.join(none if goals is None else goals["goal"], how="outer")
    numbers = [key for key in frame.columns if key != "goal"]
    frame[numbers] = frame[numbers].fillna(0).astype("int64")
    frame["goal"] = frame["goal"].astype("Int64")
    frame = frame[frame[numbers].ne(0).any(axis=1) | frame["goal"].notna()]
    return frame.sort_index().rename_axis("unit").reset_index()


def _lines(facts: PeriodFacts, counted: Counted, cut: Slice) -> pd.DataFrame:
    paid = cut.paid
    titles = {line.id: line.title for line in facts.policy.lines}
    title = renamed(paid["line"].array, [titles.get(line, line) for line in paid["line"].cat.categories], "")
    by = paid.assign(unit=counted.label(paid, "place"), line_title=title).groupby(["unit", "line_title"], observed=True)
    rows = by[["amount_fen", "paid_fen"]].sum().assign(lines=by.size()).reset_index()
    return rows.astype({"unit": "str", "line_title": "str"})


def merged_book(head: Mapping[str, str], tables: Mapping[str, pd.DataFrame], files: pd.DataFrame) -> Book:
    """The sum in the form of one office's sheet, so that it can be added up again; and which files are in it."""
    frame = pd.DataFrame({"item": list(head), "content": list(head.values())}, dtype="str")
    captions = ("二、各单位", "三、各补贴项目", "四、各资金渠道")
    parts = [summed(table, tables[table.title], text) for table, text in zip(UPWARD_TABLES, captions, strict=True)]
    top = report_table(UPWARD_HEAD, frame, caption="一、填报情况", spans={"content": 3})
    title = f"{head[OFFICE]}职业技能培训上报表（合并）"
    notes = ("注：由各单位的上报表相加；每份的合计与各行之和、合并后的合计与各份合计之和，都已核对一致。",)
    sheet = Sheet(UPWARD, (top, *parts), title, (f"统计期：{head[DAYS]}　　{head[CLOCK]}",), notes, SIGNATURES)
    return Book(title, (sheet, Sheet(UPWARD_SOURCES.title, (summed(UPWARD_SOURCES, files, ""),), "合并的文件")))
