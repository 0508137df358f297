"""C02  A pass without a kind of certificate, or with another than the five

The texts end their lists with 等, so another name is a hold; none at all is an error. Aims at the
lines that need a certificate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.rules.derive_cells import blank, holds, nothing
from skillcli.rules.derive_certificates import owes_certificate
from skillcli.rules.rule import Aim, rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


@rule(
    code="C02",
    title="证书类型缺失或不在五种之内",
    severity=Severity.ERROR,
    column="certificate_kind",
    message="考核合格但证书类型{problem}。",
    remedy="请填写职业资格证书、职业技能等级证书、专项职业能力证书、特种作业操作证或培训合格证书；确是其他证书的，请业务科室认定。",
    reads=("certificate_kind", "result", "training_kind"),
    aim=Aim.CERTIFICATE,
    basis="持证要求",
)
def certificate_kind_unknown(case: Case) -> pd.DataFrame:
    bad = case.rows(owes_certificate(case) & blank(case, "certificate_kind"))
    if not len(bad):
        return nothing()
    other = bad.index.isin(case.trainings.index[holds(case, "certificate_kind")])
    shown = case.shown(bad.index, "certificate_kind")
    severity = shown.mask(other, Severity.HOLD.value).where(other, Severity.ERROR.value)
    return bad.assign(problem=("“" + shown + "”不在五种之内").where(other, "没有填写"), severity=severity)
