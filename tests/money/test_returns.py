"""A return file is taken in whole or not at all, and every wrong cell is named."""

from __future__ import annotations

import re

import pytest
from openpyxl import load_workbook

from .office import AS_OF, BATCH, BODY, Desk, bank, identity, to_body, to_person

EMPLOYER = "迎泽机械有限公司"


@pytest.mark.parametrize(
    ("rows", "cell", "sentence"),
    [
        ([to_person(9)], "第 2 行：“身份证号”", "没有付给 990***********0099 的补贴"),
        ([to_person(3)], "第 2 行：“身份证号”", "没有付给 990***********0033 的补贴"),
        ([to_body("没有的学校", "1")], "第 2 行：“收款方”", "没有付给“没有的学校”的补贴"),
        ([to_person(1), to_person(2), to_person(1)], "第 4 行：“金额”", "写了两次"),
        ([to_body(BODY, "1800"), to_body(BODY, "900")], "第 3 行：“金额”", "别的行已经写满，这 900.00 元是多出来的"),
        ([to_person(1, "150.01")], "第 2 行：“金额”", "150.01 元多于应付的 150.00 元"),
        ([to_body(BODY, "2700")], "第 2 行：“金额”", "2,700.00 元多于应付的 1,800.00 元"),
        ([to_body(BODY, "1000")], "第 2 行：“金额”", "不是应付的任何一笔；应付合计 1,800.00 元，单笔 900.00 元"),
        ([to_person(1, day="2020-04-11")], "第 2 行：“日期”", "2020-04-11 在今天（2020-04-10）之后"),
        ([to_person(1, batch="2020-03-2")], "第 2 行：“批次”", "写的是批次“2020-03-2”"),
        ([to_person(1, account="6228480000000099999")], "第 2 行：“银行账号”", "***9999 不是付款用的账号"),
        ([to_person(1, result="不知道")], "第 2 行", "不是可选的内容"),
        ([to_person(1, result="")], "第 2 行：“结果”", "没有结果"),
        ([to_person(1, "0")], "第 2 行：“金额”", "应大于 0"),
        ([{"amount_fen": "5", "result": "成功"}], "第 2 行：“收款方”", "没有身份证号，也没有收款方"),
    ],
)
def test_one_wrong_row_refuses_the_whole_file(
    desk: Desk, capsys: pytest.CaptureFixture[str], rows: list[dict[str, str]], cell: str, sentence: str
) -> None:
    with desk.ledger() as ledger:
        before = ledger.head()
    capsys.readouterr()
    assert desk.returns(to_body(EMPLOYER, "1000"), *rows) == 2
    said = capsys.readouterr().err
    shifted = re.sub(r"第 (\d+) 行", lambda found: f"第 {int(found[1]) + 1} 行", cell)
    assert shifted in said
    assert sentence in said
    assert "请" in said
    assert not re.search(r"\d{17}", said)
    with desk.ledger() as ledger:
        assert ledger.head() == before
    assert not list((desk.root / "输出").rglob("*退票*"))


def test_paid_and_failed_rows_make_the_list_to_repeat(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [to_person(1), to_person(2, result="退票", reason="账号不符"), to_body(BODY, "1800.00")]
    assert desk.returns(*rows) == 1
    shown = capsys.readouterr().out
    assert "部分支付" in shown
    assert "退票待补发 1 条，150.00 元" in shown
    assert "还没有结果 1 条，1,000.00 元" in shown
    sheet = load_workbook(desk.root / "输出" / "2020-03-1" / "2020-03-1-退票.xlsx")["退票"]
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    row = next(row for row in cells if "2020-03-1/000004" in row)
    assert {identity(2), "示例丙", 150, "账号不符"} <= set(row)
    # the same file again is known; another file with the same row is refused
    assert desk.run("returns", str(desk.folder / "回盘.xlsx"), *BATCH) == 1
    assert "没有重复记" in capsys.readouterr().out
    assert desk.returns(to_person(1), to_body(EMPLOYER, "1000")) == 2
    assert "已经登记过结果" in capsys.readouterr().err


def test_a_body_may_be_paid_in_one_sum_or_line_by_line(desk: Desk) -> None:
    assert desk.returns(to_body(f" {BODY}", "900"), to_body(BODY, "900", "失败", reason="户名不符")) == 1
    with desk.ledger() as ledger:
        states = ledger.money.transfers("2020-03-1")["state"].tolist()
    assert sorted(states) == ["failed", "open", "open", "open", "paid"]


def test_the_list_filled_in_pays_to_the_new_account(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert desk.returns(to_person(1, result="失败"), to_person(2, result="失败")) == 1
    path = desk.root / "输出" / "2020-03-1" / "2020-03-1-退票.xlsx"
    book = load_workbook(path)
    sheet = book["退票"]
    header = next(row for row in sheet.iter_rows() if row[1].value == "批次行号")
    account = next(cell.column for cell in header if cell.value == "新银行账号")
    first = header[0].row + 1
    sheet.cell(first, account).value = "6228480000000077777"
    sheet.delete_rows(first + 1)
    filled = desk.folder / "填好.xlsx"
    book.save(filled)
    assert desk.run("repay", "2020-03-1", str(filled), "--month", "2020-04", *AS_OF) == 0
    assert "1 条，150.00 元" in capsys.readouterr().out
    again = load_workbook(desk.root / "输出" / "2020-04-1" / "2020-04-1-补发.xlsx")["补发名单"]
    texts = [cell.value for row in again.iter_rows() for cell in row]
    assert "6228480000000077777" in texts
    assert "账号已改" in texts
    # the new account is now the one the bank has to name
    assert desk.run("batch", "approve", "2020-04-1", "--by", "李科长") == 0
    answer = bank(desk.folder / "回盘2.xlsx", [to_person(1, account="6228480000000077777")])
    assert desk.run("returns", str(answer), "--batch", "2020-04-1", *AS_OF) == 0
    assert desk.run("repay", "2020-03-1", "--month", "2020-05", *AS_OF) == 0
    with desk.ledger() as ledger:
        assert ledger.verify().problems == ()


@pytest.mark.parametrize(
    ("line_no", "sentence"),
    [("2020-03-1/000001", "不在等待补发的退票里"), ("2020-03-1/000002", "写了两次")],
)
def test_a_list_with_other_lines_is_refused(
    desk: Desk, capsys: pytest.CaptureFixture[str], line_no: str, sentence: str
) -> None:
    assert desk.returns(to_person(1, result="失败")) == 1
    book = load_workbook(desk.root / "输出" / "2020-03-1" / "2020-03-1-退票.xlsx")
    sheet = book["退票"]
    header = next(row for row in sheet.iter_rows() if row[1].value == "批次行号")
    sheet.insert_rows(header[0].row + 2)
    sheet.cell(header[0].row + 2, 2).value = line_no
    filled = desk.folder / "填好.xlsx"
    book.save(filled)
    assert desk.run("repay", "2020-03-1", str(filled), "--month", "2020-04", *AS_OF) == 2
    assert sentence in capsys.readouterr().err
    with desk.ledger() as ledger:
        assert len(ledger.batches()) == 1


def test_returns_before_approval_are_refused(unapproved: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert unapproved.returns(to_person(1)) == 2
    assert "现为“草稿”，不能登记支付结果" in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"", b"not a workbook"])
def test_a_file_that_is_none_is_refused(desk: Desk, content: bytes) -> None:
    path = desk.folder / "坏.xlsx"
    path.write_bytes(content)
    assert desk.run("returns", str(path), *BATCH) == 2
