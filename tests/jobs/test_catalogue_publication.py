"""目录公布稿: what is listed, what is marked, what is never shown."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from skillcli.core.errors import ClerkError
from skillcli.jobs.catalogue import import_catalogue
from skillcli.jobs.catalogue_publication import publish_catalogue
from skillcli.jobs.setup import init
from skillcli.jobs.workspace import Workspace, open_workspace

ITEMS = ("职业（工种）", "技能等级", "收费标准", "最低课时", "文号", "生效日期", "失效日期")
BODIES = (
    "机构名称",
    "统一社会信用代码",
    "机构类别",
    "准入方式",
    "文号",
    "开户银行",
    "银行账号",
    "生效日期",
    "失效日期",
)
ACCOUNT = "6222021234567890128"
"""A synthetic account number."""
SCHOOL = (
    "阳光职业培训学校",
    "91110000100000099J",
    "培训机构",
    "公开招标",
    "人社〔2019〕1号",
    "农业银行",
    ACCOUNT,
    None,
    None,
)


def _workbook(path: Path, **sheets: list[tuple[object, ...]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


@pytest.fixture
def office(tmp_path: Path) -> Workspace:
    init(tmp_path / "office", "taiyuan-2019", agency="示例市人社局")
    return open_workspace(tmp_path / "office")


def _take(office: Workspace, path: Path, day: str) -> None:
    import_catalogue(office, path, at=f"{day}T02:00:00+00:00", person="王")


def _rows(path: Path, sheet: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True)]


def _marks(path: Path, sheet: str) -> dict[tuple[str, str], tuple[str, str]]:
    """Occupation and level → change and what changed, from the printed table."""
    rows = _rows(path, sheet)
    head = next(row for row in rows if "序号" in row)
    place = {title: head.index(title) for title in ("职业（工种）", "技能等级", "变化", "调整内容")}
    return {
        (row[place["职业（工种）"]], row[place["技能等级"]] or ""): (
            row[place["变化"]] or "",
            row[place["调整内容"]] or "",
        )
        for row in rows[rows.index(head) + 1 :]
        if isinstance(row[0], int)
    }


@pytest.fixture
def two_versions(office: Workspace, tmp_path: Path) -> Workspace:
    first = [
        ITEMS,
        ("电工", "初级", 1200, 120, None, date(2019, 1, 1), None),
        ("焊工", "中级", 1500, 160, "甲〔2019〕2号", date(2019, 1, 1), None),
        ("保育员", None, 900, None, None, date(2019, 1, 1), None),
        ("养老护理员", None, 800, None, None, date(2019, 1, 1), date(2019, 12, 31)),
    ]
    second = [
        ITEMS,
        ("电工", "初级", 1200, 120, None, date(2019, 1, 1), None),
        ("焊工", "中级", 1600, 160, "甲〔2020〕5号", date(2019, 1, 1), None),
        ("育婴员", None, 1000, None, None, date(2020, 7, 1), None),
        ("养老护理员", None, 800, None, None, date(2019, 1, 1), date(2019, 12, 31)),
    ]
    _take(office, _workbook(tmp_path / "a.xlsx", 培训项目=first, 机构=[BODIES, SCHOOL]), "2019-12-10")
    _take(office, _workbook(tmp_path / "b.xlsx", 培训项目=second), "2020-03-05")
    return office


def test_each_entry_says_what_became_of_it(two_versions: Workspace) -> None:
    made = publish_catalogue(two_versions, as_of=date(2020, 3, 10))
    assert made.path.name == "2020-03-10-目录公布稿.xlsx"
    assert _marks(made.path, "培训项目") == {
        ("电工", "初级工"): ("", ""),
        ("焊工", "中级工"): ("调整", "收费标准原为1,500.00；文号原为甲〔2019〕2号"),
        ("育婴员", ""): ("新增", ""),
        ("保育员", ""): ("取消", ""),
        ("养老护理员", ""): ("取消", ""),
    }
    items, bodies = made.sheets
    assert (items.sheet, items.entries, items.since, items.new, items.changed, items.gone) == (
        "培训项目", 3, date(2019, 12, 10), 1, 1, 2,
    )  # fmt: skip
    assert (bodies.sheet, bodies.entries, bodies.since) == ("机构", 1, None)


def test_the_version_of_an_earlier_day_can_be_the_measure(two_versions: Workspace) -> None:
    made = publish_catalogue(two_versions, as_of=date(2020, 3, 10), since=date(2020, 3, 6))
    assert (made.sheets[0].new, made.sheets[0].changed, made.sheets[0].gone) == (0, 0, 0)
    before_all = publish_catalogue(two_versions, as_of=date(2020, 3, 10), since=date(2019, 12, 9))
    assert before_all.sheets[0].since is None
    with pytest.raises(ClerkError, match="要早于公布的日期"):
        publish_catalogue(two_versions, as_of=date(2020, 3, 10), since=date(2020, 3, 10))


def test_bank_and_account_are_never_published(two_versions: Workspace) -> None:
    path = publish_catalogue(two_versions, as_of=date(2020, 3, 10)).path
    printed = [str(cell) for row in _rows(path, "机构") for cell in row if cell is not None]
    assert {"阳光职业培训学校", "91110000100000099J"} <= set(printed)
    assert not [text for text in printed if ACCOUNT in text or "农业银行" in text or text in ("开户银行", "银行账号")]


def test_an_account_in_another_column_stops_the_list(office: Workspace, tmp_path: Path) -> None:
    wrong = (*SCHOOL[:4], f"账号{ACCOUNT}", *SCHOOL[5:])
    _take(office, _workbook(tmp_path / "c.xlsx", 机构=[BODIES, wrong]), "2020-01-05")
    with pytest.raises(ClerkError, match="目录公布稿没有放出") as caught:
        publish_catalogue(office, as_of=date(2020, 3, 10))
    assert ACCOUNT not in str(caught.value)
    assert not list((office.output / "目录公布稿").iterdir())


def test_without_a_catalogue_there_is_nothing_to_publish(office: Workspace) -> None:
    with pytest.raises(ClerkError, match="还没有导入过目录"):
        publish_catalogue(office, as_of=date(2020, 3, 10))


def test_the_same_catalogue_gives_the_same_file(two_versions: Workspace) -> None:
    first = publish_catalogue(two_versions, as_of=date(2020, 3, 10)).path.read_bytes()
    assert publish_catalogue(two_versions, as_of=date(2020, 3, 10)).path.read_bytes() == first


def test_two_prices_one_after_the_other_are_compared_one_by_one(office: Workspace, tmp_path: Path) -> None:
    def item(price: int, begin: date | None, end: date | None) -> tuple[object, ...]:
        return ("电工", "初级", price, None, None, begin, end)

    old = [ITEMS, item(1000, None, date(2020, 6, 30)), item(1100, date(2020, 7, 1), None)]
    new = [ITEMS, item(1000, None, date(2020, 6, 30)), item(1200, date(2020, 7, 1), None)]
    _take(office, _workbook(tmp_path / "a.xlsx", 培训项目=old), "2020-01-05")
    _take(office, _workbook(tmp_path / "b.xlsx", 培训项目=new), "2020-02-05")
    made = publish_catalogue(office, as_of=date(2020, 3, 10))
    assert (made.sheets[0].entries, made.sheets[0].new, made.sheets[0].changed, made.sheets[0].gone) == (2, 0, 1, 0)
