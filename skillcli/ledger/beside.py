"""Checking a large ledger in a process of its own, while this one goes on reading it.

Started as ``python -P -m skillcli.ledger.beside``; the ledger's place comes in and the pickled ``Verification`` goes
out by pipe, so that a database's password stands in no list of processes.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import func, select

import skillcli
from skillcli.ledger.tables import PART

if TYPE_CHECKING:
    from skillcli.ledger.ledger import Ledger
    from skillcli.ledger.verify import Verification

LARGE = 100_000
"""Rows from which another process is worth its start."""
_NO_WINDOW, _BELOW_NORMAL = 0x08000000, 0x00004000
_PATIENCE = 5
"""How much less of a processor that both want goes to the other process (POSIX): the report waits for this one in the end."""


def verification(ledger: Ledger, place: str, large: int = LARGE) -> Callable[[], Verification]:
    """Begin to verify the ledger at ``place``; the answer is waited for when it is asked for.

    A small ledger is verified at once and whole. Of a large one the rows since the newest checkpoint are read again (all,
    where there is none) of the tables that grow with every training, and all rows of the others; one that the other process could not check is verified
    here when the answer is asked for.
    """
    with ledger._reading() as connection:
        rows = int(connection.execute(select(func.sum(PART.c.rows))).scalar() or 0)
    if rows < large:
        found = ledger.verify()
        return lambda: found
    environment = {**os.environ, "PYTHONPATH": str(Path(skillcli.__file__).parents[1]), "PYTHONUTF8": "1"}
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "skillcli.ledger.beside"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        creationflags=_NO_WINDOW | _BELOW_NORMAL if sys.platform == "win32" else 0,
    )
    if sys.platform != "win32":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, process.pid, _PATIENCE)
    assert process.stdin is not None
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
    from skillcli.ledger.ledger import Ledger

    with Ledger.open(sys.stdin.buffer.read().decode()) as ledger:
        found = ledger.verify(quick=True, counted=True)
    pickle.dump(found, sys.stdout.buffer, protocol=5)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
