"""Blank workbooks: what is offered is what the reader takes."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from skillcli.core.errors import ClerkError
from skillcli.core.identity import Fault, examine
from skillcli.intake import read_rosters
from skillcli.policy.load import load_policy
from skillcli.reports.forms import form, form_kinds
from skillcli.schema import inputs, vocabulary
from skillcli.schema.column import Kind, Table
from skillcli.xlsx.template import Entry, Field, Form, FormSheet, write_template

TABLES = {"roster": (inputs.ROSTER,), "catalog": inputs.CATALOGUE, "readings": (inputs.READINGS,)}


def opened(kind: str, folder: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(write_template(form(kind), folder / f"{kind}.xlsx"))


@pytest.mark.parametrize(("kind", "table"), [(kind, table) for kind in TABLES for table in TABLES[kind]])
def test_headers_are_the_schemas_titles_in_order_and_required_ones_are_marked(
    kind: str, table: Table, tmp_path: Path
) -> None:
    sheet = opened(kind, tmp_path)[table.title]
    shown = [cell.value for cell in sheet[1]]
    assert shown == [("*" if column.required else "") + column.title for column in table.columns]
    assert sheet.freeze_panes == "B2"
    assert sheet.max_row == 1


@pytest.mark.parametrize("kind", list(TABLES))
def test_every_template_has_example_and_guide(kind: str, tmp_path: Path) -> None:
    workbook = opened(kind, tmp_path)
    assert {"示例", "填表说明"} <= set(workbook.sheetnames)
    listed = [row[1].value for row in workbook["填表说明"].iter_rows()]
    for table in TABLES[kind]:
        for column in table.columns:
            assert column.title in listed


def test_numbers_that_excel_would_damage_are_text(tmp_path: Path) -> None:
    sheet = opened("roster", tmp_path)["花名册"]
    formats = {
        n: each.number_format for each in sheet.column_dimensions.values() for n in range(each.min, each.max + 1)
    }
    for number, column in enumerate(inputs.ROSTER.columns, start=1):
        shown = formats[number]
        if column.kind.guarded or column.kind in (Kind.TEXT, Kind.USCC):
            assert shown == "@", column.title
        if column.kind is Kind.DATE:
            assert "yyyy" in shown


def test_drop_downs_offer_exactly_the_vocabulary(tmp_path: Path) -> None:
    workbook = opened("roster", tmp_path)
    sheet = workbook["花名册"]
    offered = {}
    for rule in sheet.data_validations.dataValidation:
        column = list(rule.sqref.ranges)[0].min_col
        source = rule.formula1
        if source.startswith('"'):
            offered[column] = tuple(source.strip('"').split(","))
        else:
            name, area = source.lstrip("=").split("!")
            hidden = workbook[name.strip("'")]
            assert hidden.sheet_state == "hidden"
            offered[column] = tuple(cell[0].value for cell in hidden[area.replace("$", "")])
        assert list(rule.sqref.ranges)[0].max_row >= 2_000
    for number, column in enumerate(inputs.ROSTER.columns, start=1):
        if column.kind in (Kind.WORD, Kind.WORDS, Kind.YES_NO):
            assert offered[number] == vocabulary.words(column.words or "yes_no")
        else:
            assert number not in offered


def test_several_values_may_be_typed_where_the_column_takes_several(tmp_path: Path) -> None:
    sheet = opened("roster", tmp_path)["花名册"]
    column = inputs.ROSTER.keys.index("categories") + 1
    rules = {list(rule.sqref.ranges)[0].min_col: rule for rule in sheet.data_validations.dataValidation}
    assert not rules[column].showErrorMessage
    assert rules[inputs.ROSTER.keys.index("level") + 1].errorStyle == "warning"


def test_notes_stand_at_the_headers(tmp_path: Path) -> None:
    sheet = opened("roster", tmp_path)["花名册"]
    column = inputs.ROSTER.keys.index("id_number") + 1
    assert inputs.ROSTER["id_number"].note in sheet.cell(1, column).comment.text


def test_example_people_are_well_formed_and_live_nowhere(tmp_path: Path) -> None:
    sheet = opened("roster", tmp_path)["示例"]
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    column = [str(title).lstrip("*") for title in rows[0]].index("身份证号")
    numbers = [row[column] for row in rows[1:]]
    assert len(numbers) >= 2
    import numpy as np

    fault, _, _ = examine(np.array(numbers, dtype=object))
    assert (fault == Fault.NONE).all()
    assert all(number.startswith("990000") for number in numbers)


def test_a_blank_roster_is_read_as_a_roster_without_rows(tmp_path: Path) -> None:
    target = write_template(form("roster"), tmp_path / "a.xlsx")
    codes = {finding.code for finding in read_rosters([target]).findings}
    assert "F07" in codes
    assert not codes & {"F01", "F03", "F04", "F05"}


def test_the_examples_filled_in_are_read_without_a_fault(tmp_path: Path) -> None:
    target = write_template(form("roster"), tmp_path / "a.xlsx")
    workbook = openpyxl.load_workbook(target)
    for row in workbook["示例"].iter_rows(min_row=3, values_only=True):
        workbook["花名册"].append(["" if value is None else value for value in row])
    workbook.save(target)
    roster = read_rosters([target])
    assert len(roster.frame) == 3
    assert len(roster.faults) == 0
    assert roster.columns == frozenset(inputs.ROSTER.keys)
    assert roster.frame["categories"].tolist() == ["贫困劳动力、农村转移就业劳动者", "企业职工", "就业困难人员"]


def test_the_same_template_gives_the_same_bytes(tmp_path: Path) -> None:
    first = write_template(form("catalog"), tmp_path / "a.xlsx")
    second = write_template(form("catalog"), tmp_path / "b.xlsx")
    assert first.read_bytes() == second.read_bytes()


def test_the_readings_form_lists_what_is_open(tmp_path: Path) -> None:
    policy = load_policy("linkou-2019")
    target = write_template(form("readings", policy), tmp_path / "a.xlsx")
    rows = list(openpyxl.load_workbook(target)["政策口径"].iter_rows(min_row=2, values_only=True))
    open_keys = [reading.key for reading in policy.readings if policy.value(reading.key) is None]
    assert [row[:2] for row in rows] == [("linkou-2019", key) for key in open_keys]
    assert open_keys


def test_an_unknown_kind_is_a_sentence_that_names_the_kinds() -> None:
    with pytest.raises(ClerkError, match="没有名为") as caught:
        form("rooster")
    assert all(kind in caught.value.remedy for kind in form_kinds())


def test_a_row_of_the_wrong_length_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="表"):
        FormSheet("表", (Field("甲"),), (("1", "2"),))


def test_hostile_choices_and_titles_stay_text(tmp_path: Path) -> None:
    words = ("=1+1", "a,b", "+2")
    sheet = FormSheet("表", (Field("=甲", Entry.TEXT, False, "=注", words),), (("=3",),), (("@x",),))
    workbook = openpyxl.load_workbook(write_template(Form("=书", (sheet,), ("=句",)), tmp_path / "a.xlsx"))
    cells = [cell for each in workbook for row in each.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert workbook["表"]["A2"].value == "@x"
