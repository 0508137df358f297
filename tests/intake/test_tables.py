"""Catalogues, readings and other inputs: sheets by title or header, bad cells told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from skillcli.core.errors import ClerkError
from skillcli.intake import read_table
from skillcli.schema.inputs import CATALOGUE, READINGS


def workbook(path: Path, sheets: dict[str, list[list[Any]]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


ITEMS = [
    ["职业（工种）", "技能等级", "收费标准", "最低课时"],
    ["焊工", "初级", 1200, 80],
    ["电工", None, "1,000元", None],
]
BODIES = [["机构名称", "机构类别", "银行账号"], ["甲学校", "培训机构", "6228480000000000001"]]


def test_sheets_are_found_by_title_and_an_absent_one_is_visible(tmp_path: Path) -> None:
    reads = read_table(workbook(tmp_path / "c.xlsx", {"培训项目": ITEMS, "机构": BODIES}), CATALOGUE)
    assert [title for title, read in reads.items() if read.found] == ["培训项目", "机构"]
    assert set(reads) == {table.title for table in CATALOGUE}
    items = reads["培训项目"].frame
    assert list(items["price_fen"]) == [120_000, 100_000]
    assert list(items["level"].fillna("-")) == ["初级工", "-"]
    assert list(items["row"]) == [2, 3]
    for table in CATALOGUE:
        frame = reads[table.title].frame
        assert {c.key: str(frame[c.key].dtype) for c in table.columns} == {c.key: c.kind.dtype for c in table.columns}


def test_a_sheet_is_found_by_its_header(tmp_path: Path) -> None:
    reads = read_table(workbook(tmp_path / "c.xlsx", {"Sheet1": BODIES}), CATALOGUE)
    assert [title for title, read in reads.items() if read.found] == ["机构"]
    assert reads["机构"].sheet == "Sheet1"


def test_bad_cells_are_findings_with_their_place(tmp_path: Path) -> None:
    items = [*ITEMS, ["钳工", "六级", "一千元", 80], ["车工", "初级", "#N/A", "八十"]]
    bodies = [*BODIES, ["乙学校", "培训机构", 6.22848e18]]
    reads = read_table(workbook(tmp_path / "c.xlsx", {"培训项目": items, "机构": bodies}), CATALOGUE)
    errors = [f for f in reads["培训项目"].findings if f.severity == "error"]
    assert {(f.place.row, f.place.column) for f in errors} == {
        (4, "技能等级"),
        (4, "收费标准"),
        (5, "收费标准"),
        (5, "最低课时"),
    }
    account = next(f for f in reads["机构"].findings if f.severity == "error")
    assert "按数字保存" in account.message
    assert "62284800" not in account.message
    assert reads["机构"].frame["account"].isna().tolist() == [False, True]


def test_a_missing_column_and_a_missing_header_refuse_the_sheet(tmp_path: Path) -> None:
    sheets = {"培训项目": [["职业（工种）", "技能等级", "价钱标准额"], ["焊工", "初级", 1]], "机构": [["甲"], ["乙"]]}
    reads = read_table(workbook(tmp_path / "c.xlsx", sheets), CATALOGUE)
    assert [f.code for f in reads["培训项目"].findings] == ["F04"]
    assert "收费标准" in reads["培训项目"].findings[0].message
    assert [f.code for f in reads["机构"].findings] == ["F03"]


def test_readings_from_text(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_bytes(
        "政策,口径键,口径,认定人,文号,日期\nlinkou-2019,minimum_age,16,局长,1号,2020-1-1\n".encode("gb18030")
    )
    frame = read_table(path, [READINGS])["政策口径"].frame
    assert frame.loc[0, "value"] == "16"
    assert frame.loc[0, "decided_on"] == pd.Timestamp("2020-01-01")


def test_an_unreadable_file_is_a_clerks_error(tmp_path: Path) -> None:
    (tmp_path / "c.xlsx").write_bytes(b"%PDF")
    with pytest.raises(ClerkError, match="PDF") as error:
        read_table(tmp_path / "c.xlsx", CATALOGUE)
    assert error.value.exit_code == 2
    assert "c.xlsx" in str(error.value)
