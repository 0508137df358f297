"""P03  An identity number that is not 18 characters of digits and X

Width, blanks, zero-width characters and a small x are repaired before; what is left cannot be
repaired without guessing. Lost digits are P06's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.core.identity import Fault
from skillcli.rules.derive_cells import holds, nothing
from skillcli.rules.rule import rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


@rule(
    code="P03",
    title="身份证号不是 18 位",
    severity=Severity.ERROR,
    column="id_number",
    message="身份证号现有 {length} 个字符{problem}，应为 18 位数字（末位可以是 X）。",
    remedy="请对照身份证原件更正。",
    reads=("id_number",),
    basis="GB 11643-1999",
)
def id_malformed(case: Case) -> pd.DataFrame:
    bad = case.rows(case.id_fault(Fault.FORM) & ~holds(case, "id_number"), "id_number")
    if bad.empty:
        return nothing()
    length = bad["id_number"].str.len()
    return bad[[]].assign(length=length, problem=length.eq(18).map({True: "，但含有不允许的字符", False: ""}))
