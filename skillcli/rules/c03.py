"""C03  One certificate number with different persons

Every one of them in the run is accused, for nobody can say from the roster whose it is; against
the ledger the run's side alone. Numbers without a person take no part.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.rules.derive_others import places_of_others, with_past
from skillcli.rules.rule import Partition, rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


@rule(
    code="C03",
    title="同一证书编号对应不同的人",
    severity=Severity.ERROR,
    column="certificate_no",
    message="同一证书编号也用在{others}的另一人。",
    remedy="请对照证书原件核对编号和持证人，更正后重新报送。",
    reads=("certificate_kind", "certificate_no", "id_number"),
    partition=Partition.CERTIFICATE,
    basis="证书唯一性",
)
def certificate_of_several(case: Case) -> pd.DataFrame:
    rows = with_past(case, "person", "certificate_hash", shared="certificate_hash", differing="person")
    return places_of_others(case, rows[rows["person"].gt(0)], "certificate_hash", "person")
