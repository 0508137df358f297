"""An office under the Linkou policy, with money of persons, an institution and an employer to pay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from openpyxl import Workbook

from cli.office import BODY, catalogue, identity, listed, roster, trainee
from skillcli.cli.app import main
from skillcli.jobs.workspace import open_workspace
from skillcli.ledger.ledger import Ledger
from skillcli.schema.inputs import RETURNS

AS_OF = ["--as-of", "2020-04-10"]
BATCH = ["--batch", "2020-03-1", *AS_OF]


def poor(order: int, **others: str) -> dict[str, str]:
    """A row that earns 900 yuan for the institution and 10 days' living allowance, 150 yuan, for the person."""
    row = trainee(order, categories="贫困劳动力", training_kind="就业技能培训", days="10", payer="机构垫付")
    return row | others


def staff(order: int, **others: str) -> dict[str, str]:
    """A row that earns 1000 yuan for the employer."""
    return trainee(order, **others)


def make_office(root: Path) -> Path:
    """A workspace under ``linkou-2019`` with its catalogue imported."""
    assert main(["init", str(root), "--policy", "linkou-2019", "--agency", "某县人社局", "--quiet"]) == 0
    book = catalogue(root / "目录" / "本地目录.xlsx", listed())
    assert main(["catalog", "import", str(book), "--workspace", str(root), "--quiet"]) == 0
    return root


def bank(path: Path, rows: Sequence[Mapping[str, str]]) -> Path:
    """A return file with the schema's titles."""
    book = Workbook()
    sheet = book.active
    sheet.title = RETURNS.title
    sheet.append([column.title for column in RETURNS.columns])
    for row in rows:
        sheet.append([row.get(key) for key in RETURNS.keys])
    book.save(path)
    return path


def to_person(order: int, amount: str = "150.00", result: str = "成功", **others: str) -> dict[str, str]:
    """A row of the return file on a person."""
    return {"id_number": identity(order), "amount_fen": amount, "result": result, "day": "2020-04-09"} | others


def to_body(payee: str, amount: str, result: str = "成功", **others: str) -> dict[str, str]:
    """A row of the return file on an institution or employer."""
    return {"payee": payee, "amount_fen": amount, "result": result, "day": "2020-04-09"} | others


class Desk:
    """An office with a roster to pay and its batch 2020-03-1: the institution is due 900 + 900, the employer 1000,
    persons 1 and 2 150 each."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.root, self.roster = folder, folder / "工作区", folder / "花名册.xlsx"

    def make(self) -> None:
        make_office(self.root)
        roster(self.roster, [poor(1, class_no="2020-001"), poor(2, class_no="2020-001"), staff(3)])
        assert self.run("pay", str(self.roster), "--month", "2020-03", *AS_OF, "--quiet") == 0

    def approve(self) -> None:
        assert self.run("batch", "approve", "2020-03-1", "--by", "李科长", "--quiet") == 0

    def run(self, *arguments: str) -> int:
        return main([*arguments, "--workspace", str(self.root)])

    def returns(self, *rows: dict[str, str]) -> int:
        return self.run("returns", str(bank(self.folder / "回盘.xlsx", rows)), *BATCH)

    def ledger(self) -> Ledger:
        return Ledger.open(open_workspace(self.root).ledger)


__all__ = [
    "AS_OF",
    "BATCH",
    "BODY",
    "Desk",
    "bank",
    "identity",
    "make_office",
    "poor",
    "roster",
    "staff",
    "to_body",
    "to_person",
]
