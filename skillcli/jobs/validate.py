"""Checking rosters before upload or before payment: everything wrong, what may be expected, nothing booked."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from skillcli.jobs import hearing
from skillcli.jobs.outcome import Outcome
from skillcli.jobs.progress import Progress, Silent
from skillcli.reports.findings import findings_book
from skillcli.xlsx.write import stage

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from skillcli.jobs.workspace import Workspace
    from skillcli.policy.model import Policy
    from skillcli.reports.facts import RunFacts

SUFFIX = "-核对结果.xlsx"


def validate(
    rosters: Sequence[Path],
    policy: Policy,
    *,
    as_of: date,
    out: Path | None,
    workspace: Workspace | None,
    progress: Progress | None = None,
) -> Outcome:
    """Judge rosters without booking anything.

    One workbook a roster file, ``<name>-核对结果.xlsx``, goes to ``out``, by default beside the roster: 问题清单
    and 补贴测算. With a workspace its ledger, catalogues and mappings are used. Where a file cannot
    be used nothing is written, and the outcome says so.
    """
    progress = progress or Silent()
    roster = hearing.read(rosters, workspace, progress)
    with ExitStack() as stack:
        ledger = None
        if workspace is not None:
            from skillcli.ledger.ledger import Ledger

            ledger = stack.enter_context(Ledger.open(workspace.ledger))
        heard = hearing.hear(roster, policy, ledger, as_of, progress)
    outputs: tuple[Path, ...] = ()
    if not hearing.refused(roster):
        facts = hearing.run_facts(roster, policy, as_of, heard, workspace.agency if workspace else "")
        outputs = _write(facts, out, progress)
    return Outcome("validate", policy, as_of, roster, heard.decision, outputs=outputs)


def _write(facts: RunFacts, out: Path | None, progress: Progress) -> tuple[Path, ...]:
    """All workbooks or none: they get their names when the last one is safely on disk."""
    paths = list(dict.fromkeys(sheet.path for sheet in facts.roster.sheets))
    progress.stage("写出核对结果", len(paths))
    staged = []
    try:
        for path, name in zip(paths, _names(paths, out), strict=True):
            folder = out or Path(path).absolute().parent
            staged.append(stage(findings_book(facts, path), folder, name))
            progress.advance()
    except BaseException:
        for each in staged:
            each.discard()
        raise
    return tuple(each.publish() for each in staged)


def _names(paths: list[str], out: Path | None) -> list[str]:
    """A name for each result; rosters of one name from different folders get a number in one ``out``."""
    names: list[str] = []
    for path in paths:
        stem = Path(path).stem
        alike = sum(1 for other in paths[: len(names)] if Path(other).stem == stem) if out else 0
        names.append(f"{stem}({alike + 1}){SUFFIX}" if alike else f"{stem}{SUFFIX}")
    return names
