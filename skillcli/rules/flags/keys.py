"""The forms under which trainings are compared, derived row by row from the roster's own columns."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import pandas as pd

from skillcli.core import identity
from skillcli.rules.facts import HOLDER_NUMBERED, NO_LEVEL, SPECIAL_SKILL, hashed, joined, normal, without_bracket
from skillcli.schema.audit import KEY_DTYPES, TRAINING_DTYPES

_SERIAL = r"^(?P<series>.*?)(?P<serial>\d{1,6})$"
"""The last digits of a number, six at most: the longest 流水号 of the numbering rules."""
_HOUSE = r"\d"


def keyed(trainings: pd.DataFrame, wanted: Collection[str] = tuple(KEY_DTYPES)) -> pd.DataFrame:
    """The frame (``schema.audit.TRAINING_DTYPES``) with the columns ``KEY_DTYPES`` added, or with those that are ``wanted``;
    then it may lack what they are not made of (``MADE_OF``)."""
    added: dict[str, Any] = {key: _FORMS[key](trainings) for key in KEY_DTYPES if key in wanted and key in _FORMS}
    if {"certificate_series", "certificate_serial"} & set(wanted):
        added["certificate_series"], added["certificate_serial"] = _series(trainings)
    added = {key: added[key] for key in KEY_DTYPES if key in wanted}
    return trainings.assign(**added).astype({key: KEY_DTYPES[key] for key in added})


def made_of(wanted: Collection[str]) -> tuple[str, ...]:
    """The columns of a training that these columns are made of, in the order of the schema."""
    needed = {raw for key in wanted for raw in MADE_OF.get(key, (key,))}
    return tuple(key for key in TRAINING_DTYPES if key in needed)


def _person(trainings: pd.DataFrame) -> Any:
    return identity.examine(trainings["id_number"])[1]


def _who(trainings: pd.DataFrame) -> pd.Series:
    person = _person(trainings)
    written = joined(normal(trainings["name"]), normal(trainings["id_number"], upper=True))
    unknown = normal(trainings["name"]).isna() & trainings["id_number"].isna()
    return pd.Series(person, index=trainings.index).where(person != 0, hashed(written, unknown))


def _phones(trainings: pd.DataFrame) -> pd.Series:
    return normal(trainings["phone"]).str.replace(r"-|^\+?86(?=1\d{10}$)", "", regex=True)


def _levels(trainings: pd.DataFrame) -> pd.Series:
    special = trainings["certificate_kind"].eq("专项职业能力证书").fillna(False)
    level = trainings["level"].where(trainings["level"].ne(NO_LEVEL))
    return level.fillna(special.map({True: SPECIAL_SKILL, False: NO_LEVEL}).astype("str"))


def _addresses(domicile: pd.Series) -> pd.Series:
    """Those that name a house: a digit in them, and no bare area code."""
    text = normal(domicile)
    found = text.str.contains(_HOUSE, regex=True, na=False) & ~text.str.fullmatch(r"\d+", na=False)
    return text.where(found)


def _series(trainings: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Numbers that run on, cut in two. 特种作业操作证 bears its holder's own number, which runs nowhere."""
    number = normal(trainings["certificate_no"], upper=True)
    number = number.where(trainings["certificate_kind"].ne(HOLDER_NUMBERED).fillna(True))
    parts = number.str.extract(_SERIAL)
    digits = parts["serial"].str.len().astype("Int64").astype("str")
    series = trainings["certificate_kind"].fillna("") + "|" + parts["series"] + "|" + digits
    serial = pd.to_numeric(parts["serial"]).fillna(-1).astype("int64")
    return series.where(parts["serial"].notna()), serial


MADE_OF: dict[str, tuple[str, ...]] = {
    "person": ("id_number",),
    "who": ("name", "id_number"),
    "name_n": ("name",),
    "phone_n": ("phone",),
    "account_n": ("account",),
    "address_n": ("domicile",),
    "institution_n": ("institution",),
    "occupation_n": ("occupation",),
    "level_key": ("level", "certificate_kind"),
    "certificate_n": ("certificate_no",),
    "certificate_series": ("certificate_no", "certificate_kind"),
    "certificate_serial": ("certificate_no", "certificate_kind"),
}
"""Column of ``KEY_DTYPES`` → the roster's own columns that it is made of."""

_FORMS: dict[str, Callable[[pd.DataFrame], Any]] = {
    "person": _person,
    "who": _who,
    "name_n": lambda trainings: normal(trainings["name"]),
    "phone_n": _phones,
    "account_n": lambda trainings: normal(trainings["account"], upper=True),
    "address_n": lambda trainings: _addresses(trainings["domicile"]),
    "institution_n": lambda trainings: normal(trainings["institution"]),
    "occupation_n": lambda trainings: without_bracket(normal(trainings["occupation"])),
    "level_key": _levels,
    "certificate_n": lambda trainings: normal(trainings["certificate_no"], upper=True),
}
