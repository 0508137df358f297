"""Registers are taken in whole or not at all, add up by key, and say where each wrong cell is."""

from __future__ import annotations

import shutil
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl import Workbook, load_workbook

from jobs.two_batches import Office
from skillcli.core.errors import ClerkError
from skillcli.jobs.pay import write_again
from skillcli.jobs.registers import RegisterFaults, Taken, import_registers, imported
from skillcli.jobs.setup import init
from skillcli.jobs.templates import write_blank
from skillcli.jobs.workspace import Workspace, open_workspace
from skillcli.ledger.advances import NewAdvance
from skillcli.ledger.ledger import Ledger
from skillcli.ledger.registers import Registers
from skillcli.ledger.spending import advanced
from skillcli.policy.model import Ruling
from skillcli.schema.registers import CLASSES, FUNDS, INSPECTIONS, OBJECTIONS, REGISTERS, TASKS, Register

WHO: dict[str, Any] = {"at": "2020-04-01T08:00:00+00:00", "person": "某某"}
TODAY = date(2020, 6, 1)
CLASS: dict[str, Any] = {
    "班级编号": "2020-001",
    "培训机构": "阳光学校",
    "计划人数": 40,
    "开班日期": date(2020, 3, 2),
    "结课日期": date(2020, 3, 16),
}


@pytest.fixture
def office(tmp_path: Path) -> Workspace:
    init(tmp_path / "office", "linkou-2019")
    return open_workspace(tmp_path / "office")


def written(path: Path, **sheets: list[dict[str, Any]]) -> Path:
    """A workbook of these sheets, the titles of the first row as header."""
    book = Workbook()
    book.remove(book["Sheet"])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        titles = list(dict.fromkeys(title for row in rows for title in row))
        sheet.append(titles)
        for row in rows:
            sheet.append([row.get(title) for title in titles])
    book.save(path)
    return path


def take(office: Workspace, path: Path) -> tuple[Taken, ...]:
    return import_registers(office, path, as_of=TODAY, **WHO)


def entries(office: Workspace, register: Register, upto: int | None = None) -> pd.DataFrame:
    with Ledger.open(office.ledger) as ledger:
        found = Registers(ledger, upto).read(register)
    assert found is not None
    return found


def position(office: Workspace) -> int:
    with Ledger.open(office.ledger) as ledger:
        return ledger.reporting.position()


def test_a_sheet_of_another_name_is_known_by_its_header(office: Workspace, tmp_path: Path) -> None:
    take(office, written(tmp_path / "r.xlsx", 三月=[CLASS]))
    found = entries(office, CLASSES)
    assert found[["class_no", "planned"]].to_numpy().tolist() == [["2020-001", 40]]
    assert found["start"].tolist() == [pd.Timestamp(2020, 3, 2)]


def test_several_registers_of_one_workbook_go_in_together(office: Workspace, tmp_path: Path) -> None:
    visit = {"班级编号": "2020-001", "日期": date(2020, 3, 6), "结果": "合格"}
    done = take(office, written(tmp_path / "r.xlsx", 开班登记=[CLASS], 检查登记=[visit]))
    assert [(each.title, each.new) for each in done] == [("开班登记", 1), ("检查登记", 1)]
    with Ledger.open(office.ledger) as ledger:
        assert ledger.verify().ok


def test_the_same_file_again_books_nothing(office: Workspace, tmp_path: Path) -> None:
    path = written(tmp_path / "r.xlsx", 开班登记=[CLASS, CLASS | {"班级编号": "2020-002"}])
    take(office, path)
    before = position(office)
    (again,) = take(office, path)
    assert (again.same, again.booked) == (2, False)
    assert position(office) == before


def test_a_later_row_of_the_same_key_is_a_new_version_and_the_old_one_can_be_asked_for(
    office: Workspace, tmp_path: Path
) -> None:
    take(office, written(tmp_path / "a.xlsx", 开班登记=[CLASS, CLASS | {"班级编号": "2020-002"}]))
    before = position(office)
    (done,) = take(
        office, written(tmp_path / "b.xlsx", 开班登记=[CLASS | {"班级编号": "２０２０-001", "计划人数": 35}])
    )
    assert (done.new, done.changed) == (0, 1)
    assert entries(office, CLASSES)["planned"].tolist() == [35, 40]
    assert entries(office, CLASSES, before)["planned"].tolist() == [40, 40]


