"""Every roster comes back marked, whatever its format, and the copy is judged as the roster was."""

from __future__ import annotations

import datetime
import re
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import xlwt

from intake.build import KEYS, TITLES, person, put, roster_xlsx
from intake.test_binary_forms import WRITERS, Form
from skillcli.core.errors import ClerkError
from skillcli.intake import read_cells, read_rosters
from skillcli.jobs import validate as job
from skillcli.jobs.outcome import Outcome
from skillcli.jobs.validate import validate
from skillcli.policy.load import load_policy
from skillcli.schema.roster import CellFault

SAMPLES = Path(__file__).parents[2] / "sample_data"
ROSTERS = {
    "林口县职业技术学校花名册.xlsx": "linkou-2019",
    "阳光职业培训学校花名册.csv": "linkou-2019",
    "龙山煤业培训中心花名册.xls": "linkou-2019",
    "晋阳职业培训学校（网页导出）.xls": "taiyuan-2019",
}


def sample(name: str) -> Path:
    return next(SAMPLES.rglob(name))


def check(paths: list[Path], policy: str = "taiyuan-2019", out: Path | None = None) -> Outcome:
    return validate(paths, load_policy(policy), as_of=datetime.date(2020, 6, 1), out=out, workspace=None)


def said(outcome: Outcome) -> list[tuple[object, ...]]:
    """Findings without the name of the file, and of a sheet that had none."""
    name = Path(outcome.roster.sheets[0].path).name
    return sorted(
        (
            f["code"],
            f["row"] or 0,
            f["column"] or "",
            f["line"] or "",
            f["message"].replace(f"{name} 花名册 ", "").replace(f"{name} ", ""),
            f["found"],
        )
        for f in outcome.all_findings()
    )


@pytest.mark.parametrize("name", ROSTERS)
def test_the_copy_of_every_format_is_judged_as_the_roster(name: str, tmp_path: Path) -> None:
    before = check([sample(name)], ROSTERS[name], tmp_path)
    copy = tmp_path / f"{Path(name).stem}-审核意见.xlsx"
    assert before.outputs == (copy, tmp_path / f"{Path(name).stem}-补贴测算.xlsx")
    after = check([copy], ROSTERS[name], tmp_path / "again")
    assert len(said(before)) > 20
    assert said(after) == said(before)
    assert after.counts() == before.counts()
    assert after.amount_fen == before.amount_fen


@pytest.mark.parametrize("name", ROSTERS)
def test_the_copy_holds_every_cell_in_its_place_and_the_marks(name: str, tmp_path: Path) -> None:
    source = sample(name)
    check([source], ROSTERS[name], tmp_path)
    copies = read_cells(tmp_path / f"{source.stem}-审核意见.xlsx").sheets
    for number, grid in enumerate(read_cells(source).sheets):
        copy = copies[number]
        for at, column in enumerate(grid.columns):
            mine = [column.cells[code] for code in column.codes]
            theirs = [copy.columns[at].cells[code] for code in copy.columns[at].codes][: len(mine)]
            assert [_plain(cell) for cell in theirs] == [_plain(cell) for cell in mine]
    workbook = openpyxl.load_workbook(tmp_path / f"{source.stem}-审核意见.xlsx")
    assert workbook.sheetnames[-1] == "问题清单"
    sheet = workbook.worksheets[0]
    assert any(cell.value == "核对结果" for row in sheet.iter_rows() for cell in row)
    assert any(cell.fill.fill_type == "solid" for row in sheet.iter_rows() for cell in row)


def _plain(cell: object) -> object:
    """Line ends are one kind in a workbook; a moment of midnight is a day."""
    if isinstance(cell, datetime.datetime):
        return cell if cell.time() != datetime.time() else cell.date()
    return cell.replace("\r\n", "\n") if isinstance(cell, str) else cell


@pytest.mark.parametrize("name", [name for name in WRITERS if name != "r.xlsx"])
@pytest.mark.parametrize("date1904", [False, True])
def test_days_look_like_days_in_the_copy_of_every_format(name: str, date1904: bool, tmp_path: Path) -> None:
    rows = [TITLES, *([person(n)[key] for key in KEYS] for n in range(3))]
    source = WRITERS[name](tmp_path / name, Form(rows, date1904=date1904))
    sheet = openpyxl.load_workbook(check([source]).outputs[0]).worksheets[0]
    for key in ("start", "end", "issued_on"):
        cells = [sheet.cell(row, KEYS.index(key) + 1) for row in (2, 3, 4)]
        assert [cell.value.date() for cell in cells] == [person(n)[key] for n in range(3)]
        assert {cell.number_format for cell in cells} == {"yyyy-mm-dd"}


def number_cells(path: Path) -> Path:
    """An xls whose identity number and certificate are number cells, with merged and hidden rows."""
    book = xlwt.Workbook()
    book.dates_1904 = True
    sheet = book.add_sheet("一 班")
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    people = [person(n) for n in range(4)]
    people[1] |= {"id_number": 2.31025197004089e17, "certificate_no": 1234567890123456.0}
    for down, row in enumerate([TITLES, *([each[key] for key in KEYS] for each in people)]):
        for at, value in enumerate(row):
            if not (TITLES[at] == "培训机构" and down in (2, 3)):
                sheet.write(down, at, value, day if isinstance(value, datetime.date) else xlwt.Style.default_style)
    at = TITLES.index("培训机构")
    sheet.merge(1, 3, at, at)
    book.save(str(path))
    return path


