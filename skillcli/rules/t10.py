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
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

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
    import numpy as np
    import pandas as pd

    from skillcli.rules.facts import OJT

    bodies, rows = case.catalogue.bodies, case.trainings
    if bodies is None:
        return nothing()
    own, employer = case.registered["institution_n"], case.registered["employer_n"]
    kinds = case.policy.kinds([STAFF_KINDS]) | {OJT}
    to_employer = case.lines["rid"].to_numpy()[case.paid_to("用人单位")]
    by_employer = case.says("training_kind", *kinds) | rows.index.isin(to_employer)
    sound = _sound(own) | (by_employer & _sound(employer))
    no_institution, no_employer = (rows[key].isna().to_numpy() for key in ("institution_n", "employer_n"))
    named_by_employer = no_institution & by_employer
    bad = ~sound & ~np.where(named_by_employer, no_employer, no_institution)
    if not bad.any():
        return nothing()
    found = case.rows(bad, "institution_n", "employer_n")
    name = found["institution_n"].where(~named_by_employer[bad], found["employer_n"])
    by_own = (~by_employer | own["listed"].to_numpy())[bad]
    best = {key: np.where(by_own, own[key].to_numpy()[bad], employer[key].to_numpy()[bad]) for key in own.columns}
    unlisted, current = ~best["listed"], best["current"]
    problem = np.full(len(found), "在开班日期不在“机构”目录的有效期内", dtype=object)
    problem[unlisted] = "不在“机构”目录" + nearest(name[unlisted], list(bodies["institution"].dropna()))
    problem[current] = "在“机构”目录中没有" + _lacking(best)[current]
    return pd.DataFrame({"name": name, "problem": pd.array(problem, dtype="str")}, index=found.index, copy=False)


def _sound(state: pd.DataFrame) -> NDArray[np.bool_]:
    """Which entries have all their papers."""
    sound: NDArray[np.bool_] = (state["documented"] & state["dated"] & state["admitted"]).to_numpy()
    return sound


def _lacking(state: dict[str, NDArray[np.bool_]]) -> NDArray[np.object_]:
    """What the entries in force have not, as words."""
    import numpy as np

    papers = (("documented", "文号"), ("dated", "有效期"), ("admitted", "准入方式"))
    without = sum(~state[key] * (1 << bit) for bit, (key, _) in enumerate(papers))
    several = ["、".join(word for bit, (_, word) in enumerate(papers) if n >> bit & 1) for n in range(8)]
    lacking: NDArray[np.object_] = np.array(several, dtype=object)[without]
    return lacking