def test_a_withdrawn_row_leaves_the_register_and_may_come_back(office: Workspace, tmp_path: Path) -> None:
    take(office, written(tmp_path / "a.xlsx", 开班登记=[CLASS, CLASS | {"班级编号": "2020-002"}]))
    gone = written(tmp_path / "b.xlsx", 开班登记=[CLASS | {"作废": "是"}])
    (done,) = take(office, gone)
    assert done.withdrawn == 1
    assert entries(office, CLASSES)["class_no"].tolist() == ["2020-002"]
    assert not take(office, gone)[0].booked
    take(office, written(tmp_path / "c.xlsx", 开班登记=[CLASS]))
    assert entries(office, CLASSES)["class_no"].tolist() == ["2020-001", "2020-002"]


def test_a_blank_template_and_a_strange_workbook_are_refused(office: Workspace, tmp_path: Path) -> None:
    with pytest.raises(ClerkError, match="没有可导入的登记"):
        take(office, office.root / "台账/开班登记.xlsx")
    with pytest.raises(ClerkError, match="没有可导入的登记"):
        take(office, written(tmp_path / "r.xlsx", 什么=[{"甲": 1, "乙": 2}]))


FUND = {"资金渠道": "就业补助资金", "类别": "到位", "金额": 1000, "日期": date(2020, 1, 3), "文号": "1号"}
VISIT = {"班级编号": "2020-001", "日期": date(2020, 3, 6), "结果": "合格"}
PLANTED: tuple[tuple[str, dict[str, Any], str, str], ...] = (
    ("开班登记", CLASS | {"计划人数": None}, "计划人数", "“计划人数”是空白"),
    ("开班登记", CLASS | {"计划人数": "四十"}, "计划人数", "读不懂"),
    ("开班登记", CLASS | {"结课日期": date(2020, 2, 1)}, "结课日期", "“结课日期”早于“开班日期”"),
    ("开班登记", CLASS | {"班级编号": "2020-009", "作废": "是"}, "作废", "没有这一条登记"),
    ("资金台账", FUND | {"资金渠道": "就业补住资金"}, "资金渠道", "相近的有：就业补助资金"),
    ("资金台账", FUND | {"类别": "拨走"}, "类别", "不是可选的内容"),
    ("资金台账", FUND | {"金额": -5}, "金额", "读不懂"),
    ("资金台账", FUND | {"日期": date(2020, 7, 1)}, "日期", "在今天（2020-06-01）之后"),
    ("任务分解", {"年度": 20, "单位": "林口镇", "任务人次": 300}, "年度", "四位数的年份"),
    ("任务分解", {"年度": 2020, "单位": "林口镇", "任务人次": 0}, "任务人次", "大于 0 的整数"),
    ("检查登记", VISIT | {"班级编号": "2020-007"}, "班级编号", "“2020-007”不在开班登记里；相近的有：2020-001"),
    ("检查登记", VISIT | {"培训机构": "别处学校"}, "培训机构", "没有这家机构的班级"),
    ("异议登记", {"编号": "1", "批次": "2020-09-9", "提出日期": date(2020, 4, 1), "异议内容": "没有到课"}, "批次", "没有批次"),
    (
        "公开登记",
        {"公开内容": "目录", "公开日期": date(2020, 4, 2), "截止日期": date(2020, 4, 1), "公开地点": "官网"},
        "截止日期",
        "早于“公开日期”",
    ),
    ("五免一助", {"年度": 2020, "学校": "技校", "学生人数": 3, "免学费": -1}, "免学费", "读不懂"),
    (
        "职工教育经费",
        {"年度": 2020, "企业": "甲厂", "工资薪金总额": 100, "使用金额": 8, "一线职工培训": 9},
        "一线职工培训",
        "多于“使用金额”",
    ),
)  # fmt: skip


@pytest.mark.parametrize(("sheet", "row", "column", "sentence"), PLANTED, ids=[f"{s} {c}" for s, _, c, _ in PLANTED])
def test_a_planted_fault_is_found_with_its_cell_and_keeps_everything_out(
    office: Workspace, tmp_path: Path, sheet: str, row: dict[str, Any], column: str, sentence: str
) -> None:
    take(office, written(tmp_path / "a.xlsx", 开班登记=[CLASS]))
    before = position(office)
    sheets = {"开班登记": [CLASS | {"班级编号": "2020-003"}]}
    sheets[sheet] = [*sheets.get(sheet, []), row]
    path = written(tmp_path / "b.xlsx", **sheets)
    at = len(sheets[sheet]) + 1
    with pytest.raises(RegisterFaults) as refused:
        take(office, path)
    (finding,) = refused.value.findings
    assert (finding.place.sheet, finding.place.row, finding.place.column) == (sheet, at, column)
    assert sentence in finding.message
    assert position(office) == before
    book = load_workbook(refused.value.output)
    titles = [cell.value for cell in book[sheet][1]]
    accused = book[sheet].cell(at, titles.index(column) + 1)
    assert accused.fill.fgColor.rgb == "FFFFC7CE"
    assert accused.comment is not None
    assert sentence in accused.comment.text
    assert book["问题清单"].max_row == 3  # counts, header, the fault


