"""C08  Year or level inside a certificate number that contradicts the row

Only the two national forms say anything about themselves; provincial schemes differ, so this
warns. A missing level or date is left to T13 and C04.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.rules.derive_cells import as_day, together
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
    everybody = case.trainings[["certificate_kind", "certificate_n", "issued_on", "level"]]
    said = inside(everybody["certificate_kind"], everybody["certificate_n"])
    everybody = everybody.loc[said.index]
    wrong_year = everybody["issued_on"].dt.year.mod(100).ne(said["year"].astype("float64"))
    level = said["level"].map(LEVEL_DIGITS).fillna("").astype("str")
    wrong_level = level.ne(everybody["level"])
    suspect = wrong_year | wrong_level
    rows, said, level = everybody[suspect], said[suspect], level[suspect]
    other_year = wrong_year[suspect] & rows["issued_on"].notna()
    other_level = wrong_level[suspect] & rows["level"].notna() & rows["level"].ne("无等级")
    years = "年份为“" + said["year"] + "”，发证日期为 " + as_day(rows["issued_on"])
    levels = (
        "等级位为“"
        + said["level"]
        + "”"
        + ("（" + level + "）").where(level.ne(""), "")
        + "，技能等级为"
        + rows["level"]
    )
    return together(
        [
            rows.loc[other_year, []].assign(problem=years[other_year]),
            rows.loc[other_level, []].assign(problem=levels[other_level]),
        ]
    )
