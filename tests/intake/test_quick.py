"""The quick way gives what the general reader gives, or steps back."""

from __future__ import annotations

import datetime
import pickle
import struct
import threading
import zipfile
from array import array
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillcli.intake import prescan, quick
from skillcli.intake.grid import RawColumn, Refused, Special, Workbook
from skillcli.intake.package import ODD, format_kind
from skillcli.intake.workbook import read_generally

from .build import KEYS, SHEET_CLOSE, SHEET_OPEN, TITLES, inline_cell, person, raw_xlsx, roster_xlsx


@pytest.fixture(autouse=True)
def _any_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quick, "LEAST", 0)


def _cells(book: Workbook) -> dict[str, dict[tuple[int, int], Any]]:
    """Sheet → (row, column) → every cell that holds something, with its type."""
    return {
        grid.name: {
            (row, at): (type(cell), cell)
            for at, column in enumerate(grid.columns)
            for row, code in enumerate(column.codes)
            if (cell := column.cells[code]) != ""
        }
        for grid in book.sheets
    }


def same(path: Path) -> Workbook:
    data = path.read_bytes()
    fast, general = quick.read(data, ""), read_generally(data, "xlsx", "")
    assert fast is not None
    assert _cells(fast) == _cells(general)
    assert fast.date1904 == general.date1904
    for one, other in zip(fast.sheets, general.sheets, strict=True):
        assert (one.name, one.hidden, one.merges) == (other.name, other.hidden, other.merges or [])
        assert one.hidden_rows == other.hidden_rows
    return fast


_KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STYLED = {
    "xl/_rels/workbook.xml.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{_KINDS}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_KINDS}/styles" Target="styles.xml"/></Relationships>'
    ).encode()
}
"""The links of a workbook that has a part of styles."""
CELL = st.one_of(
    st.none(),
    st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=12),
    st.sampled_from(["a_x000D_b", "_x4E00_", "<&>\"'", " 前后 ", "=1+1", "张　伟", "\u200b", "_x"]),
    st.integers(-(10**9), 10**9),
    st.floats(-1e15, 1e15, allow_nan=False),
    st.booleans(),
    st.dates(datetime.date(1901, 1, 1), datetime.date(2199, 12, 31)),
    st.datetimes(datetime.datetime(1901, 1, 1), datetime.datetime(2199, 12, 31)).map(
        lambda d: d.replace(microsecond=0)
    ),
)


def _write(path: Path, rows: list[list[Any]], at: tuple[int, int], inline: bool) -> Path:
    book = xlsxwriter.Workbook(
        str(path), {"constant_memory": inline, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet("甲")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    for down, row in enumerate(rows, at[0]):
        for right, value in enumerate(row, at[1]):
            if isinstance(value, datetime.datetime):
                sheet.write_datetime(down, right, value, moment)
            elif isinstance(value, datetime.date):
                sheet.write_datetime(down, right, datetime.datetime.combine(value, datetime.time()), day)
            elif isinstance(value, str):
                sheet.write_string(down, right, value, day)
            elif isinstance(value, bool):
                sheet.write_boolean(down, right, value)
            elif value is not None:
                sheet.write_number(down, right, value)
    book.close()
    return path


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.lists(CELL, max_size=6), max_size=8),
    st.tuples(st.integers(0, 40), st.integers(0, 60)),
    st.booleans(),
)
def test_both_ways_give_the_same_cells(
    tmp_path: Path, rows: list[list[Any]], at: tuple[int, int], inline: bool
) -> None:
    path = _write(tmp_path / "r.xlsx", rows, at, inline)
    if quick.read(path.read_bytes(), "") is None:
        assert not any(value for row in rows for value in row)
    else:
        same(path)


def test_openpyxl_writes_what_the_quick_way_reads(tmp_path: Path) -> None:
    def touch(sheet: Any) -> None:
        sheet.row_dimensions[3].hidden = True
        sheet.merge_cells("A8:C9")
        sheet["F4"] = "#N/A"
        sheet["F4"].data_type = "e"
        sheet["F5"] = True

    book = same(roster_xlsx(tmp_path / "r.xlsx", [person(n) for n in range(6)], at=(2, 3), touch=touch))
    assert book.sheets[0].hidden_rows == [3]


def test_a_long_sheet_is_cut_into_pieces_without_loss(tmp_path: Path) -> None:
    rows: list[list[Any]] = [list(TITLES)]
    rows += [[person(n)[key] for key in KEYS] for n in range(6000)]
    for inline in (False, True):
        book = same(_write(tmp_path / "r.xlsx", rows, (0, 0), inline))
        assert book.sheets[0].height == 6001


def test_hidden_sheets_and_several_sheets(tmp_path: Path) -> None:
    path = roster_xlsx(tmp_path / "r.xlsx", [person(1)])
    book = openpyxl.load_workbook(path)
    book.copy_worksheet(book["花名册"]).sheet_state = "veryHidden"
    book.save(path)
    assert [grid.hidden for grid in same(path).sheets] == [False, True]


