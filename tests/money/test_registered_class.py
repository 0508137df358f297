"""An advance on a registered class: planned heads by the register, the standard by the catalogue; worked figures to the fen."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from cli.office import catalogue, listed, readings
from skillcli.cli.app import main
from skillcli.ledger.ledger import Ledger
from skillcli.schema.inputs import CATALOGUE_ITEMS
from skillcli.schema.registers import CLASSES

from .office import AS_OF, BODY, poor, roster, staff

PLANT = "迎泽机械有限公司"
DAY = ["--date", "2020-03-02"]


class Bureau:
    """A workspace under ``linkou-2019``: 焊工 at 4000 yuan, apprentices at 5000 a year, three registered classes."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.root = folder, folder / "局"

    def make(self) -> None:
        assert main(["init", str(self.root), "--policy", "linkou-2019", "--quiet"]) == 0
        items = [
            {"occupation": "焊工", "price_fen": "4000"},
            {"occupation": "焊工", "level": "高级工", "price_fen": "5000"},
        ]
        assert (
            self.run(
                "catalog",
                "import",
                str(catalogue(self.folder / "目录.xlsx", listed() | {CATALOGUE_ITEMS.title: items})),
            )
            == 0
        )
        said = {
            "policy": "linkou-2019",
            "key": "apprentice_yearly",
            "value": "5000",
            "decided_by": "局",
            "document": "1号",
        }
        assert (
            self.run(
                "ruling", "import", str(readings(self.folder / "口径.xlsx", [said | {"decided_on": "2020-01-02"}]))
            )
            == 0
        )
        self.register(
            {"class_no": "2020-001", "institution": BODY, "planned": 45, "occupation": "焊工", "level": "高级工"},
            {
                "class_no": "2020-002",
                "institution": BODY,
                "planned": 33,
                "occupation": "焊工（普通）",
                "start": "2020-03-02",
            },
            {"class_no": "2020-003", "institution": BODY, "planned": 20, "occupation": "插花"},
            {"class_no": "2020-004", "institution": BODY, "planned": 20, "occupation": "焊工"},
            {"class_no": "2020-004", "institution": "别的学校", "planned": 30, "occupation": "焊工"},
        )

    def register(self, *classes: dict[str, Any]) -> None:
        book = Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.title = CLASSES.table.title
        sheet.append([column.title for column in CLASSES.table.columns])
        for each in classes:
            sheet.append([each.get(key) for key in CLASSES.table.keys])
        book.save(self.folder / "开班登记.xlsx")
        assert self.run("register", "import", str(self.folder / "开班登记.xlsx"), *AS_OF) == 0

    def run(self, *arguments: str) -> int:
        return main([*arguments, "--workspace", str(self.root), "--quiet"])

    def told(self, *arguments: str) -> dict[str, Any]:
        target = self.folder / "o.json"
        assert self.run(*arguments, "--json", str(target)) in (0, 1)
        found: dict[str, Any] = json.loads(target.read_text(encoding="utf-8"))
        return found

    def pay(self, rows: list[dict[str, str]], *more: str) -> dict[str, Any]:
        file = roster(self.folder / "花名册.xlsx", rows)
        return self.told("pay", str(file), "--month", "2020-04", *(more or AS_OF))

    def sent_fen(self, batch: str) -> int:
        with Ledger.open(self.root / "台账" / "ledger.db") as ledger:
            return int(ledger.money.transfers(batch)["transfer_fen"].sum())


@pytest.fixture(scope="module")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("classes") / "a"
    folder.mkdir()
    Bureau(folder).make()
    return folder


@pytest.fixture
def bureau(_made: Path, tmp_path: Path) -> Bureau:
    return Bureau(Path(shutil.copytree(_made, tmp_path / "a")))


