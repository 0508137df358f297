"""A mark that comes off leaves the cell as the institution had it: background, note, width, type of entry."""

from __future__ import annotations

import re
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Color, GradientFill, PatternFill, Protection
from openpyxl.worksheet.worksheet import Worksheet

from skillcli.xlsx.annotate import Annotation, SheetMarks, stage_annotated
from skillcli.xlsx.book import Head, Kind, Table

REMARK, LIST = "核对结果", "问题清单"
RED, YELLOW = "FFC7CE", "FFEB9C"
FILLS = {
    "A": PatternFill(),
    "B": PatternFill("solid", fgColor="FF00B050"),
    "C": PatternFill("solid", fgColor=Color(theme=4, tint=0.5)),
    "D": PatternFill("darkUp", fgColor="FF7030A0", bgColor="FFFFFF00"),
    "E": GradientFill(stop=("FFFFFFFF", "FF0070C0")),
    "F": PatternFill("solid", fgColor="FF" + RED),
    "G": PatternFill("solid", fgColor=Color(indexed=13)),
    "H": PatternFill("solid", fgColor="FF" + YELLOW),
}
"""Backgrounds of institutions, Excel's own red and yellow among them."""


def workbook(path: Path, touch: Callable[[Worksheet], None] | None = None) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "花名册"
    for letter, fill in FILLS.items():
        sheet[f"{letter}1"] = f"栏目{letter}"
        for row in (2, 3):
            sheet[f"{letter}{row}"] = f"{letter}{row}"
            sheet[f"{letter}{row}"].fill = fill
        sheet[f"{letter}3"].number_format = "@"
        sheet[f"{letter}3"].protection = Protection(locked=False)
    sheet.column_dimensions["B"].width = 31
    if touch:
        touch(sheet)
    book.save(path)
    return path


def marks(cells: list[tuple[int, int, str, str]], remarks: dict[int, str] | None = None) -> Annotation:
    frame = pd.DataFrame(cells, columns=["row", "column", "colour", "note"])
    said = {2: "未发现问题", 3: "未发现问题"} if remarks is None else remarks
    sheet = SheetMarks("花名册", 1, frame, said)
    listed = pd.DataFrame({"规则": ["P04"] * len(cells), "行号": [row for row, *_ in cells]})
    table = Table((Head("规则", Kind.TEXT), Head("行号", Kind.WHOLE)), listed)
    return Annotation((sheet,), REMARK, LIST, table, "共 3 项。", (RED, YELLOW, "DDEBF7"), "[错问] ")


EVERY = [(2, at, RED, f"错 {at}") for at in range(1, 9)] + [(3, at, YELLOW, f"问 {at}") for at in range(1, 9)]
NONE = marks([])


def marked(source: Path, what: Annotation, name: str) -> Path:
    return stage_annotated(source, what, source.parent, name).publish()


def looks(path: Path) -> dict[str, tuple[object, ...]]:
    """Everything of the institution's cells: value, background, note, format, protection."""
    sheet = openpyxl.load_workbook(path)["花名册"]
    found = {}
    for row in sheet.iter_rows(min_row=1, max_row=3, max_col=8):
        for cell in row:
            note = cell.comment.text if cell.comment else None
            parts = (cell.fill, cell.number_format, cell.protection, cell.font, cell.border, cell.alignment)
            found[cell.coordinate] = (cell.value, note, *map(repr, parts))
    return found


def as_it_is(path: Path) -> Path:
    return path


def by_openpyxl(path: Path) -> Path:
    openpyxl.load_workbook(path).save(path)
    return path


@pytest.mark.parametrize("resave", [as_it_is, by_openpyxl])
def test_every_background_comes_back(resave: Callable[[Path], Path], tmp_path: Path) -> None:
    source = workbook(tmp_path / "a.xlsx")
    before = looks(source)
    once = resave(marked(source, marks(EVERY), "b.xlsx"))
    shown = openpyxl.load_workbook(once)["花名册"]
    for row, column, colour, _ in EVERY:
        seen = shown.cell(row, column).fill.fgColor.rgb[2:]
        assert all(0 <= int(colour[n : n + 2], 16) - int(seen[n : n + 2], 16) < 8 for n in (0, 2, 4))
    twice = resave(marked(once, marks(EVERY[::2]), "c.xlsx"))
    kept = looks(twice)
    assert {name for name in before if kept[name] != before[name]} == {f"{c}{r}" for c in "ACEG" for r in (2, 3)}
    assert looks(marked(twice, NONE, "d.xlsx")) == before
    assert looks(source) == before


