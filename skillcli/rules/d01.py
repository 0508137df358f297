"""D01  The same training claimed again

Within the run the loser's lines all fall and it counts nowhere. Against the ledger it goes line by
line: what is reserved or paid is refused, naming batch and row; lines that were held, undecided or
refused then are judged anew. One certificate with different persons is C03.
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

    winner = case.trainings["winner"].to_numpy()
    lost = winner >= 0
    losers = case.trainings.index[lost]
    live = case.lines["booked_as"].ne("").to_numpy() & ~case.lines["rid"].isin(losers).to_numpy()
    if not (lost.any() or live.any()):
        return nothing()
    in_run = pd.DataFrame({"other": case.places.reindex(winner[lost]).set_axis(losers), "line": ""})
    lines = case.line_rows(live, "line", "booked_as")
    in_ledger = pd.DataFrame({"other": "已入账的 " + lines["booked_as"], "line": lines["line"]})
    return pd.concat([in_run, in_ledger])
