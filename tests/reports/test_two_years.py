"""Proof by size: two years of an office, every cell of every sheet of its reports counted once more by DuckDB from the auditors'
tables; a report restated and made again as issued; everything ties out; wrong rows are named."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from reports.recounted.printed import Claims, Mismatch, Printed
from reports.recounted.whole import Recount
from reports.test_periodic import CITIES
from reports.years import SHORT, WHOLE, Years
from skillcli.core.period import Period, between, quarter, year
from skillcli.jobs.extract import export
from skillcli.jobs.hearing import FINDING_WORDS
from skillcli.jobs.policies import policy_of
from skillcli.jobs.report import Written, period_facts, report
from skillcli.jobs.tie_out import tie_out
from skillcli.ledger.ledger import Ledger
from skillcli.ledger.migrations.guards import unguard
from skillcli.reports.period_facts import Clock
from skillcli.reports.periodic import make_report
from skillcli.xlsx.write import write_book

AS_OF = date(2022, 1, 5)
QUARTER, YEAR = quarter("2021Q1"), year("2021")
SOME_DAYS = between(date(2020, 11, 15), date(2021, 2, 10))
FIGURES = {"employed": (52000, ""), "skilled": (11700, "统计公报"), "high_skilled": (3000, "")}
PLANTED = {
    "补贴明细": (
        "line",
        "amount_fen = amount_fen + 100",
        "amount_fen > 0 AND id NOT IN (SELECT line FROM reversal) AND seq IN (SELECT seq FROM batch WHERE month = '2021-01')",
    ),
    "防重登记": ("claim", "round = round + 1", "true"),
    "批次状态": ("batch_event", "status = 'paid'", "status = 'published'"),
    "先行拨付": ("advance", "heads = heads + 1", "true"),
    "应退款": ("receivable", "amount_fen = amount_fen + 1", "true"),
    "应退款账户": ("receivable_move", "left_fen = left_fen + 1", "true"),
    "支付结果": ("payout", "day = day + 1", "result = 'paid'"),
    "目录行": ("sheet_row", "cells = replace(cells, '1', '2')", "cells LIKE '%amount_fen%1%'"),
}
"""What ``verify`` calls a table → the table, a change behind the program's back, and to which of its rows."""


class Proof:
    """An office, its reports, and the recounts of what it exported."""

    def __init__(self, office: Years) -> None:
        self.office, self.folder, self.workspace = office, office.folder, office.workspace
        self.cells = 0
        self.whole_numbers = self.export("完整", reveal=True)

    def export(self, name: str, *, reveal: bool = False) -> Path:
        return export(self.workspace, self.folder / name, xlsx=False, parquet=True, reveal=reveal).folder

    def report(self, period: Period, at: str = "2022-01-05", as_issued: date | None = None) -> Written:
        kind = "annual" if period.title.endswith("年度") else "quarterly" if "季度" in period.title else "period"
        moment = f"{at}T02:00:00+00:00"
        own = {"clock": Clock.USUAL, "as_of": AS_OF, "at": moment, "person": "某某", "as_issued": as_issued}
        return report(self.workspace, kind, period, **own)

    def recount(self, tables: Path, written: Written, earlier: Recount | None = None) -> Recount:
        """Count a report again from exported tables, and hold the file against that."""
        period = written.facts.period
        hand = Recount(
            tables,
            self.office.city,
            (period.first, period.last),
            AS_OF,
            "某某人社局",
            figures=FIGURES,
            roll=self.whole_numbers,
            rules={code: words.title for code, words in FINDING_WORDS.items()},
        )
        claims = hand.count_all(written.facts.kind, period.title, earlier)
        printed = Printed(written.path)
        printed.confirm(claims)
        self.cells += printed.cells
        return hand

    def take_back(self) -> None:
        """Two paid lines of the quarter are taken back a year later; one is owed, one comes off the next payment."""
        with Ledger.open(self.workspace.ledger) as ledger:
            taken: list[str] = []
            for batch in ledger.batches().query("month == '2021-01' and kind == 'pay' and status != 'void'")["id"]:
                known = ledger.money.transfers(batch)
                paid = known[known["state"].eq("paid") & ~known["reversed"]]
                taken += [f"{batch}/{number:06d}" for number in paid["number"]]
            for line_no, mode in zip(taken[:2], ("net", "demand"), strict=True):
                said = {"reason": "复核", "document": "追9号", "at": "2022-01-10T02:00:00+00:00", "person": "某某"}
                ledger.money.reverse(line_no, mode=mode, frees=True, **said)


