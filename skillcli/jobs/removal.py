"""Trainings of a corrected batch that the new roster lacks, or has changed into others: listed for a person, never withdrawn
by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from skillcli.jobs.roster_match import Side, match
from skillcli.jobs.row_texts import places
from skillcli.jobs.standing import standing
from skillcli.ledger.batch import TITLES, Status
from skillcli.rules.facts import derive
from skillcli.schema.submission import REMOVED

if TYPE_CHECKING:
    from skillcli.ledger.batch import BatchHead
    from skillcli.ledger.ledger import Ledger
    from skillcli.policy.model import Policy
    from skillcli.schema.decision import Decision
    from skillcli.schema.roster import Roster

NOTHING = "没有在账的补贴，不用处理"
_VOIDABLE = (Status.DRAFT, Status.PUBLISHED)


def removed_rows(
    ledger: Ledger, earlier: BatchHead, roster: Roster, decision: Decision, policy: Policy
) -> tuple[pd.DataFrame | None, int]:
    """The list 减少名单 (columns of ``REMOVED``; None when nothing is gone), and how many rows of the earlier roster are
    gone. ``decision``: that of the new roster."""
    loaded = ledger.load_batch(earlier.id)
    old = Side(loaded.roster, loaded.decision.trainings)
    gone = match(old, Side(roster, derive(roster, policy))).gone
    if gone.empty:
        return None, 0
    frame = loaded.roster.frame.loc[gone, ["name", "id_number", "institution", "occupation"]]
    rows = frame.assign(rid=gone, **places(loaded.roster).loc[gone]).reset_index(drop=True)
    lines = standing(ledger, loaded.decision.trainings.loc[gone])
    status = ledger.batches().set_index("id")["status"].reindex(lines["batch"].unique())
    lines = lines.assign(state=lines["batch"].map(status.map(TITLES)), remedy=lines["batch"].map(_remedies(status)))
    titles = {line.id: line.title for line in policy.lines}
    lines["line_title"] = lines["line"].map(titles).astype("str").fillna(lines["line"])
    told = rows.merge(lines.drop(columns=["line", "batch"]), on="rid", how="left", validate="1:m")
    told["remedy"] = told["remedy"].astype("str").fillna(NOTHING)
    types = {column.key: column.kind.dtype for column in REMOVED.columns}
    return told[list(REMOVED.keys)].astype(types), len(gone)


def _remedies(status: pd.Series) -> pd.Series:
    """What a person does about a line, by the batch it stands in."""
    words = {
        str(batch): f"应撤回的：skillcli batch void {batch} 作废整批，再按新花名册整份报送"
        if state in _VOIDABLE
        else "应撤回的：付款后用 skillcli reverse 行号 --reason 理由 --document 文号 追回"
        for batch, state in status.items()
    }
    return pd.Series(words, dtype="str")
