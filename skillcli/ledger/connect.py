"""Opening the database behind a ledger, and saying plainly what stands in the way."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Engine, Transaction, create_engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool, StaticPool

from skillcli.core.errors import ClerkError
from skillcli.ledger.holder import Holder, application_name, holder_of

WAIT_SECONDS = 10
NETWORK = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "9p", "afs", "fuse.sshfs", "fuse.davfs", "davfs"})
SYNCED = ("onedrive", "dropbox", "icloud", "坚果云", "nutstore", "百度网盘", "baidunetdisk", "wps云盘", "wpsdrive")
WRITE_OPTIONS: dict[str, dict[str, Any]] = {
    "sqlite": {"skillcli_write": True},
    "postgresql": {"isolation_level": "READ COMMITTED"},
}
"""A writer sees what the writer before it committed: SQLite by BEGIN IMMEDIATE, a server by a new
look at every statement, since it waits for its turn inside the transaction."""
_CACHE_KIB = 16384
"""Enough: whatever is looked up or written in numbers comes in the order of its key."""
WRITERS_TURN = 7430165
"""The advisory lock that writers on a server queue up for."""
_NOT_FREE = "55P03"
_NOTICE_SILENCE = {
    "keepalives_idle": 20,
    "keepalives_interval": 5,
    "keepalives_count": 4,
    "tcp_user_timeout": 40_000,
}
"""A line that is dead without a word (a cable, a firewall) is given up after 40 seconds, not after two hours."""
_WRITER = (
    "SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid WHERE l.locktype = 'advisory' "
    f"AND l.granted AND l.objid = {WRITERS_TURN} AND l.database = "
    "(SELECT oid FROM pg_database WHERE datname = current_database())"
)
_UNSURE = "本次操作未确认入账"
_COMMIT_UNSURE = f"台账所在磁盘报告读写错误，{_UNSURE}"
_AFTER_DISK_ERROR = "请先检查磁盘，再运行 skillcli ledger verify；确认前不要重复操作。"
NOTHING_BOOKED = "什么也没有入账"
LOOK_FIRST = (
    "请等网络恢复后，用 skillcli batch list、batch show 或 debt list 看这一步有没有记上；没有记上的，再运行同一条命令。"
)
RUN_AGAIN = (
    "请等网络恢复后，用 skillcli batch list 看有没有这个批次，再运行一次同一条命令："
    "同样的文件是同一个批次，记上了的不会重复入账，没有记上的这次记上。"
)


def is_url(where: str) -> bool:
    """Whether a ledger is named by a database URL rather than by a file."""
    return "://" in where


def sqlite_engine(path: Path, *, writable: bool, create: bool) -> Engine:
    """One connection to one file, by rollback journal.

    synchronous = EXTRA is FULL, and the folder is forced to disk after the journal is gone: without
    that a power cut just after COMMIT could bring the journal back and undo what was acknowledged.
    """
    mode = "rwc" if create else "rw" if writable else "ro"
    address = f"file:{quote(str(path.absolute()))}?mode={mode}"

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(address, uri=True, isolation_level=None, timeout=WAIT_SECONDS)
        connection.execute("PRAGMA synchronous = EXTRA")
        connection.execute("PRAGMA recursive_triggers = ON")
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        if writable:
            connection.execute("PRAGMA journal_mode = DELETE")
        return connection

    engine = create_engine("sqlite://", creator=connect, poolclass=StaticPool)

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        immediate = connection.get_execution_options().get("skillcli_write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine


def postgres_engine(url: str) -> Engine:
    """A server's ledger: one snapshot a transaction, and our name beside every lock we hold.

    Raises ClerkError when the driver is missing or the address makes no sense.
    """
    arguments = {"application_name": application_name(), "connect_timeout": WAIT_SECONDS, **_NOTICE_SILENCE}
    try:
        engine = create_engine(url, isolation_level="REPEATABLE READ", poolclass=StaticPool, connect_args=arguments)
        event.listen(engine, "handle_error", _name_the_holder)
        return engine
    except ImportError as error:
        raise ClerkError("台账设在 PostgreSQL 服务器上，但没有安装连接程序。", "请安装 skillcli[postgres]。") from error
    except Exception as error:
        raise ClerkError(
            "skillcli.toml 里的台账地址写得不对。", "写法：postgresql+psycopg://用户@主机/数据库。"
        ) from error


def _name_the_holder(failed: ExceptionContext) -> None:
    """Where somebody else wrote for longer than we wait, say who; the failed connection itself can ask nothing more."""
    if getattr(failed.original_exception, "sqlstate", "") != _NOT_FREE or failed.engine is None:
        return
    asking = create_engine(failed.engine.url, poolclass=NullPool, connect_args={"connect_timeout": WAIT_SECONDS})
    try:
        with asking.connect() as connection:
            name = connection.exec_driver_sql(_WRITER).scalar()
    except DBAPIError:
        return
    raise locked(holder_of(name or "")) from failed.original_exception


def sync_folder(path: Path) -> None:
    """Force the folder's entries to disk, the journal's among them, just before COMMIT.

    SQLite does so too but passes over a failure; then a power cut could take the journal away while
    half the pages are written. Raises ClerkError.
    """
    if os.name == "nt":  # a folder cannot be opened there
        return
    try:
        folder = os.open(path.absolute().parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise ClerkError(f"{_COMMIT_UNSURE}。", _AFTER_DISK_ERROR) from error


def check_place(path: Path) -> None:
    """Refuse folders whose locks cannot be trusted: network drives and synchronised folders.

    Raises ClerkError. Why: broken locks, or a half-written file copied away, corrupt SQLite.
    """
    text = str(path.absolute())
    folders = [part.lower().replace(" ", "") for part in path.absolute().parts[:-1]]
    if text.startswith(("\\\\", "//")) or _file_system(path) in NETWORK:
        raise ClerkError(
            f"台账 {path} 在网络盘上，网络盘的文件锁不可靠，会损坏台账。",
            "请把工作区放到本机硬盘；多人共用请改用 PostgreSQL。",
        )
    if any(folder.startswith(SYNCED) for folder in folders):
        raise ClerkError(
            f"台账 {path} 在网盘同步文件夹里，同步程序会在记账中途搬动文件。", "请把工作区移到不同步的本机文件夹。"
        )


def _file_system(path: Path) -> str:
    """Type of the file system a path lies on; "" where the system does not tell."""
    try:
        mounts = Path("/proc/mounts").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    target = os.path.realpath(path.absolute())
    best, kind = "", ""
    for fields in map(str.split, mounts):
        if len(fields) < 3:
            continue
        point = fields[1].replace("\\040", " ")
        inside = target == point or target.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):
            best, kind = point, fields[2]
    return kind


def commit(transaction: Transaction, place: str, unsure: str) -> None:
    """COMMIT; ``unsure``: what to do where a server's answer to it never arrives.

    Whether the server got as far as committing cannot be known then. Raises ClerkError.
    """
    try:
        transaction.commit()
    except DBAPIError as error:
        if isinstance(error.orig, sqlite3.Error) or not _lost(getattr(error.orig, "sqlstate", None) or ""):
            raise
        raise ClerkError(f"提交时与台账服务器（{place}）的连接中断，{_UNSURE}。", unsure) from error


@contextmanager
def plain_errors(place: str, holder: Holder | None = None, booked: str = NOTHING_BOOKED) -> Iterator[None]:
    """Turn what the database driver says into a ClerkError with a plain sentence.

    Driver messages never reach the clerk: they may quote a row. Constraint violations pass through. ``booked``: what
    stands in the ledger where the connection to a server is lost.
    """
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        driver = error.orig if isinstance(error, DBAPIError) else error
        if isinstance(driver, sqlite3.IntegrityError):
            raise
        said = _sqlite(driver, place, holder) if isinstance(driver, sqlite3.Error) else _postgres(driver, place, booked)
        if said is None:
            raise
        raise said from error
    except MemoryError as error:
        raise ClerkError("内存不足，什么也没有入账。", "请关闭其他程序后再试。") from error


def _sqlite(driver: sqlite3.Error, place: str, holder: Holder | None) -> ClerkError | None:
    code = getattr(driver, "sqlite_errorcode", None)
    if code is None:
        return None
    primary = code & 0xFF
    if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL):
        return locked(holder.read() if holder else "")
    sentences = {
        sqlite3.SQLITE_FULL: ("磁盘已满，什么也没有入账。", "请腾出磁盘空间后再运行同一命令。"),
        sqlite3.SQLITE_READONLY: (f"台账 {place} 不能写入，什么也没有入账。", "请检查文件和文件夹的写权限。"),
        sqlite3.SQLITE_PERM: (f"没有权限使用台账 {place}。", "请检查文件和文件夹的权限。"),
        sqlite3.SQLITE_CANTOPEN: (
            f"打不开台账 {place} 或无法在其文件夹里写临时文件。",
            "请检查文件夹是否存在、可写，磁盘是否已满。",
        ),
        sqlite3.SQLITE_CORRUPT: (f"台账 {place} 已损坏。", "请停止使用，用最近的备份恢复。"),
        sqlite3.SQLITE_NOTADB: (f"{place} 不是台账文件，或已损坏。", "请核对路径，或用最近的备份恢复。"),
        sqlite3.SQLITE_IOERR: (f"{_COMMIT_UNSURE}。", _AFTER_DISK_ERROR),
    }
    found = sentences.get(primary)
    return ClerkError(*found) if found else None


def _postgres(driver: BaseException | None, place: str, booked: str) -> ClerkError | None:
    state = getattr(driver, "sqlstate", None) or ""
    if state.startswith("23"):
        return None
    if state in (_NOT_FREE, "40001", "40P01"):
        return locked("")
    if state.startswith("53"):
        return ClerkError("数据库服务器磁盘或内存不足，什么也没有入账。", "请联系服务器管理员。")
    if state in ("25006", "42501"):
        return ClerkError("没有写入台账的权限，什么也没有入账。", "请联系服务器管理员开通权限。")
    if state.startswith(("28", "3D")) or _lost(state):
        return ClerkError(
            f"连不上台账服务器（{place}）或连接中断，{booked}。", "请检查网络和 skillcli.toml 里的台账地址。"
        )
    return None


def _lost(state: str) -> bool:
    """Whether a server's error code ("": it said nothing more) means that the connection is gone."""
    return state.startswith(("08", "57")) or not state


def locked(who: str) -> ClerkError:
    """Somebody else writes for longer than we wait; ``who`` as a phrase, "" where nobody can be named."""
    return ClerkError(
        f"台账正被{who or '另一个程序'}使用，等了 {WAIT_SECONDS} 秒仍未空出，什么也没有入账。",
        "请等对方完成后再运行同一命令。",
    )
