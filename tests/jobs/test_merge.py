"""Towns' reports add up to the county's, and what cannot be added up is refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook

from jobs.two_batches import AS_OF, AT, Office
from skillcli.core.errors import ClerkError
from skillcli.core.period import between
from skillcli.jobs.merge import merge
from skillcli.jobs.registers import import_registers
from skillcli.jobs.report import report
from skillcli.reports.period_facts import Clock
from skillcli.schema.office_tables import UPWARD, UPWARD_TABLES
from skillcli.schema.registers import TASKS

YEAR = between(date(2020, 1, 1), date(2020, 12, 31))
TOWNS = ("林口镇", "古城镇", "刁翎镇")
LEVELS = ("初级工", "中级工", "高级工")


def office(folder: Path, towns: tuple[str, ...], name: str) -> Path:
    """The report of an office that trains three people in each of these towns, with the towns' tasks."""
    folder.mkdir()
    place = Office(folder, "linkou-2019")
    settings = place.workspace.root / "skillcli.toml"
    settings.write_text(settings.read_text("utf-8").replace('agency = ""', f'agency = "{name}"'), "utf-8")
    from skillcli.jobs.workspace import open_workspace

    place.workspace = open_workspace(place.workspace.root)
    tasks = [{"year": 2020, "unit": town, "goal": 100 + TOWNS.index(town)} for town in towns]
    import_registers(place.workspace, place.sheet(TASKS.table, tasks, "任务.xlsx"), as_of=AS_OF, at=AT, person="某某")
    rows = [
        place.row(2 * TOWNS.index(town) * 3 + 2 * at + 1, town=town, level=level)
        for town in towns
        for at, level in enumerate(LEVELS)
    ]
    place.pay(rows, "2020-05")
    made = report(place.workspace, "annual", YEAR, clock=Clock.USUAL, as_of=AS_OF, at=AT, person="某某")
    return made.path


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("offices")
    return {town: office(folder / town, (town,), town) for town in TOWNS} | {
        "全县": office(folder / "县", TOWNS, "全县")
    }


def sums(path: Path) -> dict[str, list[list[object]]]:
    """Rows of the three tables of 上报表, by title of their first column."""
    found: dict[str, list[list[object]]] = {}
    sheet = load_workbook(path, data_only=True)[UPWARD]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    for table in UPWARD_TABLES:
        titles = [column.title for column in table.columns]
        at = next(n for n, row in enumerate(rows) if row[: len(titles)] == titles)
        own = []
        for row in rows[at + 1 :]:
            own.append(row[: len(titles)])
            if row[0] == "合计":
                break
        found[table.title] = sorted(own, key=str)
    return found


def test_the_towns_reports_add_up_to_the_countys(reports: dict[str, Path], tmp_path: Path) -> None:
    done = merge([reports[town] for town in TOWNS], tmp_path / "合并.xlsx", agency="全县")
    assert sums(done.output) == sums(reports["全县"])
    assert done.totals["submitted"] == 9
    assert done.totals["goal"] == 303
    units = done.tables["各单位"].set_index("unit")
    assert units["goal"].to_dict() == {"林口镇": 100, "古城镇": 101, "刁翎镇": 102}


def test_a_sum_can_be_added_up_again(reports: dict[str, Path], tmp_path: Path) -> None:
    two = merge([reports[town] for town in TOWNS[:2]], tmp_path / "两镇.xlsx", agency="两镇")
    done = merge([two.output, reports[TOWNS[2]]], tmp_path / "合并.xlsx", agency="全县")
    assert sums(done.output) == sums(reports["全县"])


def test_the_same_report_or_office_twice_is_refused(reports: dict[str, Path], tmp_path: Path) -> None:
    with pytest.raises(ClerkError, match="同一单位"):
        merge([reports["林口镇"], reports["林口镇"]], tmp_path / "合并.xlsx", agency="")


def changed(path: Path, to: Path, was: object, now: object) -> Path:
    """A copy of a report with the first such cell of its 上报表 changed by hand."""
    book = load_workbook(path)
    cell = next(cell for row in book[UPWARD].iter_rows() for cell in row if cell.value == was)
    cell.value = now
    book.save(to)
    return to


@pytest.mark.parametrize(
    ("was", "now", "sentence"),
    [
        (100, 120, "合计不对：“任务人次”写的是 100，各行之和是 120"),
        ("2020-01-01 至 2020-12-31", "2021-01-01 至 2021-12-31", "的统计期是“2021-01-01 至 2021-12-31”"),
        ("linkou-2019", "taiyuan-2019", "的政策是“taiyuan-2019”"),
        ("补贴条数", "条数", "没有“各单位”这张表"),
        (100, "一百", "“任务人次”填的“一百”不是数"),
    ],
)
def test_what_was_changed_by_hand_is_not_added_up(
    reports: dict[str, Path], tmp_path: Path, was: object, now: object, sentence: str
) -> None:
    bad = changed(reports["林口镇"], tmp_path / "改.xlsx", was, now)
    with pytest.raises(ClerkError, match=sentence):
        merge([reports["古城镇"], bad], tmp_path / "合并.xlsx", agency="")
    assert not (tmp_path / "合并.xlsx").exists()


def test_a_workbook_without_the_sheet_is_refused(tmp_path: Path) -> None:
    pd.DataFrame({"甲": [1]}).to_excel(tmp_path / "别的.xlsx", index=False)
    with pytest.raises(ClerkError, match="没有工作表“上报表”"):
        merge([tmp_path / "别的.xlsx"], tmp_path / "合并.xlsx", agency="")
