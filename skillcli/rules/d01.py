"""D01  The same training claimed again

Within the run the loser's lines all fall and it counts nowhere. Against the ledger it goes line by
line: what is reserved or paid is refused, naming batch and row; lines that were held, undecided or
refused then are judged anew. One certificate with different persons is C03.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.rules.rule import Partition, rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


@rule(
    code="D01",
    title="同一次培训重复申报",
    severity=Severity.ERROR,
    column="certificate_no",
    reads=(
        "id_number",
        "certificate_kind",
        "certificate_no",
        "institution",
        "employer",
        "occupation",
        "level",
        "start",
        "end",
    ),
    partition=Partition.PERSON,
    message="与{other}是同一次培训（同一人，证书或班期相同），不能重复补贴。",
    remedy="核对两行；确属两次培训的，请更正证书编号或开班、结课日期后重新报送。",
)
def same_training_again(case: Case) -> pd.DataFrame:
    import pandas as pd

    winner = case.trainings["winner"]
    losers = winner[winner.ge(0)]
    in_run = pd.DataFrame({"other": case.places.reindex(losers).set_axis(losers.index), "line": ""})
    live = case.lines["booked_as"].ne("") & ~case.lines["rid"].isin(losers.index)
    lines = case.lines[live].set_index("rid")
    in_ledger = pd.DataFrame({"other": "已入账的 " + lines["booked_as"], "line": lines["line"]})
    return pd.concat([in_run, in_ledger])
