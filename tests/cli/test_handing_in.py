"""Handing rosters in, comparing them and restoring the ledger by the command line: statuses, sentences, JSON."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from cli.conftest import Place
from cli.office import AS_OF, roster, trainee


def told(place: Place, tmp_path: Path, *arguments: str) -> tuple[int, dict[str, Any]]:
    target = tmp_path / "out.json"
    status = place.run(*arguments, "--json", str(target), "--quiet")
    result: dict[str, Any] = json.loads(target.read_text(encoding="utf-8"))
    return status, result


def test_strict_ends_with_2_and_books_nothing(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert place.run("pay", str(place.mixed), "--month", "2020-03", *AS_OF, "--strict", "--quiet") == 2
    assert "混.xlsx 花名册 第 2 行 P04" in capsys.readouterr().err
    assert place.run("batch", "list") == 0
    assert "还没有批次" in capsys.readouterr().out
    assert place.run("pay", str(place.good), "--month", "2020-03", *AS_OF, "--strict", "--quiet") == 0


def test_partial_writes_what_is_to_be_mended(place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, done = told(place, tmp_path, "pay", str(place.mixed), "--month", "2020-03", *AS_OF, "--partial")
    assert status == 1
    assert done["counts"]["rows"] == done["counts"]["拟补贴"] == 1
    assert done["batch"]["submission"] == {
        "kind": "full", "corrects": None, "duplicates": 0, "parked": 1, "removed": 0,
    }  # fmt: skip
    assert Path(done["outputs"][1]).name == "2020-03-1-待修正花名册.xlsx"
    assert place.run("batch", "show", "2020-03-1") == 0
    assert "整份报送；留出待修正 1 行" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--strict", "--partial"], "只能写一个"),
        (["--kind", "correction"], "--corrects"),
        (["--kind", "whole"], "没有“whole”"),
        (["--confirm-removals", "1"], "只用于更正报送"),
        (["--allow-duplicates", "1"], "重复申报的是 0 行"),
    ],
)
def test_options_that_do_not_fit_end_with_2(
    place: Place, options: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert place.run("pay", str(place.good), "--month", "2020-03", *AS_OF, "--quiet", *options) == 2
    assert said in capsys.readouterr().err


def test_pending_takes_none_of_these_options(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert place.run("pay", "--pending", "--month", "2020-03", "--partial", "--kind", "supplement") == 2
    assert "不能写 --partial、--kind" in capsys.readouterr().err


def test_a_correction_from_the_comparison_to_the_list(
    paid: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    better = roster(tmp_path / "更正.xlsx", [trainee(1), trainee(2, level="高级工"), trainee(9)])
    status, found = told(paid, tmp_path, "batch", "diff", "2020-03-1", str(better), *AS_OF)
    assert status == 0
    assert [(row["kind"], row["rows"]) for row in found["sums"]] == [("未变", 1), ("变更", 1), ("减少", 3), ("新增", 1)]
    assert (found["confirm_removals"], found["effect_fen"]) == (3, -30000)
    assert not re.search(r"\d{17}[\dX]", json.dumps(found, ensure_ascii=False))
    correct = ["pay", str(better), "--month", "2020-04", *AS_OF, "--kind", "correction", "--corrects", "2020-03-1"]
    assert paid.run(*correct, "--quiet") == 2
    assert "--confirm-removals 3" in capsys.readouterr().err
    status, done = told(paid, tmp_path, *correct, "--confirm-removals", "3")
    assert status == 1
    assert (done["batch"]["submission"]["corrects"], done["batch"]["submission"]["removed"]) == ("2020-03-1", 3)
    assert [line["verdict"] for line in done["lines"]] == ["不予补贴", "不予补贴", "拟补贴"]
    assert [Path(path).name for path in done["outputs"]] == ["2020-04-1-拨付.xlsx", "2020-04-1-减少名单.xlsx"]
    assert paid.run("ledger", "verify") == 0


def test_comparing_tells_what_to_do_next(paid: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fewer = roster(tmp_path / "更正.xlsx", [trainee(1), trainee(2)])
    assert paid.run("batch", "diff", "2020-03-1", str(fewer), *AS_OF, "--out", str(tmp_path / "出")) == 0
    shown = capsys.readouterr().out
    assert "--kind correction --corrects 2020-03-1 --confirm-removals 3" in shown
    assert (tmp_path / "出" / "更正-比对.xlsx").is_file()


def test_a_ledger_is_restored_and_the_present_one_kept(
    paid: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "b.db"
    assert paid.run("ledger", "backup", str(copy), "--quiet") == 0
    assert paid.pay(roster(tmp_path / "四月.xlsx", [trainee(7)]), month="2020-04") == 0
    assert paid.run("ledger", "restore", str(copy)) == 2
    assert "--lose 1" in capsys.readouterr().err
    status, done = told(paid, tmp_path, "ledger", "restore", str(copy), "--lose", "1")
    assert (status, done["lost"], done["batches"]) == (0, ["2020-04-1"], 1)
    assert Path(done["aside"]).is_file()
    assert paid.run("ledger", "verify") == 0
    assert paid.run("ledger", "restore", str(copy)) == 0
    assert "没有改动" in capsys.readouterr().out
    assert paid.run("ledger", "restore", str(tmp_path / "没有.db")) == 2