def test_marking_again_and_again_adds_no_styles(tmp_path: Path) -> None:
    path = marked(workbook(tmp_path / "a.xlsx"), marks(EVERY), "b.xlsx")
    first = zipfile.ZipFile(path).read("xl/styles.xml")
    for number in range(3):
        path = marked(path, marks(EVERY), f"{number}.xlsx")
    assert zipfile.ZipFile(path).read("xl/styles.xml") == first


def test_a_colour_of_the_institutions_is_no_mark(tmp_path: Path) -> None:
    source = workbook(tmp_path / "a.xlsx")
    before = looks(source)
    path = source
    for number in range(3):
        path = marked(path, marks([(2, 1, RED, "错")]), f"{number}.xlsx")
        assert [name for name, look in looks(path).items() if look != before[name]] == ["A2"]


def test_without_the_sheet_of_problems_the_marks_come_off_all_the_same(tmp_path: Path) -> None:
    path = marked(workbook(tmp_path / "a.xlsx"), marks(EVERY), "b.xlsx")
    book = openpyxl.load_workbook(path)
    del book[LIST]
    book.save(path)
    sheet = openpyxl.load_workbook(marked(path, NONE, "c.xlsx"))["花名册"]
    assert {cell.fill.fill_type for row in sheet["A2:H3"] for cell in row} == {None}
    assert [cell.value for cell in sheet[1]].count(REMARK) == 1


def noted(sheet: Worksheet) -> None:
    for place, text in (("B2", "原来的批注"), ("D3", "又一条")):
        sheet[place].comment = Comment(text, "王老师", height=222, width=333)


def boxes(path: Path) -> list[str]:
    package = zipfile.ZipFile(path)
    text = "".join(package.read(name).decode() for name in package.namelist() if name.endswith(".vml"))
    return [found[0] for found in re.finditer(r"<(\w+):shape .*?</\1:shape>", text, re.DOTALL)]


@pytest.mark.parametrize("resave", [as_it_is, by_openpyxl])
def test_notes_of_the_institution_stay_with_their_boxes_and_ours_come_and_go(
    resave: Callable[[Path], Path], tmp_path: Path
) -> None:
    source = workbook(tmp_path / "a.xlsx", noted)
    before = looks(source)
    once = resave(marked(source, marks(EVERY), "b.xlsx"))
    sheet = openpyxl.load_workbook(once)["花名册"]
    assert sheet["B2"].comment.text == "原来的批注"
    assert sheet["A2"].comment.text == "错 1"
    assert sum(cell.comment is not None for row in sheet["A1:H3"] for cell in row) == 16
    again = looks(marked(once, marks(EVERY[:2]), "c.xlsx"))
    assert [name for name, look in again.items() if look[1]] == ["A2", "B2", "D3"]
    last = marked(once, NONE, "d.xlsx")
    assert looks(last) == before
    assert len(boxes(last)) == 2
    if resave is as_it_is:
        assert boxes(last) == boxes(source)
    numbers = re.findall(r'id="_x0000_s(\d+)"', "".join(boxes(once)))
    assert len(set(numbers)) == len(numbers) == 16


def test_a_drawing_of_unknown_make_is_left_alone(tmp_path: Path) -> None:
    source = workbook(tmp_path / "a.xlsx", noted)
    odd = tmp_path / "b.xlsx"
    with zipfile.ZipFile(source) as read, zipfile.ZipFile(odd, "w") as write:
        for name in read.namelist():
            data = read.read(name)
            write.writestr(name, data.replace(b"</xml>", b"</xml >") if name.endswith(".vml") else data)
    parts = zipfile.ZipFile(marked(odd, marks(EVERY), "c.xlsx"))
    for name in parts.namelist():
        if name.endswith(".vml") or "comment" in name:
            assert parts.read(name) == zipfile.ZipFile(odd).read(name)


