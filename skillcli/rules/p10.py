"""P10  One identity number with two names, in the run or in the ledger

Either a number was mistyped into another real one, or somebody trains under a borrowed number.
Names are compared NFKC, without blanks and with every kind of dot alike. A number that identifies
nobody takes no part.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.rules.derive_others import places_of_others, with_past
from skillcli.rules.rule import Partition, rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


DOTS = "[·•・．‧∙.]"


@rule(
    code="P10",
    title="同一身份证号对应不同姓名",
    severity=Severity.HOLD,
    column="name",
    message="同一身份证号在{others}登记的是另一个姓名。",
    remedy="请核对身份证原件，更正录错的姓名或身份证号。",
    reads=("name", "id_number"),
    partition=Partition.PERSON,
    basis="GB 11643-1999",
)
def number_with_two_names(case: Case) -> pd.DataFrame:
    from skillcli.rules.facts import normal

    rows = with_past(case, "person", "name", shared="person", differing="name")
    compared = normal(normal(rows["name"]).str.replace(DOTS, "·", regex=True))
    return places_of_others(case, rows.assign(name=compared), "person", "name")
