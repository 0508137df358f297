"""An annotated copy is the input with marks, and nothing of the input is lost."""

from __future__ import annotations

import datetime
import re
import subprocess
import zipfile
from collections import Counter
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import xlsxwriter
from openpyxl.comments import Comment

from intake.build import KEYS, number, person, roster_xlsx
from skillcli.intake import read_rosters
from skillcli.jobs import hearing
from skillcli.jobs.progress import Silent
from skillcli.policy.load import load_policy
from skillcli.reports.facts import RunFacts
from skillcli.reports.marks import annotation
from skillcli.xlsx.annotate import Annotation, NotEditable, SheetMarks, stage_annotated
from skillcli.xlsx.book import Head, Kind, Table

SAMPLES = Path(__file__).parents[2] / "sample_data"
CASES = {
    "linkou-2019": SAMPLES / "linkou/2020-03/林口县职业技术学校花名册.xlsx",
    "taiyuan-2019": SAMPLES / "taiyuan/2020-03/太原市技工学校花名册.xlsx",
}
REMARK, LIST = "核对结果", "问题清单"


def judged(path: Path, policy_id: str) -> RunFacts:
    policy = load_policy(policy_id)
    roster = read_rosters([path])
    heard = hearing.hear(roster, policy, None, date(2020, 4, 10), Silent())
    return hearing.run_facts(roster, policy, date(2020, 4, 10), heard)


def annotated(path: Path, policy_id: str, folder: Path) -> Path:
    marks = annotation(judged(path, policy_id), str(path))
    return stage_annotated(path, marks, folder, path.name).publish()


@pytest.fixture(scope="module")
def linkou() -> RunFacts:
    return judged(CASES["linkou-2019"], "linkou-2019")


