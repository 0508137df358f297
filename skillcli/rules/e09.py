"""E09  Needs a reading that is not recorded

The text gives no answer and the office has not decided: the line waits, it is never guessed.
A recorded no is E12; a missing 收费标准 is A01, a missing 急需紧缺 list E13.
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
    code="E09",
    title="政策没有规定，待单位明确口径",
    severity=Severity.RULING,
    column="training_kind",
    aim=Aim.LINE,
    message="政策文件没有写明：{question}（口径键 {reading}）{proposal}",
    remedy="请单位研究明确后，用“政策口径”表登记（口径键、口径、认定人、文号、日期），再重新审核。",
)
def reading_not_recorded(case: Case) -> pd.DataFrame:
    from skillcli.rules.facts import looked_up
    from skillcli.rules.readings import asked

    if case.lines["open"].eq("").all():
        return nothing()
    found = asked(case, "open")
    readings = {reading.key: reading for reading in case.policy.readings}
    proposals = {
        key: f"；仅供参考：{reading.proposal} 元" if reading.proposal is not None else "。"
        for key, reading in readings.items()
    }
    return found.assign(
        question=looked_up(found["reading"], {key: reading.question for key, reading in readings.items()}),
        proposal=looked_up(found["reading"], proposals),
        clause=looked_up(found["reading"], {key: reading.clause for key, reading in readings.items()}),
    )
