"""A resubmitted roster beside the earlier one: which rows are the same training, what changed, what it is in money."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from jobs.two_batches import AS_OF, Office, Row
from rules.build import person_id
from skillcli.core.errors import ClerkError
from skillcli.jobs.roster_diff import Diff, diff
from skillcli.ledger.ledger import Ledger

OTHER = "S000023123456209999999"
LATER = {"start": date(2020, 4, 12), "end": date(2020, 5, 1), "issued_on": date(2020, 5, 9), "days": 10, "hours": None}


@pytest.fixture(scope="module")
def linkou(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Batch 2020-05-1: trainings of persons 1 to 3, 900 yuan each; of person 4, waiting for an account."""
    office = Office(tmp_path_factory.mktemp("diff"), "linkou-2019")
    office.pay([*(office.row(number) for number in (1, 2, 3)), office.row(4, payer="个人缴费")])
    return office


def rows(office: Office, **changed: Row) -> list[Row]:
    """The four rows again; ``p2={...}`` changes the second, ``p2=None`` leaves it out."""
    whole = [office.row(1), office.row(2), office.row(3), office.row(4, payer="个人缴费")]
    given = [changed.get(f"p{number}", {}) for number in range(1, 5)]
    return [row | new for row, new in zip(whole, given, strict=True) if new is not None]


def compare(office: Office, new: list[Row], old: str = "2020-05-1") -> Diff:
    return diff(office.workspace, old, office.write(new), as_of=AS_OF)


def counts(found: Diff) -> dict[str, int]:
    return {str(kind): int(count) for kind, count in zip(found.sums["kind"], found.sums["rows"], strict=True) if count}


def test_the_same_roster_differs_in_nothing(linkou: Office) -> None:
    found = compare(linkou, rows(linkou))
    assert counts(found) == {"未变": 4}
    assert (found.effect_fen, found.confirm) == (0, 0)
    assert found.sums["old_fen"].sum() == 270000


def test_the_order_of_rows_does_not_matter(linkou: Office) -> None:
    new = rows(linkou)
    random.Random(1).shuffle(new)
    assert counts(compare(linkou, new)) == {"未变": 4}


@pytest.mark.parametrize(
    ("changed", "expected", "effect", "confirm"),
    [
        # what the new roster says of person 2,   rows by kind,                     yuan,  to confirm
        ({"level": "高级工"}, {"未变": 3, "变更": 1}, 0, 0),
        ({"training_kind": "项目制培训"}, {"未变": 3, "变更": 1}, -900, 0),  # E09
        ({"result": "不合格"}, {"未变": 3, "变更": 1}, -900, 0),
        ({"categories": "不知道"}, {"未变": 3, "变更": 1}, -900, 0),
        ({"certificate_no": OTHER}, {"未变": 3, "变更": 1}, 0, 0),
        ({"start": date(2020, 3, 3)}, {"未变": 3, "变更": 1}, 0, 0),
        ({"start": date(2020, 3, 3), "certificate_no": OTHER}, {"未变": 3, "变更": 1}, -900, 1),  # D02
        ({"id_number": person_id(9)}, {"未变": 3, "变更": 1}, -900, 1),  # C03
        ({"id_number": None}, {"未变": 3, "变更": 1}, -900, 1),
        (None, {"未变": 3, "减少": 1}, -900, 1),
    ],
)
def test_one_row_changed(
    linkou: Office, changed: Row | None, expected: dict[str, int], effect: int, confirm: int
) -> None:
    found = compare(linkou, rows(linkou, p2=changed))
    assert counts(found) == expected
    assert (found.effect_fen, found.confirm) == (effect * 100, confirm)


def test_an_account_added_pays_the_waiting_line(linkou: Office) -> None:
    found = compare(linkou, rows(linkou, p4={"account": "6212288802000001666"}))
    assert counts(found) == {"未变": 3, "变更": 1}
    (row,) = found.changed.to_dict("records")
    assert (row["old_fen"], row["new_fen"], row["effect_fen"], row["line_nos"]) == (0, 90000, 90000, "")
    assert row["changes"] == "银行账号：（空白） → ***************1666"


def test_a_new_person_is_added_and_another_of_the_same_name_is_not_the_one_who_left(linkou: Office) -> None:
    found = compare(linkou, [*rows(linkou, p2=None), linkou.row(7)])
    assert counts(found) == {"未变": 3, "减少": 1, "新增": 1}
    assert found.gone["line_nos"].tolist() == ["2020-05-1/000002"]
    assert (found.gone["old_fen"].tolist(), found.added["new_fen"].tolist()) == ([90000], [90000])
    assert found.effect_fen == 0


