"""How rosters are handed in: strict, partial, repeated, corrected; what stops, what is left out, what is listed."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from jobs.two_batches import AS_OF, AT, Office, Row, verdicts
from skillcli.core.errors import ClerkError
from skillcli.jobs.batches import write_again
from skillcli.jobs.outcome import Outcome
from skillcli.jobs.pay import pay
from skillcli.jobs.submission import Terms
from skillcli.jobs.workspace import open_workspace
from skillcli.ledger.ledger import Ledger


@pytest.fixture
def linkou(tmp_path: Path) -> Office:
    return Office(tmp_path, "linkou-2019")


def hand_in(office: Office, rows: list[Row], month: str = "2020-06", **terms: Any) -> Outcome:
    file = office.write(rows)
    return pay([file], office.workspace, month, as_of=AS_OF, at=AT, person="某某", terms=Terms(**terms))


def batch_ids(office: Office) -> list[str]:
    with Ledger.open(office.workspace.ledger) as ledger:
        return list(ledger.batches()["id"])


def many(office: Office, count: int) -> list[Row]:
    return [office.row(number) for number in range(1, count + 1)]


WRONG_ID: Row = {"id_number": "990000198501150012"}


# strict


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"result": "不合格"}, "不予补贴 1 行.*第 3 行.*T08"),
        ({"start": date(2021, 1, 1)}, "不予补贴 1 行.*第 3 行.*T0[23]"),
        ({"payer": "个人缴费"}, "待核实 1 行.*第 3 行 A07"),
    ],
)
def test_strict_stops_at_an_error_or_a_hold_and_books_nothing(linkou: Office, changes: Row, said: str) -> None:
    with pytest.raises(ClerkError, match=said) as stopped:
        hand_in(linkou, [linkou.row(1), linkou.row(2, **changes)], strict=True)
    assert stopped.value.exit_code == 2
    assert batch_ids(linkou) == []


def test_strict_books_a_clean_roster(linkou: Office) -> None:
    done = hand_in(linkou, many(linkou, 2), strict=True)
    assert (done.exit_code, batch_ids(linkou)) == (0, ["2020-06-1"])


def test_strict_names_the_first_places_and_counts_the_rest(linkou: Office) -> None:
    rows = [linkou.row(number, result="不合格") for number in range(1, 9)]
    with pytest.raises(ClerkError, match="8 行里有 8 行.*第 6 行.*另有 3 行") as stopped:
        hand_in(linkou, rows, strict=True)
    assert "第 7 行" not in str(stopped.value)


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ({"strict": True, "partial": True}, "只能写一个"),
        ({"kind": "全部"}, "没有“全部”这种报送方式"),
        ({"kind": "correction"}, "要写明更正哪个批次"),
        ({"corrects": "2020-03-1"}, "只用于更正报送"),
        ({"kind": "supplement", "removals": 3}, "只用于更正报送"),
    ],
)
def test_terms_that_do_not_go_together_are_refused(terms: Row, said: str) -> None:
    with pytest.raises(ClerkError, match=said):
        Terms(**terms)


# partial


@pytest.mark.parametrize(
    ("changes", "parked"),
    [
        ({"id_number": None}, True),  # P02
        (WRONG_ID, True),  # P04
        ({"name": None}, True),  # P01
        ({"start": None}, True),  # T01
        ({"training_kind": "不知道"}, True),  # T12
        ({"categories": "不知道"}, True),  # T15
        ({"institution": None}, True),  # T16
        ({"issued_on": date(2020, 1, 1)}, True),  # C05
        ({"certificate_no": None}, False),  # C01: it may count as attended
        ({"result": "不合格"}, False),  # T08
        ({"pension": True}, False),  # P15: nothing to mend
        ({"payer": "个人缴费"}, False),  # A07: waits for an account
    ],
)
def test_partial_leaves_out_rows_whose_own_cells_are_wrong(linkou: Office, changes: Row, parked: bool) -> None:
    done = hand_in(linkou, [linkou.row(1), linkou.row(2, **changes)], partial=True)
    assert done.exit_code == 1
    assert done.parked == int(parked)
    assert len(done.roster.frame) == 2 - parked
    assert "2 free" in verdicts(done)
    assert [path.name for path in done.outputs][1:] == ["2020-06-1-待修正花名册.xlsx"] * parked


def test_without_partial_the_row_is_refused_and_recorded(linkou: Office) -> None:
    done = hand_in(linkou, [linkou.row(1), linkou.row(2, **WRONG_ID)])
    assert verdicts(done)["3 free"] == "不予补贴"
    assert (done.parked, len(done.roster.frame)) == (0, 2)


def test_the_mended_workbook_is_sent_again_as_it_lies(linkou: Office) -> None:
    first = hand_in(linkou, [linkou.row(1), linkou.row(2, **WRONG_ID, class_no="2020-7")], partial=True)
    path = first.outputs[1]
    book = load_workbook(path)
    sheet = book["花名册"]
    titles = [str(cell.value).lstrip("*") for cell in sheet[1]]
    row = {title: cell.value for title, cell in zip(titles, sheet[2], strict=True)}
    assert row["班级编号"] == "2020-7"
    assert row["开班日期"] == f"{linkou.row(2)['start']:%Y-%m-%d}"
    assert "花名册1.xlsx 花名册 第 3 行" in row["核对结果"]
    assert "P04" in row["核对结果"]
    sheet.cell(2, titles.index("身份证号") + 1).value = linkou.row(2)["id_number"]
    book.save(path)
    again = pay([path], linkou.workspace, "2020-06", as_of=AS_OF, at=AT, person="某某")
    assert verdicts(again) == {"2 free": "拟补贴"}
    assert again.batch is not None
    assert again.batch.id == "2020-06-2"
    assert linkou.verified()


def test_rows_left_out_are_counted_as_passed_over(linkou: Office) -> None:
    done = hand_in(linkou, [linkou.row(1), linkou.row(2, **WRONG_ID), linkou.row(3)], partial=True)
    (sheet,) = done.roster.sheets
    assert (sheet.rows, dict(sheet.passed_over)["待修正，未入批次"]) == (2, 1)
    assert done.roster.frame["row"].tolist() == [2, 4]


def test_both_workbooks_are_written_again_from_the_ledger_byte_for_byte(linkou: Office) -> None:
    done = hand_in(linkou, [linkou.row(1), linkou.row(2, **WRONG_ID)], partial=True)
    before = [path.read_bytes() for path in done.outputs]
    assert len(before) == 2
    for path in done.outputs:
        path.unlink()
    assert done.batch is not None
    assert [path.read_bytes() for path in write_again(linkou.workspace, done.batch.id)] == before


def test_partial_with_nothing_left_books_nothing(linkou: Office) -> None:
    with pytest.raises(ClerkError, match="没有可以入账的行"):
        hand_in(linkou, [linkou.row(1, **WRONG_ID)], partial=True)
    assert batch_ids(linkou) == []


def test_a_row_left_out_does_not_change_the_verdicts_of_the_others(linkou: Office) -> None:
    rows = [
        linkou.row(1),
        linkou.row(1, occupation="焊工", start=None, certificate_no="S000023123456209999999"),
        linkou.row(2),
    ]
    whole = {k: v for k, v in verdicts(hand_in(linkou, rows, "2020-05")).items() if k[0] != "3"}
    linkou.void("2020-05-1")
    assert verdicts(hand_in(linkou, rows, partial=True)) == whole


# repeated rosters


def test_last_months_roster_again_stops_and_names_its_batch(linkou: Office) -> None:
    hand_in(linkou, many(linkou, 60), "2020-05")
    again = [row | {"remark": "又"} for row in many(linkou, 60)]
    with pytest.raises(ClerkError, match="60 行里有 60 行是以前申报过的（其中 60 行已在批次 2020-05-1）") as stopped:
        hand_in(linkou, again)
    assert "--allow-duplicates 60" in stopped.value.remedy
    assert batch_ids(linkou) == ["2020-05-1"]
    with pytest.raises(ClerkError, match="写的是 59，重复申报的是 60 行"):
        hand_in(linkou, again, duplicates=59)
    done = hand_in(linkou, again, duplicates=60)
    assert set(verdicts(done).values()) == {"不予补贴 D01"}
    assert done.amount_fen == 0


@pytest.mark.parametrize(
    ("repeats", "fresh", "stops"),
    [(49, 0, False), (50, 0, True), (50, 49, True), (50, 50, False)],  # 50 of 99 is over 50 %, 50 of 100 is not
)
def test_share_and_number_decide_together(linkou: Office, repeats: int, fresh: int, stops: bool) -> None:
    hand_in(linkou, many(linkou, repeats), "2020-05")
    rows = [linkou.row(number, remark="又") for number in range(1, repeats + fresh + 1)]
    if stops:
        with pytest.raises(ClerkError, match=f"{repeats} 行是以前申报过的"):
            hand_in(linkou, rows)
    else:
        assert hand_in(linkou, rows).amount_fen == fresh * 90000


def test_the_office_sets_its_own_limit(linkou: Office) -> None:
    file = linkou.workspace.root / "skillcli.toml"
    file.write_text(
        file.read_text(encoding="utf-8") + "[pay]\nduplicate_share = 0\nduplicate_rows = 1\n", encoding="utf-8"
    )
    linkou.workspace = open_workspace(linkou.workspace.root)
    hand_in(linkou, many(linkou, 1), "2020-05")
    with pytest.raises(ClerkError, match="1 行是以前申报过的"):
        hand_in(linkou, [linkou.row(1, remark="又"), linkou.row(2)])


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("duplicate_share = 101", "pay.duplicate_share.*不大于 100"),
        ("duplicate_rows = 0", "pay.duplicate_rows.*不小于 1"),
        ('duplicate_share = "20"', "pay.duplicate_share.*整数"),
        ("share = 20", "不认识的键 share.*duplicate_share"),
    ],
)
def test_a_wrong_limit_is_told(linkou: Office, written: str, said: str) -> None:
    file = linkou.workspace.root / "skillcli.toml"
    file.write_text(file.read_text(encoding="utf-8") + f"[pay]\n{written}\n", encoding="utf-8")
    with pytest.raises(ClerkError) as stopped:
        open_workspace(linkou.workspace.root)
    assert re.search(said, f"{stopped.value}{stopped.value.remedy}")


def test_a_roster_sent_again_for_its_waiting_lines_does_not_stop(linkou: Office) -> None:
    rows = [linkou.row(number, categories="贫困劳动力") for number in range(1, 13)]
    assert set(verdicts(hand_in(linkou, rows, "2020-05")).values()) == {"拟补贴", "待核实 A07"}
    accounts = [row | {"account": f"99{number:014d}"} for number, row in enumerate(rows)]
    done = hand_in(linkou, accounts)
    assert done.amount_fen == 12 * 20 * 1500


# corrections


def test_a_correction_takes_changed_and_new_rows_and_passes_over_the_rest(linkou: Office) -> None:
    rows = many(linkou, 12)
    hand_in(linkou, [*rows[:11], rows[11] | {"payer": "个人缴费"}], "2020-05")
    better = [*rows[:11], rows[11] | {"payer": "个人缴费", "account": "6212288802000001666"}, linkou.row(13)]
    done = hand_in(linkou, better, kind="correction", corrects="2020-05-1")
    assert done.submission is not None
    assert (done.submission.kind, done.submission.corrects, done.submission.removals) == ("correction", "2020-05-1", 0)
    told = verdicts(done)
    assert [told[f"{row} free"] for row in range(2, 15)] == ["不予补贴 D01"] * 11 + ["拟补贴"] * 2


def test_an_absent_row_is_never_a_withdrawal(linkou: Office) -> None:
    hand_in(linkou, many(linkou, 3), "2020-05")
    for kind in ("full", "supplement"):
        hand_in(linkou, [linkou.row(4 if kind == "full" else 5)], kind=kind)
    with Ledger.open(linkou.workspace.ledger) as ledger:
        assert ledger.money.balance().lines_fen == 5 * 90000


def test_removals_must_be_confirmed_by_their_number_and_are_only_listed(linkou: Office) -> None:
    hand_in(linkou, many(linkou, 4), "2020-05")
    fewer = many(linkou, 2)
    terms = {"kind": "correction", "corrects": "2020-05-1"}
    with pytest.raises(ClerkError, match="批次 2020-05-1 里有 2 行在新花名册里没有") as stopped:
        hand_in(linkou, fewer, **terms)
    assert "--confirm-removals 2" in stopped.value.remedy
    with pytest.raises(ClerkError, match="--confirm-removals 写的是 1"):
        hand_in(linkou, fewer, **terms, removals=1)
    assert batch_ids(linkou) == ["2020-05-1"]
    done = hand_in(linkou, fewer, **terms, removals=2)
    sheet = load_workbook(done.outputs[1])["减少名单"]
    cells = [str(cell.value) for row in sheet.iter_rows() for cell in row]
    assert cells.count("2020-05-1/000003") == cells.count("2020-05-1/000004") == 1
    assert "2020-05-1/000002" not in cells
    assert any("skillcli batch void 2020-05-1" in cell for cell in cells)
    with Ledger.open(linkou.workspace.ledger) as ledger:
        assert ledger.money.balance().lines_fen == 4 * 90000
    assert linkou.verified()
    before = [path.read_bytes() for path in done.outputs]
    assert done.batch is not None
    assert [path.read_bytes() for path in write_again(linkou.workspace, done.batch.id)] == before


def test_a_row_changed_into_another_training_counts_as_removed(linkou: Office) -> None:
    hand_in(linkou, [linkou.row(1)], "2020-05")
    other = linkou.row(1, start=date(2020, 4, 3), certificate_no="S000023123456209999999")
    with pytest.raises(ClerkError, match="1 行在新花名册里没有（含改成另一次培训的）"):
        hand_in(linkou, [other], kind="correction", corrects="2020-05-1")


@pytest.mark.parametrize(
    ("corrects", "said"), [("2020-05-9", "没有批次"), ("2020-05-1", "已作废"), ("2020-05-3", "不是由花名册入账的")]
)
def test_what_cannot_be_corrected_is_told(linkou: Office, corrects: str, said: str) -> None:
    hand_in(linkou, many(linkou, 1), "2020-05")
    linkou.void("2020-05-1")
    linkou.pay([linkou.row(2, categories="贫困劳动力")])
    answer_account(linkou, "2020-05-2/2")
    linkou.pending("2020-05")
    with pytest.raises(ClerkError, match=said):
        hand_in(linkou, many(linkou, 1), kind="correction", corrects=corrects)


def answer_account(office: Office, line_no: str) -> None:
    from skillcli.jobs.exceptions import import_answers
    from skillcli.schema.inputs import ANSWERS

    row = {"line_no": line_no, "field": "银行账号", "value": "6212288802000001666", "proof": "卡", "checked_by": "乙"}
    import_answers(office.workspace, office.sheet(ANSWERS, [row], "核实.xlsx"), at=AT, person="某某")


def test_confirming_removals_where_there_are_none_is_refused(linkou: Office) -> None:
    hand_in(linkou, many(linkou, 1), "2020-05")
    with pytest.raises(ClerkError, match="0 行在新花名册里没有"):
        hand_in(linkou, [linkou.row(1, remark="又")], kind="correction", corrects="2020-05-1", removals=3)
