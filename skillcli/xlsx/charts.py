"""Charts of a sheet's own tables, made by XlsxWriter.

The values are stored with the chart as well, so that a reader that does not recalculate shows it too.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
from xlsxwriter.utility import xl_range_abs

from skillcli.xlsx.book import Chart, Head, Kind, Sheet
from skillcli.xlsx.cells import printable, shown_text
from skillcli.xlsx.layout import ChartPlace, Layout, chart_rows

COLOURS = ("#2F5597", "#C55A11", "#548235", "#7F7F7F", "#BF9000")
"""Dark enough to be told apart in a black-and-white print."""
_ROW_PIXELS = 20
_FONT = {"name": "宋体", "size": 10, "bold": False}
_TITLE = {"name": "黑体", "size": 12, "bold": False}
_SCALE = {Kind.MONEY: 100, Kind.PERCENT: 10_000, Kind.WAN: 1_000_000}
_FORMAT = {Kind.MONEY: "#,##0", Kind.PERCENT: "0%", Kind.WAN: "#,##0.0#", Kind.WHOLE: "#,##0"}
_MOST_LABELS = 16
"""With more bars than this the numbers over them would overlap."""


def draw(workbook: Any, target: Any, sheet: Sheet, layout: Layout, chart: Chart, place: ChartPlace) -> None:
    """Put a chart into a worksheet, as wide as the page or half of it. One without rows is left out."""
    table, shown = sheet.tables[chart.table], layout.tables[chart.table]
    count = min(len(table.frame), chart.rows or len(table.frame))
    if not count:
        return
    made = workbook.add_chart({"type": chart.kind})
    columns = _columns(table.heads)
    first, last = shown.first, shown.first + count - 1
    category, head = columns[chart.category]
    names = shown_text(table.frame[chart.category].head(count), head.kind).to_pylist()
    for number, title in enumerate(chart.series):
        column, head = columns[title]
        colour = COLOURS[number % len(COLOURS)]
        series = {
            "name": printable(title),
            "categories": f"={_quoted(sheet.name)}!{xl_range_abs(first, category, last, category)}",
            "values": f"={_quoted(sheet.name)}!{xl_range_abs(first, column, last, column)}",
            "categories_data": [printable(name or "") for name in names],
            "values_data": _plain(table.frame[title].head(count), head.kind),
            "gap": 60,
        }
        if chart.kind == "line":
            series |= {"line": {"color": colour, "width": 2.25}, "marker": {"type": "circle", "size": 6}}
        else:
            series |= {"fill": {"color": colour}, "border": {"none": True}}
        if count * len(chart.series) <= _MOST_LABELS:
            labels = {"value": True, "font": _FONT | {"size": 9}, "num_format": _FORMAT.get(head.kind, "General")}
            series["data_labels"] = labels
        made.add_series(series)
    _dress(made, chart, columns[chart.series[0]][1].kind)
    page = sum(int(width * 7 + 5) for width in layout.widths) - 10
    width = page // 2 if place.half else page
    made.set_size({"width": width - 6, "height": chart_rows(chart, len(table.frame)) * _ROW_PIXELS})
    left = 4 + (page // 2 if place.right else 0)
    options = {"x_offset": left, "y_offset": 4, "object_position": 1, "description": printable(chart.title)}
    target.insert_chart(place.row, 0, made, options)


def _dress(made: Any, chart: Chart, kind: Kind) -> None:
    names: dict[str, Any] = {"num_font": _FONT}
    values: dict[str, Any] = {
        "num_font": _FONT,
        "num_format": _FORMAT.get(kind, "General"),
        "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9", "width": 0.75}},
        "min": 0,
    }
    if chart.kind == "bar":
        # In a bar chart the axis of names stands upright and counts from below.
        made.set_x_axis(values | {"label_position": "high"})
        made.set_y_axis(names | {"reverse": True, "label_position": "low"})
    else:
        made.set_x_axis(names)
        made.set_y_axis(values)
    title = f"{chart.title}（{chart.axis}）" if chart.axis else chart.title
    made.set_title({"name": printable(title), "name_font": _TITLE, "overlay": False})
    made.set_legend({"position": "bottom", "font": _FONT} if len(chart.series) > 1 else {"none": True})
    made.show_blanks_as("gap")


def _columns(heads: tuple[Head, ...]) -> dict[str, tuple[int, Head]]:
    """Title → first grid column and head."""
    found, column = {}, 0
    for head in heads:
        found[head.title] = (column, head)
        column += head.span
    return found


def _plain(values: pd.Series, kind: Kind) -> list[float | str]:
    scale = _SCALE.get(kind, 1)
    return ["" if pd.isna(value) else int(value) / scale for value in values]


def _quoted(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"
