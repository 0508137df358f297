"""P16  Stands on an imported reference list

Lists come from other offices (deaths, pensions, public payroll, schools, prisons, the unemployment fund)
and say themselves, or by their default, what a hit means. 实名制 is a roll: whoever is missing from it is
the hit. A pension in the roster's own column is P15.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skillcli.core.finding import Severity
from skillcli.rules.derive_cells import as_day, together
from skillcli.rules.rule import Partition, rule

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.policy.model import ReferenceList
    from skillcli.rules.case import Case

SEVERITIES = {"不予补贴": Severity.ERROR.value, "待核实": Severity.HOLD.value, "提示": Severity.WARNING.value}


@rule(
    code="P16",
    title="在比对名单上",
    severity=Severity.HOLD,
    column="id_number",
    message="{problem}。",
    remedy="请对照名单来源单位核实；名单有误的，更正名单后重新导入。",
    reads=("id_number",),
    partition=Partition.PERSON,
)
def on_a_list(case: Case) -> pd.DataFrame:
    known = {each.name: each for each in case.national.references}
    parts = []
    for name in sorted(case.references["list_name"].unique()):
        entries = case.references[case.references["list_name"].eq(name)]
        setting = known.get(name)
        hits = _absent(case, entries, name) if setting is not None and setting.roll else _present(case, entries, name)
        usual = _usual(case, setting)
        severity = hits["treatment"].map(SEVERITIES).fillna(usual).astype("str")
        hits = hits.assign(severity=severity, clause=setting.basis if setting else "比对名单").drop(columns="treatment")
        parts.append(_spared(case, hits) if setting is not None and setting.spares_release else hits.assign(line=""))
    found = together(parts)
    return found[found["severity"].ne("none")] if len(found) else found


def _usual(case: Case, setting: ReferenceList | None) -> str:
    """Severity of a hit whose row says nothing; an office's own list sends it to a person."""
    if setting is None:
        return Severity.HOLD.value
    if setting.like:
        return case.policy.severity(setting.like, Severity.HOLD.value)
    return SEVERITIES[setting.treatment]


def _present(case: Case, entries: pd.DataFrame, name: str) -> pd.DataFrame:
    """Trainings whose person stands on the list."""
    listed = entries[entries["person"].ne(0)].drop_duplicates("person").set_index("person")
    rows = case.trainings[case.trainings["person"].isin(listed.index)]
    day = as_day(rows["person"].map(listed["event_on"]))
    when = ("，事项日期 " + day).where(day.ne(""), "")
    return rows[[]].assign(
        problem=f"此人在“{name}”名单上" + when,
        treatment=rows["person"].map(listed["treatment"]).fillna("").astype("str"),
    )


def _absent(case: Case, entries: pd.DataFrame, name: str) -> pd.DataFrame:
    """Trainings whose person is missing from a roll."""
    people = case.trainings["person"]
    rows = case.trainings[people.ne(0) & ~people.isin(entries["person"])]
    return rows[[]].assign(problem=f"此人不在“{name}”名单上", treatment="")


def _spared(case: Case, hits: pd.DataFrame) -> pd.DataFrame:
    """The hits aimed at single lines: all but those made for people soon to be released."""
    spared = [line.id for line in case.policy.lines if line.release is not None]
    lines = case.lines.loc[case.lines["rid"].isin(hits.index) & ~case.lines["line"].isin(spared), ["rid", "line"]]
    return hits.loc[lines["rid"]].assign(line=lines["line"].to_numpy())
