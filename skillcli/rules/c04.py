"""C04  A pass without the day of issue, or with one that is no date. Aims at the lines that need a certificate"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.rules.derive_cells import blank, nothing
from skillcli.rules.derive_certificates import owes_certificate
from skillcli.rules.rule import Aim, rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


@rule(
    code="C04",
    title="发证日期缺失或无法识别",
    severity=Severity.ERROR,
    column="issued_on",
    message="考核合格但发证日期{problem}。",
    remedy="请按证书填写完整的发证日期，例如 2020-03-01。",
    reads=("issued_on", "result", "training_kind"),
    aim=Aim.CERTIFICATE,
    basis="持证要求",
)
def issue_date_missing(case: Case) -> pd.DataFrame:
    bad = case.rows(owes_certificate(case) & blank(case, "issued_on"))
    if not len(bad):
        return nothing()
    shown = case.shown(bad.index, "issued_on")
    return bad.assign(problem=("写作“" + shown + "”，不是能识别的日期").where(shown.ne(""), "没有填写"))
