"""xls, et, xlsb and ods tell the same of a roster as xlsx does: errors, formulas, hidden rows and sheets, 1904."""

from __future__ import annotations

import datetime
import io
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import odf.opendocument
import odf.style
import odf.table
import odf.text
import olefile
import openpyxl
import pytest
import xlwt
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from skillcli.intake import read_cells
from skillcli.schema.roster import check_roster

from .build import KEYS, TITLES, codes, faults, messages, number, person, read_one
from .xlsb import (
    ERROR_NA,
    FORMULA_REF,
    FORMULA_SEVEN,
    FORMULA_UNCALCULATED,
    SHORT_CELL,
    Page,
    Raw,
    write_xlsb,
)

ERROR, UNCALCULATED = object(), object()
"""A cell that shows #N/A, and a formula no program has calculated."""


@dataclass
class Form:
    """One roster sheet as every program below can write it. ``merged``: rows whose 培训机构 is one cell
    (from 1); ``hidden``: hidden rows; ``old``: also a hidden sheet of the same header."""

    rows: Sequence[Sequence[Any]]
    merged: tuple[int, int] | None = None
    hidden: frozenset[int] = field(default_factory=frozenset)
    old: bool = False
    date1904: bool = False


def _xlsx(path: Path, form: Form) -> Path:
    book = openpyxl.Workbook()
    if form.date1904:
        book.epoch = CALENDAR_MAC_1904
    sheets = [book.active] + ([book.create_sheet("旧名单")] if form.old else [])
    for sheet in sheets:
        for down, row in enumerate(form.rows, 1):
            for at, value in enumerate(row, 1):
                sheet.cell(down, at).value = {ERROR: "#N/A", UNCALCULATED: '="甲"'}.get(value, value)
    page = sheets[0]
    page.title = "花名册"
    for row in form.hidden:
        page.row_dimensions[row].hidden = True
    if form.merged:
        at = TITLES.index("培训机构") + 1
        page.merge_cells(start_row=form.merged[0], end_row=form.merged[1], start_column=at, end_column=at)
    for sheet in sheets[1:]:
        sheet.sheet_state = "hidden"
    book.save(path)
    return path


def _xls(path: Path, form: Form) -> Path:
    book = xlwt.Workbook()
    book.dates_1904 = form.date1904
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    names = ["花名册", "旧名单"] if form.old else ["花名册"]
    for number_of, name in enumerate(names):
        sheet = book.add_sheet(name)
        sheet.visibility = 2 if number_of else 0
        for down, row in enumerate(form.rows):
            line = sheet.row(down)
            line.hidden = not number_of and down + 1 in form.hidden
            for at, value in enumerate(row):
                if value is ERROR:
                    line.set_cell_error(at, "#N/A!")
                elif value is UNCALCULATED:
                    line.write(at, xlwt.Formula('"甲"'))
                elif value is not None:
                    line.write(at, value, day if isinstance(value, datetime.date) else xlwt.Style.default_style)
        if form.merged:
            at = TITLES.index("培训机构")
            sheet.merge(form.merged[0] - 1, form.merged[1] - 1, at, at)
    book.save(str(path))
    return path


def _xlsb(path: Path, form: Form) -> Path:
    rows = [[{ERROR: ERROR_NA, UNCALCULATED: FORMULA_UNCALCULATED}.get(v, v) for v in row] for row in form.rows]
    at = TITLES.index("培训机构")
    merges = [(form.merged[0] - 1, form.merged[1] - 1, at, at)] if form.merged else []
    pages = [Page("花名册", rows, form.hidden, merges)] + ([Page("旧名单", rows, state=2)] if form.old else [])
    return write_xlsb(path, pages, date1904=form.date1904)


