"""C08  Year or level inside a certificate number that contradicts the row

Only the two national forms say anything about themselves; provincial schemes differ, so this
warns. A missing level or date is left to T13 and C04.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.rules.derive_cells import as_day, nothing, together
from skillcli.rules.derive_certificates import LEVEL_DIGITS, inside
from skillcli.rules.rule import rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


@rule(
    code="C08",
    title="证书编号与年份或等级不符",
    severity=Severity.WARNING,
    column="certificate_no",
    message="证书编号中的{problem}。",
    remedy="请对照证书原件核对编号、等级和发证日期。",
    reads=("certificate_kind", "certificate_no", "issued_on", "level"),
    basis="职业资格证书、职业技能等级证书编码规则",
)
def number_contradicts_row(case: Case) -> pd.DataFrame:
    import numpy as np
    import pandas as pd

    said = inside(case.trainings["certificate_kind"], case.trainings["certificate_n"])
    place = case.trainings.index.get_indexer(said.index)
    issued, level = (case.trainings[key].take(place) for key in ("issued_on", "level"))
    year = issued.dt.year
    names = pd.array([LEVEL_DIGITS.get(str(digit), "") for digit in range(10)], dtype="str")
    meant = pd.Series(names.take(said["level"].to_numpy()), index=said.index)
    other_year = (year.notna() & year.mod(100).ne(said["year"])).to_numpy()
    other_level = np.array(level.notna() & level.ne("无等级") & level.ne(meant))
    if not (other_year | other_level).any():
        return nothing()
    years = (
        "年份为“" + said["year"][other_year].astype("str").str.zfill(2) + "”，发证日期为 " + as_day(issued[other_year])
    )
    meant, level, digit = meant[other_level], level[other_level], said["level"][other_level].astype("str")
    levels = "等级位为“" + digit + "”" + ("（" + meant + "）").where(meant.ne(""), "") + "，技能等级为" + level
    return together([years.rename("problem").to_frame(), levels.rename("problem").to_frame()])
