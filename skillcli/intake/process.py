"""Opens files in a process of their own, under limits of memory and time."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
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


def open_workbook(path: Path) -> Workbook:
    """The file's sheets. Raises Refused; a reader that dies or does not end is F01."""
    try:
        size = path.stat().st_size
    except OSError:
        size = 0
    memory, seconds = limits_for(size)
    root = str(Path(skillcli.__file__).parents[1])
    environment = {**os.environ, "PYTHONPATH": root, "PYTHONUTF8": "1"}
    command = [sys.executable, "-P", "-m", "skillcli.intake.worker", str(path.absolute()), str(memory)]
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        creationflags=_NO_WINDOW if sys.platform == "win32" else 0,
    ) as process:
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
