"""T12  培训类型 that is blank or no word of the list: no line can be matched"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.rules.derive_catalogue import nearest
from skillcli.rules.derive_cells import blank, nothing
from skillcli.rules.rule import rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


@rule(
    code="T12",
    title="培训类型空白或不认识",
    severity=Severity.ERROR,
    column="training_kind",
    message="培训类型{problem}。",
    remedy="请按模板下拉表选择培训类型。",
    reads=("training_kind",),
    basis="培训种类",
)
def kind_unknown(case: Case) -> pd.DataFrame:
    from skillcli.schema.vocabulary import words

    bad = case.rows(blank(case, "training_kind"))
    if not len(bad):
        return nothing()
    shown = case.shown(bad.index, "training_kind")
    hint = nearest(shown, list(words("training_kind")))
    problem = ("“" + shown + "”不是规定的词" + hint).where(shown.ne(""), "没有填写")
    return bad.assign(problem=problem)
