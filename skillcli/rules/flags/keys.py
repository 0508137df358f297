"""The forms under which trainings are compared, derived row by row from the roster's own columns."""

from __future__ import annotations

from typing import Any

import pandas as pd

from skillcli.core import identity
from skillcli.rules.facts import HOLDER_NUMBERED, NO_LEVEL, SPECIAL_SKILL, hashed, joined, normal, without_bracket
from skillcli.schema.audit import KEY_DTYPES

_SERIAL = r"^(?P<series>.*?)(?P<serial>\d{1,6})$"
"""The last digits of a number, six at most: the longest 流水号 of the numbering rules."""
_HOUSE = r"\d"


def keyed(trainings: pd.DataFrame) -> pd.DataFrame:
    """The frame (``schema.audit.TRAINING_DTYPES``) with the columns ``KEY_DTYPES`` added."""
    _, person, _ = identity.examine(trainings["id_number"].to_numpy(dtype=object))
    name = normal(trainings["name"])
    special = trainings["certificate_kind"].eq("专项职业能力证书").fillna(False)
    level = trainings["level"].where(trainings["level"].ne(NO_LEVEL))
    written = joined(name, normal(trainings["id_number"], upper=True))
    unknown = name.isna() & trainings["id_number"].isna()
    series, serial = _series(trainings)
    added: dict[str, Any] = {
        "person": person,
        "who": pd.Series(person, index=trainings.index).where(person != 0, hashed(written, unknown)),
        "name_n": name,
        "phone_n": normal(trainings["phone"]).str.replace(r"-|^\+?86(?=1\d{10}$)", "", regex=True),
        "account_n": normal(trainings["account"], upper=True),
        "address_n": _addresses(trainings["domicile"]),
        "institution_n": normal(trainings["institution"]),
        "occupation_n": without_bracket(normal(trainings["occupation"])),
        "level_key": level.fillna(special.map({True: SPECIAL_SKILL, False: NO_LEVEL}).astype("str")),
        "certificate_n": normal(trainings["certificate_no"], upper=True),
        "certificate_series": series,
        "certificate_serial": serial,
    }
    return trainings.assign(**added).astype(KEY_DTYPES)


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
