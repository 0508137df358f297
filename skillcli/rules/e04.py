"""E04  以工代训 by an employer that is not insured, where the clause asks for it

Which people need no insured employer is the line's ``insured`` condition; not stated is E05's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.rules.derive_cells import together
from skillcli.rules.derive_lines import line_rows
from skillcli.rules.derive_people import has_any
from skillcli.rules.rule import Aim, rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


@rule(
    code="E04",
    title="以工代训单位未参保",
    severity=Severity.ERROR,
    column="employer_insured",
    message="单位参保为“否”，吸纳这类人员的单位应已参保。",
    remedy="该条不符合文件规定；单位确已参保的，请更正并附参保证明。",
    reads=("employer_insured", "categories"),
    aim=Aim.LINE,
)
def employer_not_insured(case: Case) -> pd.DataFrame:
    parts = []
    for line in case.policy.lines:
        if line.insured is None:
            continue
        rows = line_rows(case, line, "employer_insured", "category_set")
        if not len(rows):
            continue
        rows = rows[~has_any(rows["category_set"], line.insured.except_categories)]
        bad = rows[rows["employer_insured"].eq(False).fillna(False).astype(bool)]
        parts.append(bad[["line"]].assign(clause=line.insured.clause))
    return together(parts)
