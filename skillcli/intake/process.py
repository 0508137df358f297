"""Opens files in a process of their own, under limits of memory and time."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import skillcli
from skillcli.intake.grid import Refused, Workbook
from skillcli.intake.sniff import broken

_MIB = 1 << 20
_NO_WINDOW = 0x08000000


def limits_for(size: int) -> tuple[int, float]:
    """Bytes of address space and seconds that a file of ``size`` bytes may take: 1 GiB and 20
    seconds up to 20 MiB, and more for larger files, so that an honest one is always read."""
    over = max(size - 20 * _MIB, 0)
    return 1024 * _MIB + 48 * over, 20 + 4 * over / _MIB


_begun: dict[Path, subprocess.Popen[bytes]] = {}
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
                _begun[path] = _start(path, limits_for(_size(path))[0])
                own.append(path)
        yield
    finally:
        for path in own:
            if path in _begun:
                with _begun.pop(path) as process:
                    process.kill()


def open_workbook(path: Path) -> Workbook:
    """The file's sheets. Raises Refused; a reader that dies or does not end is F01."""
    memory, seconds = limits_for(_size(path))
    with _begun.pop(path.absolute(), None) or _start(path, memory) as process:
        try:
            output, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            raise Refused(
                "F01", f"读取超过 {seconds:.0f} 秒仍未完成，文件可能已损坏。", "请另存为 xlsx 后重新提交。"
            ) from None
        finally:
            process.kill()
    if process.returncode or not output:
        raise broken()
    answer = pickle.loads(output)
    if isinstance(answer, Workbook):
        return answer
    raise Refused(*answer)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _start(path: Path, memory: int) -> subprocess.Popen[bytes]:
    root = str(Path(skillcli.__file__).parents[1])
    environment = {**os.environ, "PYTHONPATH": root, "PYTHONUTF8": "1"}
    command = [sys.executable, "-P", "-m", "skillcli.intake.worker", str(path.absolute()), str(memory)]
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        creationflags=_NO_WINDOW if sys.platform == "win32" else 0,
    )