def _ods_cell(value: Any, attributes: dict[str, Any]) -> Any:
    shown = "#N/A" if value is ERROR else str(value)
    if value is None:
        return odf.table.TableCell(**attributes)
    if value is UNCALCULATED:
        return odf.table.TableCell(formula='of:="甲"', **attributes)
    if value is ERROR:
        cell = odf.table.TableCell(valuetype="float", value="0", formula="of:=NA()", **attributes)
    elif isinstance(value, datetime.date):
        cell = odf.table.TableCell(valuetype="date", datevalue=value.isoformat(), **attributes)
    elif isinstance(value, int | float):
        cell = odf.table.TableCell(valuetype="float", value=value, **attributes)
    else:
        cell = odf.table.TableCell(valuetype="string", **attributes)
    cell.addElement(odf.text.P(text=shown))
    return cell


def _ods(path: Path, form: Form) -> Path:
    book = odf.opendocument.OpenDocumentSpreadsheet()
    if form.date1904:
        settings = odf.table.CalculationSettings()
        settings.addElement(odf.table.NullDate(datevalue="1904-01-01", valuetype="date"))
        book.spreadsheet.addElement(settings)
    away = odf.style.Style(name="away", family="table")
    away.addElement(odf.style.TableProperties(display="false"))
    book.automaticstyles.addElement(away)
    for name in ["花名册", "旧名单"] if form.old else ["花名册"]:
        table = odf.table.Table(name=name, **({"stylename": away} if name == "旧名单" else {}))
        for down, row in enumerate(form.rows, 1):
            line = odf.table.TableRow(**({"visibility": "filter"} if down in form.hidden else {}))
            for at, value in enumerate(row):
                spanned = form.merged and down == form.merged[0] and TITLES[at] == "培训机构"
                high = {"numberrowsspanned": form.merged[1] - form.merged[0] + 1} if form.merged and spanned else {}
                line.addElement(_ods_cell(value, high))
            table.addElement(line)
        book.spreadsheet.addElement(table)
    book.save(str(path))
    return path


WRITERS: dict[str, Callable[[Path, Form], Path]] = {
    "r.xlsx": _xlsx,
    "r.xls": _xls,
    "r.et": _xls,
    "r.xlsb": _xlsb,
    "r.ods": _ods,
}
every_form = pytest.mark.parametrize("name", WRITERS)


def table(*people: dict[str, Any]) -> list[list[Any]]:
    return [list(TITLES), *([each[key] for key in KEYS] for each in people)]


@every_form
def test_errors_and_formulas_without_a_value_are_named_not_blank(name: str, tmp_path: Path) -> None:
    rows = table(person(1), person(2, name=ERROR), person(3, certificate_no=UNCALCULATED), person(4, issued_on=ERROR))
    roster = read_one(WRITERS[name](tmp_path / name, Form(rows)))
    assert codes(roster) == [], messages(roster)
    assert faults(roster) == [
        (3, "name", "error_value"),
        (4, "certificate_no", "formula"),
        (5, "issued_on", "error_value"),
    ]
    assert list(roster.faults["shown"]) == ["#N/A", "公式没有计算结果", "#N/A"]
    check_roster(roster)


@every_form
def test_hidden_rows_are_read_and_told_and_hidden_sheets_are_not_read(name: str, tmp_path: Path) -> None:
    people = [person(n) for n in range(4)]
    roster = read_one(WRITERS[name](tmp_path / name, Form(table(*people), hidden=frozenset({3, 5}), old=True)))
    assert list(roster.frame["row"]) == [2, 3, 4, 5]
    assert "有 2 行数据在 Excel 中被隐藏" in messages(roster)
    assert "工作表“旧名单”是隐藏的，未读取" in messages(roster)
    assert [sheet.sheet for sheet in roster.sheets] == ["花名册"]


@every_form
def test_a_merged_cell_fills_its_own_rows_only(name: str, tmp_path: Path) -> None:
    people = [person(1), person(2, institution=None), person(3, institution=None), person(4, institution=None)]
    roster = read_one(WRITERS[name](tmp_path / name, Form(table(*people), merged=(2, 4))))
    school = "第一职业培训学校"
    assert [v if isinstance(v, str) else None for v in roster.frame["institution"]] == [school, school, school, None]
    assert "合并单元格内按首格补齐 2 个单元格" in messages(roster)


