"""A05  No fund recorded for a line: it is paid under 资金渠道待明确 until the office names one"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.rules.rule import Aim, rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


@rule(
    code="A05",
    title="资金渠道未明确",
    severity=Severity.WARNING,
    message="“{title}”没有记录资金渠道，按“资金渠道待明确”列示。",
    remedy="请在政策口径中记录这一项补贴的资金渠道。",
    aim=Aim.LINE,
    general=True,
)
def fund_unknown(case: Case) -> pd.DataFrame:
    from skillcli.rules.facts import looked_up

    titles = {line.id: line.title for line in case.policy.lines}
    bad = case.line_rows(case.lines["fund"].fillna("").eq("").to_numpy(), "line")
    readings = {line: f"fund.{line}" for line in titles}
    return bad.assign(title=looked_up(bad["line"], titles), reading=looked_up(bad["line"], readings))
