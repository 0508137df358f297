"""The public list: what it shows, what it must never show, when it hangs."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from jobs.two_batches import Office
from rules.build import person_id
from skillcli.core.errors import ClerkError
from skillcli.core.workdays import working_days
from skillcli.jobs.publication import publish
from skillcli.xlsx.leak import scan

WHO = {"at": "2020-06-01T08:00:00+00:00", "person": "某某"}
START = date(2020, 6, 24)


@pytest.fixture
def linkou(tmp_path: Path) -> Office:
    return Office(tmp_path, "linkou-2019")


def cells(path: Path, sheet: str) -> list[list[object]]:
    return [list(row) for row in openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True)]


@pytest.mark.parametrize(
    ("start", "first", "last", "why"),
    [
        (date(2021, 12, 13), date(2021, 12, 13), date(2021, 12, 17), "a plain week, first day included"),
        (date(2020, 6, 24), date(2020, 6, 24), date(2020, 7, 1), "端午 25-27 June off, Sunday 28 worked instead"),
        (date(2020, 1, 23), date(2020, 1, 23), date(2020, 2, 6), "the long Spring Festival of 2020"),
        (date(2021, 12, 18), date(2021, 12, 20), date(2021, 12, 24), "a Saturday begins on Monday"),
    ],
)
def test_five_working_days_of_the_chinese_calendar(start: date, first: date, last: date, why: str) -> None:
    span = working_days(start, 5)
    assert (span.first, span.last, span.estimated) == (first, last, False), why


def test_days_without_a_published_calendar_are_called_an_estimate() -> None:
    assert working_days(date(2090, 1, 2), 5).estimated


def test_numbers_are_covered_and_nothing_else_personal_is_there(linkou: Office) -> None:
    row = linkou.row(account="6212288802000001666", categories="贫困劳动力")
    linkou.pay([row])
    done = publish(linkou.workspace, "2020-05-1", START, **WHO)
    assert done.path.name == "2020-05-1-公示.xlsx"
    text = "".join(zipfile.ZipFile(done.path).read(name).decode() for name in zipfile.ZipFile(done.path).namelist())
    for secret in (row["id_number"], row["phone"], row["account"], "贫困劳动力", "1990"):
        assert str(secret) not in text
    listed = [r for r in cells(done.path, "公示") if r[0] == 1][0]
    assert listed[1:3] == ["王小明", f"{row['id_number'][:6]}********{row['id_number'][-4:]}"]
    assert listed[6] == row["certificate_no"]
    assert any("2020年6月24日至2020年7月1日（5 个工作日）" in str(r[0]) for r in cells(done.path, "公示"))


def test_the_number_of_a_special_work_certificate_is_covered(linkou: Office) -> None:
    holder = person_id(1)
    linkou.pay([linkou.row(certificate_kind="特种作业操作证", certificate_no=f"T{holder}", level=None)])
    done = publish(linkou.workspace, "2020-05-1", START, **WHO)
    assert [r for r in cells(done.path, "公示") if r[0] == 1][0][6] == f"T{holder[:6]}********{holder[-4:]}"


def test_prisoners_and_rehabilitants_appear_by_headcount_only(linkou: Office) -> None:
    linkou.pay([linkou.row(categories="戒毒人员"), linkou.row(2)])
    done = publish(linkou.workspace, "2020-05-1", START, **WHO)
    assert not any("王小明" in map(str, row) for row in cells(done.path, "公示"))
    unnamed = cells(done.path, "不公开姓名的培训")
    assert any(row[:3] == ["林口县职业培训学校", "服刑戒毒人员培训补贴", 1] for row in unnamed)


def test_two_people_who_look_the_same_are_told_apart(linkou: Office) -> None:
    twin = person_id(1, born="19910101")
    assert twin[:6] == person_id(1)[:6]
    other = next(
        number
        for day in range(10, 29)
        for serial in range(1, 999)
        if (number := person_id(serial, born=f"199101{day}"))[-4:] == person_id(1)[-4:]
    )
    linkou.pay([linkou.row(), linkou.row(2, id_number=other, name="王小明")])
    done = publish(linkou.workspace, "2020-05-1", START, **WHO)
    assert any("不是同一个人" in str(row[0]) for row in cells(done.path, "公示"))


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"occupation": "电工13912345678"}, "电话号码"),
        ({"institution": "学校 231025199001010014"}, "身份证号"),
        ({"institution": "学校（6212 2888 0200 0001 666）"}, "已知的敏感号码"),
    ],
)
def test_a_planted_number_stops_the_release(linkou: Office, change: dict[str, str], kind: str) -> None:
    linkou.pay([linkou.row(account="6212288802000001666", categories="贫困劳动力", **change)])
    with pytest.raises(ClerkError, match=kind) as refused:
        publish(linkou.workspace, "2020-05-1", START, **WHO)
    folder = linkou.workspace.output / "2020-05-1"
    assert [path.name for path in folder.iterdir()] == ["2020-05-1-拨付.xlsx"]
    assert "13912345678" not in str(refused.value)
    assert publish_status(linkou) == "draft"


def publish_status(office: Office) -> str:
    from skillcli.ledger.ledger import Ledger

    with Ledger.open(office.workspace.ledger) as ledger:
        return ledger.batch("2020-05-1").status


def test_a_published_batch_gets_the_same_list_again(linkou: Office) -> None:
    linkou.pay([linkou.row()])
    first = publish(linkou.workspace, "2020-05-1", START, **WHO)
    before = first.path.read_bytes()
    first.path.unlink()
    again = publish(linkou.workspace, "2020-05-1", START, **WHO)
    assert again.path.read_bytes() == before
    assert publish_status(linkou) == "published"


def test_the_scan_reads_properties_notes_and_hidden_sheets(tmp_path: Path) -> None:
    from openpyxl.comments import Comment

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"].comment = Comment("13912345678", "a")
    book.properties.keywords = person_id(3)
    hidden = book.create_sheet("里")
    hidden.sheet_state = "hidden"
    hidden["B2"] = "账号 6222020200112233"
    book.save(tmp_path / "x.xlsx")
    assert {leak.kind for leak in scan(tmp_path / "x.xlsx", ["6222020200112233"])} == {
        "电话号码",
        "身份证号",
        "已知的敏感号码",
    }
    book = openpyxl.Workbook()
    book.save(tmp_path / "clean.xlsx")
    assert scan(tmp_path / "clean.xlsx", ["6222020200112233"]) == []