def test_the_old_and_the_new_of_a_cell_are_told_in_the_sheets_words(linkou: Office) -> None:
    found = compare(linkou, rows(linkou, p2={"end": date(2020, 4, 21), "issued_on": None}))
    before = linkou.row(2)
    assert found.changed["changes"].tolist() == [
        f"结课日期：{before['end']} → 2020-04-21；发证日期：{before['issued_on']} → （空白）"
    ]


def test_whole_numbers_stand_nowhere(linkou: Office) -> None:
    found = compare(linkou, rows(linkou, p1={"id_number": person_id(8), "remark": f"原号 {person_id(1)}"}, p2=None))
    assert found.output is not None
    book = load_workbook(found.output)
    cells = " ".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)
    assert person_id(1) not in cells
    assert person_id(8) not in cells
    assert person_id(2) not in cells
    assert "身份证号：" in cells


def test_sheets_and_sums_agree(linkou: Office) -> None:
    found = compare(linkou, [*rows(linkou, p1={"result": "不合格"}, p2=None), linkou.row(7)])
    assert found.output is not None
    assert found.output.name.endswith("-比对.xlsx")
    book = load_workbook(found.output)
    assert book.sheetnames == ["汇总", "新增", "减少", "变更", "说明"]
    values = [[cell.value for cell in row] for row in book["汇总"].iter_rows()]
    table = {row[0]: row[1:] for row in values if row[0] in ("未变", "变更", "减少", "新增", "合计")}
    assert table == {
        "未变": [2, 900, 900, 0],
        "变更": [1, 900, 0, -900],
        "减少": [1, 900, 0, -900],
        "新增": [1, 0, 900, 900],
        "合计": [5, 2700, 1800, -900],
    }


def test_two_files_are_compared_without_a_batch(linkou: Office) -> None:
    old = linkou.write([linkou.row(21), linkou.row(22)])
    found = compare(linkou, [linkou.row(22, payer="个人缴费"), linkou.row(23)], str(old))
    assert not found.batch
    assert counts(found) == {"变更": 1, "减少": 1, "新增": 1}
    assert found.sums["effect_fen"].tolist() == [0, -90000, -90000, 90000]


def test_a_row_twice_is_paired_once_each(linkou: Office) -> None:
    old = linkou.write([linkou.row(31), linkou.row(31)])
    assert counts(compare(linkou, [linkou.row(31)] * 3, str(old))) == {"未变": 2, "新增": 1}


def test_a_repeated_person_with_several_trainings_is_not_guessed_at(linkou: Office) -> None:
    """Both trainings of the person changed certificate and dates: which became which nobody can tell."""
    old = linkou.write([linkou.row(41), linkou.row(41, certificate_no="S1", **LATER)])
    new = [
        linkou.row(41, certificate_no=f"S{n}", start=date(2020, 2, n), end=date(2020, 3, 1), occupation="电工")
        for n in (2, 3)
    ]
    assert counts(compare(linkou, new, str(old))) == {"减少": 2, "新增": 2}


def test_columns_only_one_roster_has_are_not_compared(linkou: Office, tmp_path: Path) -> None:
    path = linkou.write(rows(linkou))
    book = load_workbook(path)
    sheet = book.active
    assert sheet is not None
    remark = next(cell.column for cell in sheet[1] if cell.value == "户口性质")
    sheet.delete_cols(remark)
    book.save(tmp_path / "少一栏.xlsx")
    found = diff(linkou.workspace, "2020-05-1", tmp_path / "少一栏.xlsx", as_of=AS_OF)
    assert counts(found) == {"未变": 4}
    assert found.passed_over == ("户口性质",)


def test_a_void_batch_is_worth_nothing(tmp_path: Path) -> None:
    office = Office(tmp_path, "linkou-2019")
    office.pay([office.row(1)])
    office.void("2020-05-1")
    found = compare(office, [office.row(1)])
    assert (found.sums["old_fen"].sum(), found.sums["new_fen"].sum()) == (0, 90000)


def test_nothing_is_booked(linkou: Office) -> None:
    with Ledger.open(linkou.workspace.ledger) as ledger:
        before = ledger.head()
    compare(linkou, rows(linkou, p2=None))
    with Ledger.open(linkou.workspace.ledger) as ledger:
        assert ledger.head() == before


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [("2020-05-9", None, "没有批次 2020-05-9"), ("没有.xlsx", None, "没有.xlsx"), ("2020-05-1", b"", "F01")],
)
def test_what_cannot_be_compared_is_told(
    linkou: Office, tmp_path: Path, old: str, new: bytes | None, said: str
) -> None:
    path: Any = linkou.write(rows(linkou))
    if new is not None:
        path = tmp_path / "空.xlsx"
        path.write_bytes(new)
    with pytest.raises(ClerkError, match=said):
        diff(linkou.workspace, old, path, as_of=AS_OF)