@every_form
@pytest.mark.parametrize("date1904", [False, True])
def test_days_and_serial_numbers_count_from_the_year_of_the_workbook(name: str, date1904: bool, tmp_path: Path) -> None:
    since = datetime.date(1904, 1, 1) if date1904 else datetime.date(1899, 12, 30)
    serial = float((datetime.date(2020, 3, 15) - since).days)
    rows = table(person(1, end=serial))
    roster = read_one(WRITERS[name](tmp_path / name, Form(rows, date1904=date1904)))
    assert faults(roster) == []
    assert str(roster.frame["start"].iloc[0].date()) == "2020-03-01"
    assert str(roster.frame["end"].iloc[0].date()) == "2020-03-15"


@every_form
def test_a_day_is_a_day_whichever_column_it_stands_in(name: str, tmp_path: Path) -> None:
    rows = table(person(1))
    rows[0].append("申报日期")
    rows[1].append(datetime.date(2020, 4, 9))
    grid = read_cells(WRITERS[name](tmp_path / name, Form(rows))).sheets[0]
    assert grid.columns[-1].cells == ["", "申报日期", datetime.date(2020, 4, 9)]
    assert grid.columns[KEYS.index("start")].cells == ["", "开班日期", datetime.date(2020, 3, 1)]


def test_numbers_of_every_make_in_an_xlsb_show_days_only_where_excel_does(tmp_path: Path) -> None:
    def packed(number: int, flags: int) -> bytes:
        return struct.pack("<i", number << 2 | flags)

    shown = [
        Raw(2, packed(43891, 2), style=1),
        Raw(2, packed(4389200, 3), style=1),
        Raw(5, struct.pack("<d", 43893.5), style=1),
        Raw(9, struct.pack("<dHII", 43894.0, 0, 0, 0), style=1),
        Raw(2, packed(43895, 2)),
        Raw(2, packed(-5, 2), style=1),
        Raw(2, packed(60, 2), style=1),
    ]
    grid = read_cells(write_xlsb(tmp_path / "r.xlsb", [Page("花名册", [shown])])).sheets[0]
    cells = [column.cells[column.codes[0]] for column in grid.columns]
    assert cells == [
        datetime.date(2020, 3, 1),
        datetime.date(2020, 3, 2),
        datetime.datetime(2020, 3, 3, 12),
        datetime.date(2020, 3, 4),
        43895.0,
        -5.0,
        60.0,
    ]


@every_form
def test_numbers_in_guarded_columns_are_refused_by_type(name: str, tmp_path: Path) -> None:
    rows = table(person(1, id_number=float(number(1)[:17]) * 10), person(2, certificate_no=1234567890123456.0))
    assert faults(read_one(WRITERS[name](tmp_path / name, Form(rows)))) == [
        (2, "id_number", "number"),
        (3, "certificate_no", "number"),
    ]


def test_formula_results_in_an_xlsb_are_values_and_errors(tmp_path: Path) -> None:
    rows = table(
        person(1, name=FORMULA_REF), person(2, level=Raw(8, struct.pack("<I", 2) + "高级".encode("utf-16-le")))
    )
    rows[0].append("课时")
    rows[1].append(FORMULA_SEVEN)
    roster = read_one(write_xlsb(tmp_path / "r.xlsb", [Page("花名册", rows)]))
    assert faults(roster) == [(2, "name", "error_value")]
    assert list(roster.faults["shown"]) == ["#REF!"]
    assert roster.frame["hours"].iloc[0] == 7
    assert roster.frame["level"].iloc[1] == "高级工"


