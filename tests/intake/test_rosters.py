"""Several files and folders become one roster with stable order, places and findings."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from skillcli.intake import read_rosters
from skillcli.schema.inputs import ROSTER
from skillcli.schema.roster import check_roster

from .build import KEYS, codes, csv_text, messages, person, read_one, roster_xlsx


def test_rows_stand_in_the_order_of_files_sheets_and_rows(tmp_path: Path) -> None:
    second = roster_xlsx(tmp_path / "b.xlsx", [person(3), person(4)])
    first = tmp_path / "a.csv"
    first.write_text(csv_text([person(1), person(2)]), encoding="utf-8")
    told: list[tuple[str, int]] = []
    roster = read_rosters([second, first], progress=lambda name, rows: told.append((name, rows)))
    check_roster(roster)
    assert list(roster.frame.index) == [0, 1, 2, 3]
    assert list(roster.frame["id_number"]) == [person(n)["id_number"] for n in (3, 4, 1, 2)]
    assert list(roster.frame["source"]) == [0, 0, 1, 1]
    assert [entry.path for entry in roster.sheets] == [str(second), str(first)]
    assert [entry.sha256 for entry in roster.sheets] == [
        hashlib.sha256(path.read_bytes()).hexdigest() for path in (second, first)
    ]
    assert told == [("b.xlsx", 2), ("a.csv", 2)]
    place = roster.place(2, "id_number")
    assert (place.file, place.row, place.column) == (str(first), 2, "身份证号")


def test_a_folder_means_its_rosters_sorted(tmp_path: Path) -> None:
    for name in ("b.xlsx", "a.xlsx", "~$a.xlsx", ".隐藏.xlsx", "a-审核意见.xlsx"):
        roster_xlsx(tmp_path / name, [person(1)])
    (tmp_path / "说明.docx").write_bytes(b"PK")
    roster = read_rosters([tmp_path])
    assert codes(roster) == []
    assert [Path(entry.path).name for entry in roster.sheets] == ["a.xlsx", "b.xlsx"]


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    roster = read_rosters([tmp_path])
    assert codes(roster) == ["F03"]
    check_roster(roster)
    assert len(roster.frame) == 0


def test_every_column_of_the_schema_survives_writing_and_reading(tmp_path: Path) -> None:
    import datetime

    full: dict[str, Any] = person(
        1,
        sex="男",
        phone="13800000001",
        categories="两后生、农村转移就业劳动者",
        household="农村",
        town="古城镇",
        pension="否",
        employment_card="1401000000000001",
        class_no="2020-001",
        hours=80,
        days=10,
        attendance="95%",
        employer="甲公司",
        employer_uscc="91140100MA0ABCDE0X",
        employer_insured="是",
        ojt_months=6,
        fee=1200.5,
        payer="个人缴费",
        bank="某某银行",
        account="6228480000000000001",
        placed="是",
        employed_on=datetime.date(2020, 5, 1),
        employed_region="230100",
        employed_at="乙公司",
        release_on=datetime.date(2020, 6, 1),
        issuer="某评价机构",
        department="人社局",
        programme="春潮行动",
        domicile="231025",
        remark="无异常",
    )
    keys = [column.key for column in ROSTER.columns]
    assert set(full) == set(keys)
    roster = read_one(roster_xlsx(tmp_path / "r.xlsx", [full], keys=keys))
    assert messages(roster) == ""
    assert roster.columns == frozenset(keys)
    row = roster.frame.loc[0]
    changed = {"pension": False, "employer_insured": True, "placed": True, "attendance": 9500, "fee": 120_050}
    for key in keys:
        value = row[key].date() if ROSTER[key].kind == "date" else row[key]
        assert value == changed.get(key, full[key]), key
    assert row["training_kind_written"] == full["training_kind"]


def test_absent_columns_are_missing_and_not_in_columns(tmp_path: Path) -> None:
    roster = read_one(roster_xlsx(tmp_path / "r.xlsx", [person(1)]))
    assert roster.columns == frozenset(KEYS)
    assert roster.frame["phone"].isna().all()


def test_the_training_kind_is_kept_as_written(tmp_path: Path) -> None:
    people = [person(1, training_kind="就业技能"), person(2, training_kind=" 跳伞 "), person(3, training_kind=None)]
    roster = read_one(roster_xlsx(tmp_path / "r.xlsx", people))
    assert list(roster.frame["training_kind"].fillna("-")) == ["就业技能培训", "-", "-"]
    assert list(roster.frame["training_kind_written"].fillna("-")) == ["就业技能", "跳伞", "-"]


def test_each_spelling_and_each_repair_is_told_once_over_the_run(tmp_path: Path) -> None:
    odd = [person(n, level="四级", id_number=f" {person(n)['id_number']}") for n in range(5)]
    paths = [roster_xlsx(tmp_path / name, odd) for name in ("a.xlsx", "b.xlsx")]
    roster = read_rosters(paths)
    spelled = [f for f in roster.findings if "“四级”" in f.message]
    assert [f.message for f in spelled] == ["“四级”按“中级工”读取（共 10 处）。"]
    assert (spelled[0].place.file, spelled[0].place.row) == (str(paths[0]), 2)
    repaired = [f.message for f in roster.findings if "去掉空格" in f.message]
    assert repaired == ["身份证号有 10 处已整理：去掉空格。"]


def test_the_input_is_not_touched(tmp_path: Path) -> None:
    path = roster_xlsx(tmp_path / "r.xlsx", [person(1)])
    before = (path.read_bytes(), path.stat().st_mtime_ns)
    read_one(path)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert [child.name for child in tmp_path.iterdir()] == ["r.xlsx"]


def test_the_same_files_give_the_same_answer(tmp_path: Path) -> None:
    paths = [roster_xlsx(tmp_path / f"{n}.xlsx", [person(n, level="四级")]) for n in range(4)]
    one, other = read_rosters(paths), read_rosters(paths)
    assert one.frame.equals(other.frame)
    assert one.findings == other.findings


@pytest.mark.slow
def test_five_thousand_rows_with_three_bad_ones(tmp_path: Path) -> None:
    people = [person(n) for n in range(5000)]
    for n in (10, 2000, 4999):
        people[n] = person(n, id_number=9.90000198503040e17)
    roster = read_one(roster_xlsx(tmp_path / "r.xlsx", people))
    assert len(roster.frame) == 5000
    assert list(roster.frame.loc[roster.faults["rid"], "row"]) == [12, 2002, 5001]
