"""Whole copies of a ledger file, and putting one back in its place.

Putting back goes through SQLite's own backup into the file that is there: one transaction, which the journal undoes when the
program is killed, and which a program that has the ledger open simply sees. A file put in its place by renaming would leave
that program booking into the old one. Only a ledger that is missing or damaged is replaced by renaming.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from pathlib import Path
from urllib.parse import quote

from msgspec import Struct

from skillcli.core.errors import ClerkError
from skillcli.ledger import connect
from skillcli.ledger.batch import LedgerMoved
from skillcli.ledger.holder import Holder
from skillcli.xlsx.stage import Staged, temporary_file

SERVER_BACKUP = "请在服务器上用 pg_dump -Fc 备份；恢复用 pg_restore，恢复后运行 skillcli ledger verify。"
_PAGES = 8
"""Pages a step; fewer than any ledger has, so that the first step is never the last, which commits."""
_COUNTER = slice(24, 28)
"""Where a database file counts its commits."""
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR)


class State(Struct, frozen=True):
    """What a ledger file holds: ``links``: number of each transaction → chain head; ``batches``: number of the booking
    transaction → batch id; ``counter``: the file's count of commits when it was looked at."""

    links: dict[int, str]
    batches: dict[int, str]
    counter: bytes = b""

    def lacks(self, other: State) -> tuple[list[int], list[str]]:
        """Transactions of ``other`` that are not here, and which batches they booked."""
        lost = [number for number, head in other.links.items() if self.links.get(number) != head]
        return lost, [other.batches[number] for number in lost if number in other.batches]


def copy(source: sqlite3.Connection, target: Path) -> Path:
    """Copy an open database to a new file, which is there whole or not at all; returns where it stands."""
    temporary = temporary_file(target.parent, target.name)
    staged = Staged(temporary, target)
    try:
        opened = sqlite3.connect(temporary, isolation_level=None)
        try:
            # what is not finished is thrown away whole: a journal of it would only be left lying when the program is killed
            opened.execute("PRAGMA journal_mode = OFF")
            opened.execute("PRAGMA synchronous = OFF")
            source.backup(opened)
        finally:
            opened.close()
        _sync(temporary)
    except BaseException:
        staged.discard()
        raise
    return staged.publish()


def copy_file(file: Path, target: Path) -> Path:
    """Copy a ledger by name, as it would be read now. Raises ClerkError when it is none."""
    with connect.plain_errors(str(file)):
        source = _reader(file)
        try:
            return copy(source, target)
        finally:
            source.close()


def look(file: Path) -> State | None:
    """What a ledger file holds; None when it is missing or so damaged that it cannot be read. Raises ClerkError when it
    is in use for too long."""
    if not file.is_file():
        return None
    with file.open("rb") as stream:
        counter = stream.read(100)[_COUNTER]
    with connect.plain_errors(str(file), Holder(file)):
        source = _reader(file)
        try:
            links = dict(source.execute("SELECT seq, head FROM journal ORDER BY seq").fetchall())
            batches = dict(source.execute("SELECT seq, id FROM batch").fetchall())
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in _DAMAGED:
                return None
            raise
        finally:
            source.close()
    return State(links, batches, counter)


def put_back(copied: Path, file: Path, seen: State | None) -> None:
    """Make ``file`` hold what ``copied`` holds. ``seen``: what it was found to hold (None: missing or damaged).

    Raises LedgerMoved when somebody wrote since, ClerkError when it is in use for too long.
    """
    if seen is None:
        journal = file.with_name(file.name + "-journal")
        journal.unlink(missing_ok=True)  # a damaged ledger's journal must not be played back into the good one
        connect.sync_folder(file)
        os.replace(copied, file)
        connect.sync_folder(file)
        return
    holder = Holder(file)
    # the stream stays open until the end: closing it would give up this process's locks on the file
    with connect.plain_errors(str(file), holder), file.open("rb") as stream:
        source, target = _reader(copied), sqlite3.connect(file, isolation_level=None, timeout=connect.WAIT_SECONDS)
        begun = False

        def watch(status: int, _remaining: int, _total: int) -> None:
            nonlocal begun
            if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise connect.locked(holder.read())
            if not begun:  # from here on nobody else can write
                begun = True
                stream.seek(0)
                if stream.read(100)[_COUNTER] != seen.counter:
                    raise LedgerMoved("")

        try:
            target.execute("PRAGMA synchronous = EXTRA")
            holder.write()
            source.backup(target, pages=_PAGES, progress=watch)
        finally:
            holder.clear()
            target.close()
            source.close()


def keep_damaged(file: Path, target: Path) -> Path | None:
    """Copy a ledger that cannot be read, byte by byte, with its journal; None when there is none."""
    if not file.is_file():
        return None
    for suffix in ("-journal", ""):
        part = file.with_name(file.name + suffix)
        if part.is_file():
            temporary = temporary_file(target.parent, target.name)
            shutil.copyfile(part, temporary)
            _sync(temporary)
            kept = Staged(temporary, target.with_name(target.name + suffix)).publish()
    return kept


def _reader(file: Path) -> sqlite3.Connection:
    # rw, for a journal that a killed program left must be played back before anything can be read
    mode = "rw" if os.access(file, os.W_OK) else "ro"
    address = f"file:{quote(str(file.absolute()))}?mode={mode}"
    return sqlite3.connect(address, uri=True, isolation_level=None, timeout=connect.WAIT_SECONDS)


def _sync(file: Path) -> None:
    with file.open("rb+") as stream:
        os.fsync(stream.fileno())


def refuse_same(file: Path, backup: Path) -> None:
    """Raise ClerkError when the backup named is missing, or is the ledger itself."""
    if not backup.is_file():
        raise ClerkError(f"找不到备份文件 {backup}。", "备份一般在台账旁的“备份”文件夹里。")
    if file.exists() and os.path.samefile(file, backup):
        raise ClerkError(f"{backup} 就是现在的台账，不是备份。", "请写备份文件的路径。")