@pytest.fixture(scope="module")
def linkou_copy(linkou: RunFacts, tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = CASES["linkou-2019"]
    marks = annotation(linkou, str(source))
    return stage_annotated(source, marks, tmp_path_factory.mktemp("copy"), source.name).publish()


def findings(facts: RunFacts) -> list[tuple[object, ...]]:
    """What was found, without the file's own name."""
    rules = facts.decision.findings.drop(columns=["message"]).astype(object).to_numpy().tolist()
    intake = [(f.code, f.place.sheet, f.place.row, f.place.column, f.message) for f in facts.roster.findings]
    return sorted(map(str, map(tuple, rules))) + sorted(map(str, intake))


def remark_column(sheet: openpyxl.worksheet.worksheet.Worksheet) -> int:
    """Column of our remarks, 0 without one."""
    return next((cell.column for row in sheet.iter_rows() for cell in row if cell.value == REMARK), 0)


def stripped(path: Path) -> dict[str, list[list[object]]]:
    """Every sheet but ours, every column but ours, formulas as formulas."""
    workbook = openpyxl.load_workbook(path)
    sheets = {}
    for sheet in workbook:
        ours = remark_column(sheet)
        if sheet.title != LIST:
            sheets[sheet.title] = [[c.value for c in row if c.column != ours] for row in sheet.iter_rows()]
    return sheets


@pytest.mark.parametrize("policy_id", list(CASES))
def test_taking_the_marks_away_gives_the_input_cell_for_cell(policy_id: str, tmp_path: Path) -> None:
    source = CASES[policy_id]
    assert stripped(annotated(source, policy_id, tmp_path)) == stripped(source)


@pytest.mark.parametrize("policy_id", list(CASES))
def test_checking_the_copy_finds_the_same(policy_id: str, tmp_path: Path) -> None:
    source = CASES[policy_id]
    before = findings(judged(source, policy_id))
    assert len(before) > 50
    assert findings(judged(annotated(source, policy_id, tmp_path), policy_id)) == before


def test_annotating_the_copy_again_adds_no_second_column_or_list(linkou_copy: Path, tmp_path: Path) -> None:
    once = linkou_copy
    twice = annotated(once, "linkou-2019", tmp_path)
    assert openpyxl.load_workbook(once).sheetnames == openpyxl.load_workbook(twice).sheetnames
    for sheet in openpyxl.load_workbook(twice):
        assert sum(cell.value == REMARK for row in sheet.iter_rows() for cell in row) <= 1
    assert findings(judged(twice, "linkou-2019")) == findings(judged(once, "linkou-2019"))


def test_accused_cells_are_coloured_noted_and_linked(linkou: RunFacts, linkou_copy: Path) -> None:
    facts, workbook = linkou, openpyxl.load_workbook(linkou_copy)
    wrong = facts.decision.findings.query("code == 'P04'").iloc[0]
    place = facts.roster.place(int(wrong["rid"]))
    column = facts.roster.sheets[0].columns["id_number"]
    cell = workbook[place.sheet].cell(place.row, column)
    assert cell.fill.fgColor.rgb == "FFFFC7CE"
    assert cell.comment.text.startswith("P04 不予补贴：")
    listed = workbook[LIST]
    assert [c.value for c in listed[2]][:4] == ["规则", "程度", "工作表", "行号"]
    target = f"'{place.sheet}'!{cell.coordinate}"
    assert target in {row[0].hyperlink.location for row in listed.iter_rows(min_row=3) if row[0].hyperlink}
    codes = [row[0].value for row in listed.iter_rows(min_row=3)]
    assert codes == sorted(codes)
    counts = re.findall(r"([A-Z]\d\d)[^；]*? (\d+) 项", listed["A1"].value.partition("其中：")[2])
    assert {code: int(count) for code, count in counts} == Counter(codes)


def test_every_data_row_gets_a_remark(linkou: RunFacts, linkou_copy: Path) -> None:
    facts, workbook = linkou, openpyxl.load_workbook(linkou_copy)
    for at, sheet in enumerate(facts.roster.sheets):
        rows = facts.roster.frame.loc[facts.roster.frame["source"] == at, "row"]
        ours = remark_column(workbook[sheet.sheet])
        assert ours
        assert all(workbook[sheet.sheet].cell(int(row), ours).value for row in rows)


def test_no_identity_number_stands_whole_in_the_marks(linkou_copy: Path) -> None:
    workbook = openpyxl.load_workbook(linkou_copy)
    ours = [str(cell.value) for row in workbook[LIST].iter_rows() for cell in row]
    for sheet in workbook:
        if column := remark_column(sheet):
            ours += [str(sheet.cell(row, column).value) for row in range(1, sheet.max_row + 1)]
        ours += [cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment]
    assert not [text for text in ours if re.search(r"(?<!\d)\d{17}[\dX](?!\d)", text)]


def rich_workbook(path: Path) -> Path:
    """Formulas with stored values, a chart, a comment, conditional format, filter, merged title."""
    workbook = xlsxwriter.Workbook(path)
    sheet, other = workbook.add_worksheet("表'一"), workbook.add_worksheet("别的")
    sheet.merge_range(0, 0, 0, 3, "题目", workbook.add_format({"bold": True}))
    for column, title in enumerate(("甲", "乙", "丙", "丁")):
        sheet.write_string(1, column, title)
    for row in range(2, 12):
        sheet.write_number(row, 0, row)
        sheet.write_formula(row, 1, f"=A{row + 1}*2", None, row * 2)
        sheet.write_string(row, 3, "=文本", workbook.add_format({"italic": True}))
    sheet.write_comment(2, 0, "原有的批注")
    sheet.conditional_format("A3:A12", {"type": "data_bar", "data_bar_2010": True})
    sheet.set_column(0, 0, 33)
    chart = workbook.add_chart({"type": "column"})
    chart.add_series({"values": "='表''一'!$A$3:$A$12"})
    other.insert_chart("B2", chart)
    other.write_array_formula("A1:A1", "{=SUM(1,2)}", None, 3)
    workbook.close()
    return path


def plain_marks(sheet: str = "表'一") -> Annotation:
    cells = pd.DataFrame(
        {"row": [3, 3, 4], "column": [1, 1, 3], "colour": ["FFC7CE", "DDEBF7", "FFEB9C"], "note": ["一", "二", "三"]}
    )
    rows = pd.DataFrame({"规则": ["P04"], "行号": [3]})
    table = Table((Head("规则", Kind.LINK), Head("行号", Kind.WHOLE)), rows, links={"规则": pd.Series(["'表''一'!A3"])})
    return Annotation((SheetMarks(sheet, 2, cells, {3: "=1+1", 4: "好 & <坏>"}),), REMARK, LIST, table, "共 2 项。")


def test_formulas_values_charts_and_comments_survive(tmp_path: Path) -> None:
    source = rich_workbook(tmp_path / "a.xlsx")
    copy = stage_annotated(source, plain_marks(), tmp_path, "b.xlsx").publish()
    for data_only in (False, True):
        before = openpyxl.load_workbook(source, data_only=data_only)
        after = openpyxl.load_workbook(copy, data_only=data_only)
        for sheet in before:
            for row in sheet.iter_rows():
                for cell in row:
                    found = after[sheet.title][cell.coordinate]
                    if cell.data_type == "f" and not isinstance(cell.value, str):
                        assert found.value.text == cell.value.text
                    else:
                        assert found.value == cell.value
                    for look in ("font", "border", "alignment", "number_format"):
                        assert str(getattr(found, look)) == str(getattr(cell, look))
    marked = openpyxl.load_workbook(copy)["表'一"]
    assert marked["A3"].fill.fgColor.rgb == "FFFFC7CE"
    assert marked["C4"].fill.fgColor.rgb == "FFFFEB9C"
    assert marked["A4"].fill.fill_type is None
    assert (marked["E2"].value, marked["E3"].value, marked["E3"].data_type) == (REMARK, "=1+1", "s")
    assert marked["E4"].value == "好 & <坏>"
    assert marked["A3"].comment.text.endswith("原有的批注")
    assert marked.column_dimensions["A"].width == pytest.approx(33.7, abs=0.1)
    parts, kept = (zipfile.ZipFile(path) for path in (copy, source))
    for name in kept.namelist():
        if name.startswith(("xl/charts", "xl/drawings/drawing", "docProps")):
            assert parts.read(name) == kept.read(name)
    assert marked["C4"].comment.text == "三"


def test_cells_without_a_place_in_the_file_can_be_coloured(tmp_path: Path) -> None:
    source = tmp_path / "a.xlsx"
    workbook = openpyxl.Workbook()
    workbook.active.title = "表'一"
    workbook.active["A2"], workbook.active["D3"], workbook.active["B4"] = "甲", "乙", "丙"
    workbook.save(source)
    copy = openpyxl.load_workbook(stage_annotated(source, plain_marks(), tmp_path, "b.xlsx").publish())["表'一"]
    assert copy["A3"].fill.fgColor.rgb == "FFFFC7CE"
    assert copy["A3"].comment.text == "一\n二"
    assert (copy["D3"].value, copy["B4"].value, copy["E3"].value) == ("乙", "丙", "=1+1")


def test_the_same_marks_give_the_same_bytes(tmp_path: Path) -> None:
    source = rich_workbook(tmp_path / "a.xlsx")
    first = stage_annotated(source, plain_marks(), tmp_path, "b.xlsx").publish()
    second = stage_annotated(source, plain_marks(), tmp_path, "c.xlsx").publish()
    assert first.read_bytes() == second.read_bytes()


def test_the_input_is_not_touched(tmp_path: Path) -> None:
    source = rich_workbook(tmp_path / "a.xlsx")
    before = source.read_bytes()
    stage_annotated(source, plain_marks(), tmp_path, "b.xlsx").discard()
    assert source.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["a.xlsx"]


def rewritten(source: Path, target: Path, name: str, old: str, new: str) -> Path:
    """A copy of a workbook with text of one part exchanged."""
    with zipfile.ZipFile(source) as read, zipfile.ZipFile(target, "w") as write:
        for part in read.namelist():
            data = read.read(part)
            write.writestr(part, data.decode().replace(old, new).encode() if part == name else data)
    return target


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("xl/worksheets/sheet1.xml", "sheetData", "x:sheetData"),
        ("xl/worksheets/sheet1.xml", '<row r="', '<row x="'),
        ("xl/styles.xml", "cellXfs", "otherXfs"),
        ("xl/workbook.xml", 'name="别的"', ""),
        ("xl/workbook.xml", "<workbook", "<x:workbook"),
    ],
)
def test_a_shape_that_is_not_understood_is_said_so_and_nothing_is_written(
    name: str, old: str, new: str, tmp_path: Path
) -> None:
    source = rewritten(rich_workbook(tmp_path / "a.xlsx"), tmp_path / "odd.xlsx", name, old, new)
    with pytest.raises(NotEditable):
        stage_annotated(source, plain_marks(), tmp_path / "out", "b.xlsx")
    assert not (tmp_path / "out").exists()


