"""P01  A name that is missing or cannot be a person's

Any ideograph is fine, rare ones included, and so are the dot of minority names, Latin letters of
foreigners' cards and blanks inside. Digits, marks, control and private-use characters are not:
the latter look right on one computer only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.rules.derive_cells import blank, nothing
from skillcli.rules.rule import rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


POSSIBLE = (
    "[\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
    "·•・．‧∙A-Za-zＡ-Ｚａ-ｚ\u00c0-\u024f'’ \u3000\u00a0-]"
)
LONGEST = 50


@rule(
    code="P01",
    title="姓名缺失或含有不可能的字符",
    severity=Severity.ERROR,
    column="name",
    message="姓名{problem}。",
    remedy="请按身份证填写姓名；少数民族姓名中的“·”和生僻字可以使用，生僻字请用输入法录入标准字。",
    reads=("name",),
    basis="实名制培训管理",
)
def name_impossible(case: Case) -> pd.DataFrame:
    names = case.trainings["name"]
    missing = blank(case, "name")
    bad = missing | (~case.missing("name") & ~names.str.fullmatch(f"{POSSIBLE}{{0,{LONGEST}}}", na=False).to_numpy())
    if not bad.any():
        return nothing()
    odd = names[bad].str.replace(POSSIBLE, "", regex=True).str.slice(0, 5).fillna("")
    problem = ("含有不可能的字符“" + odd + "”").where(odd.ne(""), f"超过 {LONGEST} 个字").mask(missing[bad], "没有填写")
    return case.rows(bad).assign(problem=problem)
