"""Judging a roster against what the office has: ledger, catalogues, readings.

Shared by ``validate`` (nothing booked) and ``pay``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from msgspec import Struct
from msgspec.structs import replace

from skillcli import __version__
from skillcli.core.finding import Severity
from skillcli.core.runtime import give_back
from skillcli.jobs.exceptions import approvals
from skillcli.jobs.references import listed_people
from skillcli.ledger.registers import Registers
from skillcli.policy.load import load_national
from skillcli.reports.facts import InputFile, RuleText, RunFacts
from skillcli.rules import RULES
from skillcli.rules.facts import derive, keys
from skillcli.rules.judge import judge
from skillcli.schema.catalogue import Catalogue
from skillcli.schema.history import no_history
from skillcli.schema.registers import UNCONSULTED

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from skillcli.jobs.progress import Progress
    from skillcli.jobs.workspace import Workspace
    from skillcli.ledger.ledger import Ledger
    from skillcli.policy.model import Policy
    from skillcli.schema.decision import Decision
    from skillcli.schema.roster import Roster

FINDING_WORDS = {rule.code: RuleText(rule.title, rule.remedy, rule.general) for rule in RULES}
"""What each rule checks and what to do about it."""


class Hearing(Struct, frozen=True):
    """A judged roster. ``head``: the ledger's head when history and catalogues were read ("" without
    a ledger); ``catalogue``: the one that was judged by."""

    decision: Decision
    head: str
    other_inputs: tuple[InputFile, ...]
    catalogue: Catalogue = Catalogue()


def read(rosters: Sequence[Path], workspace: Workspace | None, progress: Progress, sheet: str | None = None) -> Roster:
    """Read rosters under the workspace's header mapping, telling ``progress`` file by file; ``sheet``:
    only the sheet of this name."""
    from skillcli.intake import read_rosters

    progress.stage("读取花名册", len(rosters))
    return read_rosters(
        rosters,
        mapping=workspace.titles() if workspace else None,
        sheet=sheet,
        progress=lambda _name, _rows: progress.advance(),
    )


def refused(roster: Roster) -> bool:
    """Whether some file could not be used at all."""
    return any(finding.severity is Severity.FILE for finding in roster.findings)


def hear(
    roster: Roster,
    policy: Policy,
    ledger: Ledger | None,
    as_of: date,
    progress: Progress,
    given: Catalogue | None = None,
    others: tuple[InputFile, ...] = (),
) -> Hearing:
    """Judge a roster against the ledger, or by itself where there is none; then ``given`` is the
    catalogue and ``others`` says where it is from."""
    progress.stage("审核")
    trainings = derive(roster, policy)
    references = overrides = None
    if ledger is None:
        head, catalogue, history = "", given or Catalogue(), no_history(available=False)
    else:
        head = ledger.head()
        catalogue = replace(ledger.catalogue(), **Registers(ledger).for_rules())
        history = ledger.history(keys(trainings, classes=catalogue.classes is not None))
        others = imported(ledger)
        references = listed_people(ledger)
        overrides = approvals(ledger)
    decision = judge(
        roster, policy, load_national(), catalogue, history, pd.Timestamp(as_of), trainings, references, overrides
    )
    del trainings, history
    # what the rules worked with is not kept for the workbooks, which need as much again
    give_back()
    return Hearing(decision, head, others, catalogue)


def imported(ledger: Ledger, upto: int | None = None) -> tuple[InputFile, ...]:
    """The newest import of each sheet, as of transaction ``upto`` (None: now)."""
    versions = ledger.sheet_versions()
    if upto is not None:
        versions = versions[versions["seq"].le(upto)]
    versions = versions[~versions["kind"].isin(list(UNCONSULTED))]
    newest = versions.drop_duplicates("sheet", keep="last")
    rows = zip(newest["sheet"], newest["path"], newest["sha256"], strict=True)
    return tuple(InputFile(sheet, name, sha256) for sheet, name, sha256 in rows)


def run_facts(
    roster: Roster,
    policy: Policy,
    as_of: date,
    hearing: Hearing,
    agency: str = "",
    tool: str = __version__,
    receipt: str = "",
) -> RunFacts:
    """What a report of this run is made from, before a batch exists."""
    return RunFacts(
        roster=roster,
        decision=hearing.decision,
        policy=policy,
        as_of=as_of,
        tool_version=tool,
        rules=FINDING_WORDS,
        agency=agency,
        head=hearing.head,
        other_inputs=hearing.other_inputs,
        receipt=receipt,
    )
