"""A month's work by the command line alone: statuses, files, JSON, and nobody's number on the screen."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from cli.conftest import Place
from cli.office import AS_OF, identity, roster, trainee
from skillcli.cli.app import main
from skillcli.ledger.ledger import Ledger

LINE_KEYS = {
    "file", "sheet", "row", "person", "line", "verdict", "amount_fen", "proposed_fen", "payee_kind", "payee", "fund",
    "clause", "codes",
}  # fmt: skip
FINDING_KEYS = {"code", "severity", "file", "sheet", "row", "column", "line", "message", "clause"}
SECRETS = re.compile(r"(?<![0-9a-f])\d{17}[\dX](?![0-9a-f])|6228480000\d+")


def result(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def test_all_payable_ends_with_0(place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "out.json"
    assert place.run("validate", str(place.good), *AS_OF, "--json", str(target)) == 0
    assert place.run("pay", str(place.good), "--month", "2020-03", *AS_OF, "--json", str(target)) == 0
    done = result(target)
    assert done["batch"]["id"] == "2020-03-1"
    assert done["batch"]["status"] == "draft"
    assert done["counts"] == {
        "rows": 3, "lines": 3, "拟补贴": 3, "不予补贴": 0, "待核实": 0, "待明确": 0, "特殊审批": 0, "无补贴": 0,
    }  # fmt: skip
    assert done["amount_fen"] == 90000
    assert [Path(path).exists() for path in done["outputs"]] == [True] * len(done["outputs"])
    assert done["outputs"]
    shown = capsys.readouterr().out
    assert "拟补贴 3 条" in shown
    assert "900.00 元" in shown


@pytest.mark.parametrize("command", ["validate", "pay"])
def test_json_is_as_promised(place: Place, tmp_path: Path, command: str) -> None:
    target = tmp_path / "out.json"
    month = ["--month", "2020-03"] if command == "pay" else []
    assert place.run(command, str(place.good), str(place.mixed), *month, *AS_OF, "--json", str(target)) == 1
    done = result(target)
    assert list(done) == [
        "tool", "command", "policy", "as_of", "files", "batch", "counts", "amount_fen", "lines", "findings", "unchecked",
        "overdrawn", "outputs", "receipt",
    ]  # fmt: skip
    assert done["command"] == command
    assert (done["receipt"] is None) == (command == "pay")
    assert done["policy"]["id"] == "taiyuan-2019"
    assert len(done["policy"]["sha256"]) == 64
    assert done["as_of"] == "2020-04-10"
    assert [(Path(f["path"]).name, f["rows"], f["header_row"]) for f in done["files"]] == [
        ("好.xlsx", 3, 1),
        ("混.xlsx", 2, 1),
    ]
    verdicts = ("拟补贴", "不予补贴", "待核实", "待明确", "特殊审批")
    assert sum(done["counts"][verdict] for verdict in verdicts) == done["counts"]["lines"] == 5
    assert done["amount_fen"] == sum(line["amount_fen"] for line in done["lines"]) == 120000
    assert all(set(line) >= LINE_KEYS for line in done["lines"])
    assert all(set(finding) == FINDING_KEYS for finding in done["findings"])
    refused = next(line for line in done["lines"] if line["verdict"] == "不予补贴")
    assert (Path(refused["file"]).name, refused["row"], refused["amount_fen"]) == ("混.xlsx", 2, 0)
    assert refused["proposed_fen"] == 30000
    assert "P04" in refused["codes"]
    accused = next(finding for finding in done["findings"] if finding["code"] == "P04")
    assert (accused["severity"], accused["row"], accused["column"]) == ("error", 2, "身份证号")
    assert not SECRETS.search(target.read_text(encoding="utf-8"))
    assert re.fullmatch(r"990\*{11}\d{3}[\dX]", done["lines"][0]["person"])


def test_json_to_the_screen_leaves_people_to_stderr(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert place.run("validate", str(place.good), *AS_OF, "--json", "-") == 0
    shown = capsys.readouterr()
    assert json.loads(shown.out)["command"] == "validate"
    assert "拟补贴 3 条" in shown.err


def test_quiet_says_nothing_but_writes_everything(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert place.pay(place.good) == 0
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("", "")
    assert (place.root / "输出" / "2020-03-1" / "2020-03-1-拨付.xlsx").is_file()


def test_a_refused_row_ends_with_1_and_tells_what_to_do(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert place.run("validate", str(place.mixed), *AS_OF) == 1
    shown = capsys.readouterr().out
    assert "P04 身份证号校验码不符　不予补贴 1 处" in shown
    assert "混.xlsx 花名册 第 2 行" in shown
    assert "处理：" in shown


def test_the_same_files_again_are_the_same_batch(paid: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert paid.run("pay", str(paid.good), str(paid.mixed), "--month", "2020-03", *AS_OF) == 1
    assert "没有重复记" in capsys.readouterr().out
    assert paid.run("batch", "list") == 0
    assert capsys.readouterr().out.count("2020-03-") == 1


def test_another_file_is_the_next_batch(paid: Place, capsys: pytest.CaptureFixture[str]) -> None:
    other = roster(paid.good.parent / "四月.xlsx", [trainee(7)])
    assert paid.pay(other) == 0
    assert paid.run("batch", "show", "2020-03-2") == 0
    assert "300.00 元" in capsys.readouterr().out


def test_rows_paid_before_are_refused(paid: Place, tmp_path: Path) -> None:
    again = roster(paid.good.parent / "又报.xlsx", [trainee(1), trainee(8)])
    assert paid.run("pay", str(again), "--month", "2020-04", *AS_OF, "--json", str(tmp_path / "o.json"), "--quiet") == 1
    lines = result(tmp_path / "o.json")["lines"]
    assert [(line["verdict"], "D01" in line["codes"]) for line in lines] == [("不予补贴", True), ("拟补贴", False)]


def test_an_unusable_file_ends_with_2_and_nothing_is_written(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    bad = place.good.parent / "坏.xlsx"
    bad.write_bytes(b"")
    before = sorted(place.root.rglob("*"))
    assert place.run("pay", str(place.good), str(bad), "--month", "2020-03", *AS_OF, "--quiet") == 2
    shown = capsys.readouterr().err
    assert "坏.xlsx" in shown
    assert "F01" in shown
    assert sorted(place.root.rglob("*")) == before
    assert place.run("batch", "list") == 0
    assert "还没有批次" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["pay", "x.xlsx", "--month", "2020-3"], "月份写作"),
        (["pay", "x.xlsx", "--month", "2020-13"], "月份写作"),
        (["validate", "x.xlsx", "--as-of", "2020-02-30"], "日期写作"),
        (["validate", "没有.xlsx"], "没有.xlsx"),
        (["validate", "没有.xlsx", "--policy", "nowhere-2020"], "nowhere-2020"),
        (["batch", "show", "2020-03-9"], "没有批次 2020-03-9"),
        (["explain", "2020-03-9/000001"], "2020-03-9"),
        (["explain", "9999"], "--name"),
        (["catalog", "import", "没有.xlsx"], "没有.xlsx"),
        (["policy", "check", "没有.toml"], "没有.toml"),
    ],
)
def test_what_the_user_can_mend_ends_with_2(
    place: Place, arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    here = [] if arguments[0] == "policy" else place.here
    assert main([*arguments, *here]) == 2
    shown = capsys.readouterr().err
    assert sentence in shown
    assert "处理：" in shown or "应为" in shown


@pytest.mark.parametrize("command", [["pay", "x.xlsx", "--month", "2020-03"], ["batch", "list"], ["ledger", "verify"]])
def test_outside_of_a_workspace_the_way_in_is_told(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(command) == 2
    assert "skillcli init" in capsys.readouterr().err


def test_validate_needs_no_workspace(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["validate", str(place.good), *AS_OF]) == 2
    assert "--policy" in capsys.readouterr().err
    out = tmp_path / "结果"
    assert main(["validate", str(place.good), "--policy", "taiyuan-2019", "--out", str(out), *AS_OF]) == 0
    assert "未核对" in capsys.readouterr().out
    assert list(out.glob("*.xlsx"))


def test_booked_but_not_written_ends_with_4(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    taken = place.root / "输出" / "2020-03-1" / "2020-03-1-拨付.xlsx"
    (taken / "x").mkdir(parents=True)
    assert place.pay(place.good) == 4
    shown = capsys.readouterr().err
    assert "已入账" in shown
    assert "skillcli batch show 2020-03-1 --write" in shown
    assert place.run("batch", "list") == 0
    assert "2020-03-1" in capsys.readouterr().out
    (taken / "x").rmdir()
    taken.rmdir()
    assert place.run("batch", "show", "2020-03-1", "--write") == 0
    assert taken.is_file()


def test_a_json_file_that_cannot_be_written_after_booking_ends_with_4(
    place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "nowhere" / "o.json"
    assert place.run("validate", str(place.good), *AS_OF, "--json", str(target), "--quiet") == 2
    assert place.run("pay", str(place.good), "--month", "2020-03", *AS_OF, "--json", str(target), "--quiet") == 4
    assert "已入账" in capsys.readouterr().err


def test_life_of_a_batch(paid: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert paid.run("batch", "publish", "2020-03-1", "--document", "公示〔2020〕8号") == 0
    assert paid.run("batch", "approve", "2020-03-1", "--by", "李科长", "--document", "纪要〔2020〕5号") == 0
    assert paid.run("batch", "void", "2020-03-1", "--document", "报错") == 2
    capsys.readouterr()
    assert paid.run("batch", "show", "2020-03-1") == 0
    shown = capsys.readouterr().out
    assert shown.index("草稿") < shown.index("公示中　") < shown.index("已审批　")
    assert "公示〔2020〕8号" in shown


def test_a_draft_can_be_approved_at_once(paid: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert paid.run("batch", "approve", "2020-03-1") == 2
    assert "另一个人" in capsys.readouterr().err
    assert paid.run("batch", "approve", "2020-03-1", "--by", "李科长") == 0
    assert "已审批" in capsys.readouterr().out


def test_a_void_batch_frees_its_lines(paid: Place) -> None:
    assert paid.run("batch", "void", "2020-03-1", "--document", "报错月份", "--quiet") == 0
    assert paid.pay(paid.good, month="2020-04") == 0


def test_explain_by_line_by_number_by_name(paid: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    number = identity(1)
    target = tmp_path / "o.json"
    for wanted in (["2020-03-1/000001"], [number], [number[-4:], "--name", "示例乙"]):
        assert paid.run("explain", *wanted, "--json", str(target)) == 0
        shown = capsys.readouterr().out
        assert "批次 2020-03-1（草稿）　示例乙 990" in shown
        assert "标准 300.00 元 × 1 人 = 300.00 元；实计 300.00 元" in shown
        assert "二（二）2" in shown
        assert "好.xlsx 花名册 第 2 行" in shown
        assert [t["name"] for t in result(target)["trainings"]] == ["示例乙"]
    assert paid.run("explain", number[-4:], "--name", "无此人") == 2


def test_explain_tells_why_a_line_was_refused(paid: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert paid.run("explain", "2020-03-1/000004") == 0
    shown = capsys.readouterr().out
    assert "P04 不予补贴" in shown
    assert "应为 300.00 元，未付" in shown


def test_no_whole_number_on_any_screen(paid: Place, capsys: pytest.CaptureFixture[str]) -> None:
    number = identity(1)
    for arguments in (
        ["pay", str(paid.good), str(paid.mixed), "--month", "2020-03", *AS_OF],
        ["validate", str(paid.good), str(paid.mixed), *AS_OF, "--json", "-"],
        ["explain", number, "--json", "-"],
        ["explain", identity(99)],
        ["batch", "show", "2020-03-1", "--json", "-"],
    ):
        paid.run(*arguments)
    shown = capsys.readouterr()
    assert "990***********" in shown.out
    assert not SECRETS.search(shown.out + shown.err)


def test_ledger_is_verified_and_backed_up(paid: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert paid.run("ledger", "verify") == 0
    assert "台账完好" in capsys.readouterr().out
    copy = tmp_path / "copy.db"
    assert paid.run("ledger", "backup", str(copy)) == 0
    assert paid.run("ledger", "backup", str(copy)) == 2
    assert paid.run("ledger", "backup") == 0
    assert len(list((paid.root / "台账" / "备份").glob("ledger-*.db"))) == 1
    (paid.root / "台账" / "ledger.db").write_bytes(copy.read_bytes())
    assert paid.run("ledger", "verify") == 0


def test_a_changed_ledger_is_found_out(paid: Place, capsys: pytest.CaptureFixture[str]) -> None:
    import sqlite3

    with sqlite3.connect(paid.root / "台账" / "ledger.db") as connection:
        for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{trigger}"')
        connection.execute("UPDATE line SET amount_fen = amount_fen + 1 WHERE id = 1")
    assert paid.run("ledger", "verify") == 1
    assert "处问题" in capsys.readouterr().err


def test_the_rosters_stay_as_they_were(place: Place) -> None:
    before = place.mixed.read_bytes()
    place.run("validate", str(place.mixed), *AS_OF, "--quiet")
    place.pay(place.mixed)
    assert place.mixed.read_bytes() == before


def test_the_payment_workbook_adds_up(paid: Place) -> None:
    book = load_workbook(paid.root / "输出" / "2020-03-1" / "2020-03-1-拨付.xlsx")
    cells = [cell for row in book["拨付明细"].iter_rows(values_only=True) for cell in row]
    assert cells.count("企业岗前安全转岗培训补贴") == 4


def test_a_clock_before_the_ledger_warns_and_pays(paid: Place, capsys: pytest.CaptureFixture[str]) -> None:
    with Ledger.open(paid.root / "台账" / "ledger.db") as ledger:
        ledger.import_rulings("taiyuan-2019", {}, at="2999-01-01T00:00:00+00:00", person="某某")
    assert paid.pay(roster(paid.good.parent / "四月.xlsx", [trainee(7)])) == 0
    assert "校准时钟" in capsys.readouterr().err
    assert paid.run("ledger", "verify") == 0
