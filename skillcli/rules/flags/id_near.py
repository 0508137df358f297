"""The same name under two identity numbers that differ in one digit, the check digit aside.

A typing error, or one person counted twice. The check digit tells right from wrong in one number, never which of two
people is meant.
"""

from __future__ import annotations

import pandas as pd

from skillcli.core.identity import mask
from skillcli.rules.flags.flag import Thresholds, flag, none_found

_DIGITS = 17


@flag(
    name="id_near",
    title="同名且身份证号只差一位",
    key="name_n",
    reads=("void", "name_n", "id_number"),
    message="“{name}”的身份证号 {one} 与 {other} 只差一位（末位校验码除外）。",
    remedy="核对身份证原件；确是同一人的，按同一人查重复培训。",
)
def id_near(frame: pd.DataFrame, thresholds: Thresholds) -> pd.DataFrame:
    known = frame[~frame["void"] & frame["name_n"].notna()]
    known = known[known["id_number"].str.fullmatch(r"\d{17}[\dX]", na=False)]
    people = known[["name_n", "id_number"]].drop_duplicates()
    people = people[people.duplicated("name_n", keep=False)]
    pairs = _pairs(people)
    if not len(pairs):
        return none_found()
    rows = known.merge(pairs, on="name_n", validate="m:m")
    rows = rows[rows["id_number"].eq(rows["one"]) | rows["id_number"].eq(rows["other"])]
    one, other = (rows[key].map(_covered).astype("str") for key in ("one", "other"))
    return rows.assign(
        group=rows["name_n"] + "|" + rows["one"] + "|" + rows["other"], name=rows["name_n"], one=one, other=other
    )


def _covered(number: str) -> str:
    return mask(number)


def _pairs(people: pd.DataFrame) -> pd.DataFrame:
    """name_n, one, other: numbers of one name that are equal once one digit is left out, each pair once.

    Digit by digit over all people at once, so that a name borne by thousands costs no more than any other.
    """
    digits = people["id_number"].str.slice(0, _DIGITS).astype("int64").to_numpy()
    found = []
    for place in range(_DIGITS):
        unit = 10**place
        rest = digits - digits // unit % 10 * unit
        same = people.assign(rest=rest)
        same = same[same.duplicated(["name_n", "rest"], keep=False)]
        if len(same):
            pairs = same.merge(same, on=["name_n", "rest"], suffixes=("", "_other"), validate="m:m")
            found.append(pairs[pairs["id_number"] < pairs["id_number_other"]])
    if not found:
        return pd.DataFrame(columns=["name_n", "one", "other"], dtype="str")
    whole = pd.concat(found)[["name_n", "id_number", "id_number_other"]].drop_duplicates()
    return whole.set_axis(["name_n", "one", "other"], axis=1)
