"""Every row below a header is data or passed over with a reason; addresses are Excel's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillcli.intake import rows

from .build import KEYS, TITLES, codes, faults, messages, person, put, read_one, roster_xlsx


def _touched(tmp_path: Path, touch: Any, people: int = 3, **options: Any) -> Any:
    return read_one(roster_xlsx(tmp_path / "r.xlsx", [person(n) for n in range(people)], touch=touch, **options))


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (["合计"], rows.TOTAL),
        (["合 计", None, "3人"], rows.TOTAL),
        (["总计：3人"], rows.TOTAL),
        ([None, "小计", 3], rows.TOTAL),
        (["制表人：王五", None, None, "审核人：赵六", None, "2020年4月1日"], rows.SIGNATURE),
        (["单位负责人（签字）："], rows.SIGNATURE),
        ([None, None, None, "填表日期：2020年4月1日"], rows.SIGNATURE),
        (["2020年4月1日"], rows.SIGNATURE),
        (["（盖章）"], rows.SIGNATURE),
        (["注：本表一式三份，由培训机构填写。"], rows.NOTE),
        (["说明：身份证号按文本填写"], rows.NOTE),
        (TITLES, rows.REPEATED),
        ([f"{title}*" for title in TITLES], rows.REPEATED),
        (list(range(1, len(KEYS) + 1)), rows.NUMBERS),
        (["例", person(9)["id_number"][:6] + "********"], rows.EXAMPLE),
    ],
)
def test_rows_that_are_no_data(tmp_path: Path, cells: list[Any], reason: str) -> None:
    roster = _touched(tmp_path, lambda sheet: put(sheet, 6, 1, cells))
    assert len(roster.frame) == 3
    assert roster.sheets[0].passed_over == {rows.BLANK: 1, reason: 1}
    assert reason in messages(roster)


@pytest.mark.parametrize(
    "cells",
    [
        ["王五"],
        ["王五", None, "企业职工"],
        [None, person(5)["id_number"]],
        [None, "2.31E+17", "企业职工", "第一职业培训学校"],
        ["合计明", "不详", "企业职工", "第一职业培训学校", "岗前培训"],
        ["审核通", "123", "企业职工", "第一职业培训学校", "岗前培训", "焊工"],
    ],
)
def test_a_row_that_may_be_a_person_is_data(tmp_path: Path, cells: list[Any]) -> None:
    roster = _touched(tmp_path, lambda sheet: put(sheet, 5, 1, cells))
    assert list(roster.frame["row"]) == [2, 3, 4, 5]


def test_blank_rows_in_the_middle_lose_nobody(tmp_path: Path) -> None:
    def touch(sheet: Any) -> None:
        sheet.insert_rows(3, 2)

    roster = _touched(tmp_path, touch)
    assert list(roster.frame["row"]) == [2, 5, 6]
    assert roster.sheets[0].passed_over == {rows.BLANK: 2}


@pytest.mark.parametrize(("stated", "told"), [(3000, False), ("3,000元", False), (4000, True), (None, False)])
def test_a_stated_total_is_compared_with_the_sum(tmp_path: Path, stated: Any, told: bool) -> None:
    keys = [*KEYS, "fee"]
    people = [person(n, fee=1000) for n in range(3)]
    path = roster_xlsx(
        tmp_path / "r.xlsx", people, keys=keys, touch=lambda sheet: put(sheet, 5, 1, ["合计", *[None] * 12, stated])
    )
    roster = read_one(path)
    assert len(roster.frame) == 3
    found = [f for f in roster.findings if "各行相加" in f.message]
    assert [(f.place.row, f.place.column) for f in found] == ([(5, "培训费")] if told else [])
    assert not told or "4,000.00 元，各行相加是 3,000.00 元" in found[0].message


def test_a_header_repeated_inside_is_passed_over(tmp_path: Path) -> None:
    def touch(sheet: Any) -> None:
        sheet.insert_rows(3)
        put(sheet, 3, 1, TITLES)

    roster = _touched(tmp_path, touch)
    assert list(roster.frame["row"]) == [2, 4, 5]
    assert faults(roster) == []


def test_rows_with_a_running_number_only_are_unfilled(tmp_path: Path) -> None:
    def touch(sheet: Any) -> None:
        sheet.insert_cols(1)
        put(sheet, 1, 1, ["序号"])
        for row in range(2, 12):
            sheet.cell(row, 1).value = row - 1

    roster = _touched(tmp_path, touch)
    assert list(roster.frame["row"]) == [2, 3, 4]
    assert roster.sheets[0].passed_over == {rows.UNFILLED: 7}


def test_a_merged_heading_between_groups_is_no_person(tmp_path: Path) -> None:
    def touch(sheet: Any) -> None:
        sheet.insert_rows(3)
        sheet.cell(3, 1).value = "第二班 焊工"
        sheet.merge_cells("A3:L3")

    roster = _touched(tmp_path, touch)
    assert list(roster.frame["row"]) == [2, 4, 5]
    assert roster.sheets[0].passed_over == {rows.HEADING: 1}


def test_a_merged_cell_fills_its_own_rows_only(tmp_path: Path) -> None:
    at = KEYS.index("institution") + 1

    def touch(sheet: Any) -> None:
        for row in (3, 4, 5):
            sheet.cell(row, at).value = None
        sheet.merge_cells(start_row=2, end_row=4, start_column=at, end_column=at)

    roster = _touched(tmp_path, touch, people=4)
    assert list(roster.frame["institution"].fillna("-")) == ["第一职业培训学校"] * 3 + ["-"]
    assert "补齐 2 个单元格" in messages(roster)


def test_hidden_rows_are_read_and_told(tmp_path: Path) -> None:
    def touch(sheet: Any) -> None:
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["A"].hidden = True

    roster = _touched(tmp_path, touch)
    assert len(roster.frame) == 3
    assert "有 1 行数据在 Excel 中被隐藏" in messages(roster)


def test_header_without_rows_is_f07(tmp_path: Path) -> None:
    roster = _touched(tmp_path, lambda sheet: put(sheet, 2, 1, ["合计"]), people=0)
    assert codes(roster) == ["F07"]


@pytest.mark.parametrize("value", ["#N/A", "#REF!", "#VALUE!"])
def test_an_error_value_is_a_fault_at_its_cell(tmp_path: Path, value: str) -> None:
    def touch(sheet: Any) -> None:
        sheet.cell(3, KEYS.index("result") + 1).value = value
        sheet.cell(3, KEYS.index("result") + 1).data_type = "e"

    roster = _touched(tmp_path, touch)
    assert faults(roster) == [(3, "result", "error_value")]
    assert list(roster.faults["shown"]) == [value]
    assert roster.frame["result"].isna().tolist() == [False, True, False]


def test_a_formula_without_a_value_is_a_fault_even_in_the_last_row(tmp_path: Path) -> None:
    def touch(sheet: Any) -> None:
        for at in range(1, len(KEYS) + 1):
            sheet.cell(5, at).value = "=A2"

    roster = _touched(tmp_path, touch)
    assert list(roster.frame["row"]) == [2, 3, 4, 5]
    assert faults(roster) == [(5, key, "formula") for key in sorted(KEYS)]


ODD_ROWS = {
    "person": None,
    "blank": [],
    "total": ["合计"],
    "header": TITLES,
    "heading": ["__merge__"],
}


offsets = given(
    st.lists(st.sampled_from(list(ODD_ROWS)), min_size=1, max_size=12), st.integers(1, 29), st.integers(1, 30)
)
one_folder = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@settings(one_folder, max_examples=40)
@offsets
def test_every_row_is_accounted_for_at_any_offset(tmp_path: Path, kinds: list[str], top: int, left: int) -> None:
    accounted_for(tmp_path, kinds, top, left)


@pytest.mark.slow
@settings(one_folder, max_examples=1_000)
@offsets
def test_every_row_of_a_thousand_rosters_is_accounted_for(
    tmp_path: Path, kinds: list[str], top: int, left: int
) -> None:
    accounted_for(tmp_path, kinds, top, left)


def accounted_for(tmp_path: Path, kinds: list[str], top: int, left: int) -> None:
    """A roster of such rows below a header at this place: everybody is read under Excel's row number, and
    what was taken and what was passed over are all rows there are."""
    expected: list[tuple[int, str]] = []

    def touch(sheet: Any) -> None:
        for down, kind in enumerate(kinds, top + 1):
            if kind == "person":
                row = person(down)
                expected.append((down, row["id_number"]))
                put(sheet, down, left, [row[key] for key in KEYS])
            elif kind == "heading":
                sheet.cell(down, left).value = "第二班"
                sheet.merge_cells(start_row=down, end_row=down, start_column=left, end_column=left + 5)
            else:
                put(sheet, down, left, ODD_ROWS[kind] or [])

    roster = read_one(roster_xlsx(tmp_path / "r.xlsx", [], at=(top, left), touch=touch))
    assert list(zip(roster.frame["row"], roster.frame["id_number"], strict=True)) == expected
    if not expected:
        assert codes(roster) == ["F07"]
    filled = [down for down, kind in enumerate(kinds, 1) if kind != "blank"]
    entry = roster.sheets[0]
    assert entry.header_row == top
    assert entry.rows + sum(entry.passed_over.values()) == (max(filled) if filled else 0)
