"""T18  The class is not as the office registered it, or failed its inspection

A training is held against 开班登记 (class number and institution, for an enterprise's own classes the employer): an
unknown class, days outside the registered ones, more people than planned. The newest entry of 检查登记 on the class
counts; a later 合格 lifts an earlier 不合格. People are counted once each, with those of the same class in earlier
batches. No register, no check (未核对). 以工代训 has no class.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.rules.derive_cells import nothing
from skillcli.rules.rule import Partition, rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


@rule(
    code="T18",
    title="与开班登记或检查登记不符",
    severity=Severity.HOLD,
    column="class_no",
    message="{problem}。",
    remedy="请对照开班备案和检查记录核实；登记有误或有新的检查结果的，更正登记并重新导入，再把待核实的明细重新审核。",
    reads=("class_no", "institution", "employer", "training_kind", "start", "end"),
    partition=Partition.CLASS,
    basis="开班备案和检查登记",
)
def class_not_as_registered(case: Case) -> pd.DataFrame:
    from skillcli.rules.derive_classes import against_inspections, against_register

    if case.catalogue.classes is None and case.catalogue.inspections is None:
        return nothing()
    rows = case.trainings[~case.trainings["is_ojt"]]
    problem = against_register(rows, case.catalogue.classes, case.history.classmates)
    failed = against_inspections(rows, case.catalogue.inspections, case.catalogue.classes)
    both = problem.ne("") & failed.ne("")
    problem = problem + failed.where(~both, "；" + failed)
    bad = problem.ne("")
    return rows.loc[bad, []].assign(problem=problem[bad]) if bad.any() else nothing()
