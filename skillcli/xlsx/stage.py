"""Files that appear whole or not at all.

A file is written under a temporary name in its own folder, forced to disk, and renamed. What a
run that died left behind is removed by the next one that writes there. The two steps are apart,
so that a caller can have every workbook safely on disk before it commits, and rename after.
"""

from __future__ import annotations

import contextlib
import errno
import os
import platform
import re
import tempfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct

from skillcli.core.errors import ClerkError

_DAY = 86_400
_MOST_COPIES = 9
_LOCKED = (errno.EACCES, errno.EBUSY, errno.EPERM, errno.ETXTBSY)
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_TEMPORARY = re.compile(r"~skillcli-([0-9a-f]{8})-(\d+)-.*\.part")
_MINE: set[str] = set()
"""Names this process has made: another file with this process number is a dead run's."""


class Staged(Struct, frozen=True):
    """A file that is safely on disk but does not bear its name yet."""

    temporary: Path
    target: Path

    def publish(self) -> Path:
        """Give the file its name; returns the name it got.

        An older file of that name is replaced. Where that is open in Excel or otherwise locked,
        the file is put beside it as ``…(2).xlsx``. Raises ClerkError, and keeps the temporary
        file, when no name could be given.
        """
        for number in range(1, _MOST_COPIES + 1):
            target = self.target if number == 1 else self.target.with_stem(f"{self.target.stem}({number})")
            try:
                os.replace(self.temporary, target)
            except OSError as error:
                if error.errno in _LOCKED:
                    continue
                raise _unnamed(target, error) from error
            try:
                _sync_folder(target.parent)
            except OSError as error:
                raise _unnamed(target, error) from error
            return target
        raise ClerkError(
            f"文件“{self.target.name}”没有写成：它正在 Excel 里打开，或者文件夹“{self.target.parent}”不允许写入。",
            "请先关闭打开的文件，或者检查文件夹的写入权限，然后重试。",
        )

    def discard(self) -> None:
        """Remove the file; nothing happens when it is gone already."""
        self.temporary.unlink(missing_ok=True)


def stage_file(folder: Path, name: str, write: Callable[[BinaryIO], None]) -> Staged:
    """Let ``write`` fill a temporary file in ``folder`` (made where missing) and force it to disk.

    Raises ClerkError when the folder cannot be written or the disk is full. Whatever goes wrong,
    no file is left.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(".part", f"~skillcli-{_host()}-{os.getpid()}-", folder)
    except OSError as error:
        raise _refusal(folder, name, error) from error
    _MINE.add(Path(temporary).name)
    try:
        with os.fdopen(handle, "w+b") as stream:
            remove_leftovers(folder, os.fstat(stream.fileno()).st_mtime)
            write(stream)
            stream.flush()
            os.fsync(stream.fileno())
    except BaseException as error:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        if isinstance(error, OSError):
            raise _refusal(folder, name, error) from error
        raise
    return Staged(Path(temporary), folder / name)


def temporary_file(folder: Path, name: str) -> Path:
    """An empty temporary file in ``folder`` (made where missing), for what must be written by name; ``Staged`` gives it its
    own. Raises ClerkError when the folder cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(".part", f"~skillcli-{_host()}-{os.getpid()}-", folder)
        _MINE.add(Path(temporary).name)
        with os.fdopen(handle):
            remove_leftovers(folder, os.fstat(handle).st_mtime)
    except OSError as error:
        raise _refusal(folder, name, error) from error
    return Path(temporary)


def remove_leftovers(folder: Path, now: float) -> None:
    """Remove the temporary files of runs that have died.

    A run of this machine is known by its process number; of another machine's files only those
    go that are a day older than ``now`` (seconds, by the folder's own clock).
    """
    for path in folder.glob("~skillcli-*.part"):
        found = _TEMPORARY.fullmatch(path.name)
        if found and _dead(path, found[1], int(found[2]), now):
            # On Windows a file that another program holds cannot go; the next run tries again.
            with contextlib.suppress(PermissionError):
                path.unlink(missing_ok=True)


def _dead(path: Path, host: str, process: int, now: float) -> bool:
    if host == _host() and process == os.getpid():
        return path.name not in _MINE
    if host == _host() and os.name == "posix":
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        except PermissionError:
            return False
    with contextlib.suppress(FileNotFoundError):
        return now - path.stat().st_mtime > _DAY
    return False


def _host() -> str:
    return f"{zlib.crc32(platform.node().encode()):08x}"


def _sync_folder(folder: Path) -> None:
    """Make a rename last through a power cut; Windows neither needs nor allows it."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _refusal(folder: Path, name: str, error: OSError) -> ClerkError:
    return ClerkError(
        f"文件“{name}”没有写成，文件夹“{folder}”：{_reason(error)}。",
        "请换一个能写入、空间足够的文件夹，或者腾出空间后重试。",
    )


def _unnamed(target: Path, error: OSError) -> ClerkError:
    return ClerkError(f"文件“{target.name}”没有写成：{_reason(error)}。", f"请检查文件夹“{target.parent}”后重试。")


def _reason(error: OSError) -> str:
    if error.errno in _FULL:
        return "磁盘空间不足"
    if error.errno in (*_LOCKED, errno.EROFS):
        return "没有写入权限，或者文件正被别的程序打开"
    return f"系统报告 {error.strerror or error}"
