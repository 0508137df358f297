"""Leaving rows out of a run that must be mended first (``pay --partial``).

Only rows go whose own cells are wrong. By the policy page (section 5) such a training takes up no limit and blocks
nobody, so no other row is refused for its sake; the others keep the verdicts of the whole run, doubts included that they
share with a row left out (one certificate or account for two persons). A row without its certificate stays: it may count
as attended.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from msgspec.structs import replace

from skillcli.core.errors import ClerkError
from skillcli.core.finding import Severity
from skillcli.jobs.row_texts import places, row_texts
from skillcli.reports.forms import form
from skillcli.schema.inputs import ROSTER
from skillcli.schema.submission import PARKED
from skillcli.xlsx.template import Field, stage_template

if TYPE_CHECKING:
    from pathlib import Path

    from skillcli.schema.decision import Decision
    from skillcli.schema.roster import Roster
    from skillcli.xlsx.stage import Staged

MENDABLE = frozenset(
    "F08 P01 P02 P03 P04 P05 P06 T01 T02 T03 T04 T12 T13 T15 T16 T17 C05 C07".split()  # noqa: SIM905
)
"""Rules that accuse what is written in a row's cells; as errors on the whole training they can be mended by retyping."""
PASSED_OVER = "待修正，未入批次"
"""Why a row of a sheet is in no batch."""
_GUIDE = (
    "这些行有填写错误，没有列入本批次，也没有记为不予补贴；改好后可以直接用本文件重新报送。",
    "最后一栏写着原文件的位置和要改正的内容；看不全的身份证号、银行账号因丢位已清空，须按文本重新录入。",
)


def bad_rows(decision: Decision) -> pd.Index:
    """The rids of rows whose own cells are wrong, in order."""
    findings = decision.findings
    own = findings["severity"].eq(Severity.ERROR.value) & findings["line"].eq("") & findings["code"].isin(MENDABLE)
    rids: pd.Index = pd.Index(np.sort(findings.loc[own, "rid"].unique()))
    return rids


def parked_rows(roster: Roster, decision: Decision, rids: pd.Index) -> pd.DataFrame:
    """These rows in the columns of ``PARKED``, index 0…n-1."""
    texts = row_texts(roster, masked=False).loc[rids]
    texts["training_kind"] = roster.frame["training_kind_written"].loc[rids].fillna(texts["training_kind"])
    where = places(roster).loc[rids]
    name = where["file"].map(lambda path: PurePath(path).name)
    place = name + " " + where["sheet"] + " 第 " + where["row"].astype("str") + " 行："
    found = decision.findings[decision.findings["severity"].eq(Severity.ERROR.value)]
    told = (found["code"] + " " + found["message"]).groupby(found["rid"]).agg("".join)
    frame = texts.assign(problem=place + told.reindex(rids)).reset_index(drop=True)
    return frame[list(PARKED.keys)].astype("str")


def leave_out(roster: Roster, decision: Decision, rids: pd.Index) -> tuple[Roster, Decision]:
    """Roster and decision without these rows, numbered anew; their sheets count them as passed over.

    Raises ClerkError when nothing is left.
    """
    kept = roster.frame.index.difference(rids)
    if kept.empty:
        raise ClerkError(
            f"花名册的 {len(rids):,} 行都有填写错误，没有可以入账的行。",
            "用 skillcli validate 写出带批注的花名册，改正后再报送。",
        )
    anew = pd.Series(np.arange(len(kept)), index=kept)
    lost = roster.frame["source"].loc[rids].value_counts()
    sheets = tuple(
        replace(
            sheet,
            rows=sheet.rows - int(lost[number]),
            passed_over={**sheet.passed_over, PASSED_OVER: int(lost[number])},
        )
        if number in lost.index
        else sheet
        for number, sheet in enumerate(roster.sheets)
    )
    faults = roster.faults[roster.faults["rid"].isin(kept)]
    lines = decision.lines[decision.lines["rid"].isin(kept)]
    findings = decision.findings[decision.findings["rid"].isin(kept)]
    return (
        replace(
            roster,
            frame=roster.frame.loc[kept].reset_index(drop=True).rename_axis("rid"),
            faults=renumbered(faults, anew),
            sheets=sheets,
        ),
        replace(
            decision,
            trainings=decision.trainings.loc[kept].reset_index(drop=True).rename_axis("rid"),
            lines=renumbered(lines, anew).rename_axis("lid"),
            findings=renumbered(findings, anew),
        ),
    )


def renumbered(frame: pd.DataFrame, anew: pd.Series) -> pd.DataFrame:
    """The frame with its rids exchanged (``anew``: old rid → new rid)."""
    return frame.assign(rid=frame["rid"].map(anew).astype("int64")).reset_index(drop=True)


def stage_parked(rows: pd.DataFrame, folder: Path, name: str) -> Staged:
    """The workbook 待修正花名册: the roster's template with these rows in it (columns of ``PARKED``). Raises ClerkError."""
    blank = form(ROSTER.kind)
    sheet = blank.sheets[0]
    fields = (*sheet.fields, Field(PARKED["problem"].title))
    texts = rows.fillna("")
    filled = replace(
        sheet,
        fields=fields,
        examples=tuple((*row, "") for row in sheet.examples),
        rows=tuple(zip(*(texts[key].tolist() for key in PARKED.keys), strict=True)),
    )
    return stage_template(replace(blank, title=PARKED.title, sheets=(filled,), guide=_GUIDE), folder, name)
