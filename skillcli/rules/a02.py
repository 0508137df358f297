"""A02  A fee lower than the subsidy that is to cover it

Only a reminder: the texts pay a standard, not the bill, but a subsidy above the fee is what
auditors ask about. Looks at the lines of a group, which pay for the training itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.rules.derive_cells import nothing
from skillcli.rules.derive_lines import with_training
from skillcli.rules.rule import Aim, rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


@rule(
    code="A02",
    title="培训费低于补贴金额",
    severity=Severity.WARNING,
    column="fee",
    message="培训费 {fee} 元，低于补贴 {amount} 元。",
    remedy="请核对培训费；收费确低于补贴标准的，请业务科室掌握。",
    reads=("fee",),
    aim=Aim.LINE,
)
def fee_below_amount(case: Case) -> pd.DataFrame:
    from skillcli.core.money import yuan_text

    if case.missing("fee").all():
        return nothing()
    rows = with_training(case, case.lines["group"].ne("").to_numpy(), ["line", "proposed_fen"], "fee")
    bad = rows[rows["fee"].lt(rows["proposed_fen"]).fillna(False).astype(bool)]
    return bad[["line"]].assign(fee=bad["fee"].map(yuan_text), amount=bad["proposed_fen"].map(yuan_text))