def test_a_row_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    marks = plain_marks()
    sheet = marks.sheets[0]
    far = SheetMarks(sheet.sheet, 2, sheet.cells, {400: "x"})
    with pytest.raises(NotEditable, match="not in the sheet"):
        stage_annotated(
            rich_workbook(tmp_path / "a.xlsx"), Annotation((far,), REMARK, LIST, marks.listed, ""), tmp_path, "b.xlsx"
        )


@pytest.mark.office
@pytest.mark.slow
def test_libreoffice_opens_the_copy(linkou_copy: Path, tmp_path: Path) -> None:
    copy = tmp_path / "a.xlsx"
    copy.write_bytes(linkou_copy.read_bytes())
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "ods", "--outdir", str(tmp_path), str(copy)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    content = zipfile.ZipFile(copy.with_suffix(".ods")).read("content.xml").decode()
    assert f'table:name="{LIST}"' in content
    assert content.count("office:annotation ") > 20
    assert content.count("#ffc7ce") >= 1


def _resaved(path: Path) -> Path:
    """The copy as another program saves it: every text among the shared strings, notes and styles written anew."""
    workbook = openpyxl.load_workbook(path)
    workbook.save(path)
    return path


@pytest.mark.parametrize("resaved", [False, True])
def test_what_was_mended_loses_its_marks_and_the_rest_keeps_one_of_each(resaved: bool, tmp_path: Path) -> None:
    people = [person(n, id_number=number(n)) for n in range(3)]
    people[0] |= {"id_number": people[0]["id_number"][:-1] + ("0" if people[0]["id_number"][-1] != "0" else "1")}
    people[1] |= {"level": "十级"}
    source = roster_xlsx(tmp_path / "r.xlsx", people)
    copy = annotated(source, "linkou-2019", tmp_path / "a")
    if resaved:
        _resaved(copy)
    workbook = openpyxl.load_workbook(copy)
    sheet = workbook["花名册"]
    mended, still = sheet.cell(2, KEYS.index("id_number") + 1), sheet.cell(3, KEYS.index("level") + 1)
    assert mended.fill.fgColor.rgb == still.fill.fgColor.rgb == "FFFFC7CE"
    assert mended.comment.text.startswith("P04")
    mended.value = number(0)
    still.comment.text = still.comment.text + " "
    sheet["A2"].comment = Comment("甲问过了", "王")
    workbook.save(copy)
    again = openpyxl.load_workbook(annotated(copy, "linkou-2019", tmp_path / "b"))
    sheet = again["花名册"]
    mended, still = sheet.cell(2, KEYS.index("id_number") + 1), sheet.cell(3, KEYS.index("level") + 1)
    assert mended.fill.fill_type is None
    assert mended.comment is None
    assert still.fill.fgColor.rgb == "FFFFC7CE"
    assert still.comment.text.count("T13") == 1
    assert sheet["A2"].comment.text == "甲问过了"
    remarks = [cell for row in sheet.iter_rows() for cell in row if cell.value == REMARK]
    assert len(remarks) == 1
    assert "P04" not in str(sheet.cell(2, remarks[0].column).value)
    assert "T13" in str([cell.value for row in again[LIST].iter_rows() for cell in row])
    assert stripped(tmp_path / "b" / "r.xlsx")["花名册"][1:] == [
        [v if not hasattr(v, "year") else datetime.datetime(v.year, v.month, v.day) for v in (each[k] for k in KEYS)]
        for each in [people[0] | {"id_number": number(0)}, *people[1:]]
    ]
