"""Charts in written sheets: what they refer to, what they hold, where they stand."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from skillcli.xlsx.book import Book, Chart, Head, Kind, Sheet, Table
from skillcli.xlsx.cells import cell_text, shown_text
from skillcli.xlsx.layout import lay_out
from xlsx.readback import part, written

TOWNS = Table(
    (Head("镇"), Head("人次", Kind.WHOLE), Head("金额（万元）", Kind.WAN)),
    pd.DataFrame({"镇": ["林口镇", "古城镇", "未填"], "人次": [5, 3, 0], "金额（万元）": [12_345_678, 900, 0]}),
    totals={"镇": "合计", "人次": 8, "金额（万元）": 12_346_578},
)


def sheet(*charts: Chart, table: Table = TOWNS) -> Sheet:
    return Sheet("按镇", (table,), "标题", notes=("注",), charts=charts)


def test_a_chart_refers_to_its_columns_and_holds_their_values() -> None:
    data = written(Book("书", (sheet(Chart("各镇金额", "镇", ("金额（万元）",), axis="万元")),)))
    xml = part(data, "xl/charts/chart1.xml")
    assert re.findall(r"<c:f>(.*?)</c:f>", xml) == ["'按镇'!$A$3:$A$5", "'按镇'!$C$3:$C$5"] or re.findall(
        r"<c:f>(.*?)</c:f>", xml
    ) == ["按镇!$A$3:$A$5", "按镇!$C$3:$C$5"]
    assert re.findall(r"<c:v>(.*?)</c:v>", xml) == [
        "金额（万元）",
        "林口镇",
        "古城镇",
        "未填",
        "12.345678",
        "0.0009",
        "0.0",
    ]
    assert "各镇金额（万元）" in xml


def test_the_same_book_with_charts_gives_the_same_bytes() -> None:
    book = Book("书", (sheet(Chart("a", "镇", ("人次",)), Chart("b", "镇", ("人次", "金额（万元）"), "bar")),))
    assert written(book) == written(book)


def test_a_table_without_rows_has_no_chart() -> None:
    empty = Table(TOWNS.heads, TOWNS.frame.head(0))
    data = written(Book("书", (sheet(Chart("a", "镇", ("人次",)), table=empty),)))
    with pytest.raises(KeyError):
        part(data, "xl/charts/chart1.xml")


def test_a_chart_of_unknown_columns_is_refused() -> None:
    with pytest.raises(ValueError, match="columns that its table has not"):
        sheet(Chart("a", "镇", ("人数",)))


def test_two_upright_charts_share_a_strip_and_lying_ones_do_not() -> None:
    upright, lying = Chart("a", "镇", ("人次",)), Chart("b", "镇", ("人次",), "bar")
    places = lay_out(sheet(upright, upright, lying, upright)).charts
    assert [(place.half, place.right) for place in places] == [
        (True, False),
        (True, True),
        (False, False),
        (False, False),
    ]
    assert places[0].row == places[1].row < places[2].row < places[3].row
    assert [place.new_page for place in places] == [False, False, True, False]


def test_wan_is_stored_to_the_fen_and_shown_with_two_decimals() -> None:
    fen = pd.Series([12_345_678, 5_000, 4_999, -5_000, None], dtype="Int64")
    assert cell_text(fen, Kind.WAN).to_pylist() == ["12.345678", "0.005000", "0.004999", "-0.005000", None]
    assert shown_text(fen, Kind.WAN).to_pylist() == ["12.35", "0.01", "0.00", "-0.01", None]