FORMATS = [
    'yyyy"年"m"月"d"日";@', '[$-804]yyyy"年"m"月"d"日"', '[DBNum1][$-804]yyyy"年"m"月"d"日";@', "yyyy年m月d日", 'm"月"d"日"',
    "[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", "yyyy\\.mm\\.dd", "[$-404]e/m/d", 'e"年"m"月"', "aaaa", "ggge", "[$-409]mmm\\-yy",
    "上午/下午 h:mm", "yyyy-m-d h:mm", "[h]:mm", "[$-F400]h:mm:ss\\ AM/PM", "General", "@", '"d"0', '0"天"', "[Red]0.00", "[红色]0.00",
    "[颜色10]0", "0_d", "[>100]0;yyyy-mm-dd", "[$¥-804]#,##0.00", "_ * #,##0_ ;_ * \\-#,##0_ ", "#,##0.00_);[Red]\\(#,##0.00\\)",
]  # fmt: skip


@pytest.mark.parametrize("code", [*range(60), *FORMATS], ids=str)
@pytest.mark.parametrize("date1904", [False, True])
def test_both_ways_agree_which_number_formats_show_days(code: int | str, date1904: bool, tmp_path: Path) -> None:
    own = (
        f'<numFmts count="1"><numFmt numFmtId="200" formatCode={quoteattr(code)}/></numFmts>'
        if isinstance(code, str)
        else ""
    )
    number = 200 if own else code
    styles = (
        f'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{own}'
        f'<cellXfs count="1"><xf numFmtId="{number}" applyNumberFormat="1"/></cellXfs></styleSheet>'
    )
    book = (
        f'<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="{_KINDS}">'
        f'<workbookPr date1904="{int(date1904)}"/><sheets><sheet name="甲" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    read = 0
    for value in ("43891", "43891.5", "43891.000011574", "2910000", "0.25", "-3", "61", "1000.5"):
        cells = f'<row r="1"><c r="A1" s="0"><v>{value}</v></c></row>'
        extra = {**STYLED, "xl/styles.xml": styles.encode(), "xl/workbook.xml": book.encode()}
        path = raw_xlsx(tmp_path / "r.xlsx", SHEET_OPEN + cells + SHEET_CLOSE, extra=extra)
        if quick.read(path.read_bytes(), "") is not None:
            same(path)
            read += 1
    shows = format_kind(int(number), code if isinstance(code, str) else None)
    assert (read > 0) == (shows != ODD)


@pytest.mark.parametrize(
    "cells",
    [
        '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c></row>',
        '<row r="1"><c r="A1" t="inlineStr"><is><r><t>a</t></r></is></c></row>',
        '<row r="1"><c t="n" r="A1"><v>1</v></c></row>',
        '<row r="1"><c><v>1</v></c></row>',
        "<row r='1'><c r='A1'><v>1</v></c></row>",
        '<row><c r="A1"><v>1</v></c></row>',
        '<row r="2"><c r="A1"><v>1</v></c></row>',
        '<row r="2"><c r="A2"><v>1</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c></row>',
        '<row r="1"> <c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v>x</c></row>',
        '<row r="1"><c r="A1"><v>1</v></c><!-- x --></row>',
        '<row r="1"><c r="A1" t="s"><v>7</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>-1</v></c></row>',
        '<row r="1"><c r="A1" t="d"><v>2020-01-01</v></c></row>',
        '<row r="1"><c r="A1" t="b"><v>2</v></c></row>',
        '<row r="1"><c r="A1"><v>1_0</v></c></row>',
        '<row r="1"><c r="A1"><v>nan</v></c></row>',
        '<row r="1"><c r="A1" s="9"><v>1</v></c></row>',
        '<row r="1"><c r="A1" t="inlineStr"><is><t>a>b</t></is></c></row>',
        '<row r="1"><c r="AAAA1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></row>',
        '<row r="1"><c r="A1"><v><v>1</v></v></c></row>',
    ],
)
def test_whatever_is_not_familiar_is_left_to_the_general_reader(tmp_path: Path, cells: str) -> None:
    styles = {
        "xl/styles.xml": b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b'<cellXfs count="1"><xf numFmtId="0"/></cellXfs></styleSheet>'
    }
    path = raw_xlsx(tmp_path / "r.xlsx", SHEET_OPEN + cells + SHEET_CLOSE, extra=styles)
    raw = path.read_bytes()
    known = quick.read(raw, "")
    if known is not None and 's="9"' not in cells:
        pytest.fail(f"read {_cells(known)}")


def test_far_cells_are_refused_on_the_quick_way_too(tmp_path: Path) -> None:
    rows = f'<row r="1">{inline_cell("A1", "x")}{inline_cell("XFD1", "x")}</row>'
    rows += f'<row r="1048576">{inline_cell("A1048576", "x")}</row>'
    path = raw_xlsx(tmp_path / "r.xlsx", SHEET_OPEN + rows + SHEET_CLOSE)
    with pytest.raises(Refused) as refusal:
        quick.read(path.read_bytes(), "")
    assert refusal.value.code == "F06"


@pytest.mark.parametrize(
    "items",
    [
        "<si><t>甲</t></si><si><t>乙 b</t></si><si><t></t></si>",
        '<si><t>甲</t></si><si><t xml:space="preserve"> 乙</t></si><si><t>a&amp;b_x000D_&gt;></t></si>',
        "<si><t>甲</t></si><si/><si><t>丙</t></si>",
        "<si><t>甲</t></si><si><r><t>乙</t></r><r><t>丁</t></r></si><si><t>丙</t></si>",
        "<si><t>甲</t></si><si><t>乙</t><rPh><t>yi</t></rPh></si><si><t/></si>",
        "<si><t>甲</t></si> <si><t>乙</t></si>\n<si> <t>丙</t></si>",
    ],
)
def test_shared_strings_are_the_same_however_they_are_written(tmp_path: Path, items: str) -> None:
    strings = f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="3">{items}</sst>'
    cells = "".join(f'<row r="{n}"><c r="B{n}" t="s"><v>{n - 1}</v></c></row>' for n in (1, 2, 3))
    same(raw_xlsx(tmp_path / "r.xlsx", SHEET_OPEN + cells + SHEET_CLOSE, strings=strings))


@given(st.lists(st.text(max_size=3) | st.floats(allow_nan=False) | st.dates() | st.just(Special("error", "#N/A"))))
def test_columns_travel_between_processes_unchanged(cells: list[Any]) -> None:
    column = RawColumn(["", *cells], array("i", range(len(cells) + 1)))
    arrived = pickle.loads(pickle.dumps(column, protocol=5))
    assert (arrived.cells, arrived.codes) == (column.cells, column.codes)
    assert [*map(type, arrived.cells)] == [*map(type, column.cells)]


def _long(path: Path) -> tuple[bytes, zipfile.ZipInfo]:
    """A sheet of several pieces, and its entry in the package."""
    rows: list[list[Any]] = [[f"{number:08d}" * 3, number, None, "甲"] for number in range(40_000)]
    data = _write(path, rows, (0, 0), True).read_bytes()
    with zipfile.ZipFile(path) as package:
        return data, max(package.infolist(), key=lambda part: part.file_size)


def test_a_sheet_with_a_wrong_checksum_is_refused_and_no_thread_is_left(tmp_path: Path) -> None:
    data, part = _long(tmp_path / "r.xlsx")
    assert part.file_size > 2 * prescan.CHUNK
    with pytest.raises(Refused) as refusal:
        quick.read(data.replace(struct.pack("<I", part.CRC), b"1234"), "")
    assert refusal.value.code == "F01"
    assert not [each for each in threading.enumerate() if each.name.startswith("ThreadPoolExecutor")]


@pytest.mark.parametrize("place", [0.0, 0.5, 0.999])
def test_what_is_not_familiar_in_one_piece_gives_the_whole_file_up(tmp_path: Path, place: float) -> None:
    _, part = _long(tmp_path / "r.xlsx")
    with zipfile.ZipFile(tmp_path / "r.xlsx") as package:
        sheet = package.read(part)
    at = sheet.index(b"</c>", int(len(sheet) * place))
    path = raw_xlsx(tmp_path / "s.xlsx", sheet[:at] + b"<!-- x -->" + sheet[at:])
    assert quick.read(path.read_bytes(), "") is None
    assert not [each for each in threading.enumerate() if each.name.startswith("ThreadPoolExecutor")]


def test_more_than_the_limit_is_refused_while_inflating(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data, part = _long(tmp_path / "r.xlsx")
    monkeypatch.setattr(quick, "Budget", lambda: prescan.Budget(part.file_size - prescan.CHUNK))
    with pytest.raises(Refused) as refusal:
        quick.read(data, "")
    assert refusal.value.code == "F06"
    assert not [each for each in threading.enumerate() if each.name.startswith("ThreadPoolExecutor")]


@pytest.mark.parametrize("chunk", [64, 700, 5_000])
def test_pieces_may_be_cut_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int) -> None:
    monkeypatch.setattr(prescan, "CHUNK", chunk)
    rows: list[list[Any]] = [[person(n)[key] if n % 7 else None for key in KEYS] for n in range(60)]
    rows[9] = [None] * len(KEYS)

    def touch(sheet: Any) -> None:
        sheet.row_dimensions[5].hidden = True
        sheet.row_dimensions[59].hidden = True
        sheet.merge_cells("A8:C9")
        sheet["F4"] = "#N/A"
        sheet["F4"].data_type = "e"

    for inline in (False, True):
        same(_write(tmp_path / "r.xlsx", rows, (3, 2), inline))
    same(roster_xlsx(tmp_path / "r.xlsx", [person(n) for n in range(60)], touch=touch))
