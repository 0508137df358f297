"""C01  A pass without a certificate number

A word without a digit (/, 待发) is no number. A damaged number is C07's; 以工代训 needs none. Aims at
the lines that need a certificate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.rules.derive_cells import blank, holds, nothing
from skillcli.rules.derive_certificates import has_number, owes_certificate
from skillcli.rules.rule import Aim, rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


@rule(
    code="C01",
    title="缺少证书编号",
    severity=Severity.ERROR,
    column="certificate_no",
    message="考核合格但证书编号{problem}。",
    remedy="请补填证书编号；证书尚未核发的，核发后再申报。",
    reads=("certificate_no", "result", "training_kind"),
    aim=Aim.CERTIFICATE,
    basis="持证要求",
)
def certificate_missing(case: Case) -> pd.DataFrame:
    import numpy as np

    missing = blank(case, "certificate_no") & ~holds(case, "certificate_no")
    owed = owes_certificate(case)
    word = np.zeros(len(owed), dtype=bool)
    given = owed & ~case.missing("certificate_no")
    word[given] = ~has_number(case.rows(given, "certificate_n"))
    bad = case.rows(owed & (missing | word), "certificate_no")
    if bad.empty:
        return nothing()
    shown = bad["certificate_no"].fillna("").astype("str")
    return bad[[]].assign(problem=("写作“" + shown + "”，不是编号").where(shown.ne(""), "没有填写"))
