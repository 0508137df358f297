"""D06  Grant item already given to the unit

Once per unit and item; assessments once per unit, item and 认定文号 (the policy says which). A unit is known by its
name and by its 统一社会信用代码: either is enough. The earliest 认定日期 of a run wins; what the ledger holds comes
before the run. Rosters have no such lines.
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
    code="D06",
    title="同一单位的同一项目补助已给过",
    severity=Severity.ERROR,
    message="该单位的“{item}”已有一笔补助（{other}），不能重复补助。",
    remedy="不予补贴；确属另一次评估的，请核对认定文号。",
    reads=("employer", "employer_uscc", "occupation", "certificate_no", "issued_on"),
    aim=Aim.LINE,
)
def item_given_before(case: Case) -> pd.DataFrame:
    import pandas as pd

    ours = [line.id for line in case.policy.lines if line.for_units]
    such = case.on_lines(*ours)
    if not such.any():
        return nothing()
    lines = case.lines[such]
    trainings = case.trainings.loc[lines["rid"]]
    winner = trainings["winner"].to_numpy()
    in_run = case.places.reindex(winner).fillna("").to_numpy(dtype=object)
    booked = lines["booked_as"].to_numpy(dtype=object)
    other = pd.Series(
        ["已入账的 " + past if past else now for past, now in zip(booked, in_run, strict=True)], dtype="str"
    )
    evidence = pd.DataFrame(
        {"line": lines["line"].array, "other": other.array, "item": trainings["occupation"].array},
        index=pd.Index(lines["rid"].to_numpy(), dtype="int64"),
    )
    return evidence[evidence["other"].ne("")]
