"""The ledger's front door: open it, ask it, add to it. Nothing is ever changed or taken away."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from msgspec.structs import replace
from sqlalchemy import Connection, Engine

from skillcli.core.errors import ClerkError
from skillcli.ledger import (
    batches,
    booking,
    chain,
    checkpoint,
    connect,
    history,
    imports,
    load,
    migrate,
    readings,
    receivables,
    story,
)
from skillcli.ledger.batch import BatchHead, LedgerMoved, LoadedBatch, NewBatch
from skillcli.ledger.chain import Entry
from skillcli.ledger.holder import Holder
from skillcli.ledger.story import Story
from skillcli.ledger.transaction import Transaction, entry_of, last_entry
from skillcli.schema.catalogue import Catalogue
from skillcli.schema.inputs import (
    CATALOGUE_ABILITIES,
    CATALOGUE_BODIES,
    CATALOGUE_ISSUERS,
    CATALOGUE_ITEMS,
    CATALOGUE_LEVELS,
    CATALOGUE_QUALIFICATIONS,
    CATALOGUE_SHORTAGE,
)

if TYPE_CHECKING:
    import pandas as pd

    from skillcli.ledger.money import Money
    from skillcli.ledger.reporting import Reporting
    from skillcli.ledger.verify import Verification
    from skillcli.ledger.waiting import Waiting
    from skillcli.policy.model import Ruling
    from skillcli.schema.column import Table
    from skillcli.schema.history import History, Keys

BeforeCommit = Callable[[BatchHead], None]
CATALOGUE_SHEETS = {
    "items": CATALOGUE_ITEMS,
    "shortage": CATALOGUE_SHORTAGE,
    "bodies": CATALOGUE_BODIES,
    "issuers": CATALOGUE_ISSUERS,
    "abilities": CATALOGUE_ABILITIES,
    "levels": CATALOGUE_LEVELS,
    "qualifications": CATALOGUE_QUALIFICATIONS,
}


class Ledger:
    """One open ledger; a context manager. ``where``: file or URL; ``writable``: False when the file
    or its folder refuses writing, so that only reading works.

    What a plain payment does not ask for is imported by the methods that need it, so that it starts sooner."""

    def __init__(self, engine: Engine, where: str, writable: bool, holder: Holder | None) -> None:
        self._engine, self.where, self.writable, self._holder = engine, where, writable, holder
        self._booked = connect.NOTHING_BOOKED

    @classmethod
    def open(cls, where: str | Path, *, create: bool = False) -> Self:
        """Open a ledger by file path or database URL, bringing an older one up to date.

        ``create``: make it where there is none. Raises ClerkError: no ledger there, a newer one,
        damaged, on a network drive or in a synchronised folder, locked by somebody else.
        """
        if connect.is_url(str(where)):
            ledger = cls(connect.postgres_engine(str(where)), _without_password(str(where)), True, None)
        else:
            path = Path(where)
            connect.check_place(path)
            create_now = create and not path.exists()
            if not create_now and not path.is_file():
                raise ClerkError(f"找不到台账 {path}。", "请在工作区里运行，或先用 skillcli init 建立工作区。")
            writable = create_now or (os.access(path, os.W_OK) and os.access(path.absolute().parent, os.W_OK))
            engine = connect.sqlite_engine(path, writable=writable, create=create_now)
            ledger = cls(engine, str(path), writable, Holder(path))
        try:
            ledger._bring_up(create)
        except BaseException:
            ledger.close()
            raise
        return ledger

    def _bring_up(self, create: bool) -> None:
        with self._reading() as connection:
            found = migrate.version(connection)
        if found is None and not create:
            raise ClerkError(f"{self.where} 里还没有台账。", "请先用 skillcli init 建立工作区。")
        if found is not None and not migrate.check_version(found):
            return
        if not self.writable:
            raise ClerkError(f"台账 {self.where} 是旧版本，需要升级，但不能写入。", "请检查文件和文件夹的写权限。")
        with self._writing() as connection:
            migrate.upgrade(connection)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._engine.dispose()

    @property
    def money(self) -> Money:
        """What happens to the money after a batch is booked: payouts, reversals, advances, balance."""
        from skillcli.ledger.money import Money

        return Money(self)

    @property
    def reporting(self) -> Reporting:
        """What reports are made from, as it stood at any point of the journal."""
        from skillcli.ledger.reporting import Reporting

        return Reporting(self)

    # Reading

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        """One consistent view."""
        with (
            connect.plain_errors(self.where, self._holder, self._booked),
            self._engine.connect() as connection,
        ):
            try:
                yield connection
            finally:
                connection.rollback()

    def head(self) -> str:
        """The chain's last link; 64 zeros for an empty ledger."""
        newest = self.last()
        return chain.GENESIS if newest is None else newest.head

    def last(self) -> Entry | None:
        """The newest transaction (its ``at`` tells whether the clock runs backwards)."""
        with self._reading() as connection:
            return last_entry(connection)

    def entry(self, head: str) -> Entry | None:
        """The transaction that left this head, of which the beginning is enough; None where there is none."""
        with self._reading() as connection:
            return entry_of(connection, head)

    def history(self, keys: Keys) -> History:
        """Earlier trainings and lines for the keys of a run (``schema.history``)."""
        with self._reading() as connection:
            return history.read(connection, keys)

    def to_net(self) -> pd.DataFrame:
        """What is owed and is to be taken off the next payment (``receivables.to_net``)."""
        with self._reading() as connection:
            return receivables.to_net(connection)

    def find_batch(self, policy_id: str, month: str, files_digest: str) -> BatchHead | None:
        """The batch of the same files (``batch.files_digest``), month and policy, unless void."""
        with self._reading() as connection:
            return batches.find(connection, policy_id, month, files_digest)

    def batches(self) -> pd.DataFrame:
        """One row a batch in the order booked, columns as in ``BatchHead``."""
        with self._reading() as connection:
            return batches.frame(connection)

    def batch(self, batch_id: str) -> BatchHead:
        """One batch. Raises ClerkError when there is none of that id."""
        with self._reading() as connection:
            return batches.head(connection, batch_id)

    def batch_events(self, batch_id: str) -> pd.DataFrame:
        """The steps of its life: ``status``, ``at``, ``person``, ``document``."""
        with self._reading() as connection:
            return batches.events(connection, batch_id)

    def load_batch(self, batch_id: str) -> LoadedBatch:
        """A batch as it was booked, frames identical to those given to ``book``."""
        with self._reading() as connection:
            return load.batch(connection, batch_id)

    def batch_sheet(self, batch: BatchHead, sheet: Table) -> pd.DataFrame | None:
        """A sheet kept with a batch (``NewBatch.sheets``); None where none was."""
        with self._reading() as connection:
            return imports.read_with(connection, sheet, batch.seq)

    def policy_text(self, sha256: str) -> str:
        """The policy file of a hash, "" when it was never given."""
        with self._reading() as connection:
            return load.policy_text(connection, sha256)

    def person_story(self, person: int) -> Story:
        """Everything on one person key (``core.identity.examine``)."""
        with self._reading() as connection:
            return story.of_person(connection, person)

    def certificate_story(self, text: str) -> Story:
        """Everything on one certificate number, as written or normalised."""
        with self._reading() as connection:
            return story.of_certificate(connection, text)

    def name_story(self, name: str, last_four: str) -> Story:
        """Everything on people of this name whose identity number ends in these four characters."""
        with self._reading() as connection:
            return story.of_name(connection, name, last_four)

    def line_story(self, line_no: str) -> Story:
        """The training of a 批次行号. Raises ClerkError when there is no such line."""
        with self._reading() as connection:
            return story.of_line(connection, line_no)

    def catalogue(self, *, upto: int | None = None) -> Catalogue:
        """The newest import of each catalogue sheet, as of transaction ``upto`` (None: now)."""
        with self._reading() as connection:
            return Catalogue(
                **{name: imports.read(connection, sheet, upto) for name, sheet in CATALOGUE_SHEETS.items()}
            )

    def sheet(self, sheet: Table, *, upto: int | None = None) -> pd.DataFrame | None:
        """The newest import of any list; None if never imported."""
        with self._reading() as connection:
            return imports.read(connection, sheet, upto)

    def every_row(self, sheet: Table, *, upto: int | None = None) -> pd.DataFrame:
        """All rows imported of a sheet that only adds up, as of transaction ``upto`` (None: now), oldest first."""
        with self._reading() as connection:
            return imports.read_every(connection, sheet, upto)

    def lists(self, sheet: Table, name: str, *, upto: int | None = None) -> pd.DataFrame | None:
        """Lists kept in one sheet and named by its column ``name``, each in its newest version as of transaction
        ``upto`` (None: now)."""
        with self._reading() as connection:
            return imports.read_lists(connection, sheet, name, upto)

    def waiting(self, overridable: list[str]) -> Waiting:
        """The lines that wait for an answer, a reading, a list or an approval."""
        from skillcli.ledger import waiting

        with self._reading() as connection:
            return waiting.read(connection, overridable)

    def sheet_versions(self) -> pd.DataFrame:
        """Every import of every sheet, oldest first."""
        with self._reading() as connection:
            return imports.versions(connection)

    def rulings(self, policy_id: str, *, upto: int | None = None) -> dict[str, Ruling]:
        """Key → what the office decided, newest decision first in force."""
        with self._reading() as connection:
            return readings.read(connection, policy_id, upto)

    def verify(self, *, quick: bool = False, counted: bool = False) -> Verification:
        """Recompute the whole chain from the tables; ``quick``: rows since the newest checkpoint only; ``counted``: of the
        tables that grow with every training, and all of the others."""
        from skillcli.ledger import verify

        with self._reading() as connection:
            return verify.verify(connection, quick=quick, but_for=verify.MANY_ROWS if counted else None)

    def add_checkpoint(self, verified: Verification, *, at: str, person: str) -> None:
        """Note in the chain that every row up to ``verified.last`` was read and found right. Raises
        ValueError for a check that found something or left rows out."""
        if not verified.ok or verified.checkpoint is not None:
            raise ValueError("only a whole check without problems makes a checkpoint")
        with self._transaction(checkpoint.KIND, at, person, checkpoint.subject(verified.last, verified.head)):
            pass

    def backup(self, target: Path) -> None:
        """A safe copy by SQLite's own backup, even while somebody books. Raises ClerkError when the
        target exists or the ledger is on a server."""
        from skillcli.ledger import copying

        if self._holder is None:
            raise ClerkError("台账在 PostgreSQL 服务器上，不能用本命令备份。", copying.SERVER_BACKUP)
        if target.exists():
            raise ClerkError(f"备份文件 {target} 已存在。", "请换一个文件名。")
        with connect.plain_errors(str(target)), self._engine.connect() as connection:
            source: Any = connection.connection.driver_connection
            copying.copy(source, target)

    # Writing

    @contextmanager
    def _writing(self, unsure: str = connect.LOOK_FIRST) -> Iterator[Connection]:
        """BEGIN IMMEDIATE … COMMIT; whatever goes wrong in between rolls back. ``unsure`` as in ``connect.commit``."""
        if not self.writable:
            raise ClerkError(f"台账 {self.where} 只能读，不能写入。", "请检查文件和文件夹的写权限。")
        errors = connect.plain_errors(self.where, self._holder, self._booked)
        with errors, self._engine.connect() as plain:
            connection = plain.execution_options(**connect.WRITE_OPTIONS[plain.dialect.name])
            begun = connection.begin()
            try:
                with begun:
                    self._announce(connection)
                    yield connection
                    if self._holder is not None:
                        connect.sync_folder(self._holder.path)
                    connect.commit(begun, self.where, unsure)
                    self._booked = "此前的步骤已经入账"
            finally:
                if self._holder is not None:
                    self._holder.clear()

    def _announce(self, connection: Connection) -> None:
        """Say who writes; on a server also queue up behind the one who does."""
        if self._holder is not None:
            self._holder.write()
            return
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{connect.WAIT_SECONDS}s'")
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7430165)")

    @contextmanager
    def _transaction(self, kind: str, at: str, person: str, subject: str = "") -> Iterator[Transaction]:
        with self._writing() as connection:
            transaction = Transaction(connection, kind=kind, at=at, person=person, subject=subject)
            yield transaction
            transaction.close()

    def book(self, batch: NewBatch, before_commit: BeforeCommit | None = None) -> BatchHead:
        """Book a judged run as a draft batch, all or nothing.

        A batch of the same files, month and policy is found and returned (``new`` False), with
        nothing booked. ``before_commit`` gets the batch's head before COMMIT: workbooks are written
        to temporary names there; whatever it raises undoes everything. It runs while the rows of a
        large batch are inserted, in a thread of its own, and must not ask this ledger.

        Raises LedgerMoved when the ledger's head is not ``batch.head`` any more; ClerkError when a
        line was already paid or reserved, the ledger is locked, the disk is full.
        """
        booking.check(batch)
        with self._writing(connect.RUN_AGAIN) as connection:
            known = batches.find(connection, batch.policy.id, batch.month, batch.digest)
            if known is not None:
                return known
            transaction = Transaction(connection, kind="batch", at=batch.at, person=batch.person, put_off=True)
            if transaction.prev != batch.head:
                raise LedgerMoved(transaction.prev)
            batch_id = booking.write(transaction, batch)
            transaction.close()
            booked = replace(batches.head(connection, batch_id), new=True)
            transaction.finish(None if before_commit is None else partial(before_commit, booked))
        return booked

    def set_status(self, batch_id: str, status: str, *, at: str, person: str, document: str = "") -> BatchHead:
        """Take a batch one step further (``batch.NEXT``); void frees its lines. Raises ClerkError."""
        with self._transaction("status", at, person, f"{batch_id} {status}") as transaction:
            batches.set_status(transaction, batch_id, status, document)
        return self.batch(batch_id)

    def import_sheet(self, sheet: Table, frame: pd.DataFrame, *, at: str, person: str, path: str, sha256: str) -> None:
        """Keep a sheet the office imported; it replaces earlier imports of the same sheet."""
        self.import_sheets({sheet.title: (sheet, frame)}, at=at, person=person, path=path, sha256=sha256)

    def import_sheets(
        self, sheets: Mapping[str, tuple[Table, pd.DataFrame]], *, at: str, person: str, path: str, sha256: str
    ) -> None:
        """Several sheets of one workbook, all or none."""
        with self._transaction("import", at, person, "、".join(sheets)) as transaction:
            for sheet, frame in sheets.values():
                imports.write(transaction, sheet, frame, path, sha256)

    def import_catalogue(self, catalogue: Catalogue, *, at: str, person: str, path: str, sha256: str) -> None:
        """The sheets of a catalogue that are there, all or none."""
        sheets = {
            sheet.title: (sheet, getattr(catalogue, name))
            for name, sheet in CATALOGUE_SHEETS.items()
            if getattr(catalogue, name) is not None
        }
        self.import_sheets(sheets, at=at, person=person, path=path, sha256=sha256)

    def import_rulings(self, policy_id: str, rulings: Mapping[str, Ruling], *, at: str, person: str) -> None:
        """Record what the office decided on readings of a policy."""
        with self._transaction("ruling", at, person, policy_id) as transaction:
            readings.write(transaction, policy_id, rulings)


def _without_password(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"