@pytest.mark.parametrize(
    ("what", "page"),
    [
        ("a cell without a column of its own", Page("花名册", [*table(person(1)), [SHORT_CELL]])),
        ("rich text in place", Page("花名册", [*table(person(1)), [Raw(62, b"\0" + struct.pack("<I", 1) + b"a\0")]])),
        ("a text that is not in the table", Page("花名册", [*table(person(1)), [Raw(7, struct.pack("<I", 10**6))]])),
        ("a row beyond Excel's edge", Page("花名册", table(person(1)), first_row=3_000_000)),
        ("a far cell", Page("花名册", [*table(person(1)), *[[]] * 3, [None] * 16_000 + ["x"]], first_row=1_040_000)),
    ],
)
def test_an_xlsb_the_reader_would_cut_is_refused(what: str, page: Page, tmp_path: Path) -> None:
    roster = read_one(write_xlsb(tmp_path / "r.xlsb", [page]))
    assert codes(roster) in (["F01"], ["F06"]), what
    assert "另存为 xlsx" in messages(roster)


def _patched(path: Path, change: Callable[[bytearray], None]) -> Path:
    """An xls whose stream of records is changed in place."""
    buffer = io.BytesIO(path.read_bytes())
    with olefile.OleFileIO(buffer, write_mode=True) as container:
        stream = bytearray(container.openstream("Workbook").read())
        change(stream)
        container.write_stream("Workbook", bytes(stream))
    path.write_bytes(buffer.getvalue())
    return path


def _record(stream: bytearray, kind: int) -> int:
    """Where the content of the first record of a type stands."""
    at = 0
    while struct.unpack_from("<H", stream, at)[0] != kind:
        at += 4 + struct.unpack_from("<H", stream, at + 2)[0]
    return at + 4


def _sheet_record(stream: bytearray, kind: int) -> int:
    at = struct.unpack_from("<I", stream, _record(stream, 0x0085))[0]
    while struct.unpack_from("<H", stream, at)[0] != kind:
        at += 4 + struct.unpack_from("<H", stream, at + 2)[0]
    return at + 4


def _gbk_code_page(stream: bytearray) -> None:
    struct.pack_into("<H", stream, _record(stream, 0x0042), 936)


def _lost_text(stream: bytearray) -> None:
    struct.pack_into("<I", stream, _sheet_record(stream, 0x00FD) + 6, 10**6)


def _old_number(stream: bytearray) -> None:
    struct.pack_into("<H", stream, _sheet_record(stream, 0x027E) - 4, 0x0003)


def _with_password(stream: bytearray) -> None:
    at = _record(stream, 0x0042) - 4
    struct.pack_into("<HHH", stream, at, 0x002F, 2, 0)


def test_an_xls_that_names_gbk_as_its_code_page_is_read_as_unicode(tmp_path: Path) -> None:
    path = _patched(_xls(tmp_path / "r.xls", Form(table(person(1, name="ZHANG San")))), _gbk_code_page)
    roster = read_one(path)
    assert faults(roster) == []
    assert roster.frame["name"].iloc[0] == "ZHANG San"
    assert roster.frame["id_number"].iloc[0] == number(1, "19600304")


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [(_lost_text, "F01", "不能保证读全"), (_old_number, "F01", "不能保证读全"), (_with_password, "F02", "密码")],
)
def test_an_xls_the_reader_would_cut_is_refused(
    change: Callable[[bytearray], None], code: str, words: str, tmp_path: Path
) -> None:
    roster = read_one(_patched(_xls(tmp_path / "r.xls", Form(table(person(1, name=40)))), change))
    assert codes(roster) == [code]
    assert words in messages(roster)


@pytest.mark.parametrize(
    ("start", "words"),
    [
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\n<html><table>", "MHTML"),
        (
            b"<?xml version='1.0'?><office:document xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0'/>",
            "fods",
        ),
        (b"\x09\x00\x04\x00\x02\x00\x10\x00", "Excel 5.0"),
        (b"\x09\x08\x08\x00\x00\x05\x05\x00", "Excel 5.0"),
    ],
)
def test_forms_that_are_not_read_are_called_by_their_name(start: bytes, words: str, tmp_path: Path) -> None:
    (tmp_path / "r.xls").write_bytes(start + b"\0" * 600)
    roster = read_one(tmp_path / "r.xls")
    assert codes(roster) == ["F01"]
    assert words in messages(roster)
    assert "另存为 xlsx" in messages(roster)
