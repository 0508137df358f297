"""Taking old lists in, paying grants, following up and giving the ledger out, by the command line."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from cli.conftest import Place
from cli.office import AS_OF, identity, trainee
from skillcli.schema.column import Table
from skillcli.schema.grants import GRANTS
from skillcli.schema.past import HISTORY
from skillcli.schema.placement import PLACEMENT


def book(path: Path, table: Table, row: dict[str, Any]) -> Path:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = table.title
    sheet.append([column.title for column in table.columns])
    sheet.append([row.get(column.key) for column in table.columns])
    workbook.save(path)
    return path


def told(place: Place, tmp_path: Path, *arguments: str) -> tuple[int, dict[str, Any]]:
    target = tmp_path / "out.json"
    status = place.run(*arguments, "--json", str(target))
    result: dict[str, Any] = json.loads(target.read_text(encoding="utf-8"))
    return status, result


def test_an_old_list_is_checked_then_taken_in_once(
    place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = {**trainee(8), "line": "prejob", "amount_fen": 300, "paid_on": "2020-03-31"}
    path = str(book(tmp_path / "旧台账.xlsx", HISTORY, old))
    assert told(place, tmp_path, "ledger", "import-history", path, "--check")[1]["findings"] == []
    status, done = told(place, tmp_path, "ledger", "import-history", path)
    assert (status, done["amount_fen"], done["already"]) == (0, 30000, False)
    assert done["batches"] == [{"id": "2020-03-1", "month": "2020-03", "lines": 1, "amount_fen": 30000}]
    assert told(place, tmp_path, "ledger", "import-history", path)[1]["already"]
    assert place.run("ledger", "verify") == 0
    bad = str(book(tmp_path / "坏台账.xlsx", HISTORY, {**old, "id_number": identity(9, wrong=True)}))
    assert place.run("ledger", "import-history", bad) == 2
    assert told(place, tmp_path, "ledger", "import-history", bad, "--check")[0] == 1
    assert not re.search(r"(?<![0-9a-f])\d{17}[\dX](?![0-9a-f])", "".join(capsys.readouterr()))


def test_a_grant_is_paid_and_refused_the_second_time(place: Place, tmp_path: Path) -> None:
    row = {"unit": "甲公司", "item": "基地评估成绩优秀", "document": "1号", "recognised_on": "2020-02-01"}
    path = str(book(tmp_path / "补助.xlsx", GRANTS, row))
    status, done = told(place, tmp_path, "grants", path, "--month", "2020-03", *AS_OF)
    assert (status, done["batch"]["id"], done["amount_fen"]) == (0, "2020-03-1", 20_000_000)
    assert place.run("grants", path, "--month", "2020-04", *AS_OF) == 1
    assert place.run("grants", str(tmp_path / "没有.xlsx"), "--month", "2020-04") == 2


def test_a_follow_up_tells_the_rate(paid: Place, tmp_path: Path) -> None:
    row = {"name": "示例乙", "id_number": identity(1), "employed_on": "2020-04-01"}
    path = str(book(tmp_path / "跟踪.xlsx", PLACEMENT, row))
    status, done = told(paid, tmp_path, "placement", path, "--month", "2020-04", *AS_OF)
    assert (status, done["rows"], done["batch"], done["rates"]) == (0, 1, None, [])
    assert Path(done["outputs"][0]).exists()


def test_the_ledger_is_given_out_with_numbers_covered(
    paid: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, done = told(paid, tmp_path, "ledger", "export", str(tmp_path / "审计"), "--xlsx")
    assert status == 0
    assert done["rows"]["培训"] == 5
    assert place_is_clean(tmp_path / "审计" / "审计资料.xlsx")
    assert paid.run("ledger", "export", str(tmp_path / "审计"), "--xlsx") == 2
    assert paid.run("ledger", "export", str(tmp_path / "别处")) == 2
    assert "--xlsx" in capsys.readouterr().err


def place_is_clean(path: Path) -> bool:
    import zipfile

    archive = zipfile.ZipFile(path)
    return not any(re.search(r"990000\d{11}[\dX]", archive.read(name).decode()) for name in archive.namelist())