@pytest.mark.parametrize(
    ("options", "heads", "yuan_each", "yuan"),
    [
        (["2020-001"], 45, 5000, 112500),  # 45 × 5000 × 50 %
        (["2020-002"], 33, 4000, 66000),  # 33 × 4000 × 50 %
        (["2020-002", "--ratio", "60"], 33, 4000, 79200),
        (["2020-001", "--category", "去产能失业人员"], 45, 5000, 157500),  # 70 %
        (["2020-002", "--heads", "30"], 30, 4000, 60000),
        (["2020-003", "--standard", "800"], 20, 800, 8000),
        (["2020-004", "--institution", "别的 学校"], 30, 4000, 60000),
        (["２０２０-001"], 45, 5000, 112500),
        (["2020-002", "--employer", PLANT], 33, 4000, 66000),
    ],
)
def test_heads_and_standard_come_from_the_register_and_the_catalogue(
    bureau: Bureau, options: list[str], heads: int, yuan_each: int, yuan: int
) -> None:
    done = bureau.told("advance", *options, *DAY)
    assert (done["heads"], done["standard_fen"], done["amount_fen"]) == (heads, yuan_each * 100, yuan * 100)
    assert done["registered"] is not None
    assert bureau.told("advance", *options, *DAY)["already"]


def test_an_unregistered_class_is_named_by_hand(bureau: Bureau) -> None:
    given = ["--institution", BODY, "--heads", "10", "--standard", "1000"]
    done = bureau.told("advance", "2020-099", *given, *DAY)
    assert (done["amount_fen"], done["registered"]) == (500000, None)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["2020-099"], "开班登记里没有班级 2020-099"),
        (["2020-099", "--institution", BODY, "--heads", "10"], f"开班登记里没有“{BODY}”的班级 2020-099"),
        (["2020-001", "--institution", "没有的学校"], "开班登记里没有“没有的学校”的班级 2020-001"),
        (["2020-004"], "有几个单位的班级都叫 2020-004"),
        (["2020-002", "--heads", "34"], "--heads 写的是 34 人，开班登记的班级 2020-002 计划 33 人"),
        (["2020-003"], "目录里没有“插花”的收费标准"),
        (["2020-001", "--ratio", "49"], "低于 50%，依据 四（四）2"),
    ],
)
def test_what_the_register_does_not_say_is_asked_for(
    bureau: Bureau, options: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bureau.run("advance", *options, *DAY) == 2
    assert said in capsys.readouterr().err


def test_a_class_that_was_withdrawn_is_no_class(bureau: Bureau, capsys: pytest.CaptureFixture[str]) -> None:
    bureau.register(
        {
            "class_no": "2020-001",
            "institution": BODY,
            "planned": 45,
            "occupation": "焊工",
            "level": "高级工",
            "withdrawn": "是",
        }
    )
    assert bureau.run("advance", "2020-001", *DAY) == 2
    assert "开班登记里没有班级 2020-001" in capsys.readouterr().err


def test_thirty_three_planned_at_4000_thirty_two_finish_62000_are_still_to_pay(bureau: Bureau) -> None:
    assert bureau.told("advance", "2020-002", *DAY)["amount_fen"] == 6_600_000
    rows = [
        poor(n, class_no="2020-002", days="", hours="", result="合格" if n <= 32 else "不合格") for n in range(1, 34)
    ]
    done = bureau.pay([row | {"categories": "退役军人"} for row in rows])
    assert (done["counts"]["拟补贴"], done["amount_fen"]) == (32, 12_800_000)
    assert bureau.sent_fen("2020-04-1") == 6_200_000
    assert bureau.run("batch", "approve", "2020-04-1", "--by", "李科长") == 0
    settled = bureau.told("settle", "2020-002")
    assert (settled["netted_fen"], settled["excess_fen"]) == (6_600_000, 0)


def test_forty_five_planned_at_5000_thirty_three_finish_two_years_217500_are_still_to_pay(bureau: Bureau) -> None:
    advanced = bureau.told("advance", "2020-001", "--employer", PLANT, *DAY)
    assert advanced["amount_fen"] == 11_250_000
    term = {
        "start": "2019-03-01",
        "end": "2021-02-28",
        "issued_on": "2021-03-05",
        "level": "高级工",
        "class_no": "2020-001",
    }
    rows = [staff(n, training_kind="企业新型学徒制培训", **term) for n in range(1, 34)]
    done = bureau.pay(rows, "--as-of", "2021-04-10")
    assert (done["counts"]["拟补贴"], done["amount_fen"]) == (33, 33_000_000)
    assert bureau.sent_fen("2020-04-1") == 21_750_000
    assert bureau.run("batch", "approve", "2020-04-1", "--by", "李科长") == 0
    settled = bureau.told("settle", "2020-001")
    assert (settled["lines_fen"], settled["netted_fen"], settled["excess_fen"]) == (33_000_000, 11_250_000, 0)
    assert bureau.run("ledger", "verify") == 0
