"""Checking a large ledger in a process of its own, while this one goes on reading it.

Started as ``python -P -m skillcli.ledger.beside``; the ledger's place comes in and the pickled ``Verification`` goes
out by pipe, so that a database's password stands in no list of processes.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import skillcli
from skillcli.core.runtime import prepare

if TYPE_CHECKING:
    from skillcli.ledger.ledger import Ledger
    from skillcli.ledger.verify import Verification

LARGE = 100_000
"""Rows from which another process is worth its start."""
LARGE_FILE = 16 << 20
"""Bytes of a ledger's file that has as many."""
_NO_WINDOW = 0x08000000
_begun: dict[str, subprocess.Popen[bytes]] = {}
"""By the ledger's place, processes that wait to be asked."""


@contextmanager
def ahead(place: str) -> Iterator[None]:
    """Begin the other process for a file that seems large, while this one loads what it needs to read the ledger.

    It opens nothing before it is asked (``verification``); if nobody has asked it when the block ends, it is given up.
    """
    with suppress(OSError):  # a server's address, or no file: whoever opens the ledger tells
        if place not in _begun and Path(place).stat().st_size >= LARGE_FILE:
            _begun[place] = _begin()
    try:
        yield
    finally:
        if place in _begun:
            with _begun.pop(place) as process:
                process.kill()


def _begin() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "skillcli.ledger.beside"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(Path(skillcli.__file__).parents[1]), "PYTHONUTF8": "1"},
        creationflags=_NO_WINDOW if sys.platform == "win32" else 0,
    )


def verification(ledger: Ledger, place: str, large: int = LARGE) -> Callable[[], Verification]:
    """Begin to verify the ledger at ``place``; the answer is waited for when it is asked for.

    A small ledger is verified at once and whole. Of a large one the rows since the newest checkpoint are read again (all,
    where there is none) of the tables that grow with every training, and all rows of the others; one that the other process could not check is verified
    here when the answer is asked for.
    """
    from sqlalchemy import func, select

    from skillcli.ledger.tables import PART

    with ledger._reading() as connection:
        rows = int(connection.execute(select(func.sum(PART.c.rows))).scalar() or 0)
    if rows < large:
        found = ledger.verify()
        return lambda: found
    process = _begun.pop(place, None) or _begin()
    assert process.stdin is not None
    with suppress(OSError):  # it has died, which the answer will tell
        process.stdin.write(place.encode())
        process.stdin.close()
    process.stdin = None

    def answer() -> Verification:
        try:
            output, _ = process.communicate()
        except BaseException:
            process.kill()
            raise
        if process.returncode or not output:
            return ledger.verify(quick=True, counted=True)
        checked: Verification = pickle.loads(output)
        return checked

    return answer


def main() -> None:
    """Verify the ledger named on standard input."""
    prepare()
    from skillcli.ledger.ledger import Ledger

    place = sys.stdin.buffer.read().decode()
    if not place:
        return
    with Ledger.open(place) as ledger:
        found = ledger.verify(quick=True, counted=True)
    pickle.dump(found, sys.stdout.buffer, protocol=5)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
