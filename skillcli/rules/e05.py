"""E05  以工代训 by an employer of whom nobody says whether it is insured, where the clause asks for it"""

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
    code="E05",
    title="以工代训单位是否参保未填",
    severity=Severity.HOLD,
    column="employer_insured",
    message="单位参保没有填写或无法识别，吸纳这类人员的单位应已参保。",
    remedy="请核实单位参保情况，填写“是”或“否”。",
    reads=("employer_insured", "categories"),
    aim=Aim.LINE,
)
def insurance_unknown(case: Case) -> pd.DataFrame:
    parts = []
    for line in case.policy.lines:
        if line.insured is None:
            continue
        rows = line_rows(case, line, "employer_insured", "category_set")
        if not len(rows):
            continue
        rows = rows[~has_any(rows["category_set"], line.insured.except_categories)]
        bad = rows[rows["employer_insured"].isna()]
        parts.append(bad[["line"]].assign(clause=line.insured.clause))
    return together(parts)
