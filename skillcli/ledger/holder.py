"""Who is writing: a small file beside the ledger, so that a waiting clerk is told a name.

The file is a courtesy, not the lock: the database's own lock decides, and a file left by a killed
program is overwritten by the next writer.
"""

from __future__ import annotations

import getpass
import json
import os
import re
import socket
import sys
from pathlib import Path

_NAME = re.compile(r"skillcli (.+)@(\S+) pid (\d+)")


def _self() -> dict[str, str | int]:
    try:
        user = getpass.getuser()
    except (OSError, KeyError, ImportError):
        user = "?"
    command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:2]])
    return {"host": socket.gethostname(), "user": user, "pid": os.getpid(), "command": command}


def sentence(said: dict[str, str | int]) -> str:
    """``（用户 … 在 … 上运行的 …，进程 …）``."""
    return f"用户 {said['user']} 在 {said['host']} 上运行的 {said['command']}（进程 {said['pid']}）"


def application_name() -> str:
    """The same for a server's list of connections (at most 63 bytes, ASCII)."""
    said = _self()
    name = f"skillcli {said['user']}@{said['host']} pid {said['pid']}"
    return name.encode("ascii", "replace").decode()[:63]


def holder_of(name: str) -> str:
    """The phrase for a connection that bears such a name; "" for any other name."""
    found = _NAME.fullmatch(name)
    return f"用户 {found[1]} 在 {found[2]} 上运行的 skillcli（进程 {found[3]}）" if found else ""


class Holder:
    """The file beside one ledger."""

    def __init__(self, ledger: Path) -> None:
        self.path = ledger.with_name(ledger.name + "-holder")

    def write(self) -> None:
        """Say that this process writes now. A folder that refuses the file costs only the name."""
        try:
            self.path.write_text(json.dumps(_self(), ensure_ascii=False), encoding="utf-8")
        except OSError:
            return

    def clear(self) -> None:
        """Take the file away, unless the next writer has already put theirs."""
        try:
            if json.loads(self.path.read_text(encoding="utf-8")) == _self():
                self.path.unlink(missing_ok=True)
        except (OSError, ValueError):
            return

    def read(self) -> str:
        """Who wrote the file last, as a phrase; "" when nobody can be named."""
        try:
            said = json.loads(self.path.read_text(encoding="utf-8"))
            return sentence(said)
        except (OSError, ValueError, KeyError, TypeError):
            return ""
