"""``skillcli audit``: red flags over several batches, a sample that can be drawn again, nobody named where nobody need be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from cli.conftest import Place
from cli.office import identity, roster, trainee

Captured = pytest.CaptureFixture[str]
PHONE = "13812345678"


@pytest.fixture
def suspect(paid: Place) -> Place:
    """Three batches: in 2020-03 and 2020-04 people share a telephone and an account, one of them in both; 2020-05 is
    voided."""
    shared = {"phone": PHONE, "account": "6228480000000099999"}
    april = roster(paid.root.parent / "四月.xlsx", [trainee(order, **shared) for order in (11, 12, 13)])
    may = roster(paid.root.parent / "五月.xlsx", [trainee(order, **shared) for order in (14, 15)])
    assert paid.pay(april, month="2020-04") == 0
    assert paid.pay(may, month="2020-05") == 0
    assert paid.run("batch", "void", "2020-05-1", "--document", "重报") == 0
    return paid


def audited(place: Place, *arguments: str) -> dict[str, Any]:
    target = place.root.parent / "疑点.json"
    place.run("audit", *arguments, "--as-of", "2020-12-31", "--quiet", "--json", str(target))
    found: dict[str, Any] = json.loads(target.read_text(encoding="utf-8"))
    return found


def cells(path: str, sheet: str) -> list[tuple[object, ...]]:
    return list(load_workbook(path, read_only=True)[sheet].iter_rows(values_only=True))


def test_it_tells_what_is_doubtful_and_where_the_workbook_lies(suspect: Place, capsys: Captured) -> None:
    assert suspect.run("audit", "--as-of", "2020-12-31") == 1
    said = capsys.readouterr().out
    assert "多人共用电话 1 件" in said
    assert "多人共用银行账号 1 件" in said
    assert "疑点，需核实：共 2 件，涉及补贴 900.00 元" in said
    assert str(suspect.root / "输出" / "审计" / "审计疑点.xlsx") in said


def test_the_workbook_shows_every_row_that_raises_a_flag(suspect: Place) -> None:
    path = audited(suspect)["outputs"][0]
    assert load_workbook(path, read_only=True).sheetnames == ["汇总", "疑点", "抽样核查", "说明"]
    shown = [row for row in cells(path, "疑点") if row[1] == "多人共用电话"]
    assert [row[4] for row in shown] == [identity(order) for order in (11, 12, 13)]
    assert {row[2] for row in shown} == {"疑点，需核实：联系电话 *******5678 由 3 人共用。"}
    assert {row[10] for row in shown} == {"2020-04-1"}
    assert {row[11] for row in shown} == {"四月.xlsx"}


def test_months_show_only_what_touches_their_batches(suspect: Place) -> None:
    assert audited(suspect, "--month", "2020-03")["counts"]["phone_shared"] == 0
    assert audited(suspect, "2020-04")["counts"]["phone_shared"] == 1
    assert audited(suspect, "2020Q1")["sample"]["population"] == 4
    assert audited(suspect, "2020")["sample"]["population"] == 7
    assert suspect.run("audit", "2019") == 2
    assert suspect.run("audit", "2020", "--month", "2020-03") == 2


def test_a_sample_is_drawn_again_by_its_seed(suspect: Place) -> None:
    first = audited(suspect, "--sample", "3", "--seed", "7")
    again = audited(suspect, "--sample", "3", "--seed", "7")
    assert first == again
    assert len(first["sample"]["lines"]) == 3
    lines = {row[1] for row in cells(first["outputs"][0], "抽样核查")}
    assert set(first["sample"]["lines"]) <= lines
    assert any(
        audited(suspect, "--sample", "3", "--seed", str(seed))["sample"]["lines"] != first["sample"]["lines"]
        for seed in range(4)
    )


def test_the_sample_shows_telephones_and_covers_identity_numbers(suspect: Place) -> None:
    path = audited(suspect, "2020-04", "--sample", "3")["outputs"][0]
    text = "\n".join(str(cell) for row in cells(path, "抽样核查") for cell in row)
    assert PHONE in text
    assert identity(11) not in text
    assert f"990***********{identity(11)[-4:]}" in text


def test_json_and_screen_name_nobody(suspect: Place, capsys: Captured) -> None:
    found = json.dumps(audited(suspect), ensure_ascii=False)
    suspect.run("audit", "--as-of", "2020-12-31")
    said = capsys.readouterr().out + found
    for number in (identity(11), identity(12), PHONE, "6228480000000099999", "示例"):
        assert number not in said


def test_the_same_ledger_gives_the_same_bytes(suspect: Place, tmp_path: Path) -> None:
    made = []
    for name in ("甲", "乙"):
        found = audited(suspect, "--out", str(tmp_path / name))
        made.append(Path(found["outputs"][0]).read_bytes())
    assert made[0] == made[1]


def test_an_honest_ledger_raises_nothing(paid: Place, capsys: Captured) -> None:
    assert paid.run("audit", "--as-of", "2020-12-31") == 0
    assert "没有疑点。" in capsys.readouterr().out
