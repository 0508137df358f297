"""A ledger's money counted once more by DuckDB; the proof by size is ``test_two_years``.

DuckDB reads what auditors get (``ledger export --parquet``), not the ledger itself.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from reports.ledgers import living
from reports.test_periodic import CITIES, PERIODS, facts
from skillcli.jobs.extract import covered
from skillcli.ledger.extract import extract
from skillcli.ledger.ledger import Ledger
from skillcli.policy.load import load_policy
from skillcli.reports.period_facts import Clock
from skillcli.reports.periodic import make_report
from skillcli.schema.extract import EXTRACT

STANDING = """
    SELECT b.月份 AS month, l.补贴项目 AS line, t.培训机构 AS institution, l.资金渠道 AS fund, l.金额 AS amount
    FROM 补贴明细 l JOIN 批次 b USING (批次) JOIN 培训 t ON t.培训编号 = l.培训编号
    WHERE l.结论 IN ('拟补贴', '特殊审批')
      AND l.批次 NOT IN (SELECT 批次 FROM 批次状态 WHERE 状态 = 'void')
      AND l.批次行号 NOT IN (SELECT 批次行号 FROM 追回)
      AND b.月份 BETWEEN '2020-01' AND '2020-12'
"""


def oracle(path: Path) -> duckdb.DuckDBPyConnection:
    """The exported tables under their Chinese names, numbers of persons covered."""
    base = duckdb.connect()
    with Ledger.open(path) as ledger:
        tables = extract(ledger).tables
    for name in ("batch", "batch_event", "training", "line", "reversal"):
        titles = {column.key: column.title for column in EXTRACT[name].columns}
        table = pa.Table.from_pandas(covered(name, tables[name]).rename(columns=titles), preserve_index=False)
        base.register(f"{name}_table", table)
        base.execute(f'CREATE TABLE "{EXTRACT[name].title}" AS SELECT * FROM {name}_table')
    return base


def prove_money(ledger: tuple[Path, str]) -> None:
    """Lines and money by subsidy and by month are what the export says, cell by cell."""
    path, city = ledger
    made = make_report(facts(ledger, PERIODS["year"], Clock.BOOKED))
    base = oracle(path)
    titles = {line.id: line.title for line in load_policy(city).lines}
    found = base.execute(f"SELECT line, count(*), sum(amount) FROM ({STANDING}) GROUP BY line").fetchall()
    told = made.book["按补贴项目"].tables[0].frame
    told = told[told["补贴条数"].gt(0)]
    assert {(titles[line], lines, int(amount)) for line, lines, amount in found} == set(
        zip(told["补贴项目"], told["补贴条数"], told["金额（元）"], strict=True)
    )
    months = base.execute(f"SELECT month, count(*), sum(amount) FROM ({STANDING}) GROUP BY month").fetchall()
    shown = made.book["封面"].tables[2].frame
    shown = shown[shown["补贴条数"].gt(0)]
    assert {(month, lines, int(amount)) for month, lines, amount in months} == set(
        zip(shown["月份"], shown["补贴条数"], shown["金额（元）"], strict=True)
    )
    (whole,) = base.execute(f"SELECT coalesce(sum(amount), 0) FROM ({STANDING})").fetchall()
    assert made.totals["amount_fen"] == int(whole[0])


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    path = tmp_path_factory.mktemp("proof") / "ledger.db"
    living(path, CITIES[1], 300)
    return path, CITIES[1]


def test_money_agrees_with_the_export_counted_by_duckdb(small: tuple[Path, str]) -> None:
    prove_money(small)
