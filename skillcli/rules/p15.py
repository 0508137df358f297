"""P15  Draws a pension

Whether that excludes is the policy's (Linkou 二（一）; elsewhere a hold). Hits of imported reference
lists are P16's. A cell that says neither yes nor no is held too: it must not pass as a no.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.rules.derive_cells import holds, together
from skillcli.rules.rule import rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


@rule(
    code="P15",
    title="领取养老金人员",
    severity=Severity.HOLD,
    column="pension",
    message="{problem}。",
    remedy="请核对养老待遇发放名单；确未领取的，把该栏改为“否”或按核实结果处理。",
    reads=("pension",),
    basis="补贴对象范围",
)
def draws_pension(case: Case) -> pd.DataFrame:
    severity = case.policy.severity("P15", Severity.HOLD.value)
    draws = case.trainings["pension"].fillna(False).astype(bool)
    unread = holds(case, "pension", "unknown", "unreadable")
    return together(
        [
            case.trainings.loc[draws, []].assign(problem="领取养老金一栏为“是”", severity=severity),
            case.rows(unread).assign(problem="领取养老金一栏看不懂，应填“是”或“否”", severity=Severity.HOLD.value),
        ]
    )
