"""An office whose runs are killed and disturbed, and what must hold of it after each."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from faults.server import GO
from postgres import Server
from skillcli.cli.boundary import INTERRUPTED
from skillcli.ledger.ledger import Ledger

SERVER = Path(__file__).with_name("server.py")
MONTH = "2020-03"
BATCH = "2020-03-1"
WORKBOOK, BESIDE = f"{BATCH}-拨付.xlsx", f"{BATCH}-拨付(2).xlsx"
"""The batch's workbook, and where it goes when a file of that name is in use."""
UNSURE = "未确认入账"
"""What a run says that cannot know whether its COMMIT arrived."""


@dataclass
class Clerk:
    """A process of the office."""

    forks: Forks
    pid: int
    out: Path
    _status: int | None = None

    def signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def wait(self) -> int:
        """The exit status, or minus the signal that ended it."""
        if self._status is None:
            self._status = self.forks.ask(wait=self.pid)["status"]
        return self._status

    def go(self) -> None:
        """Let it go where it was started ``waiting``."""
        self.signal(GO)

    @property
    def said(self) -> str:
        return self.out.read_text(encoding="utf-8", errors="replace")


class Forks:
    """The fork server of one office (``server.py``)."""

    def __init__(self, root: Path, roster: Path, folder: Path) -> None:
        self.folder, self._number = folder, 0
        paths = os.pathsep.join([str(Path(__file__).parent.parent), os.environ.get("PYTHONPATH", "")])
        self._process = subprocess.Popen(
            [sys.executable, str(SERVER), str(root), str(roster), MONTH],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
            env={**os.environ, "PYTHONPATH": paths, "XDG_STATE_HOME": str(folder / "state")},
        )
        assert json.loads(self._line()) == {"ready": 0}

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()

    def ask(self, **order: object) -> dict[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._line())
        return answer

    def start(self, **order: object) -> Clerk:
        """Fork a process (``run`` or ``book``)."""
        self._number += 1
        out = self.folder / f"out-{self._number}"
        return Clerk(self, self.ask(out=str(out), **order)["pid"], out)

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


@dataclass
class Office:
    """A workspace that is put back to "nothing booked yet" before each case.

    ``where``: its ledger; ``pristine``: a copy of the folder; ``server`` with ``before``, the database as it was, where
    the ledger is on a server; ``due``: lines, payable ones and fen of the batch.
    """

    root: Path
    roster: Path
    where: str | Path
    pristine: Path
    server: Server | None = None
    before: str = ""
    due: tuple[int, int, int] = (3, 3, 90000)

    @cached_property
    def forks(self) -> Forks:
        """Started when a test first needs it."""
        folder = self.root.parent / "said"
        folder.mkdir(exist_ok=True)
        return Forks(self.root, self.roster, folder)

    def reset(self) -> None:
        shutil.rmtree(self.root)
        shutil.copytree(self.pristine, self.root)
        if self.server is not None:
            self.server.clone(self.before, str(self.where).rpartition("/")[2])

    def pay(self, **order: object) -> Clerk:
        """``skillcli pay`` as a clerk types it."""
        words = ["pay", str(self.roster), "--month", MONTH, "--as-of", "2020-04-10", "--workspace", str(self.root)]
        return self.forks.start(run=words, **order)

    def book(self, **order: object) -> Clerk:
        """The same without reading and judging the roster again."""
        return self.forks.start(book=True, **order)

    def book_anew(self, **order: object) -> Clerk:
        """Book with nothing booked before."""
        self.reset()
        return self.book(**order)

    def pay_anew(self, **order: object) -> Clerk:
        """Pay with nothing booked before."""
        self.reset()
        return self.pay(**order)

    @property
    def batches(self) -> list[str]:
        with Ledger.open(self.where) as ledger:
            return [str(each) for each in ledger.batches()["id"]]

    @property
    def workbooks(self) -> list[Path]:
        """Everything under a final name in the output folder."""
        return sorted(path for path in self.root.rglob("输出/**/*") if path.is_file() and path.suffix != ".part")

    @property
    def strays(self) -> list[str]:
        """Temporary files of any kind: parts of workbooks, journals, the note on who writes."""
        ends = (".part", "-journal", "-holder", "-wal", "-shm", ".tmp")
        return [path.name for path in self.root.rglob("*") if path.name.endswith(ends)]


@dataclass
class Tally:
    """How many cases came to what; ``wrong``: what did not hold, case by case."""

    found: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return ", ".join(f"{count} {name}" for name, count in [*self.found.items(), ("wrong", len(self.wrong))])

    @contextmanager
    def case(self) -> Iterator[None]:
        """Go on after a case that does not hold, so that all of them are named in the end."""
        self.found["cases"] += 1
        try:
            yield
        except AssertionError as error:
            self.wrong.append(str(error))


