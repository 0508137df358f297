"""D07  Placement subsidy already given for this person

Once per person (a reading says so); the first payable in winner order has it, and what the ledger
holds comes before the run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.rules.rule import Aim, Partition, rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


@rule(
    code="D07",
    title="就业服务补助已给过此人",
    severity=Severity.ERROR,
    column="placed",
    reads=("id_number", "placed", "issued_on", "end", "start"),
    partition=Partition.PERSON,
    aim=Aim.LINE,
    message="此人已有一笔同项补助（{given_to}），每人一次。",
    remedy="不予补贴；核对是否同一人重复推荐。",
)
def once_a_person(case: Case) -> pd.DataFrame:
    return case.line_rows(case.lines["given_to"].ne("").to_numpy(), "line", "given_to")
