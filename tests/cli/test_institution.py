"""An institution's own check by the command line: copies, pack, receipt, headers, one sheet, folders."""

from __future__ import annotations

import json
import os
import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cli.conftest import Place
from cli.office import AS_OF, identity, roster, trainee
from skillcli.cli.app import main
from skillcli.schema.marks import is_own_output


def result(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


@pytest.fixture
def pack(place: Place, tmp_path: Path) -> Path:
    target = tmp_path / "某市.skillpack"
    assert place.run("pack", str(target), "--quiet") == 0
    return target


def test_pack_tells_its_hash_and_what_is_in_it(
    place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "某市.skillpack"
    assert place.run("pack", str(target), "--json", str(tmp_path / "o.json")) == 0
    shown = capsys.readouterr().out
    done = result(tmp_path / "o.json")
    assert done["sha256"] in shown
    assert {title: rows for title, rows in done["sheets"].items() if rows is not None} == {"培训项目": 1, "机构": 1}
    assert "急需紧缺：没有导入" in shown


def test_with_the_pack_an_institution_needs_no_workspace(
    place: Place, pack: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = [str(place.good), str(place.mixed), *AS_OF, "--quiet"]
    assert (
        main(
            [
                "validate",
                *arguments,
                "--pack",
                str(pack),
                "--out",
                str(tmp_path / "a"),
                "--json",
                str(tmp_path / "a.json"),
            ]
        )
        == 1
    )
    assert place.run("validate", *arguments, "--out", str(tmp_path / "b"), "--json", str(tmp_path / "b.json")) == 1
    ours, theirs = result(tmp_path / "a.json"), result(tmp_path / "b.json")
    for key in ("policy", "counts", "amount_fen", "lines", "findings"):
        assert ours[key] == theirs[key]
    assert not (tmp_path / "台账").exists()
    slip = openpyxl.load_workbook(tmp_path / "a" / "好-补贴测算.xlsx")["说明"]
    cells = [str(cell.value) for row in slip.iter_rows() for cell in row]
    assert "某市.skillpack" in cells
    assert ours["receipt"] in cells


def test_policy_and_pack_are_not_named_together(place: Place, pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", str(place.good), "--pack", str(pack), "--policy", "taiyuan-2019"]) == 2
    assert "只能写一样" in capsys.readouterr().err
    assert main(["validate", str(place.good), "--pack", str(place.good)]) == 2
    assert "不是政策包" in capsys.readouterr().err
    assert main(["validate", str(place.good), "--pack", "没有.skillpack"]) == 2
    assert not list(place.good.parent.glob("*-审核意见*"))


def test_a_receipt_agrees_until_something_changes(place: Place, pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", str(place.good), *AS_OF, "--pack", str(pack)]) == 0
    found = re.search(r"^收据号：(SK1-\S+)$", capsys.readouterr().out, flags=re.MULTILINE)
    assert found is not None
    slip = place.good.with_name("好-补贴测算.xlsx")
    assert place.run("receipt", str(place.good), "--slip", str(slip)) == 0
    assert "与收据一致" in capsys.readouterr().out
    assert main(["receipt", str(place.good), "--code", found[1], "--pack", str(pack)]) == 0
    roster(place.good, [trainee(order) for order in (1, 2)])
    assert place.run("receipt", str(place.good), "--slip", str(slip)) == 1
    shown = capsys.readouterr().out
    assert "行数　不一样：收据是 3，现在是 2" in shown
    assert "金额（元）　不一样：收据是 900.00，现在是 600.00" in shown
    assert "政策　一致" in shown


def test_the_offices_history_does_not_get_in_the_way_of_a_receipt(paid: Place, tmp_path: Path) -> None:
    pack = tmp_path / "a.skillpack"
    assert paid.run("pack", str(pack), "--quiet") == 0
    assert main(["validate", str(paid.good), *AS_OF, "--pack", str(pack), "--quiet"]) == 0
    slip = str(paid.good.with_name("好-补贴测算.xlsx"))
    assert paid.run("validate", str(paid.good), *AS_OF, "--out", str(tmp_path / "b"), "--quiet") == 1
    assert paid.run("receipt", str(paid.good), "--slip", slip, "--quiet") == 0
    own = str(tmp_path / "b" / "好-补贴测算.xlsx")
    assert paid.run("receipt", str(paid.good), "--slip", own, "--quiet") == 0


def test_a_receipt_that_cannot_be_read_ends_with_2(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert place.run("receipt", str(place.good)) == 2
    assert place.run("receipt", str(place.good), "--code", "SK1-1") == 2
    assert place.run("receipt", str(place.good), "--slip", str(place.mixed)) == 2
    assert "没有收据号" in capsys.readouterr().err


def odd(path: Path) -> Path:
    roster(path, [trainee(order) for order in (1, 2, 3)])
    book = openpyxl.load_workbook(path)
    for cell in book.active[1]:
        cell.value = {"身份证号": "公民证件编号", "结课日期": "结业日"}.get(cell.value, cell.value)
    book.save(path)
    return path


def test_headers_are_proposed_then_registered_then_read(
    place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = odd(tmp_path / "怪.xlsx")
    toml = place.root / "skillcli.toml"
    before = toml.read_text(encoding="utf-8")
    toml.chmod(0o664)
    assert place.run("validate", str(path), *AS_OF) == 2
    assert "skillcli mapping" in capsys.readouterr().err
    assert place.run("mapping", str(path)) == 0
    shown = capsys.readouterr().out
    wanted = '[mapping."晋阳职业培训学校"]\n"公民证件编号" = "身份证号"\n"结业日" = "结课日期"\n'
    assert wanted in shown
    assert toml.read_text(encoding="utf-8") == before
    assert place.run("mapping", str(path), "--write", "--quiet") == 0
    assert toml.read_text(encoding="utf-8") == before.rstrip() + "\n\n" + wanted
    assert os.name == "nt" or toml.stat().st_mode & 0o777 == 0o664
    assert place.run("validate", str(path), *AS_OF, "--quiet") == 0


def test_an_institution_registered_already_is_left_alone(
    place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    toml = place.root / "skillcli.toml"
    with toml.open("a", encoding="utf-8") as stream:
        stream.write('\n[mapping."晋阳职业培训学校"]\n"学员证件" = "身份证号"\n')
    before = toml.read_bytes()
    assert place.run("mapping", str(odd(tmp_path / "怪.xlsx")), "--write") == 2
    assert "没有改动" in capsys.readouterr().err
    assert toml.read_bytes() == before
    assert place.run("mapping", str(tmp_path / "怪.xlsx"), "--write", "--name", "另一校", "--quiet") == 0
    assert toml.read_bytes().startswith(before)


def test_a_folder_is_read_without_what_the_program_wrote(place: Place, tmp_path: Path) -> None:
    folder = place.good.parent
    assert place.run("validate", str(folder), *AS_OF, "--json", str(tmp_path / "a.json"), "--quiet") == 1
    assert len(list(folder.iterdir())) == 6
    assert place.run("validate", str(folder), *AS_OF, "--json", str(tmp_path / "b.json"), "--quiet") == 1
    first, second = result(tmp_path / "a.json"), result(tmp_path / "b.json")
    assert [file["path"] for file in second["files"]] == [file["path"] for file in first["files"]]
    told = [finding["message"] for finding in second["findings"] if finding["file"] == str(folder)]
    assert len(told) == 1
    assert "好-审核意见.xlsx" in told[0]
    assert first["receipt"] == second["receipt"]


@pytest.mark.parametrize(
    ("stem", "own"),
    [
        ("三月-审核意见", True), ("三月-审核意见(2)", True), ("三月-补贴测算", True), ("三月-核对结果", True),
        ("2020-03-1-拨付", True), ("2020-03-1-公示", True), ("2020-03-1-退票", True), ("2020-03-2-补发", True),
        ("2020年第一季度报告", True), ("2020年度报告（2021-01-05 时）", True), ("先行拨付-某校-一班", True),
        ("先行拨付结算-某校-一班", True), ("追回台账", True), ("历年-以往台账核对", True),
        ("三月", False), ("审核意见", False), ("拨付花名册", False), ("2020年度培训花名册", False), ("三月（2）", False),
    ],
)  # fmt: skip
def test_own_files_are_known_by_name(stem: str, own: bool) -> None:
    assert is_own_output(stem) is own


def test_every_name_the_jobs_give_is_known() -> None:
    from skillcli.jobs import advance, past, pay, repay, returns, reversal
    from skillcli.schema.marks import ANNOTATED_SUFFIX, ESTIMATE_SUFFIX

    endings = (pay.PAYMENT, repay.REPAID, returns.RETURNED, "公示")
    names = [f"2020-03-1-{ending}" for ending in endings] + [f"a{ANNOTATED_SUFFIX}", f"a{ESTIMATE_SUFFIX}"]
    names += [f"{advance.FOLDER}-某校-一班", Path(reversal.OWED_FILE).stem, Path(f"a{past.CHECKED}").stem]
    assert [name for name in names if not is_own_output(name)] == []


def two_sheets(path: Path) -> Path:
    roster(path, [trainee(1)])
    book = openpyxl.load_workbook(path)
    book.active.title = "一班"
    copy = book.copy_worksheet(book.active)
    copy.title = "二班"
    titles = [cell.value for cell in copy[1]]
    other = trainee(2)
    for title, key in (
        ("身份证号", "id_number"),
        ("姓名", "name"),
        ("证书编号", "certificate_no"),
        ("银行账号", "account"),
    ):
        copy.cell(2, titles.index(title) + 1).value = other[key]
    book.save(path)
    return path


def test_one_sheet_of_a_workbook_can_be_checked_and_paid(place: Place, tmp_path: Path) -> None:
    path = str(two_sheets(tmp_path / "两班.xlsx"))
    target = tmp_path / "o.json"
    assert place.run("validate", path, "--sheet", "二班", *AS_OF, "--json", str(target), "--quiet") == 0
    assert [(file["sheet"], file["rows"]) for file in result(target)["files"]] == [("二班", 1)]
    assert place.run("validate", path, "--sheet", "三班", *AS_OF, "--quiet") == 2
    for sheet, batch in (("一班", "2020-03-1"), ("二班", "2020-03-2"), ("一班", "2020-03-1")):
        arguments = ["--month", "2020-03", "--sheet", sheet, *AS_OF, "--json", str(target), "--quiet"]
        assert place.run("pay", path, *arguments) == 0
        assert result(target)["batch"]["id"] == batch
        assert result(target)["amount_fen"] == 30000
    assert place.run("pay", "--pending", "--month", "2020-04", "--sheet", "一班", *AS_OF) == 2


def test_ten_files_of_many_problems_stay_readable(
    place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = []
    for number in range(10):
        rows = [trainee(100 * number + order, certificate_no="", issued_on="2019-01-01") for order in range(30)]
        files.append(str(roster(tmp_path / f"{number}.xlsx", rows)))
    target = tmp_path / "o.json"
    assert place.run("validate", *files, *AS_OF, "--json", str(target)) == 1
    shown = capsys.readouterr().out
    listed = shown.partition("写出的文件")[0]
    assert listed.count("\n") < 80
    assert "C05" in listed
    assert "300 处" in listed
    assert len([each for each in result(target)["findings"] if each["code"] == "C05"]) == 300
    assert shown.count("-审核意见.xlsx") == 10
    problems = openpyxl.load_workbook(tmp_path / "0-审核意见.xlsx", read_only=True)["问题清单"]
    assert sum(row[0] == "C05" for row in problems.iter_rows(values_only=True)) == 30


def _whole_text(folder: Path) -> str:
    """Every text of every workbook in a folder, notes included."""
    found = []
    for path in sorted(folder.glob("*.xlsx")):
        with zipfile.ZipFile(path) as package:
            found += [package.read(name).decode("utf-8") for name in package.namelist() if name.endswith(".xml")]
    return "\n".join(found)


def test_a_copy_for_one_institution_names_no_other(paid: Place, tmp_path: Path) -> None:
    paid_before = trainee(1, institution="龙城职业培训学校", certificate_no=identity(77))
    in_both = [trainee(21), trainee(22)]
    one = roster(
        tmp_path / "龙城学校报送.xlsx", [row | {"institution": "龙城职业培训学校"} for row in in_both] + [paid_before]
    )
    two = roster(tmp_path / "汾河学校报送.xlsx", [row | {"institution": "汾河职业培训学校"} for row in in_both])
    names = ("龙城学校报送", "龙城职业", "汾河学校报送", "汾河职业", "好.xlsx")
    for at, path in enumerate((one, two)):
        mine = tmp_path / f"结果{at}"
        arguments = ["validate", str(one), str(two), *AS_OF, "--out", str(mine), "--quiet"]
        assert paid.run(*arguments) == 1
        for other in mine.glob("*.xlsx"):
            if not other.name.startswith(path.stem):
                other.unlink()
        text = _whole_text(mine)
        assert "其他单位报送的花名册" in text
        assert [name for name in names if name in text and not name.startswith(path.stem[:2])] == []
        if path == one:
            assert "批次 2020-03-1" in text


def test_an_institutions_own_run_names_all_its_files(pack: Path, tmp_path: Path) -> None:
    one = roster(tmp_path / "一班.xlsx", [trainee(31)])
    two = roster(tmp_path / "二班.xlsx", [trainee(31)])
    assert (
        main(["validate", str(one), str(two), "--pack", str(pack), *AS_OF, "--out", str(tmp_path / "o"), "--quiet"])
        == 1
    )
    assert "与一班.xlsx" in _whole_text(tmp_path / "o")
