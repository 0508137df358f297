"""``skillcli report`` and ``skillcli tie-out`` from the command line."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from cli.conftest import Place

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
