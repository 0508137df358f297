"""数据调整说明: every figure that differs from the report of the same period written before, and what happened since."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from skillcli.reports.period_facts import EarlierIssue, PeriodFacts
from skillcli.reports.sheets import report_sheet, report_table
from skillcli.schema.periodic import CAUSES, DIFFERENCES
from skillcli.xlsx.book import Book, Kind, Sheet, Table
from skillcli.xlsx.cells import shown_text
from skillcli.xlsx.layout import shown_total

NAME = "数据调整说明"
_EVENTS = {
    "batch": "入账",
    "status": "批次状态",
    "payout": "登记支付结果",
    "reversal": "追回",
    "repaid": "退回款项",
    "advance": "先行拨付",
    "settlement": "先行拨付结算",
    "import": "导入",
    "checkpoint": "核对点",
    "ruling": "口径认定",
}
_STATUS = {
    "draft": "草稿",
    "published": "公示",
    "approved": "批准",
    "sent": "报送",
    "partly_paid": "部分支付",
    "paid": "支付",
    "closed": "办结",
    "void": "作废",
}


def adjustment_sheet(facts: PeriodFacts, sheets: tuple[Sheet, ...], earlier: EarlierIssue | None) -> Sheet:
    """The sheet; ``sheets``: those of the report that are compared."""
    if earlier is None:
        notes: tuple[str, ...] = ("注：本期报告此前没有出过，没有可比的数字。",)
        rows: list[dict[str, object]] = []
        events = pd.DataFrame(columns=[column.key for column in CAUSES.columns])
    else:
        rows = list(_differences(earlier.book, sheets))
        events = _causes(earlier.events)
        notes = (
            f"注：与 {earlier.day} 出的同一报告（台账第 {earlier.position} 笔）相比；共 {len(rows):,} 处数字不同。",
            "注：作废、追回、重新审核会改变以前各期的数字；要看当时的报告，请加 --as-issued 日期。",
        )
    columns = [column.key for column in DIFFERENCES.columns]
    table = pd.DataFrame(rows, columns=columns).astype("str")
    tables = (
        report_table(DIFFERENCES, table, caption="一、逐项差异", widths={"row": 34, "sheet": 22}),
        report_table(CAUSES, events, caption="二、此后台账的变动", spans={"person": 1}),
    )
    return report_sheet(facts, NAME, tables, notes)


def _causes(events: pd.DataFrame) -> pd.DataFrame:
    subject = events["subject"].str.split(" ")
    status = subject.str[-1].map(_STATUS).where(events["kind"].eq("status"))
    kind = events["kind"].map(_EVENTS).fillna(events["kind"])
    return pd.DataFrame(
        {
            "seq": events["seq"],
            "day": events["at"].str.slice(0, 10),
            "kind": status.fillna(kind).astype("str"),
            "subject": subject.str[0].astype("str"),
            "person": events["person"],
        }
    )


def _differences(old: Book, sheets: tuple[Sheet, ...]) -> Iterator[dict[str, object]]:
    before = {sheet.name: sheet for sheet in old.sheets}
    for sheet in sheets:
        was = before.get(sheet.name)
        for number, table in enumerate(sheet.tables):
            earlier = was.tables[number] if was is not None and number < len(was.tables) else None
            yield from _of_table(sheet.name, table, earlier)


def _of_table(sheet: str, table: Table, earlier: Table | None) -> Iterator[dict[str, object]]:
    now, was = _cells(table), {} if earlier is None else _cells(earlier)
    for key in [*now, *(key for key in was if key not in now)]:
        (number, text), (old_number, old_text) = now.get(key, (0, "")), was.get(key, (0, ""))
        if text != old_text and (number or old_number):
            kind = next(h.kind for h in (table if key in now else earlier or table).heads if h.title == key[1])
            change = str(shown_text(pd.Series([number - old_number]), kind)[0])
            yield {
                "sheet": sheet,
                "row": key[0],
                "column": key[1],
                "was": old_text or "（无）",
                "now": text or "（无）",
                "change": change if number < old_number else f"+{change}",
            }


def _cells(table: Table) -> dict[tuple[str, str], tuple[int, str]]:
    """(row, column) → number and how it is shown, of every number; a row is named by its leading text columns, a row of totals
    also by its table where that has a heading: a sheet of several tables has several."""
    heads = list(table.heads)
    if heads and heads[0].title == "序号":
        heads = heads[1:]
    first = next((place for place, head in enumerate(heads) if head.kind.numeric), len(heads))
    names = _names(table, [head.title for head in heads[:first]])
    whole = f"合计（{table.caption}）" if table.caption else "合计"
    found: dict[tuple[str, str], tuple[int, str]] = {}
    for head in heads[first:]:
        if head.kind.numeric and head.kind not in (Kind.DATE, Kind.WAN):
            values = table.frame[head.title]
            shown = shown_text(values, head.kind).to_pylist()
            for name, value, text in zip(names, values, shown, strict=True):
                if text is not None:
                    found[name, head.title] = (int(value), text)
            total = table.totals.get(head.title)
            if isinstance(total, int):
                found[whole, head.title] = (total, shown_total(total, head.kind))
    return found


def _names(table: Table, titles: list[str]) -> list[str]:
    if not titles:
        return [f"第 {number} 行" for number in range(1, len(table.frame) + 1)]
    columns = [table.frame[title].fillna("").astype("str").tolist() for title in titles]
    plain = ["　".join(part for part in parts if part) for parts in zip(*columns, strict=True)]
    seen: dict[str, int] = {}
    named = []
    for name in plain:
        seen[name] = seen.get(name, 0) + 1
        named.append(name if seen[name] == 1 else f"{name}（{seen[name]}）")
    return named
