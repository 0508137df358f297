"""A small office for tests: a workspace made by the program, rosters made by openpyxl, invented people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from openpyxl import Workbook

from skillcli.cli.app import main
from skillcli.core.identity import check_digit
from skillcli.schema.inputs import CATALOGUE, READINGS, ROSTER
from skillcli.schema.inputs import CATALOGUE_BODIES as BODIES

AS_OF = ["--as-of", "2020-04-10"]
BODY = "晋阳职业培训学校"


def identity(order: int, *, wrong: bool = False) -> str:
    """An invented number of an area that does not exist; ``wrong``: its check digit does not fit."""
    first17 = f"990000{1985 - order // 1000}{order % 12 + 1:02d}15{order % 1000:03d}"
    right = check_digit(first17)
    return first17 + (("0" if right != "0" else "1") if wrong else right)


def trainee(order: int, **others: str) -> dict[str, str]:
    """A row that is payable under ``taiyuan-2019``: 岗前培训 of a staff member, 300 yuan."""
    row = {
        "name": f"示例{'甲乙丙丁戊己庚辛壬癸'[order % 10]}",
        "id_number": identity(order),
        "categories": "企业职工",
        "institution": BODY,
        "training_kind": "岗前培训",
        "occupation": "焊工",
        "start": "2020-03-02",
        "end": "2020-03-13",
        "result": "合格",
        "certificate_kind": "特种作业操作证",
        "certificate_no": identity(order),
        "issued_on": "2020-03-20",
        "employer": "迎泽机械有限公司",
        "account": f"62284800000000{order:05d}",
    }
    return row | others


def roster(path: Path, rows: Sequence[Mapping[str, str]]) -> Path:
    """A roster workbook with the schema's titles."""
    _sheet(book := Workbook(), ROSTER.title, [c.title for c in ROSTER.columns], ROSTER.keys, rows)
    del book["Sheet"]
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path


def catalogue(path: Path, rows: Mapping[str, Sequence[Mapping[str, str]]]) -> Path:
    """A catalogue workbook with the sheets named."""
    book = Workbook()
    for table in CATALOGUE:
        if table.title in rows:
            _sheet(book, table.title, [c.title for c in table.columns], table.keys, rows[table.title])
    del book["Sheet"]
    book.save(path)
    return path


def readings(path: Path, rows: Sequence[Mapping[str, str]]) -> Path:
    """A workbook 政策口径."""
    book = Workbook()
    _sheet(book, READINGS.title, [c.title for c in READINGS.columns], READINGS.keys, rows)
    del book["Sheet"]
    book.save(path)
    return path


def listed() -> dict[str, Sequence[Mapping[str, str]]]:
    """The institution of ``trainee``, so that T10 is content."""
    body = {"institution": BODY, "body_kind": "培训机构", "admission": "审核备案", "document": "并人社〔2019〕1号"}
    term = {"account": "6228480000000099999", "valid_from": "2019-01-01", "valid_to": "2021-12-31"}
    items = [{"occupation": "焊工", "price_fen": "900"}]
    return {BODIES.title: [body | term], CATALOGUE[0].title: items}


def office(root: Path) -> Path:
    """A workspace under ``taiyuan-2019`` with its catalogue imported."""
    assert main(["init", str(root), "--policy", "taiyuan-2019", "--agency", "某市人社局", "--quiet"]) == 0
    book = catalogue(root / "目录" / "本地目录.xlsx", listed())
    assert main(["catalog", "import", str(book), "--workspace", str(root), "--quiet"]) == 0
    return root


def _sheet(
    book: Workbook, title: str, titles: Sequence[str], keys: Sequence[str], rows: Sequence[Mapping[str, str]]
) -> None:
    sheet = book.create_sheet(title)
    sheet.append(list(titles))
    for row in rows:
        sheet.append([row.get(key) for key in keys])
