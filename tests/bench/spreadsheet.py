"""The spreadsheet: LibreOffice finding repeated numbers among 20,000 rows with COUNTIF, as clerks do."""

from __future__ import annotations

import shutil
from pathlib import Path

import xlsxwriter
from python_calamine import CalamineWorkbook

from tests.bench.generate import make_cells
from tests.bench.measure import Failed, Measured, run

ROWS = 20_000
_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"><item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>
"""


def available() -> bool:
    return shutil.which("soffice") is not None


def make(path: Path, rows: int) -> Path:
    """Identity numbers in column A and ``=COUNTIF(A:A…)`` beside each."""
    if not path.exists():
        with xlsxwriter.Workbook(str(path)) as book:
            sheet = book.add_worksheet()
            for row, number in enumerate(make_cells(rows).text["id_number"]):
                sheet.write_string(row, 0, number or "")
                sheet.write_formula(row, 1, f'=COUNTIF($A$1:$A${rows},A{row + 1}&"*")', None, 0)
    return path


def recalculate(path: Path, folder: Path) -> Measured:
    """Open the file, compute every formula, save. Raises Failed when nothing was computed."""
    profile = folder / "office-profile"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_RECALCULATE, encoding="utf-8")
    out = folder / "recalculated"
    measured = run(
        [
            *["soffice", f"-env:UserInstallation={profile.absolute().as_uri()}", "--headless", "--calc"],
            *["--convert-to", "xlsx", "--outdir", str(out.absolute()), str(path.absolute())],
        ]
    )
    counts = [row[1] for row in CalamineWorkbook.from_path(str(out / path.name)).get_sheet_by_index(0).to_python()]
    if not any(isinstance(count, float) and count > 0 for count in counts):
        raise Failed("LibreOffice did not recalculate")
    return measured
