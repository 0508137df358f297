"""Publishing a batch: the public list is written, scanned for leaks, and only then released."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from msgspec import Struct

from skillcli.core.errors import ClerkError
from skillcli.core.workdays import Span, working_days
from skillcli.jobs.pay import booked_facts
from skillcli.jobs.workspace import Workspace
from skillcli.ledger.batch import Status
from skillcli.policy.load import load_national
from skillcli.reports.publication import publication_book
from skillcli.xlsx.leak import Leak, scan
from skillcli.xlsx.write import stage

if TYPE_CHECKING:
    from skillcli.ledger.batch import BatchHead
    from skillcli.reports.facts import RunFacts
    from skillcli.schema.catalogue import Catalogue

SHOWN = 5


class Publication(Struct, frozen=True):
    """A released public list: the batch, its file, the days it must hang."""

    head: BatchHead
    path: Path
    span: Span


def publish(
    workspace: Workspace, batch_id: str, start: date, *, at: str, person: str, document: str = ""
) -> Publication:
    """Write ``<batch>-公示.xlsx`` for a span that begins on ``start`` and record that the batch is published.

    A batch that is published already gets its list written again. Raises ClerkError when an unmasked
    identity, telephone or account number stands anywhere in the finished file (nothing is released
    then), or when the batch cannot be published any more.
    """
    from skillcli.ledger.ledger import Ledger

    national = load_national()
    span = working_days(start, national.publication_days)
    with Ledger.open(workspace.ledger) as ledger:
        head = ledger.batch(batch_id)
        if head.status not in (Status.DRAFT, Status.PUBLISHED):
            raise ClerkError(f"批次 {head.id} 已经过了公示这一步。", "用 skillcli batch show 查看它现在的状态。")
        facts = booked_facts(ledger, workspace, head)
        book = publication_book(facts, span, national.publication_days, national.never_named)
        staged = stage(book, workspace.output / head.id, f"{head.id}-公示.xlsx")
        try:
            refuse_leaks(scan(staged.temporary, sensitive(facts, ledger.catalogue())))
            if head.status == Status.DRAFT:
                head = ledger.set_status(head.id, Status.PUBLISHED, at=at, person=person, document=document)
        except BaseException:
            staged.discard()
            raise
    return Publication(head, staged.publish(), span)


def sensitive(facts: RunFacts, catalogue: Catalogue) -> set[str]:
    """Every identity, telephone and account number the run and the catalogue hold."""
    roster = facts.roster.frame
    columns = [roster[key] for key in ("id_number", "phone", "account")]
    if catalogue.bodies is not None:
        columns.append(catalogue.bodies["account"])
    return set(pd.concat(columns).dropna().astype("str"))


_MEND = "多半是姓名、机构、职业或证书编号一栏里误填了号码；请让机构更正花名册后重新报送。"


def refuse_leaks(leaks: list[Leak], what: str = "公示名单", remedy: str = _MEND) -> None:
    """Raise ClerkError naming the first leaks of the file ``what``, covered, when there are any."""
    if not leaks:
        return
    shown = "；".join(f"{leak.kind} {leak.masked}" for leak in leaks[:SHOWN])
    more = f"等 {len(leaks)} 处" if len(leaks) > SHOWN else ""
    raise ClerkError(f"{what}没有放出：里面有未隐去的号码（{shown}{more}）。", remedy)
