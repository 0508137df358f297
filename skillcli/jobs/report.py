"""Reports of a quarter, a year or any period, from the ledger alone; and the register of those written."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from msgspec import Struct, structs

from skillcli import __version__
from skillcli.core.distinct import each_once
from skillcli.core.errors import ClerkError
from skillcli.jobs.chain_check import ChainCheck
from skillcli.jobs.hearing import FINDING_WORDS
from skillcli.jobs.policies import policy_of
from skillcli.jobs.progress import Progress, Silent
from skillcli.jobs.publication import refuse_leaks
from skillcli.policy.load import load_national, policy_file, policy_from_text
from skillcli.reports.adjustments import NAME as ADJUSTMENTS
from skillcli.reports.period_facts import Clock, EarlierIssue, Figure, PeriodFacts
from skillcli.reports.periodic import Report, make_report, title_of
from skillcli.reports.supervision import roll_of
from skillcli.rules.catalogue import Shelf
from skillcli.rules.facts import normal, without_bracket
from skillcli.schema.inputs import REFERENCE
from skillcli.xlsx.leak import scan
from skillcli.xlsx.write import stage

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date
    from pathlib import Path

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from skillcli.core.period import Period
    from skillcli.jobs.workspace import Workspace
    from skillcli.ledger.ledger import Ledger
    from skillcli.ledger.reporting import Issue
    from skillcli.ledger.verify import Verification
    from skillcli.policy.model import Policy

FOLDER = "报告"


class Written(Struct, frozen=True):
    """A report that was written. ``registered``: it is new to the ledger's register; ``same_bytes``: of a report made
    again as issued, whether it is byte for byte what the register knows (None: nothing to compare with); ``checked``: how far
    the ledger was read again before."""

    facts: PeriodFacts
    report: Report
    path: Path
    sha256: str
    registered: bool
    checked: Verification
    same_bytes: bool | None = None

    @property
    def differences(self) -> int:
        """Figures that differ from the report written before."""
        return len(self.report.book[ADJUSTMENTS].tables[0].frame)


def report(
    workspace: Workspace,
    kind: str,
    period: Period,
    *,
    clock: Clock,
    as_of: date,
    at: str,
    person: str,
    as_issued: date | None = None,
    progress: Progress | None = None,
) -> Written:
    """Write the report of a period into 输出/报告.

    ``as_issued``: as it stood on that day; else as the ledger stands now, and then it is registered. Raises ClerkError
    when the ledger's chain is broken, or when there was nothing on that day.
    """
    from skillcli.ledger.ledger import Ledger

    progress = progress or Silent()
    with Ledger.open(workspace.ledger) as ledger:
        progress.stage("核对台账，统计")
        check = ChainCheck(ledger, workspace.ledger)
        try:
            policy = policy_of(workspace, ledger)
            known = ledger.reporting.issued(policy.id, period.first, period.last, clock)
            if as_issued is not None:
                return _as_issued(ledger, workspace, policy, kind, period, clock, as_issued, known, progress, check)
            facts = period_facts(ledger, workspace, policy, kind, period, clock, as_of)
            issue = _issue(facts)
            return _write(ledger, workspace, facts, issue, known, progress, check, at=at, person=person)
        finally:
            # what a damaged ledger made fail is told as what it is
            check.refuse_broken()


def period_facts(
    ledger: Ledger,
    workspace: Workspace,
    policy: Policy,
    kind: str,
    period: Period,
    clock: Clock,
    as_of: date,
    position: int | None = None,
    *,
    paged: bool = True,
) -> PeriodFacts:
    """What the report is made from, as of transaction ``position`` (None: now). ``paged`` False: read from the rows themselves,
    not from the pages kept with the batches."""
    position = ledger.reporting.position() if position is None else position
    return PeriodFacts(
        **_of_ledger(ledger, policy.id, position, paged=paged),
        policy=policy,
        period=period,
        kind=kind,
        clock=clock,
        as_of=as_of,
        tool=__version__,
        agency=workspace.agency,
        rules=FINDING_WORDS,
        figures=_figures(workspace),
    )


def _of_ledger(ledger: Ledger, policy_id: str, position: int, *, paged: bool = True) -> dict[str, Any]:
    """The fields of ``PeriodFacts`` that the ledger fills, as of a transaction."""
    from skillcli.ledger import recoveries
    from skillcli.ledger.registers import Registers

    entries = ledger.reporting.entries(policy_id, position, paged=paged)
    return {
        "entries": entries,
        "followed": ledger.reporting.followed(policy_id, position),
        "registers": Registers(ledger, position).every(),
        "shortage": _in_short_supply(ledger.catalogue(upto=position).shortage),
        "recoveries": recoveries.read(ledger, policy_id, position),
        "roll": roll_of(ledger.lists(REFERENCE, "list_name", upto=position), _roll_name()),
    }


def _roll_name() -> str:
    """What the list is called that names everybody who was trained."""
    return next((each.name for each in load_national().references if each.roll), "")


def _in_short_supply(shortage: pd.DataFrame | None) -> Callable[[pd.DataFrame], NDArray[np.bool_]] | None:
    """Tells of trainings whether occupation and level stand in the 急需紧缺 catalogue on the first day of class."""
    return None if shortage is None else partial(_scarce, Shelf(shortage))


def _scarce(shelf: Shelf, trainings: pd.DataFrame) -> NDArray[np.bool_]:
    """Of rows of ``schema.entries``. There may be millions of them, of few kinds: each kind is one number, and is looked up once."""
    import numpy as np
    import pandas as pd

    occupation, level, start = (trainings[key].cat for key in ("occupation", "level", "start"))
    levels, days = len(level.categories) + 1, len(start.categories) + 1
    # what is missing is 0
    kind = (occupation.codes.to_numpy().astype(np.int64) + 1) * levels + level.codes.to_numpy() + 1
    kind = kind * days + start.codes.to_numpy() + 1
    kinds = each_once(kind)
    rest, day = np.divmod(kinds, days)
    job, grade = np.divmod(rest, levels)
    exact = normal(_texts(occupation.categories, job))
    first = pd.Categorical.from_codes(day - 1, categories=start.categories)
    asked = pd.DataFrame(
        {
            "occupation_exact": exact,
            "occupation_n": without_bracket(exact),
            "level": _texts(level.categories, grade),
            "start": pd.Series(first).astype("datetime64[s]"),
        }
    )
    return np.isin(kind, kinds[shelf.find(asked, "start") >= 0])


def _texts(names: pd.Index, places: NDArray[np.int64]) -> pd.Series:
    """The names at these places from 1; 0 is missing."""
    import pandas as pd

    return pd.Series(pd.Categorical.from_codes(places - 1, categories=names)).astype("str")


def _figures(workspace: Workspace) -> dict[str, Figure]:
    settings = workspace.settings
    return {key: Figure(value, settings.sources.get(key, "")) for key, value in sorted(settings.figures.items())}


def _figures_text(figures: Mapping[str, Figure]) -> str:
    return json.dumps({key: [str(f.value), f.source] for key, f in sorted(figures.items())}, ensure_ascii=False)


def _figures_of(text: str) -> dict[str, Figure]:
    return {key: Figure(Decimal(value), source) for key, (value, source) in json.loads(text).items()}


def _issue(facts: PeriodFacts) -> Issue:
    """The entry of the register, its file's hash still missing."""
    from skillcli.ledger.reporting import Issue, rulings_text

    return Issue(
        title=title_of(facts),
        first=facts.period.first.isoformat(),
        last=facts.period.last.isoformat(),
        clock=facts.clock,
        as_of=facts.as_of.isoformat(),
        position=facts.entries.position,
        policy=facts.policy.id,
        policy_sha256=facts.policy.sha256,
        rulings=rulings_text(facts.policy),
        figures=_figures_text(facts.figures),
        agency=facts.agency,
        tool=facts.tool,
        sha256="",
    )


