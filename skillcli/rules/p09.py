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
    area = (case.trainings.loc[case.trainings["person"].gt(0), "person"] // 10**11).astype("str").str.zfill(6)
    strange = [code for code in area.unique() if not known(code)]
    bad = area[area.isin(strange)]
    return case.trainings.loc[bad.index, []].assign(area=bad)
