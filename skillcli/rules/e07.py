"""E07  A certificate issued before the day from which the clause pays"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.rules.derive_cells import as_day, together
from skillcli.rules.derive_lines import line_rows
from skillcli.rules.rule import Aim, rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


@rule(
    code="E07",
    title="发证早于补贴起始日",
    severity=Severity.ERROR,
    column="issued_on",
    message="发证日期 {issued} 早于 {first}，该项补贴只给这一天及以后核发的证书。",
    remedy="该条不符合文件规定；日期录错的请更正。",
    reads=("issued_on",),
    aim=Aim.LINE,
)
def issued_too_early(case: Case) -> pd.DataFrame:
    import pandas as pd

    parts = []
    for line in case.policy.lines:
        if line.issued_from is None:
            continue
        rows = line_rows(case, line, "issued_on")
        if not len(rows):
            continue
        bad = rows[rows["issued_on"].lt(pd.Timestamp(line.issued_from.day))]
        parts.append(
            bad[["line"]].assign(
                issued=as_day(bad["issued_on"]),
                first=f"{line.issued_from.day:%Y-%m-%d}",
                clause=line.issued_from.clause,
            )
        )
    return together(parts)
