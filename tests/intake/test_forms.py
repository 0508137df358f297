"""Every form a roster arrives in: the same people come out, by content and not by suffix."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import odf.opendocument
import odf.table
import odf.text
import openpyxl
import pytest
import xlsxwriter
import xlwt
from openpyxl.utils.datetime import CALENDAR_MAC_1904, to_excel

from skillcli.schema.inputs import ROSTER
from skillcli.schema.roster import Roster, check_roster

from .build import KEYS, TITLES, codes, csv_text, faults, messages, person, read_one, roster_xlsx, text_rows

PEOPLE = [person(n) for n in range(3)]


def _same(roster: Roster) -> None:
    check_roster(roster)
    assert codes(roster) == [], messages(roster)
    assert faults(roster) == []
    frame = roster.frame
    for key in KEYS:
        got = [value.date() if hasattr(value, "date") else value for value in frame[key]]
        assert got == [each[key] for each in PEOPLE], key
    assert list(frame["row"]) == [2, 3, 4]


def _xls(path: Path, *, dates_1904: bool = False) -> Path:
    book = xlwt.Workbook()
    book.dates_1904 = dates_1904
    sheet = book.add_sheet("花名册")
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for down, row in enumerate([TITLES, *([each[key] for key in KEYS] for each in PEOPLE)]):
        for at, value in enumerate(row):
            sheet.write(down, at, value, day if isinstance(value, datetime.date) else xlwt.Style.default_style)
    book.save(str(path))
    return path


def _ods(path: Path) -> Path:
    book = odf.opendocument.OpenDocumentSpreadsheet()
    table = odf.table.Table(name="花名册")
    for row in [TITLES, *([each[key] for key in KEYS] for each in PEOPLE)]:
        line = odf.table.TableRow()
        for value in row:
            if isinstance(value, datetime.date):
                cell = odf.table.TableCell(valuetype="date", datevalue=value.isoformat())
            else:
                cell = odf.table.TableCell(valuetype="string")
            cell.addElement(odf.text.P(text=str(value)))
            line.addElement(cell)
        table.addElement(line)
    book.spreadsheet.addElement(table)
    book.save(str(path))
    return path


def _html(path: Path, encoding: str = "utf-8") -> Path:
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in text_rows(PEOPLE))
    path.write_bytes(f"<html><head><meta charset={encoding}></head><body><table>{rows}</table>".encode(encoding))
    return path


def _xlsxwriter(path: Path, **options: Any) -> Path:
    book = xlsxwriter.Workbook(str(path), options)
    sheet = book.add_worksheet("花名册")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for down, row in enumerate([TITLES, *([each[key] for key in KEYS] for each in PEOPLE)]):
        for at, value in enumerate(row):
            if isinstance(value, datetime.date):
                sheet.write_datetime(down, at, datetime.datetime(value.year, value.month, value.day), day)
            else:
                sheet.write_string(down, at, value)
    book.close()
    return path


@pytest.mark.parametrize(
    "name", ["花名册.xlsx", "花名册.xlsm", "花名册.xls", "副本【最终版】(1) - 复制.xlsx", "没有后缀"]
)
def test_xlsx_under_any_name(tmp_path: Path, name: str) -> None:
    roster_xlsx(tmp_path / "r.xlsx", PEOPLE).rename(tmp_path / name)
    _same(read_one(tmp_path / name))


@pytest.mark.parametrize("options", [{}, {"constant_memory": True}])
def test_shared_and_inline_strings(tmp_path: Path, options: dict[str, Any]) -> None:
    _same(read_one(_xlsxwriter(tmp_path / "r.xlsx", **options)))


@pytest.mark.parametrize("name", ["r.xls", "r.et", "r.xlsx"])
def test_biff8_under_any_name(tmp_path: Path, name: str) -> None:
    _same(read_one(_xls(tmp_path / name)))


@pytest.mark.parametrize("name", ["r.ods", "r.xlsx"])
def test_ods_under_any_name(tmp_path: Path, name: str) -> None:
    _same(read_one(_ods(tmp_path / name)))


def test_a_workbook_counting_from_1904(tmp_path: Path) -> None:
    def touch(sheet: Any) -> None:
        sheet.parent.epoch = CALENDAR_MAC_1904
        cell = sheet.cell(2, KEYS.index("start") + 1)
        cell.value, cell.number_format = to_excel(cell.value, CALENDAR_MAC_1904), "General"

    _same(read_one(roster_xlsx(tmp_path / "r.xlsx", PEOPLE, touch=touch)))


def test_an_xls_counting_from_1904(tmp_path: Path) -> None:
    _same(read_one(_xls(tmp_path / "r.xls", dates_1904=True)))


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [("utf-8", b""), ("utf-8", b"\xef\xbb\xbf"), ("gb18030", b""), ("gbk", b"")]
    + [("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff")],
)
@pytest.mark.parametrize("delimiter", [",", "\t"])
@pytest.mark.parametrize("name", ["r.csv", "r.xls"])
def test_text_in_every_encoding(tmp_path: Path, encoding: str, mark: bytes, delimiter: str, name: str) -> None:
    (tmp_path / name).write_bytes(mark + csv_text(PEOPLE, delimiter).encode(encoding))
    _same(read_one(tmp_path / name))


def test_rare_characters_survive_gb18030(tmp_path: Path) -> None:
    people = [person(1, name="𠮷䶮㛃")]
    (tmp_path / "r.csv").write_bytes(csv_text(people).encode("gb18030"))
    assert list(read_one(tmp_path / "r.csv").frame["name"]) == ["𠮷䶮㛃"]


def test_half_utf8_half_gbk_is_refused(tmp_path: Path) -> None:
    lines = csv_text(PEOPLE).splitlines(keepends=True)
    (tmp_path / "r.csv").write_bytes("".join(lines[:2]).encode() + "".join(lines[2:]).encode("gbk"))
    roster = read_one(tmp_path / "r.csv")
    assert codes(roster) == ["F01"]
    assert "编码混杂" in messages(roster)


def test_csv_row_numbers_count_quoted_line_ends_as_excel_does(tmp_path: Path) -> None:
    text = csv_text([person(1, name='"赵\n六"'), person(2)])
    (tmp_path / "r.csv").write_text("标题\r\n\r\n" + text, encoding="utf-8", newline="")
    roster = read_one(tmp_path / "r.csv")
    assert list(roster.frame["row"]) == [4, 5]
    assert roster.frame.loc[0, "name"] == "赵 六"


def test_csv_keeps_a_number_written_as_a_formula_of_text(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text(csv_text([person(1, id_number=f'="{PEOPLE[1]["id_number"]}"')]), encoding="utf-8")
    assert list(read_one(tmp_path / "r.csv").frame["id_number"]) == [PEOPLE[1]["id_number"]]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("name", ["r.xls", "r.html"])
def test_an_html_table_saved_as_excel(tmp_path: Path, encoding: str, name: str) -> None:
    _same(read_one(_html(tmp_path / name, encoding)))


def test_html_spans_are_merges(tmp_path: Path) -> None:
    head = "".join(f"<th>{title}</th>" for title in TITLES)
    at = KEYS.index("institution")
    first = [f"<td rowspan=2>{v}</td>" if i == at else f"<td>{v}</td>" for i, v in enumerate(text_rows(PEOPLE)[1])]
    second = [f"<td>{v}</td>" for i, v in enumerate(text_rows(PEOPLE)[2]) if i != at]
    body = (
        f"<table><tr><td colspan=13>花名册</td></tr><tr>{head}</tr><tr>{''.join(first)}</tr><tr>{''.join(second)}</tr>"
    )
    (tmp_path / "r.xls").write_text(f"{body}</table>", encoding="utf-8")
    roster = read_one(tmp_path / "r.xls")
    assert codes(roster) == [], messages(roster)
    assert list(roster.frame["institution"]) == ["第一职业培训学校"] * 2
    assert list(roster.frame["row"]) == [3, 4]


def test_numbers_in_an_xls_are_judged_like_those_of_an_xlsx(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("花名册")
    keys = [*KEYS, "phone", "hours"]
    row = person(1, id_number=231025197004089876, phone=13800000001, hours=40)
    for at, key in enumerate(keys):
        sheet.write(0, at, ROSTER[key].title)
        sheet.write(1, at, row[key] if not isinstance(row[key], datetime.date) else str(row[key]))
    book.save(str(tmp_path / "r.xls"))
    roster = read_one(tmp_path / "r.xls")
    assert faults(roster) == [(2, "id_number", "number")]
    assert list(roster.frame["phone"]) == ["13800000001"]
    assert list(roster.frame["hours"]) == [40]


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_hidden_sheets_are_passed_over_and_told(tmp_path: Path, state: str) -> None:
    path = roster_xlsx(tmp_path / "r.xlsx", PEOPLE)
    book = openpyxl.load_workbook(path)
    copy = book.copy_worksheet(book["花名册"])
    copy.title, copy.sheet_state = "旧名单", state
    book.save(path)
    roster = read_one(path)
    _same(roster)
    assert "工作表“旧名单”是隐藏的" in messages(roster)
    named = read_one(path, sheet="旧名单")
    assert [entry.sheet for entry in named.sheets] == ["旧名单"]


def test_every_visible_roster_sheet_is_read_in_order(tmp_path: Path) -> None:
    path = roster_xlsx(tmp_path / "r.xlsx", PEOPLE[:2], sheet="一班")
    book = openpyxl.load_workbook(path)
    notes = book.create_sheet("填表说明", 0)  # our templates have one: passed over in silence
    notes["B2"] = "说明：身份证号请按文本填写"
    book.copy_worksheet(book["一班"]).title = "二班"
    book.copy_worksheet(book["一班"]).title = "示例"
    teachers = book.create_sheet("教师")
    teachers.append(["姓名", "性别", "身份证号", "联系电话"])
    teachers.append(["王老师", "男", PEOPLE[2]["id_number"], "13800000001"])
    book.save(path)
    roster = read_one(path)
    assert codes(roster) == [], messages(roster)
    assert [entry.sheet for entry in roster.sheets] == ["一班", "二班"]
    assert list(roster.frame["source"]) == [0, 0, 1, 1]
    for name in ("示例", "教师"):
        assert f"工作表“{name}”" in messages(roster)
    assert len(read_one(path, sheet="二班").frame) == 2
    assert codes(read_one(path, sheet="三班")) == ["F03"]


def test_tables_filters_protection_and_comments_do_not_matter(tmp_path: Path) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import Font, PatternFill
    from openpyxl.worksheet.table import Table

    def touch(sheet: Any) -> None:
        sheet.add_table(Table(displayName="T1", ref=f"A1:M{len(PEOPLE) + 1}"))
        sheet.protection.sheet = True
        sheet["B2"].comment = Comment("请核对", "王")
        sheet["A3"].font = Font(strike=True)
        sheet["A3"].fill = PatternFill("solid", fgColor="FFFF0000")
        sheet.freeze_panes = "B2"

    _same(read_one(roster_xlsx(tmp_path / "r.xlsx", PEOPLE, touch=touch)))
