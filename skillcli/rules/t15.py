"""T15  人员类别 that is blank or holds a word that is not in the list

A strange word beside known ones counts too: it may be the one that the subsidy hangs on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.rules.derive_catalogue import nearest
from skillcli.rules.derive_cells import blank, holds, nothing
from skillcli.rules.rule import rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


@rule(
    code="T15",
    title="人员类别空白或不认识",
    severity=Severity.ERROR,
    column="categories",
    message="人员类别{problem}。",
    remedy="请按模板所列类别填写，多个类别用“、”分开。",
    reads=("categories",),
    basis="补贴对象范围",
)
def category_unknown(case: Case) -> pd.DataFrame:
    from skillcli.schema.vocabulary import words

    bad = case.rows(blank(case, "categories") | holds(case, "categories", "unknown", "unreadable"))
    if not len(bad):
        return nothing()
    shown = case.shown(bad.index, "categories")
    hint = nearest(shown, list(words("category")))
    return bad.assign(problem=("“" + shown + "”中有不认识的类别" + hint).where(shown.ne(""), "没有填写"))
