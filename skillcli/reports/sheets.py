"""Tables and sheets in the form that all reports of a period share."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from skillcli.reports.period_facts import PeriodFacts
from skillcli.reports.tables import SIGNATURES, printed
from skillcli.schema.column import Column
from skillcli.schema.column import Table as Columns
from skillcli.schema.periodic import WAN
from skillcli.xlsx import book
from skillcli.xlsx.book import Chart, Sheet, Table

_WIDTHS: Mapping[str, float] = {"remark": 34, "clause": 10, "number": 6}


def report_table(
    columns: Columns | tuple[Column, ...],
    frame: pd.DataFrame,
    *,
    caption: str = "",
    totals: Mapping[str, object] | None = None,
    spans: Mapping[str, int] | None = None,
    widths: Mapping[str, float] = _WIDTHS,
) -> Table:
    """A table by keys; the columns in 万元 are made from their 元."""
    keys = [column.key for column in (columns.columns if isinstance(columns, Columns) else columns)]
    sums = dict(totals or {})
    for key in (key for key in keys if key in WAN):
        source = key.replace("_wan", "_fen")
        frame = frame.assign(**{key: frame[source]})
        if source in sums:
            sums[key] = sums[source]
    return printed(
        columns,
        frame,
        caption=caption,
        totals={key: value for key, value in sums.items() if key in keys},
        spans=spans,
        widths=widths,
        kinds=dict.fromkeys(WAN, book.Kind.WAN),
    )


def report_sheet(
    facts: PeriodFacts,
    name: str,
    tables: tuple[Table, ...],
    notes: tuple[str, ...] = (),
    charts: tuple[Chart, ...] = (),
) -> Sheet:
    """A sheet with the report's heading, its basis, and who signs."""
    title = f"补贴情况（{name}）" if name.startswith("按") else name
    return Sheet(name, tables, f"{facts.heading}{title}", (facts.basis,), notes, SIGNATURES, charts=charts)
