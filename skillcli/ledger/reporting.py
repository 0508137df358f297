"""The ledger's side door for reports: ``Ledger.reporting``. Reads what stood at a point of the journal, and keeps
the register of reports that were written."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct
from sqlalchemy import Connection, func, select

from skillcli.ledger import auditing, entries, followed, imports, load, readings
from skillcli.ledger.chain import china_day
from skillcli.ledger.tables import JOURNAL, POLICY_TEXT, SHEET_IMPORT, SHEET_ROW
from skillcli.ledger.transaction import Transaction
from skillcli.schema.audit import AuditEntries
from skillcli.schema.entries import EVENT_DTYPES, Entries
from skillcli.schema.issued import ISSUED

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.ledger.ledger import Ledger
    from skillcli.policy.model import Policy, Ruling

REPORT_KIND = "report"
"""Kind of the transactions that only register a report; they change no figure of any."""


class Issue(Struct, frozen=True):
    """A report that was written, and from what. ``first``, ``last``, ``clock``: which one; ``position``: the
    transaction up to which it read; ``day``: the day it was registered, in China; ``figures``: JSON of the figures
    that stand outside the ledger; ``sha256`` of the workbook."""

    title: str
    first: str
    last: str
    clock: str
    as_of: str
    position: int
    policy: str
    policy_sha256: str
    rulings: str
    figures: str
    agency: str
    tool: str
    sha256: str
    day: str = ""

    @property
    def state(self) -> tuple[int, str, str, str]:
        """All that its figures depend on."""
        return self.position, self.policy_sha256, self.rulings, self.figures

    def decided(self) -> dict[str, Ruling]:
        """The readings in force when it was written."""
        return readings.from_json(self.rulings)


class Reporting:
    """Reading for reports, and registering them."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def position(self, day: date | None = None) -> int:
        """Number of the newest transaction that is no report's, up to the end of ``day`` in China; 0 without any."""
        with self._ledger._reading() as connection:
            query = select(JOURNAL.c.seq, JOURNAL.c.at).where(JOURNAL.c.kind != REPORT_KIND)
            if day is None:
                return int(connection.execute(select(func.max(query.subquery().c.seq))).scalar() or 0)
            found = [row.seq for row in connection.execute(query) if china_day(row.at) <= day]
            return max(found, default=0)

    def entries(self, policy_id: str, position: int, *, paged: bool = True) -> Entries:
        """The ledger of a policy as it stood after transaction ``position``.

        ``paged`` False: from the rows, not from the pages kept with the batches; slower by far over millions of lines.
        """
        with self._ledger._reading() as connection:
            return entries.read(connection, policy_id, position, paged=paged)

    def audit(self, policy_id: str, position: int) -> AuditEntries:
        """What an audit of the same looks at."""
        with self._ledger._reading() as connection:
            return auditing.read(connection, policy_id, position)

    def events(self, after: int, upto: int) -> pd.DataFrame:
        """The transactions in between, reports left out (``EVENT_DTYPES``)."""
        import pandas as pd

        query = select(*(JOURNAL.c[name] for name in EVENT_DTYPES)).where(
            JOURNAL.c.seq > after, JOURNAL.c.seq <= upto, JOURNAL.c.kind != REPORT_KIND
        )
        with self._ledger._reading() as connection:
            rows = [tuple(row) for row in connection.execute(query.order_by(JOURNAL.c.seq))]
        return pd.DataFrame(rows, columns=list(EVENT_DTYPES)).astype(EVENT_DTYPES)

    def followed(self, policy_id: str, position: int) -> pd.DataFrame:
        """What became of people after their training (``schema.placement.FOLLOWED``), one row a training."""
        return followed.kept(self._ledger, policy_id, position)

    def policy_text(self, sha256: str) -> str:
        """The policy file of a hash; "" when the ledger was not given it."""
        with self._ledger._reading() as connection:
            return load.policy_text(connection, sha256)

    def issued(self, policy_id: str, first: date, last: date, clock: str) -> list[Issue]:
        """The reports of these days and this clock that were written, oldest first."""
        query = (
            select(SHEET_ROW.c.cells, JOURNAL.c.at)
            .join(SHEET_IMPORT, SHEET_IMPORT.c.id == SHEET_ROW.c.import_id)
            .join(JOURNAL, JOURNAL.c.seq == SHEET_ROW.c.seq)
            .where(SHEET_IMPORT.c.kind == ISSUED.kind)
            .order_by(SHEET_ROW.c.id)
        )
        with self._ledger._reading() as connection:
            rows = connection.execute(query).all()
        wanted = (policy_id, first.isoformat(), last.isoformat(), clock)
        found = [_issue(row.cells, row.at) for row in rows]
        return [each for each in found if (each.policy, each.first, each.last, each.clock) == wanted]

    def register(self, issue: Issue, policy: Policy, policy_text: str, *, at: str, person: str) -> None:
        """Keep what a report was made from. Raises ClerkError when the ledger cannot be written."""
        import pandas as pd

        frame = pd.DataFrame({key: [getattr(issue, key)] for key in ISSUED.keys}).astype(imports.dtypes(ISSUED))
        with self._ledger._transaction(REPORT_KIND, at, person, issue.title) as transaction:
            imports.write(transaction, ISSUED, frame, "", issue.sha256)
            _keep_policy(transaction, policy, policy_text)


def rulings_text(policy: Policy) -> str:
    """The readings in force as the register keeps them."""
    return readings.to_json(policy.rulings)


def _issue(cells: str, at: str) -> Issue:
    found = json.loads(cells)
    values = {key: found.get(key, "") for key in ISSUED.keys}
    return Issue(**(values | {"position": int(values["position"]), "day": china_day(at).isoformat()}))


def _keep_policy(transaction: Transaction, policy: Policy, text: str) -> None:
    connection: Connection = transaction.connection
    known = select(POLICY_TEXT.c.id).where(POLICY_TEXT.c.sha256 == policy.sha256)
    if text and connection.execute(known).first() is None:
        transaction.add_row(POLICY_TEXT, sha256=policy.sha256, policy=policy.id, text=text)
