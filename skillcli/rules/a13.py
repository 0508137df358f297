"""A13  Who paid the fee cannot be read

A line whose payee goes by 缴费方式 would fall to the institution when the word is not known; the person
may have paid. A blank cell means that the institution did (the usual case), an unknown word means nobody knows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.rules.derive_cells import holds, nothing
from skillcli.rules.derive_lines import lines_where
from skillcli.rules.rule import Aim, rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


@rule(
    code="A13",
    title="缴费方式看不懂，收款方不能确定",
    severity=Severity.HOLD,
    column="payer",
    message="缴费方式写作“{shown}”，应为“个人缴费”或“机构垫付”，补贴发给谁不能确定。",
    remedy="请核实培训费由谁缴纳，更正后重新报送，或记入核实结果。",
    reads=("payer",),
    aim=Aim.LINE,
)
def payer_unknown(case: Case) -> pd.DataFrame:
    unread = holds(case, "payer")
    if not unread.any():
        return nothing()
    rows = lines_where(case, lambda line: any(route.payer for route in line.payee))
    bad = rows[rows.index.isin(case.trainings.index[unread])]
    return bad[["line", "clause"]].assign(shown=case.shown(bad.index, "payer"))
