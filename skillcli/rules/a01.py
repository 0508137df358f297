"""A01  No price in the catalogue for this occupation and level

No price, no payment, but no refusal either: the line waits until the catalogue has a row in force on
the day. Whether the occupation is listed at all is T11.
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
    code="A01",
    title="目录没有这个职业和等级的收费标准",
    severity=Severity.RULING,
    column="occupation",
    reads=("occupation", "level", "start"),
    aim=Aim.LINE,
    message="{start} 有效的培训项目目录里没有“{occupation}”{level}的收费标准，金额不能确定。",
    remedy="请核对职业（工种）名称和等级；目录漏列的，更新目录并重新导入后再审核。",
)
def no_price(case: Case) -> pd.DataFrame:
    lines = case.line_rows(case.lines["unpriced"].to_numpy(), "line")
    if lines.empty:
        return nothing()
    shown = {key: case.shown(lines.index, key).to_numpy() for key in ("occupation", "level", "start")}
    return lines.assign(**shown)