def check(office: Office, clerk: Clerk, what: str, tally: Tally, *, allowed: Iterable[int] = ()) -> None:
    """What must hold after one disturbed run, and after the next run, which meets no fault.

    The ledger is whole and stands before or after the batch; what was acknowledged is there and what was refused is not;
    a workbook exists only with its batch, whole; the next run completes, leaves no temporary file, and writes the very
    bytes that the disturbed run wrote.
    """
    status, said = clerk.wait(), clerk.said
    case = f"{what}: status {status}, said {said!r}"
    assert status in {0, 2, 4, -signal.SIGKILL, *allowed}, case
    assert "Traceback" not in said, case
    with Ledger.open(office.where) as ledger:
        verification = ledger.verify()
        batches = ledger.batches()
    assert verification.problems == (), case
    booked = batches["id"].tolist()
    assert booked in ([], [BATCH]), case
    if booked:
        assert batches.loc[0, ["lines", "payable", "amount_fen"]].tolist() == list(office.due), case
    if status in (0, 4) or "已入账" in said.replace(UNSURE, ""):
        assert booked, f"acknowledged and lost: {case}"
    if status == 2:
        assert not booked or UNSURE in said, f"refused and booked: {case}"
    before = {path: path.read_bytes() for path in office.workbooks}
    assert not before or booked, f"a workbook without its batch: {case}"
    for path in before:
        assert ZipFile(path).testzip() is None, case
    assert [path.name for path in before] in ([], [WORKBOOK], [BESIDE]), case
    if status == INTERRUPTED:
        assert "skillcli batch list" in said, case
    if status == 0:
        assert before, f"no workbook: {case}"

    after = office.book()
    assert after.wait() == 0, f"{case}; next run: {after.said}"
    assert office.batches == [BATCH], case
    assert office.strays == [], case
    assert {path.name for path in office.workbooks} == {WORKBOOK, *(path.name for path in before)}, case
    for path in office.workbooks:
        assert set(before.values()) <= {path.read_bytes()}, f"another workbook than before: {case}"
    tally.found["batch booked" if booked else "nothing booked"] += 1
    ends = {
        -signal.SIGKILL: "killed",
        INTERRUPTED: "interrupted",
        0: "completed",
        2: "refused",
        4: "booked, no workbook",
    }
    tally.found[ends.get(status, f"status {status}")] += 1


WATCHED = (
    *("write", "pwrite64", "fsync", "fdatasync", "ftruncate", "rename", "renameat", "renameat2"),
    *("unlink", "unlinkat", "mkdir", "openat", "sendto"),
)
"""Calls that change a file or speak to a server. ``openat`` where it makes a file."""


def traced(clerk: Clerk, log: Path, *options: str) -> subprocess.Popen[bytes]:
    """Attach strace to a clerk that waits, and let the clerk go on."""
    command = ["strace", "-q", "-y", "-s", "4", "-p", str(clerk.pid), "-o", str(log), *options]
    tracer = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    status = Path(f"/proc/{clerk.pid}/status")
    deadline = time.monotonic() + 30
    while "TracerPid:\t0\n" in status.read_text():
        assert tracer.poll() is None, "strace could not attach"
        assert time.monotonic() < deadline, "strace did not attach"
        time.sleep(0.002)
    clerk.go()
    return tracer


@dataclass(frozen=True)
class Call:
    """The ``number``-th call of its name in a run, one that touches the workspace or speaks to the server."""

    name: str
    number: int
    line: str


Start = Callable[..., Clerk]
"""Makes the office ready and starts a process in it, given ``waiting=True``."""


def calls(start: Start, root: Path, folder: Path) -> list[Call]:
    """Every call of an undisturbed run that touches the workspace, in order."""
    log = folder / "calls"
    clerk = start(waiting=True)
    tracer = traced(clerk, log, "-e", f"trace={','.join(WATCHED)}")
    assert clerk.wait() == 0, clerk.said
    tracer.wait()
    counts: Counter[str] = Counter()
    found = []
    for line in log.read_text(errors="replace").splitlines():
        name = line.partition("(")[0]
        counts[name] += 1
        ours = f"/{root.parent.name}/" in line or (name == "sendto" and "<TCP:" in line or "<socket:" in line)
        if ours and (name != "openat" or "O_CREAT" in line):
            found.append(Call(name, counts[name], line))
    return found


def disturbed(start: Start, call: Call, tampering: str, folder: Path) -> tuple[Clerk, bool]:
    """A run of which that call is killed or fails; and whether it was indeed."""
    log = folder / "injected"
    clerk = start(waiting=True)
    tracer = traced(clerk, log, "-e", f"trace={call.name}", "-e", f"inject={call.name}:{tampering}:when={call.number}")
    clerk.wait()
    tracer.wait()
    text = log.read_text(errors="replace")
    return clerk, "INJECTED" in text or "killed by SIGKILL" in text


def can_trace() -> str:
    """Why calls cannot be disturbed here; "" where they can."""
    if shutil.which("strace") is None:
        return "strace is missing"
    done = subprocess.run(["strace", "-o", os.devnull, "true"], capture_output=True, check=False)
    return "" if done.returncode == 0 else "strace may not trace here"


ERRORS = {
    "write": (errno.ENOSPC, errno.EIO),
    "pwrite64": (errno.ENOSPC, errno.EIO),
    "fsync": (errno.EIO, errno.ENOSPC),
    "fdatasync": (errno.EIO, errno.ENOSPC),
    "ftruncate": (errno.EIO,),
    "rename": (errno.EACCES, errno.EBUSY, errno.EIO, errno.ENOSPC),
    "unlink": (errno.EIO, errno.EACCES),
    "mkdir": (errno.ENOSPC, errno.EACCES),
    "openat": (errno.ENOSPC, errno.EACCES, errno.EIO),
}
"""What each call may answer on a bad day. Of ``sendto`` see ``wire``: a driver that is told of a lost line while the line
still stands waits for the server's last words."""
