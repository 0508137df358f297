"""T19  Issuer or occupation not in the catalogue of its kind of certificate

发证机构 against 评价机构, and the occupation against the catalogue that goes with the certificate: 专项能力考核 for
专项职业能力证书, 技能等级 for 职业技能等级证书 and 职业资格 for 职业资格证书 (the level too where its entry names one).
A reminder like T11, which seeks the occupation in 培训项目; a catalogue never imported is not checked (未核对).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.rules.derive_catalogue import nearest, register_state
from skillcli.rules.derive_cells import nothing, together
from skillcli.rules.rule import rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.rules.case import Case
    from skillcli.schema.catalogue import Catalogue

SHEETS = {
    "专项职业能力证书": ("abilities", "专项能力考核"),
    "职业技能等级证书": ("levels", "技能等级"),
    "职业资格证书": ("qualifications", "职业资格"),
}
"""Certificate kind → field and title of the catalogue of what may be examined."""


@rule(
    code="T19",
    title="发证机构、职业或等级不在评价目录",
    severity=Severity.WARNING,
    column="occupation",
    message="“{name}”在{when}不在“{sheet}”目录{hint}。",
    remedy="请核对证书上的发证机构、职业（工种）和等级；确已公布的，补齐目录后重新导入。",
    reads=("issuer", "occupation", "level", "certificate_kind", "start", "issued_on", "training_kind"),
    basis="评价机构目录和评价项目目录",
)
def not_in_evaluation_catalogue(case: Case) -> pd.DataFrame:
    return together([_issuers(case), *(_occupations(case, kind) for kind in SHEETS)])


def unlisted(trainings: pd.DataFrame, catalogue: Catalogue) -> list[str]:
    """Titles of the catalogues that these trainings would be checked against and that were never imported."""
    named = catalogue.issuers is None and trainings["issuer"].notna().any()
    asked = {kind: title for kind, (field, title) in SHEETS.items() if getattr(catalogue, field) is None}
    kinds = trainings.loc[~trainings["is_ojt"], "certificate_kind"] if asked else None
    missing = [title for kind, title in asked.items() if kinds is not None and kinds.eq(kind).any()]
    return ["评价机构"] * bool(named) + missing


def _issuers(case: Case) -> pd.DataFrame:
    """Issuers that no entry in force on the day of issue names."""
    from skillcli.rules.facts import normal

    sheet = case.catalogue.issuers
    named = ~case.missing("issuer") & ~case.missing("issued_on")
    if sheet is None or not named.any():
        return nothing()
    wanted = case.rows(named, "issuer", "issued_on")
    entries = sheet.rename(columns={"name": "institution"})
    state = register_state(normal(wanted["issuer"]), wanted["issued_on"], entries)
    bad = wanted[~state["current"].to_numpy()]
    if bad.empty:
        return nothing()
    hint = nearest(bad["issuer"], list(sheet["name"].dropna()))
    return bad[[]].assign(name=bad["issuer"], when="发证日期", sheet="评价机构", hint=hint, key="issuer")


def _occupations(case: Case, kind: str) -> pd.DataFrame:
    from skillcli.rules.catalogue import Shelf

    field, title = SHEETS[kind]
    sheet = getattr(case.catalogue, field)
    known = case.trainings["occupation_n"].notna().to_numpy() & ~case.missing("start")
    known &= case.says("certificate_kind", kind) & ~case.trainings["is_ojt"].to_numpy()
    if sheet is None or not known.any():
        return nothing()
    wanted = case.rows(known, "occupation", "occupation_exact", "occupation_n", "level", "start")
    entries = sheet.rename(columns={"name": "occupation"})
    if "level" not in entries:
        entries = entries.assign(level=entries["occupation"].where(entries["occupation"].isna()))
    bad = wanted[Shelf(entries).find(wanted, "start") < 0]
    if bad.empty:
        return nothing()
    level = ("（" + bad["level"] + "）").fillna("") if "level" in sheet else ""
    hint = nearest(bad["occupation"], list(sheet["name"].dropna()))
    return bad[[]].assign(name=bad["occupation"] + level, when="开班日期", sheet=title, hint=hint, key="occupation")
