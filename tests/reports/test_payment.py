"""The payment workbook: what it says, and that its sums agree."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from msgspec.structs import replace

from skillcli.core.finding import Verdict
from skillcli.reports.facts import RunFacts
from skillcli.reports.payment import payment_book
from skillcli.schema import outputs
from skillcli.schema.decision import Decision
from skillcli.xlsx.book import Book
from skillcli.xlsx.dump import dump
from skillcli.xlsx.write import render

from .run import facts

GOLDEN = Path(__file__).parents[1] / "golden"


def rows(book: Book, sheet: str, table: int = 0) -> pd.DataFrame:
    return book[sheet].tables[table].frame


def with_lines(run: RunFacts, lines: pd.DataFrame) -> RunFacts:
    made = run.decision
    return replace(run, decision=Decision(made.trainings, lines, made.findings, made.unchecked, made.rulings_used))


def test_the_whole_workbook_reads_as_agreed(golden) -> None:
    golden(GOLDEN / "payment_book.txt", dump(payment_book(facts())))


def test_sheets_and_titles_are_the_agreed_ones() -> None:
    book = payment_book(facts())
    assert [sheet.name for sheet in book.sheets] == [
        "拨付汇总",
        "拨付明细",
        "个人补贴发放花名册",
        "申报核减情况",
        "不予补贴",
        "待核实",
        "待明确",
        "无补贴",
        "疑点",
        "说明",
    ]
    for columns in (outputs.PAYMENT_SUMMARY, outputs.PAYMENT_LINES, outputs.PERSONAL_LIST, outputs.REFUSED):
        assert list(rows(book, columns.title).columns) == [column.title for column in columns.columns]


def test_printed_sums_agree_to_the_fen_in_the_written_file() -> None:
    stream = BytesIO()
    render(payment_book(facts()), stream)
    workbook = openpyxl.load_workbook(stream)

    def amounts(name: str, title: str, kinds: str = "") -> list[int]:
        cells = [[cell.value for cell in row] for row in workbook[name].iter_rows()]
        head = next(number for number, row in enumerate(cells) if title in row)
        column = cells[head].index(title)
        listed = []
        for row in cells[head + 1 :]:
            if isinstance(row[column], (int, float)):
                listed.append((row[0], round(row[column] * 100)))
        assert listed[-1][0] == "合计"
        assert sum(fen for _, fen in listed[:-1]) == listed[-1][1]
        return [fen for _, fen in listed]

    assert amounts("拨付汇总", "金额（元）")[-1] == 257_501
    assert amounts("拨付明细", "金额（元）")[-1] == 257_501
    assert amounts("个人补贴发放花名册", "金额（元）")[-1] == 22_501 + 15_000
    assert amounts("申报核减情况", "拟补贴金额（元）")[-1] == 257_501


def test_every_row_of_the_reduction_closes() -> None:
    table = rows(payment_book(facts()), "申报核减情况").set_index("培训机构")
    assert list(table.columns[2:-2]) == ["C05", "D01", "P04", "待核实", "待明确"]
    assert (table.iloc[:, 2:-1].sum(axis=1) == table["申报条数"]).all()
    assert table["申报人次"].to_dict() == {
        "林口县新天地培训学校": 4,
        "林口县木业有限公司": 1,
        "林口县阳光职业培训学校": 3,
    }


def test_a_line_refused_twice_is_counted_once_under_its_first_code() -> None:
    table = rows(payment_book(facts()), "申报核减情况").set_index("培训机构")
    assert table.loc["林口县阳光职业培训学校", ["C05", "D01"]].tolist() == [1, 1]


def test_a_warning_beside_a_refusal_is_no_reason_for_it() -> None:
    refused = rows(payment_book(facts()), "不予补贴")
    assert refused["规则"].tolist() == ["C05、D01", "D01", "P04"]
    assert not refused["原因"].str.contains("重叠").any()


def test_special_approvals_are_paid_and_named() -> None:
    book = payment_book(facts())
    assert "2020-03-1/000006" in rows(book, "拨付明细")["批次行号"].tolist()
    assert any("特殊审批 1 条：2020-03-1/000006" in note for note in book["拨付明细"].notes)
    personal = rows(book, "个人补贴发放花名册").set_index("姓名")
    assert personal.loc["古丽·阿依", "备注"] == "特殊审批"


def test_people_stand_together_in_the_summary_and_one_by_one_on_their_list() -> None:
    book = payment_book(facts())
    summary = rows(book, "拨付汇总")
    assert set(summary.loc[summary["收款方类型"] == "个人", "收款方"]) == {"个人（见个人补贴发放花名册）"}
    assert rows(book, "个人补贴发放花名册")["姓名"].tolist() == ["韩梅梅", "古丽·阿依"]


def test_a_fund_that_is_not_settled_is_said_so() -> None:
    summary = rows(payment_book(facts()), "拨付汇总")
    assert (summary["资金渠道"] != "").all()
    assert "资金渠道待明确" in summary["资金渠道"].tolist()


def test_persons_are_counted_once_over_several_lines() -> None:
    book = payment_book(facts())
    totals = book["拨付汇总"].tables[0].totals
    assert (totals["人次"], totals["人数"]) == (4, 3)


def test_open_questions_name_key_question_proposal_and_stake() -> None:
    questions = rows(payment_book(facts()), "待明确").set_index("口径键")
    assert questions.loc["apprentice_yearly"].tolist() == [
        "新型学徒制每人每年补贴多少？",
        "四（二）1",
        "4,000.00 元",
        1,
        400_000,
    ]
    assert questions.loc[""].tolist() == ["收费标准", "四（一）1", "", 1, 0]


def test_doubts_are_worded_as_doubts() -> None:
    doubts = rows(payment_book(facts()), "疑点")
    assert doubts["规则"].tolist() == ["A05", "A09", "A12", "T05"]
    assert doubts["疑点"].str.startswith("疑点，需核实：").all()


def test_what_a_rule_says_of_all_alike_stands_once_an_institution() -> None:
    run = facts()
    warnings = run.decision.findings.query("code in ['A05', 'A09']")
    again = warnings.assign(rid=[1, 2], line=warnings["line"].array)
    findings = pd.concat([run.decision.findings, again], ignore_index=True)
    # 0, 1 and 2 came from one institution, 3 from an employer
    run = replace(
        run,
        decision=replace(run.decision, findings=findings),
        rules=run.rules
        | {"A05": run.rules["A05"]._replace(general=True), "A09": run.rules["A09"]._replace(general=True)},
    )
    doubts = rows(payment_book(run), "疑点")
    assert doubts.loc[doubts["规则"] == "A05", "姓名"].tolist() == ["古丽·阿依", "张𠮷䶮"]
    assert not doubts.loc[doubts["规则"] == "A05", "疑点"].str.contains("只列第一条").any()
    told = doubts.loc[doubts["规则"] == "A09", "疑点"].tolist()
    assert told == ["疑点，需核实：银行卡号不符合卡号校验规则。（本机构同样的共 2 条，只列第一条）"]


def test_trainings_without_a_line_are_listed_apart() -> None:
    without = rows(payment_book(facts()), "无补贴")
    assert without["姓名"].tolist() == ["钱七"]
    assert without["原因"].tolist() == ["没有对应的补贴项目，最接近的是免费培训补贴，缺人员类别。"]


def test_the_explanation_names_tool_policy_inputs_ledger_and_readings() -> None:
    text = dump(payment_book(facts())).split("== 说明", 1)[1]
    for part in (
        "skillcli 0.1.0",
        "ef" * 32,
        "ab" * 32,
        "cd" * 32,
        "34" * 32,
        "12" * 32,
        "2020-04-01",
        "王科长",
        "林人社函〔2020〕1号",
        "没有导入培训项目目录",
    ):
        assert part in text


def test_two_files_of_one_name_are_told_apart() -> None:
    run = facts()
    sheets = tuple(replace(sheet, path=f"{n}/花名册.xlsx") for n, sheet in enumerate(run.roster.sheets))
    book = payment_book(replace(run, roster=replace(run.roster, sheets=sheets)))
    assert set(rows(book, "拨付明细")["来源文件"]) == {"0/花名册.xlsx"}


def test_a_sum_that_does_not_agree_stops_the_workbook(monkeypatch: pytest.MonkeyPatch) -> None:
    book = payment_book(facts())
    from skillcli.reports.control import check_sums

    with pytest.raises(RuntimeError, match="257502"):
        check_sums(book, 257_502)
    for sheet, title in (
        ("拨付汇总", "金额（元）"),
        ("拨付明细", "金额（元）"),
        ("个人补贴发放花名册", "金额（元）"),
        ("申报核减情况", "拟补贴金额（元）"),
    ):
        table = book[sheet].tables[0].frame
        kept = table.loc[0, title]
        table.loc[0, title] = kept + 1
        with pytest.raises(RuntimeError, match="differ"):
            check_sums(book, 257_501)
        table.loc[0, title] = kept
    table = book["申报核减情况"].tables[0].frame
    table.loc[0, "待核实"] += 1
    with pytest.raises(RuntimeError, match="close"):
        check_sums(book, 257_501)


def test_a_verdict_without_a_reason_is_our_own_bug() -> None:
    run = facts()
    lines = run.decision.lines.copy()
    lines.loc[0, "verdict"] = Verdict.REFUSED.value
    with pytest.raises(RuntimeError, match="without a finding"):
        payment_book(with_lines(run, lines))


def test_a_run_that_pays_nothing_still_makes_every_sheet() -> None:
    run = facts()
    lines = run.decision.lines
    unpaid = lines.loc[~lines["verdict"].isin(["拟补贴", "特殊审批"])]
    book = payment_book(with_lines(run, unpaid))
    assert book["拨付汇总"].tables[0].totals["金额（元）"] == 0
    assert len(rows(book, "拨付明细")) == 0
    render(book, BytesIO())


def test_a_run_without_any_line_still_makes_every_sheet() -> None:
    run = facts()
    book = payment_book(with_lines(run, run.decision.lines.iloc[:0]))
    assert rows(book, "申报核减情况")["申报人次"].sum() == 8
    assert len(rows(book, "无补贴")) == 8
    render(book, BytesIO())


@pytest.mark.parametrize("seed", range(20))
def test_random_batches_agree_to_the_fen(seed: int) -> None:
    run = facts()
    chance = np.random.default_rng(seed)
    picked = run.decision.lines.take(np.sort(chance.integers(0, len(run.decision.lines), 400)))
    picked = picked.reset_index(drop=True).rename_axis("lid")
    paid = picked["verdict"].isin(["拟补贴", "特殊审批"])
    picked["amount_fen"] = np.where(paid, chance.integers(1, 10**9, 400), 0)
    book = payment_book(replace(with_lines(run, picked), line_numbers=None))
    total = int(picked["amount_fen"].sum())
    assert book["拨付汇总"].tables[0].totals["金额（元）"] == total
    assert rows(book, "拨付明细")["金额（元）"].sum() == total
