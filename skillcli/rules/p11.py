"""P11  A telephone number that cannot be one, or that stands for several people

Auditors call trainees; a number shared by many is the first thing they look for. How many may
share one is the national setting ``phone_shared_by``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.rules.derive_cells import holds, together
from skillcli.rules.derive_others import places_of_others
from skillcli.rules.rule import Partition, rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case


MOBILE = r"1[3-9][0-9]{9}"


@rule(
    code="P11",
    title="联系电话不像手机号，或多人共用",
    severity=Severity.WARNING,
    column="phone",
    message="联系电话{problem}。",
    remedy="请核对并填写本人手机号；本人没有手机的，在备注中说明。",
    reads=("phone", "id_number"),
    partition=Partition.PHONE,
    basis="实名制培训管理",
)
def phone_doubtful(case: Case) -> pd.DataFrame:
    import numpy as np
    import pandas as pd

    from skillcli.rules.facts import normal

    phone, person = case.trainings["phone"], case.trainings["person"].to_numpy()
    odd = holds(case, "phone", "number", "scientific", "unreadable")
    unlike = ~case.missing("phone") & ~phone.str.fullmatch(MOBILE, na=False).to_numpy()
    if unlike.any():
        mended = normal(phone[unlike]).str.replace(r"-|^\+?86(?=1\d{10}$)", "", regex=True)
        phone = phone.copy()
        phone[unlike] = mended
        odd[unlike] |= (mended.notna() & ~mended.str.fullmatch(MOBILE, na=False)).to_numpy()
    at = np.flatnonzero(~odd & (person > 0) & phone.duplicated(keep=False).to_numpy())
    rows = pd.DataFrame(
        {"person": person[at], "phone": phone.array.take(at), "mine": True, "at": at}, index=phone.index[at]
    )
    shared = places_of_others(case, rows, "phone", "person", case.national.phone_shared_by)
    return together(
        [
            case.rows(odd).assign(problem="不是 13 至 19 开头的 11 位手机号"),
            shared.assign(problem="由 " + shared["count"].astype("str") + " 人共用，另见" + shared["others"])[
                ["problem"]
            ],
        ]
    )
