"""A receipt holds as long as files, rows, money and rules are the same, and says which of them is not."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from msgspec.structs import replace

from intake.build import person, roster_xlsx
from skillcli.core.errors import ClerkError
from skillcli.jobs.receipt import Receipt, compare, day_of, uses_ledger
from skillcli.jobs.validate import validate
from skillcli.jobs.verification import read_slip, verify
from skillcli.policy.load import load_policy

DAY = date(2020, 6, 1)
POLICY = load_policy("taiyuan-2019")
MADE = Receipt(date(2020, 4, 10), 88, 9_650_000, "a" * 64, "b" * 64, "c" * 64)


def workers(count: int) -> list[dict[str, object]]:
    """岗前培训 of staff: payable without catalogue or readings."""
    return [
        person(n, training_kind="岗前培训", level=None, employer="迎泽机械有限公司", certificate_kind="特种作业操作证")
        for n in range(count)
    ]


KEYS = ["name", "id_number", "categories", "institution", "training_kind", "occupation", "start", "end", "result",
        "certificate_kind", "certificate_no", "issued_on", "employer"]  # fmt: skip


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    return roster_xlsx(tmp_path / "三月.xlsx", workers(4), keys=KEYS)


def checked(path: Path) -> str:
    return validate([path], POLICY, as_of=DAY, out=None, workspace=None).receipt


def differing(path: Path, code: str, policy: object = POLICY, **more: object) -> list[str]:
    return [part.title for part in verify([path], policy, code, **more).parts if not part.same]  # type: ignore[arg-type]


def test_the_code_shows_day_rows_and_money_and_hides_the_rest() -> None:
    assert MADE.code.startswith("SK1-20200410-88-9650000-aaaaaaaa-bbbbbbbb-cccccccc-0-")
    assert day_of(MADE.code) == date(2020, 4, 10)
    assert not uses_ledger(MADE.code)
    assert uses_ledger(replace(MADE, head="d" * 64).code)


CHANGES: dict[str, tuple[dict[str, object], str]] = {
    "another day": ({"as_of": date(2020, 4, 11)}, "判定日期"),
    "a row more": ({"rows": 89}, "行数"),
    "a fen less": ({"amount_fen": 9_649_999}, "金额（元）"),
    "another file": ({"files": "f" * 64}, "花名册文件"),
    "another policy": ({"policy": "f" * 64}, "政策"),
    "another catalogue": ({"basis": "f" * 64}, "口径和目录"),
    "with a ledger": ({"head": "f" * 64}, "台账"),
    "a file whose hash begins alike": ({"files": "a" * 63 + "f"}, "校验"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_differs_is_named_and_nothing_else(what: str) -> None:
    change, title = CHANGES[what]
    parts = compare(MADE.code, replace(MADE, **change))  # type: ignore[arg-type]
    assert [part.title for part in parts if not part.same] == [title]
    assert all(part.same for part in compare(MADE.code, MADE))


@pytest.mark.parametrize("text", ["", "SK1", "SK2" + MADE.code[3:], MADE.code + "0", MADE.code[:-1], "三月"])
def test_what_is_no_code_is_said(text: str) -> None:
    with pytest.raises(ClerkError, match="不是收据号"):
        day_of(text)


def test_a_code_of_a_day_that_does_not_exist_is_said() -> None:
    with pytest.raises(ClerkError, match="20200231"):
        day_of(MADE.code.replace("20200410", "20200231"))


def test_the_untouched_roster_agrees_with_its_slip(roster: Path) -> None:
    code = checked(roster)
    slip = read_slip(roster.with_name("三月-补贴测算.xlsx"))
    assert (slip.code, slip.amount_fen) == (code, 120_000)
    done = verify([roster], POLICY, slip.code, slip=slip)
    assert done.same
    assert done.parts[-1].title == "补贴测算表的合计（元）"


def test_the_marked_copy_is_another_file_with_the_same_money(roster: Path) -> None:
    code = checked(roster)
    assert differing(roster.with_name("三月-审核意见.xlsx"), code) == ["花名册文件"]


def test_a_name_changed_later_is_another_file(roster: Path) -> None:
    code = checked(roster)
    book = openpyxl.load_workbook(roster)
    book.active["A2"] = "学员改"
    book.save(roster)
    assert differing(roster, code) == ["花名册文件"]


def test_a_row_added_later_shows_in_rows_and_money(roster: Path) -> None:
    code = checked(roster)
    roster_xlsx(roster, workers(5), keys=KEYS)
    assert differing(roster, code) == ["行数", "金额（元）", "花名册文件"]


def test_another_policy_is_named(roster: Path) -> None:
    code = checked(roster)
    assert "政策" in differing(roster, code, load_policy("linkou-2019"))


def mended(path: Path, change: Callable[[openpyxl.Workbook], None]) -> Path:
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)
    return path


def test_a_sum_written_higher_on_the_slip_is_seen(roster: Path) -> None:
    checked(roster)

    def higher(book: openpyxl.Workbook) -> None:
        for row in book["补贴测算"].iter_rows():
            for cell in row:
                if cell.value == 1200:
                    cell.value = 9999

    slip = read_slip(mended(roster.with_name("三月-补贴测算.xlsx"), higher))
    assert differing(roster, slip.code, slip=slip) == ["补贴测算表的合计（元）"]


def test_a_slip_without_a_receipt_is_said(roster: Path) -> None:
    with pytest.raises(ClerkError, match="没有收据号"):
        read_slip(roster)


def test_a_slip_of_one_of_two_rosters_is_compared_with_its_own_roster(roster: Path, tmp_path: Path) -> None:
    other = roster_xlsx(tmp_path / "四月.xlsx", [person(7), *workers(2)][1:], keys=KEYS)
    code = validate([roster, other], POLICY, as_of=DAY, out=None, workspace=None).receipt
    slip = read_slip(other.with_name("四月-补贴测算.xlsx"))
    assert slip.code == code
    assert verify([roster, other], POLICY, code, slip=slip).same
    assert verify([other, roster], POLICY, code, slip=slip).parts[0].same
    assert "花名册文件" in differing(other, code)


def test_a_roster_that_cannot_be_used_is_said(roster: Path, tmp_path: Path) -> None:
    code = checked(roster)
    broken = tmp_path / "坏.xlsx"
    broken.write_bytes(b"PK\x03\x04broken")
    with pytest.raises(ClerkError, match=re.escape(str(broken))):
        verify([broken], POLICY, code)
