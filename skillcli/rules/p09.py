"""P09  An area code that GB/T 2260 never had

People keep the codes of abolished counties, and permits and foreigners' cards have none, so this
is told and nothing more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.core.region import known
from skillcli.rules.rule import rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


@rule(
    code="P09",
    title="身份证号前六位不是行政区划代码",
    severity=Severity.INFO,
    column="id_number",
    message="身份证号前六位 {area} 不在行政区划代码表（含已撤销的代码）中。",
    remedy="一般不必处理；如另有疑点，请核对身份证原件。",
    reads=("id_number",),
    basis="GB/T 2260",
)
def area_unknown(case: Case) -> pd.DataFrame:
    import numpy as np

    person = case.trainings["person"].to_numpy()
    area = person // 10**11
    strange = [code for code in np.unique(area[person > 0]).tolist() if not known(f"{code:06}")]
    bad = np.isin(area, strange) & (person > 0)
    return case.rows(bad).assign(area=[f"{code:06}" for code in area[bad].tolist()])
