"""Opens files in processes of their own, under limits of memory and time."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Timer
from types import TracebackType
from typing import Self

import skillcli
from skillcli.intake.grid import Refused, Workbook
from skillcli.intake.sniff import broken

_MIB = 1 << 20
_SMALL = 20 * _MIB
"""Up to this size a file leaves its reader fit for another one."""
_NO_WINDOW = 0x08000000


def limits_for(size: int) -> tuple[int, float]:
    """Bytes of address space and seconds that a file of ``size`` bytes may take: 1 GiB and 20
    seconds up to 20 MiB, and more for larger files, so that an honest one is always read."""
    over = max(size - _SMALL, 0)
    return 1024 * _MIB + 48 * over, 20 + 4 * over / _MIB


class _Died(Exception):
    """The reader ended without an answer."""


class _Reader:
    """A process (``worker``) that opens one file after another. ``used``: it has opened one."""

    def __init__(self) -> None:
        root = str(Path(skillcli.__file__).parents[1])
        self.used = False
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "skillcli.intake.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": root, "PYTHONUTF8": "1"},
            creationflags=_NO_WINDOW if sys.platform == "win32" else 0,
        )

    def ask(self, path: Path) -> Self:
        """Begin to open a file."""
        assert self._process.stdin
        with suppress(OSError):  # it has died, which the answer will tell
            self._process.stdin.write(pickle.dumps((str(path.absolute()), limits_for(_size(path))[0])))
            self._process.stdin.flush()
        return self

    def answer(self, path: Path) -> Workbook | Refused:
        """What there is to the file asked for. Raises _Died; Refused when it takes too long."""
        assert self._process.stdout
        seconds = limits_for(_size(path))[1]
        late = Event()

        def give_up() -> None:
            late.set()
            self._process.kill()

        limit = Timer(seconds, give_up)
        limit.start()
        try:
            answer = pickle.load(self._process.stdout)
        except (EOFError, OSError, pickle.UnpicklingError):
            if not late.is_set():
                raise _Died from None
            raise Refused(
                "F01", f"读取超过 {seconds:.0f} 秒仍未完成，文件可能已损坏。", "请另存为 xlsx 后重新提交。"
            ) from None
        finally:
            limit.cancel()
        self.used = True
        return answer if isinstance(answer, Workbook) else Refused(*answer)

    def end(self) -> None:
        self._process.kill()
        with suppress(OSError), self._process:  # closing may find a question that it never took
            pass


class Readers:
    """Opens many files in few processes: one that has read its file reads the next. A context manager, which ends them all.

    Several threads may open files at once; each has a reader of its own then.
    """

    def __init__(self) -> None:
        self._idle: deque[_Reader] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for reader in self._idle:
            reader.end()

    def open(self, path: Path) -> Workbook:
        """The file's sheets. Raises Refused; a reader that dies or does not end is F01."""
        reader = _begun.pop(path.absolute(), None) or self._free().ask(path)
        if reader.used:
            with suppress(_Died):
                return self._read(path, reader)
            # what an earlier file left behind must not decide about this one
            reader = _Reader().ask(path)
        try:
            return self._read(path, reader)
        except _Died:
            raise broken() from None

    def _free(self) -> _Reader:
        try:
            return self._idle.pop()
        except IndexError:
            return _Reader()

    def _read(self, path: Path, reader: _Reader) -> Workbook:
        """Raises Refused, _Died."""
        try:
            answer = reader.answer(path)
        except BaseException:
            reader.end()
            raise
        if _size(path) <= _SMALL:
            self._idle.append(reader)
        else:
            reader.end()
        if isinstance(answer, Refused):
            raise answer
        return answer


_begun: dict[Path, _Reader] = {}
"""Files that are being opened before anybody asked for them."""


@contextmanager
def ahead(paths: Sequence[Path]) -> Iterator[None]:
    """Begin to open the first files, one a processor, while the program loads what it needs to use them.

    Whatever was not asked for when the block ends is given up.
    """
    own = []
    try:
        for path in [path.absolute() for path in paths if path.is_file()][: os.cpu_count() or 1]:
            if path not in _begun:
                _begun[path] = _Reader().ask(path)
                own.append(path)
        yield
    finally:
        for path in own:
            if path in _begun:
                _begun.pop(path).end()


def open_workbook(path: Path) -> Workbook:
    """One file's sheets. Raises Refused (see ``Readers.open``)."""
    with Readers() as readers:
        return readers.open(path)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
