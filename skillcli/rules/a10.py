"""A10  One account for two or more persons, in the run or with the ledger

Aims at the lines that are paid to a person: somebody else would receive the money. A number that
identifies nobody takes no part.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.rules.derive_others import places_of_others, with_past
from skillcli.rules.rule import Aim, Partition, rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


@rule(
    code="A10",
    title="一个银行账号多人共用",
    severity=Severity.HOLD,
    column="account",
    message="同一银行账号也登记在{others}的另一人名下。",
    remedy="请核对账号，更正为本人账户。",
    reads=("account", "id_number"),
    partition=Partition.ACCOUNT,
    aim=Aim.PERSONAL,
    basis="补贴发放到本人账户",
)
def account_shared(case: Case) -> pd.DataFrame:
    rows = with_past(case, "person", "account_hash", shared="account_hash", differing="person")
    return places_of_others(case, rows[rows["person"].gt(0)], "account_hash", "person")