def test_two_rows_of_one_key_are_a_fault(office: Workspace, tmp_path: Path) -> None:
    path = written(tmp_path / "r.xlsx", 开班登记=[CLASS, CLASS | {"计划人数": 1}])
    with pytest.raises(RegisterFaults, match="与第 2 行是同一条登记"):
        take(office, path)


def test_an_inspection_must_say_whose_class_where_several_have_the_number(office: Workspace, tmp_path: Path) -> None:
    twice = [CLASS, CLASS | {"培训机构": "月光学校"}]
    with pytest.raises(RegisterFaults, match="有几家机构在用"):
        take(office, written(tmp_path / "r.xlsx", 开班登记=twice, 检查登记=[VISIT]))


def test_a_csv_is_taken_in_and_its_faults_are_marked_in_a_workbook(office: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "资金.csv"
    path.write_text("资金渠道,类别,金额,日期\n就业补助资金,到位,1000,2020-01-03\n甲,到位,1,2020-01-03\n", "utf-8")
    with pytest.raises(RegisterFaults) as refused:
        take(office, path)
    assert refused.value.output.suffix == ".xlsx"
    path.write_text("资金渠道,类别,金额,日期\n就业补助资金,到位,1000,2020-01-03\n", "utf-8")
    take(office, path)
    assert entries(office, FUNDS)["amount_fen"].tolist() == [100000]


def test_the_list_names_every_register_and_its_imports(office: Workspace, tmp_path: Path) -> None:
    take(office, written(tmp_path / "a.xlsx", 任务分解=[{"年度": 2020, "单位": "林口镇", "任务人次": 3}]))
    found = {register.table.kind: (entries, imports) for register, entries, imports in imported(office)}
    assert len(found) == len(REGISTERS)
    assert found[INSPECTIONS.table.kind][0] is None
    tasks, imports = found[TASKS.table.kind]
    assert tasks is not None
    assert (len(tasks), imports["rows"].tolist()) == (1, [1])


def test_a_batch_that_overdraws_its_fund_is_told_with_figures(tmp_path: Path) -> None:
    place = Office(tmp_path, "linkou-2019")
    with Ledger.open(place.workspace.ledger) as ledger:
        ruling = {"fund.free": Ruling(value="就业补助资金")}
        ledger.import_rulings("linkou-2019", ruling, **WHO)
    assert place.pay([place.row(1)], "2020-04").overdrawn == ()
    funds = [FUND | {"金额": 2500}, FUND | {"类别": "非补贴支出", "金额": 100}, FUND | {"类别": "下达", "金额": 9000}]
    import_registers(place.workspace, written(tmp_path / "f.xlsx", 资金台账=funds), as_of=TODAY, **WHO)
    assert place.pay([place.row(3, level="中级工")], "2020-05").overdrawn == ()
    done = place.pay([place.row(5, level="高级工")], "2020-06")
    (sentence,) = done.overdrawn
    assert sentence == (
        "就业补助资金：到位（含捐赠）2,500.00 元，非补贴支出 100.00 元，以前批次 1,800.00 元，可用 600.00 元；"
        "本批次 900.00 元，超出 300.00 元"
    )
    book = load_workbook(done.outputs[0])
    assert any(sentence in str(cell.value) for row in book["疑点"].iter_rows(max_row=6) for cell in row)
    assert any(sentence in str(cell.value) for row in book["说明"].iter_rows() for cell in row)
    assert done.batch is not None
    before = done.outputs[0].read_bytes()
    assert write_again(place.workspace, done.batch.id)[0].read_bytes() == before


@pytest.mark.parametrize(
    ("second", "said"),
    [
        (3, "本次申报 1 人，连同以前批次共 3 人，多于开班登记的计划人数 2 人"),
        (2, ""),  # the same person again is no third head
    ],
)
def test_the_heads_of_a_class_add_up_over_batches(tmp_path: Path, second: int, said: str) -> None:
    place = Office(tmp_path, "linkou-2019")
    first = [place.row(1, class_no="B1"), place.row(2, class_no="B1")]
    filed = {"班级编号": "B1", "培训机构": first[0]["institution"], "计划人数": 2}
    import_registers(place.workspace, written(tmp_path / "c.xlsx", 开班登记=[filed]), as_of=TODAY, **WHO)
    done = place.pay(first, "2020-05")
    assert "T18" not in set(done.decision.findings["code"])
    later = place.pay([place.row(second, class_no="B1", certificate_no="S000023123456205900001")], "2020-06")
    found = later.decision.findings.loc[later.decision.findings["code"].eq("T18"), "message"]
    assert [text for text in found if said and said in text] == list(found)
    assert bool(len(found)) == bool(said)
    with Ledger.open(place.workspace.ledger) as ledger:
        ledger.set_status("2020-06-1", "void", document="重报", **WHO)
        ledger.set_status("2020-05-1", "void", document="重报", **WHO)
    again = place.pay([place.row(3, class_no="B1")], "2020-07")
    assert "T18" not in set(again.decision.findings["code"])


def test_an_open_advance_is_held_against_every_fund(tmp_path: Path) -> None:
    place = Office(tmp_path, "linkou-2019")
    with Ledger.open(place.workspace.ledger) as ledger:
        ledger.import_rulings("linkou-2019", {"fund.free": Ruling(value="就业补助资金")}, **WHO)
        ledger.money.grant(
            NewAdvance(
                "B2020-9",
                "培训机构",
                "先锋学校",
                1,
                400000,
                5000,
                200000,
                "",
                "四（四）2",
                TODAY,
                "文",
                "linkou-2019",
                "a" * 64,
            ),
            **WHO,
        )
    import_registers(
        place.workspace, written(tmp_path / "f.xlsx", 资金台账=[FUND | {"金额": 2500}]), as_of=TODAY, **WHO
    )
    (sentence,) = place.pay([place.row(1)], "2020-04").overdrawn
    assert sentence.startswith("就业补助资金：到位（含捐赠）2,500.00 元")
    assert sentence.endswith("；先行拨付还没有抵扣或退回的有 2,000.00 元，不分资金渠道")
    with Ledger.open(place.workspace.ledger) as ledger:
        account = ledger.money.advance("B2020-9")
        assert account is not None
        ledger.money.settle(account, mode="demand", document="文", **WHO, head=ledger.head())
        excess = ledger.money.advance("B2020-9")
        assert excess is not None
        assert excess.excess is not None
        assert advanced(ledger) == 200000
        ledger.money.repaid(excess.excess, 200000, TODAY, document="文", **WHO)
        assert advanced(ledger) == 0


@pytest.mark.parametrize("register", REGISTERS, ids=[each.table.title for each in REGISTERS])
def test_the_example_of_a_template_can_be_taken_in(office: Workspace, tmp_path: Path, register: Register) -> None:
    _taken_from_the_example(office, filled(register, tmp_path / "filled.xlsx"), register)


@pytest.mark.office
@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")
@pytest.mark.parametrize("suffix", ["xlsx", "ods"])
def test_templates_saved_by_libreoffice_can_be_taken_in(office: Workspace, tmp_path: Path, suffix: str) -> None:
    paths = [filled(register, tmp_path / f"{register.table.kind}.xlsx") for register in REGISTERS]
    out = tmp_path / "out"
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    command = ["soffice", profile, "--headless", "--convert-to", suffix, "--outdir", str(out), *map(str, paths)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    for register in REGISTERS:
        _taken_from_the_example(office, out / f"{register.table.kind}.{suffix}", register)


def filled(register: Register, path: Path) -> Path:
    """A register's template with its own example typed into it."""
    write_blank(register.table.kind, path, None)
    book = load_workbook(path)
    example = next(sheet for sheet in book if sheet.title == "示例")
    sheet = book[register.table.title]
    head = next(row for row in example.iter_rows() if str(row[0].value).lstrip("*") == register.table.columns[0].title)
    rows = [[cell.value for cell in row] for row in example.iter_rows(min_row=head[0].row + 1) if row[0].value]
    for number, row in enumerate(rows, 2):
        for place, value in enumerate(row, 1):
            sheet.cell(number, place, value)
    book.save(path)
    return path


def _taken_from_the_example(office: Workspace, path: Path, register: Register) -> None:
    if register is OBJECTIONS:
        with pytest.raises(RegisterFaults, match="台账里没有批次“2020-03-1”"):
            take(office, path)
        return
    (done,) = take(office, path)
    assert done.title == register.table.title
    assert done.new == done.rows >= 1