def prefixed(path: Path) -> Path:
    """An xlsx with prefixed element names, a formula without value and an error cell, as some generators write it."""

    def broken(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
        sheet["A3"] = "=B3&C3"
        put(sheet, 4, 1, ["#N/A"])
        sheet["A4"].data_type = "e"

    roster_xlsx(path, [person(n) for n in range(4)], touch=broken)
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    with zipfile.ZipFile(path, "w") as package:
        for name, data in parts.items():
            if name.startswith("xl/worksheets/sheet"):
                data = re.sub(rb"<(/?)(?=[a-zA-Z])", rb"<\1x:", data).replace(b"xmlns=", b"xmlns:x=")
            package.writestr(name, data)
    return path


@pytest.mark.parametrize("make", [number_cells, prefixed])
def test_cells_without_a_sound_value_stay_without_one(make: Callable[[Path], Path], tmp_path: Path) -> None:
    source = make(tmp_path / ("a.xls" if make is number_cells else "a.xlsx"))
    before = check([source])
    after = check([before.outputs[0]])
    assert before.outputs[0].name == "a-审核意见.xlsx"
    assert said(after) == said(before)
    kinds = set(read_rosters([before.outputs[0]]).faults["fault"])
    assert kinds == ({CellFault.NUMBER} if make is number_cells else {CellFault.FORMULA, CellFault.ERROR_VALUE})
    assert after.roster.frame["institution"].tolist() == before.roster.frame["institution"].tolist()
    assert after.roster.frame["start"].tolist() == before.roster.frame["start"].tolist()


def test_an_xlsm_keeps_its_suffix_and_the_input_its_bytes(tmp_path: Path) -> None:
    source = roster_xlsx(tmp_path / "宏.xlsm", [person(1)])
    before = source.read_bytes()
    assert [path.name for path in check([source]).outputs] == ["宏-审核意见.xlsm", "宏-补贴测算.xlsx"]
    assert source.read_bytes() == before


def test_the_same_roster_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("阳光职业培训学校花名册.csv", "林口县职业技术学校花名册.xlsx"):
        first = check([sample(name)], "linkou-2019", tmp_path / "a").outputs
        second = check([sample(name)], "linkou-2019", tmp_path / "b").outputs
        assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_no_result_replaces_a_file_that_is_checked_or_another_result(tmp_path: Path) -> None:
    one = roster_xlsx(tmp_path / "三月.xlsx", [person(1)])
    two = roster_xlsx(tmp_path / "三月-审核意见.xlsx", [person(2)])
    text = ",".join(TITLES) + "\r\n" + ",".join(str(person(3)[key]) for key in KEYS) + "\r\n"
    three = tmp_path / "三月.csv"
    three.write_text(text, encoding="utf-8")
    before = [path.read_bytes() for path in (one, two, three)]
    outputs = check([one, two, three]).outputs
    assert [path.read_bytes() for path in (one, two, three)] == before
    assert len(set(outputs)) == 6
    assert not {one, two, three} & set(outputs)


def test_a_roster_changed_while_it_was_checked_is_said_and_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, source = roster_xlsx(tmp_path / "a.xlsx", [person(2)]), roster_xlsx(tmp_path / "b.xlsx", [person(1)])
    judged = job.Check.judge

    def meanwhile(self: job.Check, progress: object) -> object:
        result = judged(self, progress)  # type: ignore[arg-type]
        roster_xlsx(source, [person(1), person(3)])
        return result

    monkeypatch.setattr(job.Check, "judge", meanwhile)
    with pytest.raises(ClerkError, match="被改动"):
        check([first, source])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.xlsx", "b.xlsx"]


def test_without_a_workspace_the_missing_history_is_said(tmp_path: Path) -> None:
    outcome = check([roster_xlsx(tmp_path / "a.xlsx", [person(1)])])
    assert "以前批次未核对" in next(each.why for each in outcome.decision.unchecked if each.code == "D01")
    assert not any("批次 " in finding["message"] for finding in outcome.all_findings())


@pytest.mark.office
@pytest.mark.slow
@pytest.mark.parametrize("name", ["阳光职业培训学校花名册.csv", "龙山煤业培训中心花名册.xls"])
def test_libreoffice_opens_what_a_check_writes(name: str, tmp_path: Path) -> None:
    outputs = check([sample(name)], "linkou-2019", tmp_path).outputs
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "ods", "--outdir", str(tmp_path)]
    subprocess.run([*command, *map(str, outputs)], check=True, capture_output=True, timeout=240)
    copy, slip = (zipfile.ZipFile(path.with_suffix(".ods")).read("content.xml").decode() for path in outputs)
    assert 'table:name="问题清单"' in copy
    assert copy.count("#ffc7ce") >= 1
    assert "SK1-20200601-" in slip
