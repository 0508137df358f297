"""``skillcli report`` and ``skillcli tie-out`` from the command line."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from cli.conftest import Place
from cli.office import identity, roster, trainee
from skillcli.xlsx.leak import scan

Captured = pytest.CaptureFixture[str]


def test_a_quarter_is_written_and_told(paid: Place, capsys: Captured) -> None:
    assert paid.run("report", "quarterly", "2020Q1", "--as-of", "2020-04-12") == 0
    said = capsys.readouterr().out
    assert "补贴 4 人次，4 人，4 条，金额 1,200.00 元" in said
    assert "2019—2021 年补贴性培训：目标 200,000 人次，累计完成 4 人次，完成率 0.00%" in said
    assert "申报 5 人次，合格 5 人次，合格率 100.00%" in said
    assert "待核实、待明确 0 条，能测算的金额 0.00 元" in said
    assert "就业率：未填" in said
    path = paid.root / "输出" / "报告" / "2020年第一季度报告.xlsx"
    assert path.is_file()
    assert str(path) in said


def test_json_holds_the_totals(paid: Place, tmp_path: Path) -> None:
    target = tmp_path / "report.json"
    assert paid.run("report", "annual", "2020", "--as-of", "2020-12-31", "--quiet", "--json", str(target)) == 0
    found = json.loads(target.read_text(encoding="utf-8"))
    assert found["command"] == "report annual"
    assert found["totals"]["amount_fen"] == 120_000
    assert found["clock"] == {"people": "certificate", "money": "booked"}
    assert found["targets"][0]["goal"] == 200_000
    assert found["outputs"] == [str(paid.root / "输出" / "报告" / "2020年度报告.xlsx")]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["quarterly", "2020-1"], "季度写作 '2020-1'，应为“年Q季”"),
        (["period", "2020-03-31", "2020-01-01"], "起始日期 2020-03-31 晚于截止日期 2020-01-01"),
        (["annual", "2020", "--clock", "month"], "没有“month”这种日期口径"),
        (["annual", "2020", "--as-issued", "2020-05-01", "--as-of", "2020-05-01"], "只能写一个"),
        (["annual", "2020", "--as-issued", "2010-05-01"], "2010-05-01 以前台账里还没有记录"),
    ],
)
def test_a_wrong_request_is_refused_in_plain_words(
    paid: Place, capsys: Captured, arguments: list[str], sentence: str
) -> None:
    assert paid.run("report", *arguments) == 2
    assert sentence in capsys.readouterr().err


def test_a_changed_ledger_is_not_reported(paid: Place, capsys: Captured) -> None:
    connection = sqlite3.connect(paid.root / "台账" / "ledger.db")
    query = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'line' AND sql LIKE '%UPDATE%'"
    name = connection.execute(query).fetchone()[0]
    connection.executescript(f"DROP TRIGGER {name}; UPDATE line SET amount_fen = amount_fen + 1 WHERE id = 2;")
    connection.close()
    assert paid.run("report", "quarterly", "2020Q1") == 2
    assert "台账核对不上，不出报告" in capsys.readouterr().err
    assert paid.run("tie-out", "2020Q1") == 1


@pytest.mark.parametrize("days", ["2020Q1", "2020", "2020-03"])
def test_it_ties_out_for_a_quarter_a_year_and_a_month(paid: Place, capsys: Captured, days: str) -> None:
    assert paid.run("tie-out", days) == 0
    said = capsys.readouterr().out
    assert "批次 2020-03-1 的“拨付明细”：1,200.00 元，一致" in said
    assert "全部一致" in said


def test_a_number_that_strayed_into_a_printed_field_stops_the_report(place: Place, capsys: Captured) -> None:
    stray = roster(place.root.parent / "误填.xlsx", [trainee(6, institution="某校 13812345678"), trainee(7)])
    place.pay(stray)
    assert place.run("report", "quarterly", "2020Q1", "--as-of", "2020-04-12") == 2
    said = capsys.readouterr().err
    assert "报告没有放出：里面有未隐去的号码（电话号码 " in said
    assert "13812345678" not in said
    assert not list((place.root / "输出").glob("报告/*.xlsx"))


def test_canaries_of_every_field_that_is_not_printed_reach_no_report(place: Place) -> None:
    canaries = {
        "phone": "13800001111",
        "account": "6222020200112233445",
        "remark": "备注 13800002222 990000198501010010",
        "domicile": "某村 13800003333 号",
        "employment_card": "1404990000198501",
        "employed_at": "某厂 13800004444",
        "issuer": "某中心 13800005555",
        "bank": "某行 6222020200112233445",
    }
    place.pay(roster(place.root.parent / "金丝雀.xlsx", [trainee(order, **canaries) for order in (6, 7)]))
    assert place.run("report", "annual", "2020", "--as-of", "2020-12-31") == 0
    (path,) = (place.root / "输出" / "报告").glob("*.xlsx")
    known = {"13800001111", "6222020200112233445", "13800002222", "13800003333", "1404990000198501", "13800004444"}
    assert scan(path, known | {identity(6), identity(7)}) == []
