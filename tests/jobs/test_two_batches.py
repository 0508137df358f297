"""What an earlier batch means for a later one (policy page, section 5), case by case."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from jobs.two_batches import Office, verdicts
from skillcli.core.errors import ClerkError
from skillcli.core.finding import Verdict
from skillcli.jobs.exceptions import import_answers, import_overrides
from skillcli.jobs.pay import write_again
from skillcli.jobs.references import import_lists
from skillcli.schema.inputs import ANSWERS, OVERRIDES, REFERENCE

WHO = {"at": "2020-06-01T08:00:00+00:00", "person": "某某"}


@pytest.fixture
def linkou(tmp_path: Path, settle: Callable[[Path], None]) -> Office:
    return Office(tmp_path, "linkou-2019").settled(settle)


@pytest.fixture
def taiyuan(tmp_path: Path, settle: Callable[[Path], None]) -> Office:
    return Office(tmp_path, "taiyuan-2019").settled(settle)


def test_the_same_files_again_are_the_same_batch(linkou: Office) -> None:
    file = linkou.write([linkou.row()])
    first = linkou.pay_files([file])
    assert first.batch is not None
    workbook = first.outputs[0].read_bytes()
    again = linkou.pay_files([file])
    assert again.already_booked
    assert again.batch is not None
    assert again.batch.id == first.batch.id == "2020-05-1"
    assert again.outputs[0].read_bytes() == workbook
    assert linkou.verified()


def test_another_roster_with_a_paid_training_is_refused_and_names_batch_and_row(linkou: Office) -> None:
    linkou.pay([linkou.row()])
    again = linkou.pay([linkou.row(remark="另一份")])
    assert verdicts(again) == {"2 free": "不予补贴 D01"}
    message = again.decision.findings.query("code == 'D01'")["message"].iloc[0]
    assert "2020-05-1/000001" in message
    assert "第 2 行" in message


def test_a_corrected_kind_is_the_same_training_and_its_group_is_refused(linkou: Office) -> None:
    linkou.pay([linkou.row(categories="退役军人")])
    again = linkou.pay([linkou.row(categories="退役军人", training_kind="项目制培训")])
    assert verdicts(again) == {"2 project": "不予补贴 D01"}


def test_an_account_added_later_lets_the_line_be_paid(linkou: Office) -> None:
    first = linkou.pay([linkou.row(payer="个人缴费")])
    assert verdicts(first) == {"2 free": "待核实 A07"}
    again = linkou.pay([linkou.row(payer="个人缴费", account="6212288802000001666")])
    assert verdicts(again) == {"2 free": "拟补贴"}
    assert again.amount_fen == 90000


def test_only_the_waiting_line_is_paid_when_the_roster_is_sent_again(linkou: Office) -> None:
    row = linkou.row(categories="贫困劳动力")
    assert verdicts(linkou.pay([row])) == {"2 free": "拟补贴", "2 living": "待核实 A07"}
    again = linkou.pay([{**row, "account": "6212288802000001666"}])
    assert verdicts(again) == {"2 free": "不予补贴 D01", "2 living": "拟补贴"}
    assert again.amount_fen == 20 * 1500


def test_an_answer_pays_the_waiting_line_alone_and_only_once(linkou: Office) -> None:
    linkou.pay([linkou.row(categories="贫困劳动力")])
    answer = {
        "line_no": "2020-05-1/2",
        "field": "银行卡号",
        "value": "6212288802000001666",
        "proof": "社保卡",
        "checked_by": "乙",
    }
    assert import_answers(linkou.workspace, linkou.sheet(ANSWERS, [answer], "核实结果.xlsx"), **WHO) == 1
    outcome = linkou.pending()
    assert verdicts(outcome) == {"2 living": "拟补贴"}
    assert outcome.batch is not None
    assert (outcome.batch.id, outcome.batch.kind) == ("2020-06-1", "pending")
    assert outcome.roster.sheets[0].path.endswith("花名册1.xlsx")
    with pytest.raises(ClerkError, match="没有待核实、待明确"):
        linkou.pending()
    assert linkou.verified()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"field": "职业（工种）", "value": "焊工"}, "不能用核实结果改"),
        ({"field": "星座"}, "不是花名册的栏目"),
        ({"line_no": "2020-05-1/1"}, "只有“待核实”的行"),
        ({"line_no": "2020-05-1/9"}, "没有第 9 行"),
        ({"field": "刑满释放日期", "value": "待定"}, "不能作为"),
        ({"proof": None}, "证明材料是空白"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused_with_its_row(
    linkou: Office, change: dict[str, str], sentence: str
) -> None:
    linkou.pay([linkou.row(categories="贫困劳动力")])
    answer = {
        "line_no": "2020-05-1/2",
        "field": "银行账号",
        "value": "6212288802000001666",
        "proof": "卡",
        "checked_by": "乙",
    }
    with pytest.raises(ClerkError, match=sentence):
        import_answers(linkou.workspace, linkou.sheet(ANSWERS, [answer | change], "核实结果.xlsx"), **WHO)
    assert verdicts(linkou.pending()) == {"2 living": "待核实 A07"}


def test_a_reading_pays_the_certificate_on_top(taiyuan: Office) -> None:
    first = taiyuan.pay([taiyuan.row()])
    assert verdicts(first) == {"2 general": "拟补贴", "2 certificate": "待明确 E09"}
    taiyuan.decide(certificate_stacks=True)
    later = taiyuan.pending()
    assert verdicts(later) == {"2 certificate": "拟补贴"}
    assert later.amount_fen == 30000


def test_stacking_is_not_bypassed_by_sending_the_roster_again(taiyuan: Office) -> None:
    taiyuan.pay([taiyuan.row()])
    again = taiyuan.pay([taiyuan.row(remark="再报")])
    assert verdicts(again) == {"2 general": "不予补贴 D01", "2 certificate": "待明确 E09"}


def test_a_reading_that_says_no_ends_the_waiting(taiyuan: Office) -> None:
    taiyuan.pay([taiyuan.row()])
    taiyuan.decide(certificate_stacks=False)
    assert verdicts(taiyuan.pending()) == {"2 certificate": "不予补贴 E12"}
    with pytest.raises(ClerkError, match="没有待核实、待明确"):
        taiyuan.pending()


def test_pending_without_news_books_nothing(taiyuan: Office) -> None:
    taiyuan.pay([taiyuan.row()])
    outcome = taiyuan.pending()
    assert outcome.batch is None
    assert outcome.exit_code == 1
    assert verdicts(outcome) == {"2 certificate": "待明确 E09"}


def test_a_void_batch_frees_its_lines(linkou: Office) -> None:
    linkou.pay([linkou.row()])
    linkou.void("2020-05-1")
    again = linkou.pay([linkou.row(remark="重报")])
    assert verdicts(again) == {"2 free": "拟补贴"}
    assert again.batch is not None
    assert again.batch.id == "2020-05-2"


def three_in_a_year(office: Office) -> list[dict[str, object]]:
    days = [(date(2020, m, 2), date(2020, m, 20), date(2020, m, 28)) for m in (2, 3, 4)]
    return [
        office.row(
            occupation=name,
            start=start,
            end=end,
            issued_on=issued,
            certificate_no=f"S00002312345620500010{n}",
            days=10,
            hours=None,
        )
        for n, (name, (start, end, issued)) in enumerate(zip(("电工", "焊工", "钳工"), days, strict=True))
    ]


@pytest.mark.parametrize("policy", ["linkou-2019", "taiyuan-2019"])
def test_an_earlier_training_that_arrives_late_is_the_fourth(tmp_path: Path, policy: str) -> None:
    office = Office(tmp_path, policy)
    office.decide(certificate_stacks=True) if policy.startswith("taiyuan") else None
    office.pay(three_in_a_year(office))
    late = office.row(
        occupation="车工",
        start=date(2020, 1, 2),
        end=date(2020, 1, 15),
        issued_on=date(2020, 1, 20),
        days=10,
        hours=None,
    )
    assert all("D03" in verdict for verdict in verdicts(office.pay([late])).values())


def test_the_rightful_winner_judged_again_keeps_its_rank_of_attendance(taiyuan: Office) -> None:
    winner = taiyuan.row(
        payer="个人缴费",
        start=date(2020, 1, 2),
        end=date(2020, 1, 20),
        issued_on=date(2020, 1, 28),
        days=10,
        hours=None,
    )
    repeat = taiyuan.row(certificate_no="S000023123456205999999")
    first = taiyuan.pay([winner, repeat])
    assert verdicts(first)["2 general"] == "待核实 A07"
    assert verdicts(first)["3 general"] == "不予补贴 D02"
    again = taiyuan.pay([{**winner, "account": "6212288802000001666"}])
    assert verdicts(again)["2 general"] == "拟补贴"


def test_what_was_paid_wins_over_the_rightful_winner(linkou: Office) -> None:
    winner = linkou.row(
        payer="个人缴费",
        start=date(2020, 1, 2),
        end=date(2020, 1, 20),
        issued_on=date(2020, 1, 28),
        days=10,
        hours=None,
    )
    repeat = linkou.row(certificate_no="S000023123456205999999")
    assert verdicts(linkou.pay([winner, repeat])) == {"2 free": "待核实 A07", "3 free": "拟补贴"}
    assert verdicts(linkou.pay([{**winner, "account": "6212288802000001666"}])) == {"2 free": "不予补贴 D02"}


def approval(line_no: str, **changes: str) -> dict[str, str]:
    row = {
        "line_no": line_no,
        "reason": "带班骨干",
        "document": "纪要〔2020〕9号",
        "approved_by": "局长",
        "valid_to": "2020-12-31",
    }
    return row | changes


def test_a_special_approval_pays_the_fourth_training(linkou: Office) -> None:
    fourth = linkou.row(
        occupation="车工",
        start=date(2020, 4, 29),
        end=date(2020, 5, 10),
        issued_on=date(2020, 5, 20),
        days=10,
        hours=None,
    )
    first = linkou.pay([*three_in_a_year(linkou), fourth])
    assert verdicts(first)["5 free"] == "不予补贴 D03"
    import_overrides(linkou.workspace, linkou.sheet(OVERRIDES, [approval("2020-05-1/000004")], "审批.xlsx"), **WHO)
    later = linkou.pending()
    assert verdicts(later) == {"5 free": f"{Verdict.SPECIAL} D03"}
    assert later.amount_fen == 90000
    assert later.exit_code == 0
    said = [cell for row in load_workbook(later.outputs[0])["说明"].iter_rows(values_only=True) for cell in row]
    for words in (
        "六、特殊审批",
        "2020-06-1/000001",
        "带班骨干",
        "纪要〔2020〕9号",
        "局长",
        "2020-12-31",
        "2020-05-1/000004",
    ):
        assert words in said, words
    demands = [cell for cell in said if isinstance(cell, str) and "花名册不能证明" in cell]
    assert len(demands) == len(set(demands)) == 1
    written = later.outputs[0].read_bytes()
    assert write_again(linkou.workspace, "2020-06-1")[0].read_bytes() == written


def test_a_special_approval_lapses_by_its_date(linkou: Office) -> None:
    linkou.pay([linkou.row(payer="个人缴费")])
    import_overrides(
        linkou.workspace, linkou.sheet(OVERRIDES, [approval("2020-05-1/1", valid_to="2020-06-15")], "审批.xlsx"), **WHO
    )
    assert verdicts(linkou.pending(as_of=date(2020, 6, 16))) == {"2 free": "待核实 A07"}
    assert verdicts(linkou.pending(as_of=date(2020, 6, 15))) == {"2 free": f"{Verdict.SPECIAL} A07"}


def test_a_repeat_can_not_be_approved(linkou: Office) -> None:
    linkou.pay(
        [
            linkou.row(),
            linkou.row(
                certificate_no="S000023123456205999999",
                start=date(2020, 4, 12),
                end=date(2020, 5, 1),
                issued_on=date(2020, 5, 9),
                days=10,
                hours=None,
            ),
        ]
    )
    with pytest.raises(ClerkError, match="D02"):
        import_overrides(linkou.workspace, linkou.sheet(OVERRIDES, [approval("2020-05-1/2")], "审批.xlsx"), **WHO)


def test_a_reference_list_refuses_and_its_newest_version_counts(linkou: Office) -> None:
    row = linkou.row()
    dead = {"list_name": "死亡", "id_number": row["id_number"], "event_on": "2019-12-01"}
    import_lists(linkou.workspace, linkou.sheet(REFERENCE, [dead], "名单.xlsx"), **WHO)
    first = linkou.pay([row])
    assert verdicts(first) == {"2 free": "不予补贴 P16"}
    assert "2019-12-01" in first.decision.findings.query("code == 'P16'")["message"].iloc[0]
    other = {**dead, "id_number": linkou.row(2)["id_number"]}
    import_lists(linkou.workspace, linkou.sheet(REFERENCE, [other], "名单2.xlsx"), **WHO)
    assert verdicts(linkou.pay([{**row, "remark": "更正后"}])) == {"2 free": "拟补贴"}
