"""Checking rosters before upload or before payment: everything wrong, what may be expected, nothing booked."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from skillcli.jobs import hearing
from skillcli.jobs.copies import stage_copy
from skillcli.jobs.outcome import Outcome
from skillcli.jobs.progress import Progress, Silent
from skillcli.jobs.receipt import Receipt, receipt_of
from skillcli.reports.discretion import discreet
from skillcli.reports.estimate import estimate_book
from skillcli.reports.facts import InputFile
from skillcli.schema.marks import ANNOTATED_SUFFIX, ESTIMATE_SUFFIX
from skillcli.xlsx.write import stage

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from skillcli.jobs.hearing import Hearing
    from skillcli.jobs.pack import Pack
    from skillcli.jobs.workspace import Workspace
    from skillcli.policy.model import Policy
    from skillcli.reports.facts import RunFacts
    from skillcli.schema.roster import Roster
    from skillcli.xlsx.stage import Staged


class Check(Struct, frozen=True):
    """Rosters to check and by what: the workspace's ledger, catalogues and mappings where there is a
    workspace, a pack's catalogue where there is a ``pack`` (no ledger then). ``sheet``: only the sheet of
    this name; ``history``: False leaves the ledger's history and lists aside."""

    rosters: Sequence[Path]
    policy: Policy
    as_of: date
    workspace: Workspace | None = None
    pack: Pack | None = None
    sheet: str | None = None
    history: bool = True

    def judge(self, progress: Progress) -> tuple[Roster, Hearing, Receipt]:
        """Read and judge; a file that cannot be used is in the roster's findings."""
        roster = hearing.read(self.rosters, self.workspace, progress, self.sheet)
        with ExitStack() as stack:
            ledger = catalogue = None
            others: tuple[InputFile, ...] = ()
            if self.pack is not None:
                catalogue = self.pack.catalogue
                others = (InputFile("政策包", self.pack.name, self.pack.sha256),)
            elif self.workspace is not None:
                from skillcli.ledger.ledger import Ledger

                ledger = stack.enter_context(Ledger.open(self.workspace.ledger))
                if not self.history:
                    catalogue, ledger = ledger.catalogue(), None
            heard = hearing.hear(roster, self.policy, ledger, self.as_of, progress, catalogue, others)
        return roster, heard, receipt_of(roster, heard, self.policy, self.as_of)


def validate(
    rosters: Sequence[Path],
    policy: Policy,
    *,
    as_of: date,
    out: Path | None,
    workspace: Workspace | None,
    pack: Pack | None = None,
    sheet: str | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Judge rosters without booking anything; arguments as in ``Check``.

    Every roster file gets two workbooks in ``out``, by default beside it: ``<name>-审核意见.xlsx``, its own
    sheets with marks and the list of problems, and ``<name>-补贴测算.xlsx``. Where a file cannot be used
    nothing is written, and the outcome says so. Raises ClerkError when a workbook cannot be written.
    """
    progress = progress or Silent()
    check = Check(rosters, policy, as_of, workspace, pack, sheet)
    roster, heard, receipt = check.judge(progress)
    if hearing.refused(roster):
        return Outcome("validate", policy, as_of, roster, heard.decision)
    agency = pack.manifest.agency if pack else workspace.agency if workspace else ""
    facts = hearing.run_facts(roster, policy, as_of, heard, agency, receipt=receipt.code)
    outputs = _write(facts, out, progress, office=workspace is not None and pack is None)
    return Outcome("validate", policy, as_of, roster, heard.decision, outputs=outputs, receipt=receipt.code)


def _write(facts: RunFacts, out: Path | None, progress: Progress, *, office: bool) -> tuple[Path, ...]:
    """All workbooks or none: they get their names when the last one is safely on disk. ``office``: they go
    back to the institutions, and none is to read of another."""
    paths = list(dict.fromkeys(sheet.path for sheet in facts.roster.sheets))
    progress.stage("写出审核意见和补贴测算", 2 * len(paths))
    staged: list[Staged] = []
    published: list[Path] = []
    try:
        for path, (folder, stem) in zip(paths, _targets(paths, out), strict=True):
            told = discreet(facts, path) if office else facts
            staged.append(stage_copy(told, path, folder, stem))
            progress.advance()
            staged.append(stage(estimate_book(told, path), folder, f"{stem}{ESTIMATE_SUFFIX}.xlsx"))
            progress.advance()
        for each in staged:
            published.append(each.publish())
    finally:
        for each in staged[len(published) :]:
            each.discard()
    return tuple(published)


def _targets(paths: list[str], out: Path | None) -> list[tuple[Path, str]]:
    """Folder and stem of each file's results. A number goes behind a stem that another file of the run
    has in the same folder, or whose result would bear the name of a file that is being checked."""
    inputs = {Path(path).absolute() for path in paths}
    targets: list[tuple[Path, str]] = []
    for path in paths:
        folder, stem = (out or Path(path)).absolute(), Path(path).stem
        folder = folder if out else folder.parent
        number, name = 1, stem
        while (folder, name) in targets or _results(folder, name) & inputs:
            number += 1
            name = f"{stem}({number})"
        targets.append((folder, name))
    return targets


def _results(folder: Path, stem: str) -> set[Path]:
    endings = (f"{ANNOTATED_SUFFIX}.xlsx", f"{ANNOTATED_SUFFIX}.xlsm", f"{ESTIMATE_SUFFIX}.xlsx")
    return {folder / f"{stem}{ending}" for ending in endings}
