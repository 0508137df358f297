"""Reports as a clerk runs them: written, registered, restated after a void, made again as issued, tied out."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from jobs.two_batches import Office
from money.build import approve, hear, reverse
from skillcli import __version__
from skillcli.core import period
from skillcli.core.errors import ClerkError
from skillcli.core.period import Period
from skillcli.jobs.grants import pay_grants
from skillcli.jobs.pay import write_again
from skillcli.jobs.report import Written, report
from skillcli.jobs.tie_out import tie_out
from skillcli.jobs.workspace import open_workspace
from skillcli.ledger.ledger import Ledger
from skillcli.reports.period_facts import Clock
from skillcli.schema.grants import GRANTS
from skillcli.xlsx.dump import dump

GOLDEN = Path(__file__).parents[1] / "golden"
QUARTER = period.quarter("2020Q2")
AS_OF = date(2020, 7, 3)


@pytest.fixture
def office(tmp_path: Path, settle: Callable[[Path], None]) -> Office:
    made = Office(tmp_path, "linkou-2019").settled(settle)
    made.pay([made.row(number, town="林口镇" if number < 3 else None) for number in (1, 2, 3)], as_of=AS_OF)
    return made


def write(
    office: Office,
    at: str = "2020-07-03T02:00:00+00:00",
    as_issued: date | None = None,
    days: Period = QUARTER,
    clock: Clock = Clock.BOOKED,
    as_of: date = AS_OF,
) -> Written:
    kind = "annual" if days.title.endswith("年度") else "quarterly"
    workspace = open_workspace(office.workspace.root)
    return report(workspace, kind, days, clock=clock, as_of=as_of, at=at, person="某某", as_issued=as_issued)


def differences(written: Written) -> list[tuple[str, ...]]:
    frame = written.report.book["数据调整说明"].tables[0].frame
    return [tuple(row) for row in frame.drop(columns="增减").to_numpy().tolist()]


def later(office: Office, batch: str, status: str, at: str) -> None:
    with Ledger.open(office.workspace.ledger) as ledger:
        ledger.set_status(batch, status, at=at, person="某某", document="重报")


def test_a_report_reads_as_agreed(office: Office, golden) -> None:
    written = write(office, days=period.year("2020"), clock=Clock.USUAL)
    text = dump(written.report.book)
    for part in (written.facts.entries.head, written.facts.policy.sha256, __version__):
        text = text.replace(part, "…")
    golden(GOLDEN / "annual_report.txt", text)


def test_the_file_lies_where_it_is_announced(office: Office) -> None:
    written = write(office, clock=Clock.USUAL)
    assert written.path == office.workspace.output / "报告" / "2020年第二季度报告.xlsx"
    assert load_workbook(written.path).sheetnames == [sheet.name for sheet in written.report.book.sheets]
    assert write(office).path.name == "2020年第二季度报告（按拨付月份）.xlsx"


def test_the_same_report_again_is_the_same_file_and_registered_once(office: Office) -> None:
    first = write(office)
    data = first.path.read_bytes()
    again = write(office, at="2020-07-04T02:00:00+00:00")
    assert again.path.read_bytes() == data
    assert (first.registered, again.registered) == (True, False)
    assert office.verified()


def test_registering_a_report_changes_no_payment_sheet_and_no_later_report(office: Office) -> None:
    path = office.workspace.output / "2020-05-1" / "2020-05-1-拨付.xlsx"
    data = path.read_bytes()
    first = write(office, clock=Clock.USUAL)
    assert not write(office, clock=Clock.USUAL).registered
    write(office, days=period.year("2020"))
    assert write_again(office.workspace, "2020-05-1") == (path,)
    assert path.read_bytes() == data
    assert write(office, clock=Clock.USUAL).sha256 == first.sha256


def test_a_void_restates_the_quarter_and_every_difference_is_listed(office: Office) -> None:
    office.pay([office.row(4, town="古城镇")], as_of=AS_OF)
    first = write(office)
    later(office, "2020-05-2", "void", "2020-07-05T02:00:00+00:00")
    second = write(office, at="2020-07-06T02:00:00+00:00")
    assert (first.report.totals["subsidised"], second.report.totals["subsidised"]) == (4, 3)
    found = differences(second)
    assert ("按补贴项目", "免费培训补贴　四（一）1", "金额（元）", "3,600.00", "2,700.00") in found
    assert ("按镇", "古城镇", "补贴人次", "1", "（无）") in found
    assert second.differences == len(found)
    causes = second.report.book["数据调整说明"].tables[1].frame
    assert causes[["事项", "对象"]].to_numpy().tolist() == [["作废", "2020-05-2"]]
    assert differences(first) == []


def test_as_issued_gives_the_bytes_of_that_day(office: Office) -> None:
    office.pay([office.row(4)], as_of=AS_OF)
    old = write(office)
    data = old.path.read_bytes()
    later(office, "2020-05-2", "void", "2020-07-05T02:00:00+00:00")
    new = write(office, at="2020-07-06T02:00:00+00:00", as_of=date(2020, 7, 6))
    again = write(office, as_issued=date(2020, 7, 4), as_of=date(2021, 1, 1))
    assert again.same_bytes is True
    assert again.path != new.path
    assert again.path.read_bytes() == data
    newest = write(office, as_issued=date(2020, 7, 6), as_of=date(2021, 1, 1))
    assert newest.path.read_bytes() == new.path.read_bytes()
    assert not newest.registered


def test_as_issued_keeps_the_readings_and_figures_of_that_day(office: Office) -> None:
    old = write(office)
    data = old.path.read_bytes()
    office.decide(counts_to_target="paid")
    settings = office.workspace.root / "skillcli.toml"
    figures = '\n[figures]\nemployed = 1000\nskilled = { value = 250, source = "统计公报" }\n'
    settings.write_text(settings.read_text(encoding="utf-8") + figures, encoding="utf-8")
    new = write(office, at="2020-07-06T02:00:00+00:00")
    goals = new.report.book["目标任务完成情况"].tables
    assert goals[0].frame["累计完成"].iloc[0] == 0
    ratio = goals[3].frame.iloc[0]
    assert (ratio["分子"], ratio["分母"], ratio["完成值"], ratio["差额"]) == (250, 1000, 2500, 0)
    assert ratio["备注"] == "数据来源：统计公报；来源未填"
    assert write(office, as_issued=date(2020, 7, 4)).path.read_bytes() == data


def test_without_a_registered_report_the_ledger_of_that_day_is_reported(office: Office) -> None:
    later(office, "2020-05-1", "void", "2020-07-05T02:00:00+00:00")
    then = write(office, as_issued=date(2020, 7, 4))
    assert then.report.totals["subsidised"] == 3
    assert then.same_bytes is None
    assert write(office).report.totals["subsidised"] == 0
    with pytest.raises(ClerkError, match="2019-01-01 以前台账里还没有记录"):
        write(office, as_issued=date(2019, 1, 1))


def test_the_day_ends_at_midnight_in_china(office: Office) -> None:
    later(office, "2020-05-1", "void", "2020-07-04T17:00:00+00:00")
    assert write(office, as_issued=date(2020, 7, 4)).report.totals["subsidised"] == 3
    assert write(office, as_issued=date(2020, 7, 5)).report.totals["subsidised"] == 0


def test_paid_and_taken_back_lines_move_from_one_column_to_the_other(office: Office) -> None:
    with Ledger.open(office.workspace.ledger) as ledger:
        batch = ledger.batch("2020-05-1")
        approve(ledger, batch)
        hear(ledger, batch, {1: "paid", 2: "paid", 3: "failed"})
        reverse(ledger, "2020-05-1/000001")
    totals = write(office).report.totals
    assert (totals["subsidised"], totals["amount_fen"], totals["paid_fen"]) == (2, 180_000, 90_000)
    book = write(office).report.book
    projects = book["按补贴项目"].tables[0].frame.set_index("补贴项目")
    assert projects.loc["免费培训补贴", "另有追回（元）"] == 90_000
    found = tie_out(office.workspace, QUARTER, as_of=AS_OF)
    assert (found.ok, found.amount_fen, found.back_fen) == (True, 180_000, 90_000)
    paid = write(office, clock=Clock.PAYMENT, days=period.quarter("2020Q2"))
    assert paid.report.totals["amount_fen"] == 90_000
    assert write(office, clock=Clock.PAYMENT, days=period.quarter("2020Q3")).report.totals["amount_fen"] == 0


def test_a_training_judged_in_two_batches_is_one_person_time(office: Office) -> None:
    office.pay([office.row(7, payer="个人缴费")], as_of=AS_OF)
    waiting = write(office).report
    assert (waiting.totals["submitted"], waiting.totals["subsidised"]) == (4, 3)
    office.pay([office.row(7, payer="个人缴费", account="6222020000000000011")], month="2020-06", as_of=AS_OF)
    office.pay(
        [office.row(7, payer="个人缴费", account="6222020000000000011", remark="又一次")], month="2020-06", as_of=AS_OF
    )
    made = write(office).report
    assert (made.totals["submitted"], made.totals["subsidised"], made.totals["persons"]) == (4, 4, 4)
    bridge = made.book["核减原因"].tables[0].frame
    assert bridge["条数"].tolist() == [5, 1, 0, 0, 0, 4]
    assert made.book["核减原因"].tables[1].frame["规则"].tolist() == ["D01"]


def test_a_line_taken_up_again_counts_by_its_last_verdict(office: Office) -> None:
    staff = {"training_kind": "企业新型学徒制培训", "categories": "企业职工", "employer": "某厂", "level": "中级工"}
    days = {"start": date(2020, 1, 1), "end": date(2020, 12, 31), "issued_on": date(2021, 1, 5)}
    office.pay([office.row(8, **staff, **days)], as_of=date(2021, 6, 1))
    year = period.year("2020")
    before = write(office, days=year).report
    assert before.book["待明确事项"].tables[0].frame["口径键"].tolist() == ["apprentice_yearly"]
    office.decide(apprentice_yearly=5000)
    office.pending("2020-07", as_of=date(2021, 6, 1))
    after = write(office, days=year).report
    assert after.book["待明确事项"].tables[0].frame.empty
    assert after.totals["submitted"] == before.totals["submitted"]
    assert after.totals["subsidised"] == before.totals["subsidised"] + 1


def test_grants_are_money_and_no_person_times(tmp_path: Path) -> None:
    office = Office(tmp_path, "taiyuan-2019")
    office.pay([office.row(1)], as_of=AS_OF)
    grant = {
        "unit": "某技校",
        "item": "市级技能大师工作室建设",
        "document": "并人社〔2020〕1号",
        "recognised_on": date(2020, 3, 1),
    }
    cells = {column.key: grant[column.key] for column in GRANTS.columns if column.required}
    path = office.sheet(GRANTS, [cells], "项目补助.xlsx")
    pay_grants(office.workspace, path, "2020-05", as_of=AS_OF, at="2020-07-01T00:00:00+00:00", person="某某")
    for clock in (Clock.USUAL, Clock.CERTIFICATE):
        made = write(office, days=period.year("2020"), clock=clock).report
        totals = made.totals
        assert (totals["submitted"], totals["subsidised"], totals["persons"], totals["lines"]) == (1, 1, 1, 2)
        kinds = made.book["按培训类型"].tables[0].frame.set_index("培训类型")
        assert kinds.loc["（项目补助）", ["申报人次", "补贴条数", "金额（元）"]].tolist() == [0, 1, 10_000_000]
        public = made.book["补贴资金使用情况公开表"].tables[0].frame.set_index("收款单位")
        assert public.loc["某技校", ["人次", "人数", "金额（元）"]].tolist() == [1, 0, 10_000_000]
    assert tie_out(office.workspace, QUARTER, as_of=AS_OF).ok


@pytest.mark.parametrize("settle", ["sqlite"], indirect=True)
def test_a_broken_chain_stops_the_report_and_says_where(office: Office) -> None:
    connection = sqlite3.connect(office.workspace.ledger)
    connection.executescript(f"DROP TRIGGER {_trigger(connection)}; UPDATE line SET amount_fen = 1 WHERE id = 1;")
    connection.close()
    with pytest.raises(ClerkError, match="补贴明细表，编号 1–3：内容与入账时不同"):
        write(office)
    assert not (office.workspace.output / "报告").exists()
    found = tie_out(office.workspace, QUARTER, as_of=AS_OF)
    assert not found.ok
    assert any("补贴明细表" in problem for problem in found.problems)
    assert any(not check.ok and "2020-05-1 入账时登记的金额" in check.what for check in found.checks)


def _trigger(connection: sqlite3.Connection) -> str:
    query = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'line' AND sql LIKE '%UPDATE%'"
    return str(connection.execute(query).fetchone()[0])


@pytest.mark.parametrize("settle", ["sqlite"], indirect=True)
def test_a_read_only_ledger_is_reported_and_not_registered(office: Office) -> None:
    path = Path(office.workspace.ledger)
    path.chmod(0o444)
    try:
        with Ledger.open(path) as ledger:
            writable = ledger.writable
        written = write(office)
        assert written.registered is writable
        assert written.path.exists()
    finally:
        path.chmod(0o644)


def test_an_empty_quarter_is_reported_with_zeros(office: Office) -> None:
    written = write(office, days=period.quarter("2019Q1"))
    assert set(written.report.totals.values()) == {0}
    assert written.path.exists()


def test_everything_ties_out(office: Office) -> None:
    write(office, clock=Clock.USUAL)
    found = tie_out(office.workspace, QUARTER, as_of=AS_OF)
    assert found.ok
    assert all(check.compared for check in found.checks)
    assert found.amount_fen == 270_000


def test_a_payment_sheet_changed_by_hand_is_named_to_the_line(office: Office) -> None:
    path = office.workspace.output / "2020-05-1" / "2020-05-1-拨付.xlsx"
    workbook = load_workbook(path)
    sheet = workbook["拨付明细"]
    cell = next(cell for row in sheet.iter_rows() for cell in row if cell.value == "2020-05-1/000002")
    column = next(c.column for row in sheet.iter_rows() for c in row if c.value == "金额（元）")
    sheet.cell(cell.row, column).value = 900.01
    workbook.save(path)
    found = tie_out(office.workspace, QUARTER, as_of=AS_OF)
    assert not found.ok
    (wrong,) = [check for check in found.checks if not check.ok]
    assert wrong.what == "批次 2020-05-1 的“拨付明细”"
    assert wrong.found_fen == 270_001
    assert "2,700.01 元，台账 2,700.00 元，相差 0.01 元" in wrong.sentence


def test_lines_that_cancel_out_in_the_sum_are_found_one_by_one(office: Office) -> None:
    path = office.workspace.output / "2020-05-1" / "2020-05-1-拨付.xlsx"
    workbook = load_workbook(path)
    sheet = workbook["拨付明细"]
    column = next(c.column for row in sheet.iter_rows() for c in row if c.value == "金额（元）")
    for number, yuan in (("2020-05-1/000001", 1000), ("2020-05-1/000002", 800)):
        cell = next(cell for row in sheet.iter_rows() for cell in row if cell.value == number)
        sheet.cell(cell.row, column).value = yuan
    workbook.save(path)
    (wrong,) = [check for check in tie_out(office.workspace, QUARTER, as_of=AS_OF).checks if not check.ok]
    assert wrong.found_fen == wrong.ledger_fen == 270_000
    assert wrong.remark == "金额不同：2020-05-1/000001、2020-05-1/000002"


def test_a_report_written_before_a_void_no_longer_ties_out(office: Office) -> None:
    write(office, clock=Clock.USUAL)
    later(office, "2020-05-1", "void", "2020-07-05T02:00:00+00:00")
    found = tie_out(office.workspace, QUARTER, as_of=AS_OF)
    assert {check.what for check in found.checks if not check.ok} == {
        f"报告 2020年第二季度报告.xlsx 的“{sheet}”" for sheet in ("按补贴项目", "按资金渠道", "补贴资金使用情况公开表")
    }


def test_a_missing_payment_sheet_is_told_and_is_no_difference(office: Office) -> None:
    (office.workspace.output / "2020-05-1" / "2020-05-1-拨付.xlsx").unlink()
    found = tie_out(office.workspace, QUARTER, as_of=AS_OF)
    assert found.ok
    assert "批次 2020-05-1 的拨付表：未比对，没有找到文件" in [check.sentence for check in found.checks]
