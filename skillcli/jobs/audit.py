"""Red flags over the ledger, and a sample for telephone checks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from msgspec import Struct

from skillcli import __version__
from skillcli.core.errors import ClerkError
from skillcli.core.identity import mask
from skillcli.jobs.policies import policy_of
from skillcli.jobs.progress import Progress, Silent
from skillcli.policy.load import load_national
from skillcli.reports.audit import AuditFacts, FlagText, audit_book, found_rows
from skillcli.reports.audit_sample import draw
from skillcli.rules.flags import ADVANCE_FLAGS, FLAGS, TRAINING_FLAGS
from skillcli.rules.flags.flag import audit_frame, no_flags
from skillcli.rules.flags.keys import keyed
from skillcli.schema.audit import ADVANCE_DTYPES, AuditEntries
from skillcli.xlsx.write import stage

if TYPE_CHECKING:
    from skillcli.jobs.workspace import Workspace
    from skillcli.policy.model import Policy

FOLDER = "审计"
TITLE = "审计疑点"
_NOBODY = "（未填培训机构）"


class Audited(Struct, frozen=True):
    """An audit and its workbook. ``rows``: one row a record that raises a flag, as sheet 疑点 has them."""

    facts: AuditFacts
    rows: pd.DataFrame
    path: Path

    @property
    def groups(self) -> dict[str, int]:
        """Flag → how often it was raised, in the order of the workbook."""
        counts = self.rows.groupby("flag")["group"].nunique()
        return {name: int(counts.get(name, 0)) for name in self.facts.flags}

    @property
    def amount_fen(self) -> int:
        """Standing subsidies of the trainings that raise a flag, each once; advances not counted."""
        return int(self.rows.loc[self.rows["batch_id"].notna()].drop_duplicates("record")["amount_fen"].sum())


def audit(
    workspace: Workspace,
    months: Sequence[str],
    *,
    span: str,
    as_of: date,
    wanted: int | None = None,
    seed: int | None = None,
    out: Path | None = None,
    progress: Progress | None = None,
) -> Audited:
    """Raise the flags over the whole ledger and write those that touch a batch of ``months`` (``2020-03``; none: all).

    ``span``: how the clerk calls the months; ``wanted``: lines to draw (None: the national figure); ``seed``: None takes it
    from the ledger's head, so that the same ledger gives the same list. ``out``: folder (None: 输出/审计). Raises
    ClerkError when the ledger holds no batch of these months.
    """
    from skillcli.ledger.ledger import Ledger

    progress = progress or Silent()
    with Ledger.open(workspace.ledger) as ledger:
        progress.stage("读台账")
        policy = policy_of(workspace, ledger)
        entries = ledger.reporting.audit(policy.id, ledger.reporting.position())
    batches = entries.batches
    chosen = batches if not months else batches[batches["month"].isin(list(months))]
    if not len(chosen):
        raise ClerkError(f"台账里没有{span}的批次，没有可核查的。", "运行 skillcli batch list 看有哪些月份。")
    progress.stage("查找疑点")
    national = load_national()
    thresholds = national.flag_values(as_of)
    flagged = audit_frame(keyed(entries.trainings), TRAINING_FLAGS, thresholds)
    late = audit_frame(advance_frame(entries.advances, as_of), ADVANCE_FLAGS, thresholds)
    population = _population(entries, policy, chosen)
    seed = int(entries.head[:8], 16) if seed is None else seed
    facts = AuditFacts(
        entries=entries,
        flagged=touching(flagged, entries, chosen),
        late=late,
        flags={flag.name: FlagText(flag.title, flag.remedy) for flag in FLAGS},
        sample=_called(draw(population, thresholds["sample_lines"] if wanted is None else wanted, seed)),
        population=population,
        seed=seed,
        policy=policy,
        figures=tuple(national.flag_figures(as_of)),
        as_of=as_of,
        span=span,
        tool=__version__,
        agency=workspace.agency,
    )
    progress.stage("写出疑点")
    name = TITLE if not months else f"{TITLE}-{span}"
    rows = found_rows(facts)
    staged = stage(audit_book(facts, rows), out or workspace.output / FOLDER, f"{name}.xlsx")
    return Audited(facts, rows, staged.publish())


def touching(flagged: pd.DataFrame, entries: AuditEntries, chosen: pd.DataFrame) -> pd.DataFrame:
    """The flags that at least one training of these batches raises, with all their rows."""
    trainings = entries.trainings
    own = flagged["record"].isin(trainings.loc[trainings["batch"].isin(chosen["seq"]), "record"])
    kept: pd.Series = own.groupby([flagged["flag"], flagged["group"]]).transform("any")
    return flagged[kept].reset_index(drop=True) if len(flagged) else no_flags()


def advance_frame(advances: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Advances as flags look at them, counted from 1 (``schema.audit.ADVANCE_DTYPES``)."""
    waited = (pd.Timestamp(as_of) - advances["day"]).dt.days.fillna(0)
    frame = advances.assign(record=range(1, len(advances) + 1), waited_days=waited)
    return frame[list(ADVANCE_DTYPES)].astype(ADVANCE_DTYPES)


def _population(entries: AuditEntries, policy: Policy, chosen: pd.DataFrame) -> pd.DataFrame:
    """The standing lines of persons in these batches, with what a caller needs."""
    lines = entries.lines[entries.lines["batch"].isin(chosen["seq"])]
    lines = lines[~lines["line"].isin([line.id for line in policy.lines if line.for_units])]
    trainings = entries.trainings.drop(columns="batch")
    frame = lines.merge(trainings, on="record", how="left", validate="m:1")
    ids = pd.Series(chosen["id"].to_numpy(), index=chosen["seq"].to_numpy(), dtype="str")
    titles = {line.id: line.title for line in policy.lines}
    return frame.assign(
        line_no=frame["batch"].map(ids).astype("str") + "/" + frame["number"].astype("str").str.zfill(6),
        line_title=frame["line"].map(titles).astype("str").fillna(frame["line"]),
        institution=frame["institution"].fillna(frame["payee"].where(frame["payee_kind"].ne("个人"))).fillna(_NOBODY),
    )


def _called(sample: pd.DataFrame) -> pd.DataFrame:
    """The sample with covered identity numbers: a caller needs the telephone, not the number."""
    return sample.assign(id_number=sample["id_number"].map(mask, na_action="ignore").astype("str"))
