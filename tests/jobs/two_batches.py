"""An office for tests that span batches: rows in, money out, through real workbooks and a real ledger."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl import Workbook

from rules.build import clean_row, person_id
from skillcli.jobs.outcome import Outcome
from skillcli.jobs.pay import pay
from skillcli.jobs.pending import pay_pending
from skillcli.jobs.setup import init
from skillcli.jobs.workspace import Workspace, open_workspace
from skillcli.ledger.ledger import Ledger
from skillcli.policy.load import load_policy
from skillcli.policy.model import Ruling
from skillcli.schema.catalogue import Catalogue
from skillcli.schema.column import Column, Kind, Table
from skillcli.schema.inputs import CATALOGUE_ITEMS, CATALOGUE_SHORTAGE, ROSTER

AT = "2020-06-01T08:00:00+00:00"
AS_OF = date(2020, 6, 1)

Row = dict[str, Any]


class Office:
    """A workspace with a catalogue that prices 电工 and 焊工 at 900 yuan."""

    def __init__(self, folder: Path, policy: str) -> None:
        self.folder = folder
        init(folder / "office", policy)
        self.workspace: Workspace = open_workspace(folder / "office")
        self.policy = load_policy(policy)
        self.files = 0
        items = [{"occupation": name, "price_fen": 90000} for name in ("电工", "焊工", "钳工", "车工")]
        with Ledger.open(self.workspace.ledger) as ledger:
            catalogue = Catalogue(items=_frame(CATALOGUE_ITEMS, items), shortage=_frame(CATALOGUE_SHORTAGE, []))
            ledger.import_catalogue(catalogue, at=AT, person="某某", path="目录.xlsx", sha256="0" * 64)

    def settled(self, settle: Callable[[Path], None]) -> Office:
        """This office with its ledger where the fixture ``settle`` wants it."""
        settle(self.workspace.root)
        self.workspace = open_workspace(self.workspace.root)
        return self

    def row(self, number: int = 1, **changes: Any) -> Row:
        """A clean training of person ``number``; its certificate is its own."""
        row = clean_row(
            self.policy, id_number=person_id(number), account=None, name="王小明" if number == 1 else "李大海"
        )
        row["certificate_no"] = f"S00002312345620{5000000 + number:07d}"
        return {**row, **changes}

    def write(self, rows: list[Row]) -> Path:
        """The rows as a roster file of its own."""
        self.files += 1
        return self.sheet(ROSTER, rows, f"花名册{self.files}.xlsx")

    def sheet(self, table: Table, rows: list[Row], name: str) -> Path:
        """A workbook with one sheet of the schema's titles."""
        return write_sheet(self.folder / name, table, rows)

    def pay(self, rows: list[Row], month: str = "2020-05", as_of: date = AS_OF) -> Outcome:
        return self.pay_files([self.write(rows)], month, as_of)

    def pay_files(self, files: list[Path], month: str = "2020-05", as_of: date = AS_OF) -> Outcome:
        return pay(files, self.workspace, month, as_of=as_of, at=AT, person="某某")

    def pending(self, month: str = "2020-06", as_of: date = AS_OF) -> Outcome:
        return pay_pending(self.workspace, month, as_of=as_of, at=AT, person="某某")

    def decide(self, **readings: Any) -> None:
        """Record readings (``__`` for a dot)."""
        with Ledger.open(self.workspace.ledger) as ledger:
            rulings = {
                key.replace("__", "."): Ruling(value=value, document="纪要1号") for key, value in readings.items()
            }
            ledger.import_rulings(self.policy.id, rulings, at=AT, person="某某")

    def void(self, batch: str) -> None:
        with Ledger.open(self.workspace.ledger) as ledger:
            ledger.set_status(batch, "void", at=AT, person="某某", document="重报")

    def verified(self) -> bool:
        with Ledger.open(self.workspace.ledger) as ledger:
            return ledger.verify().ok


def verdicts(outcome: Outcome) -> dict[str, str]:
    """``row line`` → verdict and codes that decide, e.g. ``{"2 free": "不予补贴 D01"}``."""
    lines = outcome.decision.lines
    rows = outcome.roster.frame["row"].loc[lines["rid"]].tolist()
    deciding = [
        " ".join(code for code in str(codes).split() if code[0] in "DCE" or code in ("A01", "A07", "P16"))
        for codes in lines["codes"]
    ]
    return {
        f"{row} {line}": f"{verdict} {codes}".strip()
        for row, line, verdict, codes in zip(rows, lines["line"], lines["verdict"], deciding, strict=True)
    }


def _frame(table: Table, rows: list[Row]) -> pd.DataFrame:
    return pd.DataFrame({c.key: pd.Series([r.get(c.key) for r in rows], dtype=c.kind.dtype) for c in table.columns})


def write_sheet(path: Path, table: Table, rows: list[dict[str, Any]]) -> Path:
    """A workbook with one sheet of the schema's titles; rows by key, money in fen."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = table.title
    sheet.append([column.title for column in table.columns])
    for row in rows:
        sheet.append([_cell(column, row.get(column.key)) for column in table.columns])
    book.save(path)
    return path


def _cell(column: Column, value: Any) -> Any:
    if isinstance(value, bool):
        return "是" if value else "否"
    if column.kind is Kind.MONEY and value is not None:
        return value / 100
    if column.kind is Kind.PERCENT and value is not None:
        return f"{value / 100:g}%"
    return value
