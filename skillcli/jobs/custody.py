"""Keeping the ledger safe: checking its chain, copying it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from skillcli.core.errors import ClerkError
from skillcli.jobs.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from skillcli.jobs.printed_head import PrintedHead
    from skillcli.ledger.ledger import Ledger
    from skillcli.ledger.verify import Verification

BACKUPS = "备份"
AUTOMATIC = "自动"
AUTOMATIC_KEPT = 10
AUTOMATIC_BYTES = 256 * 2**20


def verify(
    workspace: Workspace, *, quick: bool = False, note: tuple[str, str] | None = None, heads: Sequence[str] = ()
) -> tuple[Verification, tuple[PrintedHead, ...]]:
    """Recompute the ledger's chain and totals from its rows.

    ``quick``: only rows written since the newest checkpoint. ``note``: moment and person to write into a
    new checkpoint when every row was found right. ``heads``: heads printed once, or workbooks that hold one; what the
    ledger does not know any more is a problem. Raises ClerkError when a checkpoint cannot be written or a head be read.
    """
    from skillcli.jobs.printed_head import look_up
    from skillcli.ledger.ledger import Ledger

    with Ledger.open(workspace.ledger) as ledger:
        printed = tuple(look_up(head, ledger) for head in heads)
        found = ledger.verify(quick=quick)
        found = replace(found, problems=(*found.problems, *(each.missing for each in printed if each.missing)))
        if note and found.ok and found.last and found.checkpoint is None:
            at, person = note
            ledger.add_checkpoint(found, at=at, person=person)
        return found, printed


def backup(workspace: Workspace, target: Path | None, *, stamp: str) -> Path:
    """A safe copy of the ledger; returns where it lies. Without ``target`` it goes beside the
    ledger into 备份, named by ``stamp`` (the moment, in digits).

    Raises ClerkError when the target exists or the ledger is on a server.
    """
    from skillcli.ledger.copying import SERVER_BACKUP
    from skillcli.ledger.ledger import Ledger

    with Ledger.open(workspace.ledger) as ledger:
        if target is None:
            file = workspace.ledger_file
            if file is None:
                raise ClerkError("台账在 PostgreSQL 服务器上，不能用本命令备份。", SERVER_BACKUP)
            target = file.parent / BACKUPS / f"{file.stem}-{stamp}{file.suffix}"
        ledger.backup(target)
    return target


def back_up_before(workspace: Workspace, ledger: Ledger, at: str) -> None:
    """Copy a ledger file before something is booked into it (``at``: the moment), unless this very state was copied; the
    newest ``AUTOMATIC_KEPT`` such copies stay. A server's ledger and one over ``AUTOMATIC_BYTES`` are left to the office.

    Raises ClerkError when the copy cannot be written; then nothing may be booked.
    """
    file = workspace.ledger_file
    if file is None or too_large(workspace):
        return
    folder, head = file.parent / BACKUPS, ledger.head()[:12]
    if not any(folder.glob(f"{AUTOMATIC}-*-{head}{file.suffix}")):
        moment = at[:19].replace("-", "").replace(":", "").replace("T", "-")  # no run of digits as long as an ID
        ledger.backup(folder / f"{AUTOMATIC}-{moment}-{head}{file.suffix}")
    copies = sorted(folder.glob(f"{AUTOMATIC}-*{file.suffix}"), key=lambda path: (path.stat().st_mtime_ns, path.name))
    for old in copies[:-AUTOMATIC_KEPT]:
        old.unlink(missing_ok=True)


def too_large(workspace: Workspace) -> bool:
    """Whether the ledger is too large to be copied before every payment."""
    file = workspace.ledger_file
    return file is not None and file.stat().st_size > AUTOMATIC_BYTES


def clock_behind(workspace: Workspace, at: str) -> str:
    """The moment of the ledger's newest entry where this computer's clock (``at``) stands before it;
    "" where it does not. The ledger keeps its order all the same."""
    from skillcli.ledger.ledger import Ledger

    with Ledger.open(workspace.ledger) as ledger:
        newest = ledger.last()
    return newest.at if newest is not None and newest.at > at else ""
