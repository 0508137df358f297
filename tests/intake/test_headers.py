"""Headers: aliases, notes, two rows, one cell for two days, twins."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from skillcli.core.errors import ClerkError
from skillcli.intake.headers import Names, fold
from skillcli.schema.inputs import ROSTER

from .build import KEYS, codes, faults, messages, number, person, put, read_one, roster_xlsx

NAMES = Names(ROSTER)


def test_every_title_and_alias_names_its_column() -> None:
    for column in ROSTER.columns:
        for name in (column.title, *column.aliases):
            assert NAMES.key(name)[0] == column.key, name


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("身份证号*", "id_number"),
        ("＊身份证号", "id_number"),
        ("身 份 证 号", "id_number"),
        ("身份证\n号码", "id_number"),
        ("身份证号（18位）", "id_number"),
        ("身份证号(必填，文本格式)", "id_number"),
        ("公民身份号码", "id_number"),
        ("社保卡／身份证号", "id_number"),
        ("职业(工种)", "occupation"),
        ("职业（工种）", "occupation"),
        ("职业工种", "occupation"),
        ("职业（工种）名称", "occupation"),
        ("工种", "occupation"),
        ("县（市、区）", "town"),
        ("以工代训时间（月）", "ojt_months"),
        ("培训费（元）", "fee"),
        ("开班时间：", "start"),
        ("【必填】姓名", "name"),
        ("年龄", ""),
        ("", ""),
        ("（必填）", ""),
    ],
)
def test_stars_blanks_widths_and_notes_do_not_hide_a_header(written: str, key: str) -> None:
    assert NAMES.key(written)[0] == key


def test_fold_keeps_brackets_and_drops_blanks() -> None:
    assert fold(" 职业（工种）\n* ") == "职业(工种)"


def test_aliases_are_told_once_a_sheet(tmp_path: Path) -> None:
    titles = {"id_number": "公民身份号码", "occupation": "工种"}
    roster = read_one(roster_xlsx(tmp_path / "r.xlsx", [person(1)], titles=titles))
    assert list(roster.frame["occupation"]) == ["焊工"]
    told = [f.message for f in roster.findings if "别名" in f.message]
    assert len(told) == 1
    assert "“公民身份号码”作为“身份证号”" in told[0]
    assert "“工种”作为“职业（工种）”" in told[0]


def test_shuffled_columns_and_unknown_ones(tmp_path: Path) -> None:
    keys = list(reversed(KEYS))
    people = [person(n) for n in range(3)]

    def touch(sheet: Any) -> None:
        sheet.cell(1, len(keys) + 1, "年龄")
        sheet.cell(2, len(keys) + 1, 35)

    roster = read_one(roster_xlsx(tmp_path / "r.xlsx", people, keys=keys, touch=touch))
    assert list(roster.frame["id_number"]) == [each["id_number"] for each in people]
    assert [f for f in roster.findings if "不认识的栏目" in f.message and "N 列“年龄”" in f.message]


def test_no_header_names_what_was_expected_and_seen(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    put(book.active, 1, 1, ["商品", "数量", "单价"])  # type: ignore[arg-type]
    put(book.active, 2, 1, ["苹果", 3, 5])  # type: ignore[arg-type]
    book.save(tmp_path / "r.xlsx")
    roster = read_one(tmp_path / "r.xlsx")
    assert codes(roster) == ["F03"]
    assert "身份证号" in messages(roster)
    assert "商品、数量、单价" in messages(roster)
    assert len(roster.frame) == 0


def test_every_missing_column_is_named_with_the_nearest_header(tmp_path: Path) -> None:
    keys = [key for key in KEYS if key not in ("certificate_no", "result")]
    titles = {"remark": "备注"}

    def touch(sheet: Any) -> None:
        sheet.cell(1, len(keys) + 1, "证书的编号")

    roster = read_one(roster_xlsx(tmp_path / "r.xlsx", [person(1)], keys=keys, titles=titles, touch=touch))
    found = {f.place.column: f for f in roster.findings if f.code == "F04"}
    assert set(found) == {"证书编号", "考核结果"}
    assert "最接近的是“证书的编号”" in found["证书编号"].message
    assert found["证书编号"].place.row == 1
    assert codes(roster) == ["F04", "F04"]


def test_two_columns_that_disagree_refuse_the_file(tmp_path: Path) -> None:
    keys = [*KEYS, "phone", "remark"]
    people = [
        person(1, phone="13800000001", remark="13800000001"),
        person(2, phone="13800000002", remark="13900000000"),
    ]
    roster = read_one(roster_xlsx(tmp_path / "r.xlsx", people, keys=keys, titles={"remark": "手机号"}))
    assert codes(roster) == ["F05"]
    finding = next(f for f in roster.findings if f.code == "F05")
    assert "N 列“联系电话”和O 列“手机号”" in finding.message
    assert "第 3 行" in finding.message


def test_two_columns_that_agree_are_merged(tmp_path: Path) -> None:
    keys = [*KEYS, "phone", "remark"]
    people = [person(1, phone="13800000001", remark=13800000001), person(2, remark="13900000000")]
    roster = read_one(roster_xlsx(tmp_path / "r.xlsx", people, keys=keys, titles={"remark": "手机号"}))
    assert codes(roster) == []
    assert list(roster.frame["phone"]) == ["13800000001", "13900000000"]


def test_a_faulty_twin_is_healed_by_the_good_column(tmp_path: Path) -> None:
    keys = [*KEYS, "remark"]
    people = [person(1, id_number=9.90000198503040e17, remark=number(1))]
    roster = read_one(roster_xlsx(tmp_path / "r.xlsx", people, keys=keys, titles={"remark": "身份证号码"}))
    assert list(roster.frame["id_number"]) == [number(1)]
    assert faults(roster) == [(2, "id_number", "number")]


def _two_rows(path: Path, upper: list[str | None], lower: list[str | None], merges: list[str], days: list[Any]) -> Path:
    keys = [key for key in KEYS if key not in ("start", "end")]
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    put(sheet, 1, 1, [*(ROSTER[key].title for key in keys), *upper])
    put(sheet, 2, len(keys) + 1, lower)
    for merge in merges:
        sheet.merge_cells(merge)
    row = person(1)
    put(sheet, 3, 1, [*(row[key] for key in keys), *days])
    book.save(path)
    return path


@pytest.mark.parametrize("words", [("开始", "结束"), ("起", "止"), ("开班日期", "结课日期"), ("起始时间", "终止时间")])
def test_a_two_row_header_of_days(tmp_path: Path, words: tuple[str, str]) -> None:
    path = _two_rows(
        tmp_path / "r.xlsx", ["培训时间", None], list(words), ["L1:M1", "A1:A2"], ["2020.3.1", "2020.3.15"]
    )
    roster = read_one(path)
    assert codes(roster) == [], messages(roster)
    assert roster.sheets[0].header_row == 2
    assert list(roster.frame["row"]) == [3]
    assert list(roster.frame["start"].dt.strftime("%m-%d")) == ["03-01"]
    assert list(roster.frame["end"].dt.strftime("%m-%d")) == ["03-15"]


def test_a_banner_above_the_header_is_no_header(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    put(sheet, 1, 1, ["个人信息", None, None, "培训信息"])
    sheet.merge_cells("A1:C1")
    sheet.merge_cells("D1:M1")
    put(sheet, 2, 1, [ROSTER[key].title for key in KEYS])
    put(sheet, 3, 1, [person(1)[key] for key in KEYS])
    book.save(tmp_path / "r.xlsx")
    roster = read_one(tmp_path / "r.xlsx")
    assert codes(roster) == [], messages(roster)
    assert roster.sheets[0].header_row == 2
    assert list(roster.frame["name"]) == [person(1)["name"]]


@pytest.mark.parametrize("title", ["培训时间", "培训起止日期", "起止时间"])
def test_both_days_in_one_cell(tmp_path: Path, title: str) -> None:
    keys = [key for key in KEYS if key != "end"]
    people = [person(1, start="2020.3.1-3.15"), person(2, start="待定")]
    roster = read_one(roster_xlsx(tmp_path / "r.xlsx", people, keys=keys, titles={"start": title}))
    assert codes(roster) == [], messages(roster)
    assert str(roster.frame.loc[0, "start"])[:10] == "2020-03-01"
    assert str(roster.frame.loc[0, "end"])[:10] == "2020-03-15"
    assert faults(roster) == [(3, "end", "unreadable"), (3, "start", "unreadable")]


def test_an_institutions_own_header_is_mapped(tmp_path: Path) -> None:
    path = roster_xlsx(tmp_path / "r.xlsx", [person(1)], titles={"id_number": "ID卡"})
    assert codes(read_one(path)) == ["F04"]
    roster = read_one(path, mapping={"ID卡": "身份证号"})
    assert codes(roster) == []
    assert list(roster.frame["id_number"]) == [person(1)["id_number"]]


def test_a_mapping_to_no_title_is_the_users_mistake(tmp_path: Path) -> None:
    with pytest.raises(ClerkError, match="身份证号一"):
        read_one(tmp_path / "r.xlsx", mapping={"ID卡": "身份证号一"})


@pytest.mark.parametrize("row", [1, 3, 17, 30])
def test_the_header_is_found_in_the_first_thirty_rows(tmp_path: Path, row: int) -> None:
    roster = read_one(roster_xlsx(tmp_path / "r.xlsx", [person(1)], at=(row, 3)))
    assert roster.sheets[0].header_row == row
    assert list(roster.frame["row"]) == [row + 1]


def test_a_header_below_the_thirtieth_row_is_not_found(tmp_path: Path) -> None:
    assert codes(read_one(roster_xlsx(tmp_path / "r.xlsx", [person(1)], at=(31, 1)))) == ["F03"]
