"""A12  An institution without an account in the 机构 catalogue

Payable all the same, but it cannot stand in the bank file. Money never goes to an account that a
roster names for an institution. Employers are looked up in the same sheet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.rules.derive_cells import nothing, together
from skillcli.rules.rule import Aim, Partition, rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


NAMED_IN = {"培训机构": ("institution", "institution_n"), "用人单位": ("employer", "employer_n")}


@rule(
    code="A12",
    title="收款单位在“机构”目录没有银行账号",
    severity=Severity.WARNING,
    message="收款单位“{payee}”在“机构”目录没有银行账号，不列入银行文件。",
    remedy="请在“机构”目录补登该单位的开户银行和银行账号。",
    reads=("institution", "employer", "start"),
    partition=Partition.INSTITUTION,
    aim=Aim.LINE,
    general=True,
)
def body_without_account(case: Case) -> pd.DataFrame:
    if case.catalogue.bodies is None:
        return nothing()
    parts = []
    for payee, (key, name) in NAMED_IN.items():
        without = case.trainings.index[~case.missing(name) & ~case.registered[name]["account"].to_numpy()]
        bad = case.paid_to(payee) & case.lines["rid"].isin(without).to_numpy()
        parts.append(case.line_rows(bad, "line", "payee").assign(key=key))
    return together(parts)
