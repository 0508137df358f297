"""T10  Institution not in the imported 机构 catalogue on the first day of class

For 以工代训 and trainings of an enterprise's own staff (or paid to the employer) the employer's entry serves as well. An
entry without 文号, without either date of its 有效期 (one blank date is open) or, of a 培训机构, without 准入方式
counts as lacking where the sheet gives others theirs. No catalogue, no check (shown as 未核对).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.rules.derive_catalogue import nearest
from skillcli.rules.derive_cells import nothing
from skillcli.rules.rule import Partition, rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


STAFF_KINDS = "staff_kinds"
"""Id of the policy's group of kinds that an enterprise holds for its own people."""


@rule(
    code="T10",
    title="培训机构不在目录",
    severity=Severity.HOLD,
    column="institution",
    message="“{name}”{problem}。",
    remedy="请核对机构名称；确已准入的，补齐“机构”目录的名称、文号和有效期后重新导入。",
    reads=("institution", "employer", "training_kind", "start"),
    partition=Partition.INSTITUTION,
    basis="培训机构目录",
)
def institution_not_listed(case: Case) -> pd.DataFrame:
    from skillcli.rules.facts import OJT

    bodies, rows = case.catalogue.bodies, case.trainings
    if bodies is None:
        return nothing()
    own, employer = case.registered["institution_n"], case.registered["employer_n"]
    kinds = case.policy.kinds([STAFF_KINDS]) | {OJT}
    to_employer = case.lines.loc[case.lines["payee_kind"].eq("用人单位"), "rid"]
    by_employer = rows["training_kind"].isin(list(kinds)) | rows.index.isin(to_employer)
    papers = ["documented", "dated", "admitted"]
    sound = own[papers].all(axis=1) | (by_employer & employer[papers].all(axis=1))
    name = rows["institution_n"].where(rows["institution_n"].notna() | ~by_employer, rows["employer_n"])
    bad = ~sound & name.notna()
    best = own.where(~by_employer | own["listed"], employer)[bad]
    problem = (
        ("不在“机构”目录" + nearest(name[bad], list(bodies["institution"].dropna())))
        .mask(best["listed"], "在开班日期不在“机构”目录的有效期内")
        .mask(best["current"], "在“机构”目录中没有" + _lacking(best))
    )
    return rows.loc[bad, []].assign(name=name[bad], problem=problem)


def _lacking(state: pd.DataFrame) -> pd.Series:
    """What the entries in force have not, as words (str)."""
    said = [
        (~state[key]).map({True: f"{word}、", False: ""}).astype("str")
        for key, word in (("documented", "文号"), ("dated", "有效期"), ("admitted", "准入方式"))
    ]
    lacking: pd.Series = (said[0] + said[1] + said[2]).str.removesuffix("、")
    return lacking
