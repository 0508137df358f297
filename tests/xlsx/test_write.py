"""What is in a book is in the file, for every reader, byte for byte the same each time."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from skillcli.core.errors import ClerkError
from skillcli.xlsx.book import Book, Head, Kind, Sheet, Table
from skillcli.xlsx.cells import LONGEST_TEXT, printable
from skillcli.xlsx.layout import MOST_ROWS, lay_out
from skillcli.xlsx.write import stage

from .books import HEADS, book, frame
from .readback import by_calamine, by_openpyxl, part, written

NAMES = ["张三", "古丽·阿依", "𠮷䶮㛃鿐", "=1+1", "Ann & <Bob> \"'", "  两边空格  "]


def expected(data: pd.DataFrame) -> list[list[object]]:
    """A frame of ``books.frame`` as a reader must see it."""
    shown = pd.DataFrame(index=data.index)
    shown["序号"] = data["序号"].astype("float64").astype(object)
    shown["姓名"] = data["姓名"].astype(object)
    shown["身份证号"] = data["身份证号"].astype(object)
    shown["金额（元）"] = (data["金额（元）"].astype("float64") / 100).astype(object)
    shown["日期"] = data["日期"].dt.date
    shown["出勤率"] = (data["出勤率"].astype("float64") / 10_000).astype(object)
    return [[None if pd.isna(value) else value for value in row] for row in shown.to_numpy().tolist()]


@pytest.mark.parametrize("read", [by_openpyxl, by_calamine])
def test_every_kind_of_cell_reads_back(read) -> None:
    rows = read(written(book(NAMES)), "拨付表")
    assert rows[3] == [head.title for head in HEADS]
    assert rows[4:10] == expected(frame(NAMES))
    assert rows[10][:2] == ["合计", "大写"]
    assert rows[10][3] == int(frame(NAMES)["金额（元）"].sum()) / 100


def test_rows_beyond_one_block_read_back() -> None:
    names: list[str | None] = [f"学员{n}" for n in range(20_003)]
    names[7] = None
    rows = by_calamine(written(book(names)), "拨付表")
    assert rows[4 : 4 + len(names)] == expected(frame(names))
    assert rows[4 + len(names)][0] == "合计"


def test_the_same_book_gives_the_same_bytes_in_any_time_zone(tmp_path: Path) -> None:
    script = "import sys; from xlsx.books import book; from skillcli.xlsx.write import write_book; from pathlib import Path; write_book(book(['甲', '乙']), Path(sys.argv[1]))"
    seen = set()
    for zone, language in (("Asia/Shanghai", "C"), ("America/New_York", "zh_CN.UTF-8")):
        target = tmp_path / "a.xlsx"
        env = {**os.environ, "TZ": zone, "LC_ALL": language, "PYTHONPATH": str(Path(__file__).parents[1])}
        subprocess.run([sys.executable, "-c", script, str(target)], env=env, check=True)
        seen.add(target.read_bytes())
    assert seen == {written(book(["甲", "乙"]))}


def test_bytes_do_not_depend_on_what_was_written_before() -> None:
    assert written(book(NAMES)) == written(book(NAMES))


HOSTILE = st.one_of(
    st.text(alphabet=st.characters(codec="utf-8"), max_size=40),
    st.builds(
        lambda head, tail: head + tail,
        st.sampled_from(
            ["=", "+", "-", "@", "\t", "\r", "\n", "http://", "mailto:", "internal:", "_x0041_", "{=", "'", "\x00"]
        ),
        st.text(alphabet="=+-@\t\r\n\x00\x0b\x1f _x04AF\uffff\ufffe𠮷䶮<&>'\"]", max_size=30),
    ),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(HOSTILE, min_size=1, max_size=20))
@example(["=cmd|' /C calc'!A0", "_x000D_", "_x0041_x0042_", "a\r\nb", "]]>", "\x00", " ", "@SUM(1)", "-1+1"])
def test_no_text_becomes_a_formula_and_all_text_survives(texts: list[str]) -> None:
    columns = pd.DataFrame({"文": texts, "号": texts, "数": range(len(texts))})
    sheet = Sheet("表", (Table((Head("文"), Head("号", Kind.ID), Head("数", Kind.WHOLE)), columns),))
    data = written(Book("书", (sheet,)))
    xml = part(data, "xl/worksheets/sheet1.xml")
    assert "<f" not in xml
    assert "hyperlink" not in xml
    rows = by_calamine(data, "表")[1:]
    wanted = [printable(text) or None for text in texts]
    assert [row[0] for row in rows] == wanted
    assert [row[1] for row in rows] == wanted


@settings(max_examples=30, deadline=None)
@given(HOSTILE)
def test_no_title_note_or_total_becomes_a_formula(text: str) -> None:
    table = Table((Head("甲"), Head("乙")), pd.DataFrame({"甲": ["1"], "乙": ["2"]}), text, {"甲": text})
    sheet = Sheet("表", (table,), text or "无", (text,), (text,), (text,), text)
    found = openpyxl.load_workbook(BytesIO(written(Book(text, (sheet,)))))["表"]
    assert all(cell.data_type != "f" and cell.hyperlink is None for row in found.iter_rows() for cell in row)


def test_text_that_a_cell_cannot_hold_is_mended() -> None:
    assert printable("a\x00b\ud800c\ufffe") == "a\ufffdb\ufffdc\ufffd"
    assert printable("a\r\nb\rc") == "a\nb\nc"
    longest = printable("𠮷" * LONGEST_TEXT)
    assert len(longest.encode("utf-16-le")) // 2 == LONGEST_TEXT
    assert longest.endswith("𠮷…")
    sheet = Sheet("表", (Table((Head("文"),), pd.DataFrame({"文": ["长" * 40_000, "短"]})),))
    rows = by_openpyxl(written(Book("书", (sheet,))), "表")
    assert rows[1] == ["长" * (LONGEST_TEXT - 1) + "…"]
    assert rows[2] == ["短"]


def test_sheets_print_on_a4_with_repeated_header_and_page_numbers() -> None:
    workbook = openpyxl.load_workbook(BytesIO(written(book(NAMES))))
    wide, tall = workbook["拨付表"], workbook["两张表"]
    assert (wide.page_setup.orientation, tall.page_setup.orientation) == ("landscape", "portrait")
    assert wide.page_setup.paperSize == tall.page_setup.paperSize == 9
    assert wide.sheet_properties.pageSetUpPr.fitToPage
    assert (wide.page_setup.fitToWidth or 1, wide.page_setup.fitToHeight) == (1, 0)
    assert wide.oddFooter.center.text == "第 &P 页 共 &N 页"
    assert wide.print_title_rows == "$4:$4"
    assert wide.freeze_panes == "A5"
    assert wide.auto_filter.ref == "A4:F10"
    assert tall.freeze_panes is None
    assert [
        wide["A14"].value.count(word) for word in ("经办人：", "科室负责人：", "分管领导：", "单位负责人（盖章）：")
    ] == [1] * 4
    assert wide["A16"].value.startswith("财政部门意见：")


def test_cells_carry_their_formats_borders_and_fonts() -> None:
    sheet = openpyxl.load_workbook(BytesIO(written(book(NAMES))))["拨付表"]
    assert [cell.number_format for cell in sheet[5]] == ["#,##0", "@", "@", "#,##0.00", "yyyy\\-mm\\-dd", "0.00%"] or [
        cell.number_format for cell in sheet[5]
    ] == ["#,##0", "@", "@", "#,##0.00", "yyyy-mm-dd", "0.00%"]
    for row in (5, 7, 10):
        assert all(cell.border.left.style == "thin" and cell.font.name == "宋体" for cell in sheet[row])
    assert sheet["A1"].font.name == "黑体"


def test_columns_are_as_wide_as_their_widest_value() -> None:
    table = Table(
        (Head("号", Kind.ID), Head("名"), Head("款", Kind.MONEY)),
        pd.DataFrame({"号": ["9" * 18], "名": ["二十个字" * 2], "款": [123_456_789_012]}),
    )
    number, name, money = lay_out(Sheet("表", (table,))).widths
    assert number >= 18 + 1
    assert name >= 16 + 1
    assert money >= len("1,234,567,890.12") + 1


def test_long_text_gets_a_row_high_enough() -> None:
    text = "很长的一句话" * 20
    sheet = Sheet("表", (Table((Head("文", width=30),), pd.DataFrame({"文": [text, "短"]})),))
    data = written(Book("书", (sheet,)))
    found = openpyxl.load_workbook(BytesIO(data))["表"]
    width = found.column_dimensions["A"].width
    assert found.row_dimensions[2].height >= 2 * len(text) / width * 14
    assert found.row_dimensions[3].height is None


def test_the_dimension_covers_the_whole_sheet() -> None:
    xml = part(written(book(NAMES)), "xl/worksheets/sheet1.xml")
    assert re.search(r'<dimension ref="A1:F16"/>', xml)


def test_a_link_leads_to_its_cell() -> None:
    table = Table(
        (Head("规则", Kind.LINK),), pd.DataFrame({"规则": ["P04", "T01"]}), links={"规则": pd.Series(["乙!A1", ""])}
    )
    other = Sheet("乙", (Table((Head("文"),), pd.DataFrame({"文": ["x"]})),))
    sheet = openpyxl.load_workbook(BytesIO(written(Book("书", (Sheet("甲", (table,)), other)))))["甲"]
    assert sheet["A2"].hyperlink.location == "乙!A1"
    assert sheet["A2"].value == "P04"
    assert sheet["A3"].hyperlink is None


def test_an_empty_table_is_a_header_alone() -> None:
    sheet = Sheet("表", (Table(HEADS, frame([])),), "题")
    rows = by_openpyxl(written(Book("书", (sheet,))), "表")
    assert rows == [["题", *[None] * 5], [head.title for head in HEADS]]


def test_a_date_excel_gets_wrong_is_refused() -> None:
    table = Table((Head("日", Kind.DATE),), pd.DataFrame({"日": pd.Series(["1899-12-31"], dtype="datetime64[s]")}))
    with pytest.raises(ValueError, match="1900-03-01"):
        written(Book("书", (Sheet("表", (table,)),)))


def test_more_rows_than_excel_takes_are_refused_in_a_sentence(tmp_path: Path) -> None:
    table = Table((Head("数", Kind.WHOLE),), pd.DataFrame({"数": range(MOST_ROWS)}))
    with pytest.raises(ClerkError, match="1,048,577 行"):
        stage(Book("书", (Sheet("表", (table,)),)), tmp_path, "a.xlsx")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Sheet("a/b", (Table(HEADS, frame([])),)),
        lambda: Sheet("长" * 32, (Table(HEADS, frame([])),)),
        lambda: Table(HEADS, frame([])[["姓名"]]),
        lambda: Table(HEADS, frame([]), totals={"没有": 1}),
        lambda: Book("书", (Sheet("表", (Table(HEADS, frame([])),)), Sheet("表", (Table(HEADS, frame([])),)))),
    ],
)
def test_a_book_that_cannot_be_written_cannot_be_made(wrong) -> None:
    with pytest.raises(ValueError, match=r".+"):
        wrong()


@pytest.mark.office
@pytest.mark.slow
def test_libreoffice_opens_it_and_prints_every_page(tmp_path: Path) -> None:
    source = tmp_path / "a.xlsx"
    source.write_bytes(written(book(NAMES * 30)))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [
        "soffice",
        profile,
        "--headless",
        "--convert-to",
        "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false",
        "--outdir",
    ]
    subprocess.run([*command, str(tmp_path), str(source)], check=True, capture_output=True, timeout=180)
    text = (tmp_path / "a.csv").read_text(encoding="utf-8")
    assert "=1+1" in text
    assert "𠮷䶮㛃鿐" in text
    assert "###" not in text


def test_every_part_is_stored_under_a_fixed_time() -> None:
    archive = zipfile.ZipFile(BytesIO(written(book(NAMES))))
    assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert "2020-01-01T00:00:00Z" in archive.read("docProps/core.xml").decode()
