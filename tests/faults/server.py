"""A process that has imported everything once and forks a clerk for each run: real processes, without
1.5 seconds of imports each.

``python server.py WORKSPACE ROSTER MONTH`` reads one JSON object a line and answers with one. ``{"run": [...]}``
forks a process that runs ``skillcli`` with these arguments; ``{"book": true}`` one that books what was judged once from
ROSTER and writes its workbook, which is all of ``skillcli pay`` that touches the workspace. Both answer ``{"pid": n}``;
the process says what it says into the file ``out``, waits to be let go by GO first where ``waiting`` is set, and writes no file
longer than ``longest`` bytes; with ``unforced`` its ledger forces nothing to disk. ``{"wait": pid}`` answers
``{"status": n}``: the exit status, or minus the signal.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import signal
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.pool import Pool

from skillcli.cli import boundary
from skillcli.cli.app import main
from skillcli.cli.place import now, user
from skillcli.jobs import hearing
from skillcli.jobs.pay import Run
from skillcli.jobs.policies import policy_of
from skillcli.jobs.progress import Silent
from skillcli.jobs.workspace import open_workspace
from skillcli.ledger.ledger import Ledger

AS_OF = date(2020, 4, 10)
PATIENCE = 300
"""Seconds after which a process that hangs ends itself, by SIGALRM."""
GO = signal.SIGUSR1
"""Lets a waiting process go. Not SIGCONT: whoever stops and continues the tests from outside would let it go early."""
_ANY_TRACER = (0x59616D61, ctypes.c_ulong(-1))
"""PR_SET_PTRACER, PR_SET_PTRACER_ANY."""


def prepared(root: Path, roster: Path, month: str) -> Callable[[], int]:
    """Everything imported and the roster judged; what is left of ``pay`` is to book it and write the workbook."""
    workspace = open_workspace(root)
    read = hearing.read([roster], workspace, Silent())
    with Ledger.open(workspace.ledger) as ledger:
        policy = policy_of(workspace, ledger)
        heard = hearing.hear(read, policy, ledger, AS_OF, Silent())

    def book() -> int:
        with Ledger.open(workspace.ledger) as ledger:
            outcome = Run(workspace, policy, read, month, AS_OF, now(), user(), Silent()).book(ledger, heard)
        assert outcome.batch is not None
        sys.stdout.write(f"已入账 {outcome.batch.id}\n")
        return outcome.exit_code

    return book


def child(order: dict[str, Any], book: Callable[[], int]) -> int:
    """What a forked process does; its exit status."""
    said = os.open(order["out"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream in (1, 2):
        os.dup2(said, stream)
    os.environ.update(order.get("environment", {}))
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(*_ANY_TRACER, 0, 0, 0)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a parent in the background may have left it ignored
    signal.alarm(PATIENCE)
    if order.get("waiting"):
        signal.sigwait({GO})
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {GO})
    if order.get("unforced"):
        event.listen(Pool, "connect", lambda connection, _: connection.execute("PRAGMA synchronous = OFF"))
    if "longest" in order:
        resource.setrlimit(resource.RLIMIT_FSIZE, (order["longest"],) * 2)
    status = boundary.run(book, ["pay"]) if "book" in order else main(order["run"])
    sys.stdout.flush()
    sys.stderr.flush()
    return status


def serve(book: Callable[[], int]) -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, {GO})  # here, so that a process has it blocked from its birth
    for line in sys.stdin:
        order = json.loads(line)
        if "wait" in order:
            _, status = os.waitpid(order["wait"], 0)
            answer = {"status": os.waitstatus_to_exitcode(status)}
        else:
            pid = os.fork()
            if not pid:
                os._exit(child(order, book))
            answer = {"pid": pid}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    place, rows, when = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    judged = prepared(place, rows, when)
    warm = main(["validate", str(rows), "--workspace", str(place), "--out", str(place / "校验"), "--quiet"])
    sys.stdout.write(json.dumps({"ready": warm}) + "\n")
    sys.stdout.flush()
    serve(judged)
