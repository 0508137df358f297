"""What becomes of rosters that only go wrong beside others: the cases of the catalogue that span files, months,
institutions and policies. A single row is in ``tests/jobs/test_bad_rosters.py``, a single file in
``tests/intake/test_bad_files.py``.
"""

from __future__ import annotations

import datetime
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from intake.build import person, roster_xlsx
from jobs.two_batches import AS_OF, AT, Office, verdicts
from skillcli.jobs.outcome import Outcome
from skillcli.jobs.progress import Silent
from skillcli.jobs.validate import Check
from skillcli.ledger.ledger import Ledger
from skillcli.policy.load import load_policy
from skillcli.schema.catalogue import Catalogue
from skillcli.schema.inputs import CATALOGUE_ITEMS, CATALOGUE_SHORTAGE

Run = Callable[[Office], Outcome]
ELSEWHERE = "S00002312345620590000{}"


def priced(office: Office, items: list[dict[str, Any]]) -> None:
    """Import a catalogue with these prices."""
    import pandas as pd

    def frame(table: Any, rows: list[dict[str, Any]]) -> pd.DataFrame:
        return pd.DataFrame({c.key: pd.Series([r.get(c.key) for r in rows], dtype=c.kind.dtype) for c in table.columns})

    with Ledger.open(office.workspace.ledger) as ledger:
        catalogue = Catalogue(items=frame(CATALOGUE_ITEMS, items), shortage=frame(CATALOGUE_SHORTAGE, []))
        ledger.import_catalogue(catalogue, at=AT, person="某某", path="目录2.xlsx", sha256="1" * 64)


def _other_name(office: Office) -> Outcome:
    office.pay([office.row()], "2020-04")
    again = office.write([office.row()])
    return office.pay_files([again.rename(office.folder / "五月补报【最终版】(1).xlsx")], "2020-05")


def _new_certificate(office: Office) -> Outcome:
    office.pay([office.row()], "2020-04")
    return office.pay([office.row(occupation="焊工", certificate_no=ELSEWHERE.format(1))], "2020-05")


def _fourth_certificate(office: Office) -> Outcome:
    for month, occupation in enumerate(("电工", "焊工", "钳工"), 1):
        office.pay([office.row(occupation=occupation, certificate_no=ELSEWHERE.format(month))], f"2020-0{month + 1}")
    return office.pay([office.row(occupation="车工", certificate_no=ELSEWHERE.format(9))], "2020-05")


def _same_trade_again(office: Office) -> Outcome:
    office.pay([office.row()], "2020-04")
    later = {"start": datetime.date(2020, 5, 4), "end": datetime.date(2020, 5, 15), "days": 10}
    certificate = {"certificate_no": ELSEWHERE.format(1), "issued_on": datetime.date(2020, 5, 20)}
    return office.pay([office.row(**later, **certificate)], "2020-05")


@dataclass(frozen=True)
class Case:
    """``verdicts`` and ``yuan`` of the last run; ``words`` stand in what the clerk reads."""

    number: int
    what: str
    run: Run
    verdicts: dict[str, str]
    yuan: int
    words: str = ""


CASES = [
    Case(41, "paid last month, another file name", _other_name, {"2 free": "不予补贴 D01"}, 0, "2020-04-1"),
    Case(42, "paid last month, a new certificate", _new_certificate, {"2 free": "拟补贴"}, 900),
    Case(42, "a fourth certificate of the year", _fourth_certificate, {"2 free": "不予补贴 D03"}, 0, "3"),
    Case(42, "the same occupation and level again", _same_trade_again, {"2 free": "不予补贴 D02"}, 0, "2020-04-1"),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.number} {case.what}")
def test_what_becomes_of_a_run(case: Case, tmp_path: Path) -> None:
    office = Office(tmp_path, "linkou-2019")
    outcome = case.run(office)
    said = "\n".join(f"{f['code']} {f['message']}" for f in outcome.all_findings())
    assert verdicts(outcome) == case.verdicts, said
    assert outcome.amount_fen == case.yuan * 100
    assert case.words in said
    assert office.verified()


def in_year(year: int) -> dict[str, Any]:
    return {
        "start": datetime.date(year, 9, 2),
        "end": datetime.date(year, 9, 13),
        "issued_on": datetime.date(year, 9, 20),
        "days": 10,
    }


def test_77_rows_of_several_institutions_occupations_and_years_are_each_judged_by_their_own(tmp_path: Path) -> None:
    """Every row by the price in force on its first day, and by whether the policy was in force at all."""
    office = Office(tmp_path, "linkou-2019")
    day = datetime.datetime
    priced(
        office,
        [
            {"occupation": "电工", "price_fen": 80000, "valid_to": day(2019, 12, 31)},
            {"occupation": "电工", "price_fen": 100000, "valid_from": day(2020, 1, 1)},
            {"occupation": "焊工", "price_fen": 60000},
        ],
    )
    rows = [
        office.row(1, institution="甲校", **in_year(2019)),
        office.row(2, institution="乙校", **in_year(2020)),
        office.row(3, institution="乙校", occupation="焊工", **in_year(2021)),
        office.row(4, institution="甲校", **in_year(2018)),
        office.row(5, institution="丙校", **in_year(2023)),
    ]
    outcome = office.pay([*rows], "2023-12", datetime.date(2023, 12, 1))
    lines = outcome.decision.lines
    paid = dict(zip(outcome.roster.frame["row"].loc[lines["rid"]], lines["amount_fen"], strict=True))
    assert {row: int(paid[row]) for row in (2, 3, 4)} == {2: 80000, 3: 100000, 4: 60000}
    found = {(f["row"], f["code"]) for f in outcome.all_findings() if f["severity"] in ("error", "hold")}
    assert {row for row, _ in found} == {5, 6}, found
    assert all(int(paid.get(row, 0)) == 0 for row in (5, 6))


def test_77_each_policy_judges_the_same_rows_by_its_own_lines(tmp_path: Path) -> None:
    """A workspace has one policy; another one judges the same file by its own lines alone, under a receipt of its own."""
    office = Office(tmp_path, "linkou-2019")
    path = office.write([office.row(1), office.row(2, institution="乙校", occupation="焊工")])
    lines, hashes = set(), set()
    for policy in ("linkou-2019", "taiyuan-2019"):
        law = load_policy(policy)
        _, heard, receipt = Check([path], law, AS_OF).judge(Silent())
        judged = set(heard.decision.lines["line"])
        assert judged
        assert judged <= {line.id for line in law.lines}
        lines.add(frozenset(judged))
        hashes.add(receipt.code.split("-")[5])
    assert len(lines) == len(hashes) == 2


@pytest.mark.slow
def test_74_three_bad_rows_of_five_thousand_are_found_alone_and_soon(tmp_path: Path) -> None:
    people = [person(n) for n in range(5000)]
    people[7] |= {"id_number": people[7]["id_number"][:17] + "?"}
    people[2500] |= {"level": "十级"}
    people[4999] |= {"certificate_no": None}
    path = roster_xlsx(tmp_path / "r.xlsx", people)
    law = load_policy("taiyuan-2019")
    before = time.process_time() + resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    roster, heard, _ = Check([path], law, AS_OF).judge(Silent())
    assert time.process_time() + resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before < 10
    outcome = Outcome("validate", law, AS_OF, roster, heard.decision)
    assert len(roster.frame) == 5000
    refused = [(f["row"], f["code"]) for f in outcome.all_findings() if f["severity"] == "error"]
    assert sorted(refused) == [(9, "P03"), (2502, "T13"), (5001, "C01")]
