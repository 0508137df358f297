"""An office under the Linkou policy, with money of persons, an institution and an employer to pay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from openpyxl import Workbook

from cli.office import BODY, catalogue, identity, listed, roster, trainee
from skillcli.cli.app import main
from skillcli.schema.inputs import RETURNS

AS_OF = ["--as-of", "2020-04-10"]


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


__all__ = ["AS_OF", "BODY", "bank", "identity", "make_office", "poor", "roster", "staff", "to_body", "to_person"]
