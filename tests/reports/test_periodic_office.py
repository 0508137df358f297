"""A report in a real office suite: it opens, nothing is cut to ####, the charts are there."""

from __future__ import annotations

import shutil
import subprocess
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pytest

from reports.ledgers import living
from skillcli.core.period import between
from skillcli.ledger.ledger import Ledger
from skillcli.policy.load import load_policy
from skillcli.reports.period_facts import Clock, PeriodFacts
from skillcli.reports.periodic import make_report
from skillcli.xlsx.write import write_book


def _office(path: Path, kind: str) -> Path:
    profile = path.parent / "profile"
    command = ["soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", kind]
    subprocess.run([*command, "--outdir", str(path.parent), str(path)], check=True, capture_output=True, timeout=180)
    return path.with_suffix(f".{kind.partition(':')[0]}")


@pytest.mark.office
@pytest.mark.slow
@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs pdftotext")
def test_libreoffice_opens_and_prints_a_report(tmp_path: Path) -> None:
    living(tmp_path / "ledger.db", "taiyuan-2019", 300)
    with Ledger.open(tmp_path / "ledger.db") as ledger:
        entries = ledger.reporting.entries("taiyuan-2019", ledger.reporting.position())
    year = between(date(2020, 1, 1), date(2020, 12, 31))
    facts = PeriodFacts(
        entries, load_policy("taiyuan-2019"), year, "annual", Clock.USUAL, date(2020, 12, 31), "test", "某局"
    )
    path = write_book(make_report(facts).book, tmp_path / "报告.xlsx")
    pdf = _office(path, "pdf")
    text = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True).stdout.decode()
    assert "目标任务完成进度" in text
    assert "各县（市、区）补贴金额" in text
    assert "####" not in text
    assert "绩效自评表" in text
    again = _office(path, "ods")
    names = ZipFile(again).namelist()
    charts = sum(name.startswith("xl/charts/chart") for name in ZipFile(path).namelist())
    assert sum(name.endswith("/content.xml") and name.startswith("Object") for name in names) == charts >= 6