def _earlier(
    ledger: Ledger, workspace: Workspace, facts: PeriodFacts, issue: Issue, known: list[Issue]
) -> EarlierIssue | None:
    """The last report of the same period whose figures may differ, made again under today's date."""
    before = [each for each in known if each.state != issue.state]
    if not before:
        return None
    last = before[-1]
    then = _facts_of(ledger, workspace, facts, last)
    made = make_report(replace(then, as_of=facts.as_of))
    return EarlierIssue(made.book, last.day, last.position, ledger.reporting.events(last.position, issue.position))


def _facts_of(ledger: Ledger, workspace: Workspace, facts: PeriodFacts, issue: Issue) -> PeriodFacts:
    """What a registered report was made from."""
    from datetime import date

    text = ledger.reporting.policy_text(issue.policy_sha256) or policy_file(workspace.policy)
    return replace(
        facts,
        **_of_ledger(ledger, issue.policy, issue.position),
        policy=policy_from_text(issue.policy, text, issue.decided()),
        as_of=date.fromisoformat(issue.as_of),
        figures=_figures_of(issue.figures),
        agency=issue.agency,
    )


def _write(
    ledger: Ledger,
    workspace: Workspace,
    facts: PeriodFacts,
    issue: Issue,
    known: list[Issue],
    progress: Progress,
    check: ChainCheck,
    *,
    at: str,
    person: str,
) -> Written:
    earlier = _earlier(ledger, workspace, facts, issue, known)
    made = make_report(facts, earlier)
    check.refuse_broken()
    progress.stage("写出报告")
    staged = stage(made.book, workspace.output / FOLDER, f"{title_of(facts)}.xlsx")
    try:
        refuse_leaks(scan(staged.temporary, ()), "报告")
        issue = structs.replace(issue, sha256=_sha256(staged.temporary))
        new = ledger.writable and not any(each.sha256 == issue.sha256 for each in known)
        if new:
            ledger.reporting.register(issue, facts.policy, policy_file(workspace.policy), at=at, person=person)
    except BaseException:
        staged.discard()
        raise
    return Written(facts, made, staged.publish(), issue.sha256, new, check.found)


def _as_issued(
    ledger: Ledger,
    workspace: Workspace,
    policy: Policy,
    kind: str,
    period: Period,
    clock: Clock,
    day: date,
    known: list[Issue],
    progress: Progress,
    check: ChainCheck,
) -> Written:
    """The last report registered up to that day, made again; without any, what the ledger held at its end."""
    own = [each for each in known if each.day <= day.isoformat()]
    position = own[-1].position if own else ledger.reporting.position(day)
    if not position:
        raise ClerkError(f"{day} 以前台账里还没有记录，没有当时的报告。", "请核对日期。")
    facts = period_facts(ledger, workspace, policy, kind, period, clock, day, position)
    if own:
        facts = _facts_of(ledger, workspace, facts, own[-1])
    earlier = _earlier(ledger, workspace, facts, _issue(facts), own[:-1])
    made = make_report(facts, earlier)
    check.refuse_broken()
    progress.stage("写出报告")
    staged = stage(made.book, workspace.output / FOLDER, f"{title_of(facts)}（{day} 时）.xlsx")
    try:
        refuse_leaks(scan(staged.temporary, ()), "报告")
        sha256 = _sha256(staged.temporary)
    except BaseException:
        staged.discard()
        raise
    same = own[-1].sha256 == sha256 if own else None
    return Written(facts, made, staged.publish(), sha256, False, check.found, same)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
