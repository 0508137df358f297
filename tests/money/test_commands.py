"""The life of the money by the command line: statuses, sentences, JSON, sheets, and a kill at any moment."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from skillcli.ledger.ledger import Ledger

from .office import AS_OF, BATCH, BODY, Desk, bank, poor, roster, staff, to_body, to_person

SCHOOL = ["--institution", BODY]
REVERSE = ["reverse", "2020-03-1/000001", "--reason", "虚假培训", "--document", "追〔2020〕1号"]
ADVANCE = ["advance", "2020-001", *SCHOOL, "--heads", "45", "--standard", "5000", "--date", "2020-03-01"]


def answer(desk: Desk, *arguments: str) -> dict[str, Any]:
    target = desk.folder / "o.json"
    assert desk.run(*arguments, "--json", str(target)) in (0, 1)
    text = target.read_text(encoding="utf-8")
    assert not re.search(r"(?<![0-9a-f])\d{17}[\dX](?![0-9a-f])", text)  # a hash may hold many digits
    found: dict[str, Any] = json.loads(text)
    assert found["command"] == " ".join(word for word in arguments[:2] if word in found["command"].split())
    return found


def money_of(path: Path, sheet: str, title: str) -> list[float]:
    """The numbers under a title, its total row included."""
    rows = [[cell.value for cell in row] for row in load_workbook(path)[sheet].iter_rows()]
    place = next((i, row.index(title)) for i, row in enumerate(rows) if title in row)
    found = []
    for row in rows[place[0] + 1 :]:
        if not isinstance(row[place[1]], int | float):
            break
        found.append(row[place[1]])
    return found


def test_a_batch_goes_all_its_way(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert desk.run("batch", "send", "2020-03-1", "--document", "请款函1") == 0
    paid = answer(desk, "batch", "paid", "2020-03-1", "--date", "2020-04-20")
    assert (paid["batch"]["status"], paid["paid"]) == ("paid", {"lines": 5, "amount_fen": 310000})
    assert desk.run("batch", "close", "2020-03-1") == 0
    capsys.readouterr()
    shown = answer(desk, "batch", "show", "2020-03-1")
    assert [event["status"] for event in shown["events"]] == [
        "draft", "published", "approved", "sent", "paid", "closed",
    ]  # fmt: skip
    assert [event["person"] for event in shown["events"]][2] == "李科长"
    text = capsys.readouterr().out
    assert (
        text.index("草稿")
        < text.index("已审批")
        < text.index("已报送")
        < text.index("已支付　")
        < text.index("已办结　")
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["batch", "paid", "2020-03-1", "--date", "2999-01-01"], "在今天"),
        (["batch", "close", "2020-03-1"], "不能改为“已办结”"),
        (["batch", "approve", "2020-03-1", "--by", "王"], "不能改为“已审批”"),
        (["batch", "paid", "2020-09-9"], "没有批次 2020-09-9"),
        (["repay", "2020-03-1", "--month", "2020-04"], "没有等待补发的退票"),
        (["repay", "2020-03-1", "--month", "四月"], "月份"),
        (REVERSE, "还没有付款"),
        (["reverse", "2020-03-1/000001", "--reason", " ", "--document", "x"], "追回要写明理由和文号"),
        (["debt", "repaid", "1", "--amount", "一千", "--document", "x"], "--amount 写作 '一千'"),
        (["debt", "repaid", "1", "--amount", "10", "--document", "x"], "没有第 1 号应退款"),
        (["settle", "2020-001"], "班级 2020-001 没有先行拨付"),
        ([*ADVANCE, "--ratio", "49.99"], "先行拨付比例 49.99% 低于 50%，依据 四（四）2"),
        ([*ADVANCE, "--ratio", "69", "--category", "去产能"], "低于 70%（转岗职工、去产能失业人员），依据 四（四）2"),
        ([*ADVANCE, "--ratio", "101"], "超过 100%"),
        ([*ADVANCE, "--ratio", "五成"], "--ratio 写作 '五成'"),
        ([*ADVANCE, "--category", "退役军人"], "没有为“退役军人”另定"),
        ([*ADVANCE, "--employer", "某企业"], "只能写一个"),
        (["advance", "一班", *SCHOOL, "--heads", "0", "--standard", "5000"], "应大于 0"),
        (["advance", "一班", *SCHOOL, "--heads", "4", "--standard", "5000", "--date", "2999-01-01"], "在今天"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(
    desk: Desk, capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    with desk.ledger() as ledger:
        before = ledger.head()
    capsys.readouterr()
    assert desk.run(*arguments) == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert "处理：" in said or "应为" in said
    with desk.ledger() as ledger:
        assert ledger.head() == before


def test_a_reversal_is_told_and_netted_on_the_next_sheet(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert desk.run("batch", "paid", "2020-03-1", "--quiet") == 0
    told = answer(desk, *REVERSE)["reversal"]
    assert (told["settled_fen"], told["receivable"], told["frees"]) == (90000, 1, True)
    assert desk.run(*REVERSE) == 2
    assert "一行只能追回一次" in capsys.readouterr().err
    next_month = roster(desk.folder / "四月.xlsx", [poor(11), poor(12), staff(13)])
    assert desk.run("pay", str(next_month), "--month", "2020-04", *AS_OF, "--quiet") == 0
    path = desk.root / "输出" / "2020-04-1" / "2020-04-1-拨付.xlsx"
    assert money_of(path, "拨付汇总", "金额（元）")[-1] == money_of(path, "拨付明细", "金额（元）")[-1] == 3100
    assert money_of(path, "抵扣", "应付（元）") == [1800, 1800]
    assert money_of(path, "抵扣", "抵扣（元）") == [900, 900]
    assert money_of(path, "抵扣", "实付（元）") == [900, 900]
    texts = [
        str(cell.value) for sheet in load_workbook(path) for row in sheet.iter_rows() for cell in row if cell.value
    ]
    assert any("实际拨付 2,200.00 元（大写：贰仟贰佰元整）" in text for text in texts)
    assert "追回 2020-03-1/000001" in texts
    first = path.read_bytes()
    assert desk.run("batch", "show", "2020-04-1", "--write", "--quiet") == 0
    assert path.read_bytes() == first
    assert answer(desk, "batch", "show", "2020-04-1")["netted_fen"] == 90000


def test_demanded_money_is_given_back_and_the_list_says_so(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert desk.run("batch", "paid", "2020-03-1", "--quiet") == 0
    assert desk.run(*REVERSE, "--demand", "--quiet") == 0
    assert desk.run("debt", "repaid", "1", "--amount", "400元", "--document", "缴1", "--date", "2020-04-21") == 0
    assert "尚欠 500.00 元" in capsys.readouterr().out
    listed = answer(desk, "debt", "list", "--write")
    assert [(row["due_fen"], row["repaid_fen"], row["left_fen"]) for row in listed["receivables"]] == [
        (90000, 40000, 50000)
    ]
    assert listed["balance"]["cash_fen"] == 310000 - 40000
    assert money_of(Path(listed["outputs"][0]), "追回台账", "尚欠（元）") == [500, 500]


def test_an_advance_is_recorded_once_and_settled_once(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    first = answer(desk, *ADVANCE)
    assert (first["amount_fen"], first["ratio"], first["already"]) == (11250000, 5000, False)
    sheet = Path(first["outputs"][0])
    assert money_of(sheet, "先行拨付", "金额（元）") == [112500]
    written = sheet.read_bytes()
    assert answer(desk, *ADVANCE)["already"]
    assert sheet.read_bytes() == written
    assert desk.run(*ADVANCE, "--ratio", "60") == 2
    assert "一个班只能先行拨付一次" in capsys.readouterr().err
    more = roster(desk.folder / "四月.xlsx", [poor(11, class_no="2020-001"), poor(12, class_no="2020-002")])
    assert desk.run("pay", str(more), "--month", "2020-04", *AS_OF, "--quiet") == 0
    assert desk.run("settle", "2020-001") == 2
    assert "批次 2020-04-1 有班级 2020-001 的补贴，还没有批准" in capsys.readouterr().err
    assert desk.run("batch", "approve", "2020-04-1", "--by", "李科长", "--quiet") == 0
    done = answer(desk, "settle", "2020-001", "--document", "结1")
    # the class's lines of March were booked before the advance and paid in full
    assert (done["lines"], done["netted_fen"], done["excess_fen"]) == (3, 90000, 11160000)
    assert answer(desk, "settle", "2020-001")["already"]
    assert money_of(Path(done["outputs"][0]), "先行拨付结算", "金额（元）") == [112500, 2700, 900, 1800, 111600]
    with desk.ledger() as ledger:
        assert ledger.verify().problems == ()


def test_taiyuan_knows_no_advance(place: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert place.run(*ADVANCE) == 2
    assert "没有先行拨付的规定" in capsys.readouterr().err


def test_a_locked_sheet_after_recording_ends_with_4_and_is_written_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    real = os.replace

    def locked(source: Any, target: Any) -> None:
        if "退票" in str(target):
            raise PermissionError(13, "locked", str(target))
        real(source, target)

    monkeypatch.setattr(os, "replace", locked)
    assert desk.returns(to_person(1, result="失败")) == 4
    said = capsys.readouterr().err
    assert "回盘已登记，但工作簿没有写出" in said
    assert "skillcli batch show 2020-03-1 --write" in said
    monkeypatch.setattr(os, "replace", real)
    assert desk.run("batch", "show", "2020-03-1", "--write", "--quiet") == 0
    assert (desk.root / "输出" / "2020-03-1" / "2020-03-1-退票.xlsx").is_file()
    with desk.ledger() as ledger:
        assert sorted(ledger.money.transfers("2020-03-1")["state"]) == ["failed", "open", "open", "open", "open"]


def test_the_same_money_is_not_given_back_twice(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert desk.run("batch", "paid", "2020-03-1", "--quiet") == 0
    assert desk.run(*REVERSE, "--quiet") == 0
    given = ["debt", "repaid", "1", "--amount", "400", "--date", "2020-04-21", "--document"]
    assert desk.run(*given, "缴1") == 0
    assert desk.run(*given, "缴1") == 2
    assert "已经登记过" in capsys.readouterr().err
    assert desk.run(*given, "缴2") == 0


def _commands(desk: Desk) -> list[list[str]]:
    """Every command that adds to the ledger, in an order in which each one can work."""
    rows = [to_person(1), to_person(2, result="失败"), to_body(BODY, "1800"), to_body("迎泽机械有限公司", "1000")]
    answer_file = bank(desk.folder / "回盘.xlsx", rows)
    return [
        ["returns", str(answer_file), *BATCH],
        ["repay", "2020-03-1", "--month", "2020-04", *AS_OF],
        ["batch", "approve", "2020-04-1", "--by", "李科长"],
        ["batch", "paid", "2020-04-1", "--date", "2020-04-20"],
        [*REVERSE],
        [*ADVANCE],
        ["settle", "2020-001"],
        ["debt", "repaid", "1", "--amount", "100", "--document", "缴1"],
    ]


@pytest.mark.faults
@pytest.mark.parametrize("settle", ["sqlite"], indirect=True)
def test_a_kill_at_any_moment_leaves_all_or_nothing(desk: Desk) -> None:
    """Each command is killed at random moments, then run to its end: the same money as without any kill."""
    here = ["--workspace", str(desk.root), "--quiet"]
    chance = random.Random(20200410)
    for command in _commands(desk):
        line = [sys.executable, "-m", "skillcli", *command, *here]
        began = time.monotonic()
        whole = desk.folder / "trial"
        shutil.copytree(desk.root, whole)
        trial = [*line[: -len(here)], "--workspace", str(whole), "--quiet"]
        assert subprocess.run(trial, capture_output=True).returncode in (0, 1), command
        took = time.monotonic() - began
        with Ledger.open(whole / "台账" / "ledger.db") as ledger:
            wanted = ledger.money.balance()
        shutil.rmtree(whole)
        for _ in range(3):
            process = subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(chance.uniform(0.4, 1.0) * took)
            process.send_signal(signal.SIGKILL)
            process.wait()
            with desk.ledger() as ledger:
                assert ledger.verify().problems == ()
        subprocess.run(line, capture_output=True)
        with desk.ledger() as ledger:
            assert ledger.money.balance() == wanted, command