def test_a_blank_cell_keeps_the_format_of_its_column_or_row(tmp_path: Path) -> None:
    def touch(sheet: Worksheet) -> None:
        sheet.column_dimensions["J"].number_format = "@"
        sheet["A4"], sheet["A5"] = "四", "五"
        sheet.row_dimensions[5].number_format = "0.00"

    source = workbook(tmp_path / "a.xlsx", touch)
    cells = [(4, 10, RED, "空"), (5, 10, RED, "空"), (4, 11, RED, "空")]
    sheet = openpyxl.load_workbook(marked(source, marks(cells), "b.xlsx"))["花名册"]
    assert [sheet.cell(row, column).number_format for row, column, *_ in cells] == ["@", "0.00", "General"]


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ("", {"9": 70.0}),
        ('<cols><col min="1" max="16384" width="12" customWidth="1"/></cols>', {"1": 12.0, "9": 70.0, "10": 12.0}),
        ('<cols><col min="2" max="2" width="31" customWidth="1"/></cols>', {"2": 31.0, "9": 70.0}),
        (
            '<cols><col min="9" max="10" width="5" customWidth="1"/><col min="12" max="12" width="6" customWidth="1"/></cols>',
            {"9": 70.0, "10": 5.0, "12": 6.0},
        ),
    ],
)
def test_the_added_column_is_wide_and_every_other_as_it_was(
    columns: str, expected: dict[str, float], tmp_path: Path
) -> None:
    source = workbook(tmp_path / "a.xlsx")
    changed = tmp_path / "b.xlsx"
    with zipfile.ZipFile(source) as read, zipfile.ZipFile(changed, "w") as write:
        for name in read.namelist():
            data = read.read(name)
            if name == "xl/worksheets/sheet1.xml":
                data = re.sub(rb"<cols>.*?</cols>", columns.encode(), data)
            write.writestr(name, data)
    path = changed
    for number in range(2):
        path = marked(path, marks(EVERY), f"{number}.xlsx")
        xml = zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml").decode()
        found = re.findall(r'<col min="(\d+)" max="\d+" width="([\d.]+)"', xml)
        assert {first: float(width) for first, width in found} == expected
        assert [int(first) for first, _ in found] == sorted(int(first) for first, _ in found)
        assert xml.count("<cols>") == 1


def test_a_sheet_and_a_column_that_bear_our_names_are_left_alone(tmp_path: Path) -> None:
    def touch(sheet: Worksheet) -> None:
        sheet["I1"], sheet["I2"] = REMARK, "本校已核"
        other = sheet.parent.create_sheet(LIST)
        other["A1"] = "本校的问题"

    path = workbook(tmp_path / "a.xlsx", touch)
    for number in range(3):
        path = marked(path, marks(EVERY), f"{number}.xlsx")
        book = openpyxl.load_workbook(path)
        assert book.sheetnames == ["花名册", LIST, f"{LIST}(2)"]
        assert book[LIST]["A1"].value == "本校的问题"
        assert [cell.value for cell in book["花名册"][1]][8:] == [REMARK, REMARK]
        assert [cell.value for cell in book["花名册"][2]][8:] == ["本校已核", "未发现问题"]


def colours(path: Path) -> dict[str, tuple[object, ...]]:
    """Value, note and the colour that is seen."""
    sheet = openpyxl.load_workbook(path)["花名册"]
    cells = [cell for row in sheet["A1:H3"] for cell in row]
    return {
        cell.coordinate: (
            cell.value,
            cell.comment.text.strip() if cell.comment else None,
            cell.fill.fill_type,
            cell.fill.fgColor.rgb,
        )
        for cell in cells
    }


@pytest.mark.office
@pytest.mark.slow
def test_backgrounds_come_back_after_libreoffice_has_saved_the_copy(tmp_path: Path) -> None:
    def through(path: Path) -> Path:
        profile = f"-env:UserInstallation=file://{tmp_path}/profile"
        out = tmp_path / "saved"
        command = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", str(out), str(path)]
        subprocess.run(command, check=True, capture_output=True, timeout=180)
        return out / path.name

    source = workbook(tmp_path / "a.xlsx", noted)
    # What LibreOffice itself makes of the roster is what must come back.
    before = colours(through(source))
    after = colours(marked(through(marked(source, marks(EVERY), "b.xlsx")), NONE, "c.xlsx"))
    assert len(set(before.values())) > len(FILLS)
    assert after == before