def prove(office: Years, periods: tuple[Period, ...], tied: tuple[Period, ...]) -> str:
    """A quarter reported, restated and made again as issued; the other periods (the first: a year) reported; all of it recounted.
    Returns what was counted."""
    proof = Proof(office)
    written = proof.report(QUARTER)
    first = proof.recount(proof.export("审计"), written)
    assert _whole_numbers(proof, first).disagreements() == []
    _claims_every_number(first.claims, Printed(written.path))
    issued = written.path.read_bytes()

    proof.take_back()
    again = proof.report(QUARTER, "2022-01-12")
    tables = proof.export("审计二")
    second = proof.recount(tables, again, first)
    assert again.differences > 20
    then = proof.report(QUARTER, as_issued=date(2022, 1, 6))
    assert then.same_bytes is True
    assert then.path.read_bytes() == issued != again.path.read_bytes()

    _has_a_life([proof.recount(tables, proof.report(each, "2022-01-13")) for each in periods][0])
    for each in tied:
        found = tie_out(office.workspace, each, as_of=AS_OF)
        assert found.problems == ()
        assert [check.sentence for check in found.checks if not check.ok] == []
    _planted(proof, second.claims)
    ((trainings, lines),) = first.rows("SELECT (SELECT count(*) FROM training), (SELECT count(*) FROM line)")
    return f"{trainings:,} trainings, {lines:,} lines, {proof.cells:,} cells compared, 0 differences, {len(tied)} periods tied out"


def _whole_numbers(proof: Proof, hand: Recount) -> Recount:
    more = {"figures": FIGURES, "roll": proof.whole_numbers, "rules": {}}
    return Recount(proof.whole_numbers, hand.city, hand.span, AS_OF, "", **more)


def _has_a_life(hand: Recount) -> None:
    """Nothing that a sheet can tell is missing in the ledger that was counted."""
    for query in (
        "SELECT count(*) FROM payout WHERE result = 'failed'",
        "SELECT count(*) FROM known WHERE kind = 'repay'",
        "SELECT count(*) FROM known WHERE status = 'void'",
        "SELECT count(*) FROM move WHERE kind = 'netted'",
        "SELECT count(*) FROM move WHERE kind = 'repaid'",
        "SELECT count(*) FROM settlement WHERE excess_fen > 0",
        "SELECT count(*) FROM advance WHERE id NOT IN (SELECT advance FROM settlement)",
        "SELECT count(*) FROM reversal v JOIN receivable r ON r.id = v.receivable",
        "SELECT count(*) FROM told WHERE employed",
        "SELECT count(*) FROM told WHERE raised",
        "SELECT count(*) FROM ruling",
        "SELECT count(*) FROM certificates WHERE short",
        "SELECT count(DISTINCT outcome) = 5 FROM l",
        "SELECT count(*) FROM rec WHERE label <> tid",
    ):
        assert hand.one(query), query


def _claims_every_number(claims: Claims, printed: Printed) -> None:
    """A sheet, a column or a number that no recount claims is an error, so that nothing is left out in silence."""
    for at in range(len(claims.tables)):
        fewer = replace(claims, tables=claims.tables[:at] + claims.tables[at + 1 :])
        if claims.tables[at].rows:
            with pytest.raises(Mismatch, match="没有"):
                printed.confirm(fewer)
    for name, rows in printed.sheets.items():
        rows.append([None, 7])
        with pytest.raises(Mismatch, match=f"{name} 第 .*没有重新计数的数字 7"):
            printed.confirm(claims)
        rows.pop()
    printed.sheets["另一张表"] = [["标题"]]
    with pytest.raises(Mismatch, match="另一张表: 没有重新计数"):
        printed.confirm(claims)


def _planted(proof: Proof, claims: Claims) -> None:
    """A row changed behind the program's back is named by its table; and of a line the recount tells too."""
    for title, (table, change, which) in PLANTED.items():
        copy = shutil.copy(proof.workspace.ledger, proof.folder / "planted.db")
        engine = create_engine(f"sqlite:///{copy}")
        with engine.begin() as connection:
            unguard(connection, table)
            where = f"(SELECT min(id) FROM {table} WHERE {which})"
            done = connection.exec_driver_sql(f"UPDATE {table} SET {change} WHERE id = {where}")
            assert done.rowcount == 1, title
        engine.dispose()
        with Ledger.open(copy) as ledger:
            problems = ledger.verify().problems
            assert any(f"{title}表" in problem for problem in problems), (title, problems)
            if table == "line":
                facts = period_facts(
                    ledger,
                    proof.workspace,
                    policy_of(proof.workspace, ledger),
                    "quarterly",
                    QUARTER,
                    Clock.USUAL,
                    AS_OF,
                    paged=False,
                )
                path = write_book(make_report(facts).book, proof.folder / "错.xlsx")
                with pytest.raises(Mismatch, match="按补贴项目 .* 金额（元）: 重新计数"):
                    Printed(path).confirm(claims)


@pytest.mark.parametrize("city", CITIES)
def test_every_cell_of_a_small_office_is_counted_again(
    tmp_path: Path, city: str, counted: Callable[[str], None]
) -> None:
    counted(f"{city}: " + prove(Years(tmp_path, city, 260, SHORT), (YEAR,), (QUARTER, YEAR)))


@pytest.mark.slow
@pytest.mark.parametrize("city", CITIES)
def test_two_years_of_batches_agree_with_duckdb_cell_by_cell(
    tmp_path: Path, city: str, counted: Callable[[str], None]
) -> None:
    quarters = tuple(quarter(f"{each}Q{number}") for each in (2020, 2021) for number in (1, 2, 3, 4))
    periods = (YEAR, year("2020"), quarter("2020Q3"), SOME_DAYS)
    counted(f"{city}: " + prove(Years(tmp_path, city, 20_000, WHOLE), periods, (*quarters, year("2020"), YEAR)))
