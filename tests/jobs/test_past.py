"""Earlier years' lists in the ledger: what is taken in, what keeps a list out, what is found against it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from msgspec.structs import replace

from jobs.two_batches import AS_OF, AT, Office, Row, verdicts
from skillcli.core.errors import ClerkError
from skillcli.jobs.past import Checked, Imported, check_history, import_history
from skillcli.jobs.workspace import open_workspace
from skillcli.ledger.ledger import Ledger
from skillcli.schema.past import HISTORY

PAID = date(2019, 6, 20)


@pytest.fixture
def linkou(tmp_path: Path) -> Office:
    return Office(tmp_path, "linkou-2019")


@pytest.fixture
def taiyuan(tmp_path: Path) -> Office:
    return Office(tmp_path, "taiyuan-2019")


def was_paid(office: Office, number: int = 1, **changes: Any) -> Row:
    """A training of spring 2019 for which 900 yuan were paid in June 2019."""
    row = office.row(number, start=date(2019, 3, 4), end=date(2019, 3, 29), issued_on=date(2019, 4, 10))
    line = "free" if office.policy.id.startswith("linkou") else "就业创业技能培训补贴"
    return {**row, "line": line, "amount_fen": 90000, "paid_on": PAID, **changes}


def take(office: Office, rows: list[Row], name: str = "旧台账.xlsx") -> Imported:
    path = office.sheet(HISTORY, rows, name)
    return import_history(office.workspace, path, as_of=AS_OF, at=AT, person="某某", stamp=name)


def check(office: Office, rows: list[Row]) -> Checked:
    return check_history(office.workspace, office.sheet(HISTORY, rows, "核.xlsx"), as_of=AS_OF, out=None)


def said(checked: Checked) -> list[tuple[int, str, str]]:
    return [(f.place.row, f.code, f.place.column) for f in checked.findings]


def test_each_month_becomes_a_closed_batch_whose_lines_are_paid(linkou: Office) -> None:
    rows = [was_paid(linkou, 1), was_paid(linkou, 2, paid_on=date(2019, 9, 2)), was_paid(linkou, 3)]
    done = take(linkou, rows)
    assert [(head.id, head.kind, head.status, head.lines) for head in done.batches] == [
        ("2019-06-1", "history", "closed", 2),
        ("2019-09-1", "history", "closed", 1),
    ]
    assert done.amount_fen == 270000
    with Ledger.open(linkou.workspace.ledger) as ledger:
        paid = ledger.money.transfers("2019-06-1")
        assert paid["state"].tolist() == ["paid", "paid"]
        assert paid["day"].dt.date.tolist() == [PAID, PAID]
        assert ledger.money.balance().paid_fen == 270000
        assert ledger.verify().problems == ()


def test_a_copy_of_the_ledger_is_kept_from_before(linkou: Office) -> None:
    done = take(linkou, [was_paid(linkou)])
    assert done.backup is not None
    with Ledger.open(done.backup) as before:
        assert before.batches().empty


def test_the_same_file_again_is_the_same_import(linkou: Office) -> None:
    first = take(linkou, [was_paid(linkou)])
    with Ledger.open(linkou.workspace.ledger) as ledger:
        head = ledger.head()
    again = import_history(
        linkou.workspace, linkou.folder / "旧台账.xlsx", as_of=AS_OF, at=AT, person="某某", stamp="again"
    )
    assert again.already
    assert [head.id for head in again.batches] == [head.id for head in first.batches]
    with Ledger.open(linkou.workspace.ledger) as ledger:
        assert ledger.head() == head


def test_headers_registered_for_rosters_are_known_in_old_lists_too(linkou: Office) -> None:
    path = linkou.sheet(HISTORY, [was_paid(linkou)], "旧台账.xlsx")
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    for cell in sheet[1]:
        cell.value = {"姓名": "受训者", "发证日期": "拿证那天"}.get(cell.value, cell.value)
    book.save(path)
    with pytest.raises(ClerkError, match="缺少必需的栏目"):
        import_history(linkou.workspace, path, as_of=AS_OF, at=AT, person="某某", stamp="1")
    settings = linkou.workspace.root / "skillcli.toml"
    told = '\n[mapping."老学校"]\n"受训者" = "姓名"\n"拿证那天" = "发证日期"\n'
    settings.write_text(settings.read_text(encoding="utf-8") + told, encoding="utf-8")
    done = import_history(open_workspace(linkou.workspace.root), path, as_of=AS_OF, at=AT, person="某某", stamp="2")
    assert done.rows == 1


def test_two_subsidies_of_one_training_are_one_training(linkou: Office) -> None:
    poor: Row = {"categories": "贫困劳动力", "account": "6212288802000001666"}
    living = was_paid(linkou, **poor, line="生活费补贴", amount_fen=30000)
    (head,) = take(linkou, [was_paid(linkou, **poor), living]).batches
    assert (head.trainings, head.lines, head.amount_fen) == (1, 2, 120000)
    with Ledger.open(linkou.workspace.ledger) as ledger:
        told = ledger.line_story("2019-06-1/000002")
    assert told.lines["line"].tolist() == ["free", "living"]
    assert told.lines["quantity"].tolist() == [1, 20]
    assert told.lines["standard_fen"].tolist() == [90000, 1500]
    assert told.findings["message"].tolist() == ["此项补贴在台账第 3 行，与本行是同一次培训。"]


def test_a_training_paid_in_the_past_is_refused_when_it_comes_again(linkou: Office) -> None:
    take(linkou, [was_paid(linkou)])
    same = {key: value for key, value in was_paid(linkou).items() if key not in ("line", "amount_fen", "paid_on")}
    again = linkou.pay([same])
    assert verdicts(again)["2 free"].endswith(" D01")
    assert "2019-06-1/000001" in " ".join(again.decision.findings["message"])


def test_occupation_and_level_of_the_past_are_not_paid_again(linkou: Office) -> None:
    take(linkou, [was_paid(linkou)])
    assert verdicts(linkou.pay([linkou.row(certificate_no="S000023123456205009999")])) == {"2 free": "不予补贴 D02"}


def test_three_of_the_past_fill_the_year(linkou: Office) -> None:
    trades = ("焊工", "钳工", "车工")
    past = [
        was_paid(
            linkou,
            occupation=trade,
            certificate_no=f"S00002312345619000000{n}",
            start=date(2020, 1, 2 + n),
            end=date(2020, 1, 20),
            issued_on=date(2020, 2, 1),
            paid_on=date(2020, 3, 1),
        )
        for n, trade in enumerate(trades)
    ]
    take(linkou, past)
    assert verdicts(linkou.pay([linkou.row()])) == {"2 free": "不予补贴 D03"}


def test_months_of_the_past_are_used_up(linkou: Office) -> None:
    ojt: Row = {
        "training_kind": "以工代训",
        "categories": "贫困劳动力",
        "result": None,
        "certificate_kind": None,
        "certificate_no": None,
        "issued_on": None,
    }
    spell = was_paid(linkou, **ojt, ojt_months=5, start=date(2019, 1, 1), end=date(2019, 5, 31), line="ojt")
    take(linkou, [spell | {"amount_fen": 250000}])
    now = linkou.row(**ojt, ojt_months=3, start=date(2020, 1, 1), end=date(2020, 3, 31))
    outcome = linkou.pay([now])
    assert outcome.decision.lines["amount_fen"].tolist() == [50000]
    assert "D05" in str(outcome.decision.lines["codes"].iloc[0])


def test_a_placement_of_the_past_is_not_given_again(linkou: Office) -> None:
    placed: Row = {"placed": True, "employed_on": date(2019, 5, 1), "employed_region": "林口县"}
    take(linkou, [was_paid(linkou, **placed, line="就业服务补助", amount_fen=20000)])
    other = "S000023123456205009999"
    now = linkou.row(
        occupation="焊工", certificate_no=other, placed=True, employed_on=date(2020, 5, 1), employed_region="林口县"
    )
    assert verdicts(linkou.pay([now]))["2 placement"] == "不予补贴 D07"


def test_past_attendances_count_in_taiyuan(taiyuan: Office) -> None:
    trades = ("焊工", "钳工", "车工")
    past = [
        was_paid(
            taiyuan,
            occupation=trade,
            certificate_no=f"S00002312345619000000{n}",
            start=date(2020, 1, 2 + n),
            end=date(2020, 1, 20),
            issued_on=date(2020, 2, 1),
            paid_on=date(2020, 3, 1),
        )
        for n, trade in enumerate(trades)
    ]
    take(taiyuan, past)
    assert set(verdicts(taiyuan.pay([taiyuan.row()])).values()) == {"不予补贴 D03"}


@pytest.mark.parametrize(
    ("change", "code", "column"),
    [
        ({"id_number": None}, "P02", "身份证号"),
        ({"id_number": "23102519900101"}, "P03", "身份证号"),
        ({"id_number": "231025199001010011"}, "P04", "身份证号"),
        ({"id_number": 231025199001010000}, "F08", "身份证号"),
        ({"line": "培训费"}, "E00", "补贴项目"),
        ({"line": "项目补助"}, "E00", "补贴项目"),
        ({"amount_fen": None}, "F08", "金额"),
        ({"amount_fen": 0}, "F08", "金额"),
        ({"paid_on": "去年"}, "F08", "拨付日期"),
        ({"paid_on": date(2020, 6, 2)}, "T03", "拨付日期"),
        ({"end": None}, "T01", "结课日期"),
        ({"end": date(2019, 3, 1)}, "T02", "结课日期"),
        ({"occupation": None}, "T17", "职业（工种）"),
        ({"institution": None}, "T16", "培训机构"),
        ({"training_kind": None}, "T12", "培训类型"),
    ],
)
def test_one_bad_row_keeps_the_list_out(linkou: Office, change: Row, code: str, column: str) -> None:
    rows = [was_paid(linkou, 2), was_paid(linkou, 1, **change)]
    with pytest.raises(ClerkError, match="第 3 行"):
        take(linkou, rows)
    assert (3, code, column) in said(check(linkou, rows))
    assert {row for row, _, _ in said(check(linkou, rows))} == {3}
    with Ledger.open(linkou.workspace.ledger) as ledger:
        assert ledger.batches().empty


def test_a_cell_by_which_nothing_is_compared_may_be_odd(linkou: Office) -> None:
    (head,) = take(linkou, [was_paid(linkou, sex="未知", hours="很多")]).batches
    assert head.lines == 1


def test_a_subsidy_paid_twice_in_the_past_is_told_row_by_row(linkou: Office) -> None:
    rows = [was_paid(linkou, 1), was_paid(linkou, 2), was_paid(linkou, 1, paid_on=date(2019, 9, 1))]
    assert said(check(linkou, rows)) == [(4, "D01", "补贴项目")]
    with pytest.raises(ClerkError, match="第 4 行.*第 2 行.*是同一项补贴"):
        take(linkou, rows)


def test_what_the_ledger_holds_is_not_taken_in_again(linkou: Office) -> None:
    take(linkou, [was_paid(linkou, 1)])
    rows = [was_paid(linkou, 2), was_paid(linkou, 1, amount_fen=80000)]
    with pytest.raises(ClerkError, match="第 3 行.*2019-06-1/000001"):
        take(linkou, rows, "补充.xlsx")
    with Ledger.open(linkou.workspace.ledger) as ledger:
        assert ledger.batches()["id"].tolist() == ["2019-06-1"]
        assert ledger.verify().problems == ()


def test_the_list_of_problems_names_cell_and_sentence_and_no_whole_number(linkou: Office) -> None:
    wrong = "231025199001010011"
    checked = check(linkou, [was_paid(linkou, id_number=wrong)])
    rows = list(openpyxl.load_workbook(checked.output)["问题清单"].iter_rows(values_only=True))
    (row,) = [row for row in rows if row[0] == "P04"]
    assert (row[3], row[5], row[7]) == (2, "身份证号", "身份证号的校验码不对。")
    assert wrong not in str(rows)


def test_several_sheets_are_read_and_others_are_named(linkou: Office) -> None:
    path = linkou.sheet(HISTORY, [was_paid(linkou, 1)], "多表.xlsx")
    book = openpyxl.load_workbook(path)
    second = book.copy_worksheet(book.active)
    second.title = "下半年"
    for column in range(1, second.max_column + 1):
        if second.cell(1, column).value == "身份证号":
            second.cell(2, column).value = linkou.row(2)["id_number"]
        if second.cell(1, column).value == "证书编号":
            second.cell(2, column).value = linkou.row(2)["certificate_no"]
    book.create_sheet("联系人").append(["张三"])
    book.save(path)
    done = import_history(linkou.workspace, path, as_of=AS_OF, at=AT, person="某某", stamp="x")
    assert done.rows == 2
    assert done.passed_over == ("联系人",)
    with Ledger.open(linkou.workspace.ledger) as ledger:
        assert [sheet.sheet for sheet in ledger.load_batch("2019-06-1").roster.sheets] == ["以往台账", "下半年"]


def test_a_missing_column_is_named(linkou: Office) -> None:
    narrow = replace(HISTORY, columns=tuple(c for c in HISTORY.columns if c.key != "amount_fen"))
    path = linkou.sheet(narrow, [was_paid(linkou)], "缺栏.xlsx")
    with pytest.raises(ClerkError, match="金额"):
        import_history(linkou.workspace, path, as_of=AS_OF, at=AT, person="某某", stamp="x")
