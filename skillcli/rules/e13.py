"""E13  Base or raised rate: no 急需紧缺 catalogue was ever imported

Without the list nobody can say which column applies; the line waits for the list or for the reading
that settles it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.rules.derive_cells import nothing
from skillcli.rules.rule import Aim, rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


@rule(
    code="E13",
    title="没有急需紧缺目录，不能确定标准",
    severity=Severity.RULING,
    column="occupation",
    reads=("occupation", "level", "start"),
    aim=Aim.LINE,
    message="尚未导入急需紧缺职业（工种）目录，“{occupation}”按普通标准还是提高标准不能确定（口径键 {reading}）。",
    remedy="请导入急需紧缺目录（没有急需紧缺职业的，导入只有表头的工作表），或登记该口径。",
)
def rate_unknown(case: Case) -> pd.DataFrame:
    lines = case.line_rows(case.lines["rate_open"].to_numpy(), "line")
    if lines.empty:
        return nothing()
    readings = {line.id: line.amount.no_shortage_list for line in case.policy.lines}
    return lines.assign(
        reading=lines["line"].map(readings),
        occupation=case.shown(lines.index, "occupation").to_numpy(),
    )
